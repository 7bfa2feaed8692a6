"""Finds the words one looks for in a text, thousands of them at once, in time that grows with the text alone."""

import sys
from collections.abc import Callable, Iterable
from itertools import compress

from digests.folding import fold

# Four bytes a character in the machine's own order, so that eight of them read as one number are two characters.
_CODEC = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
_START = 2


class Spotter:
    """Finds words, however they are written; the longest wins where several begin, and none overlap.

    Words of one character are not looked for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_pair: dict[int, list[str]] = {}
        for word in sorted({fold(word) for word in words}, key=len, reverse=True):
            for pair in _pairs(word[:_START]):
                self._by_pair.setdefault(pair, []).append(word)
        self._begins: Callable[[int], bool] = self._by_pair.__contains__

    def find(self, folded: str) -> list[tuple[int, str]]:
        """Each hit in folded text, left to right: where it begins and the folded word."""
        # Comparing numbers in C throws nine tenths of the places out before Python sees one.
        pairs = _pairs(folded)
        hits, end = [], 0
        for position in compress(range(len(pairs)), map(self._begins, pairs)):
            if position < end:
                continue
            for word in self._by_pair[pairs[position]]:
                if folded.startswith(word, position):
                    hits.append((position, word))
                    end = position + len(word)
                    break
        return hits


def _pairs(text: str) -> list[int]:
    """A number for the two characters at each place of a text but the last."""
    data = memoryview(text.encode(_CODEC, "surrogatepass"))
    pairs = [0] * max(0, len(text) - 1)
    even, odd = (len(pairs) + 1) // 2, len(pairs) // 2
    pairs[0::2] = data[: 8 * even].cast("Q")
    pairs[1::2] = data[4 : 4 + 8 * odd].cast("Q")
    return pairs
