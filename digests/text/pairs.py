"""Pairs of neighbouring characters, each one number: thrice as quick to make, count and look up as strings."""

import re
import sys
from array import array
from collections.abc import Iterable
from itertools import cycle

# As ROUGE counts Chinese: each character by itself, a number or a Latin word as one. What begins with a single set is
# found twice as quickly as either of two.
_WORD = re.compile(r"[a-z\d](?:(?<=\d)\d*(?:\.\d+)?|[a-z]*)")
# Two planes that Unicode leaves to private use.
_PRIVATE = range(0xF0000, 0x110000)
_SPOKEN = re.compile(f"[\\w\n{chr(_PRIVATE[0])}-{chr(_PRIVATE[-1])}]+")
_UTF_32 = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"


class Alphabet(dict[str, str]):
    """A character for each word and number that was met, so that a pair of them is two characters, too.

    It grows with every new word; of more than there are private characters, some share one.
    """

    def __init__(self) -> None:
        self._free = cycle(map(chr, _PRIVATE))
        self._words: dict[int, str] = {}

    def __missing__(self, word: str) -> str:
        character = next(self._free)
        self._words[ord(character)] = word
        return self.setdefault(word, character)  # another thread may have been quicker

    def pairs(self, texts: Iterable[str]) -> list[list[int]]:
        """Of each folded text its pairs in order; punctuation and spaces do not count, nor keep neighbours apart."""
        lines = "\n".join([text.replace("\n", " ") for text in texts]).replace("_", " ")
        spelled = "".join(_SPOKEN.findall(_WORD.sub(lambda word: self[word[0]], lines)))
        # Two characters side by side are one number of 64 bits, as they lie in memory.
        codes, length = spelled.encode(_UTF_32), len(spelled)
        pairs = [0] * (length - 1)
        pairs[::2] = array("Q", codes[: length // 2 * 8])
        pairs[1::2] = array("Q", codes[4 : 4 + (length - 1) // 2 * 8])
        found, start = [], 0
        for line in spelled.split("\n"):
            found.append(pairs[start : start + max(0, len(line) - 1)])
            start += len(line) + 1
        return found

    def spell(self, pair: int) -> str:
        """The two characters, words or numbers of a pair."""
        return pair.to_bytes(8, sys.byteorder).decode(_UTF_32).translate(self._words)
