"""Finds thousands of known words in a text in one pass."""

from collections.abc import Iterable, Iterator

from digests.folding import fold

# Two characters choose the few words that can begin at a place; none is shorter.
_KEY = 2


class WordFinder:
    """Finds words, however they are written; the longest wins where several begin, and none overlap.

    Words of one character are not looked for.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for word in sorted({fold(word) for word in words}, key=len, reverse=True):
            if len(word) >= _KEY:
                self._by_start.setdefault(word[:_KEY], []).append(word)

    def find(self, folded: str) -> Iterator[tuple[int, str]]:
        """Each hit in folded text, left to right: where it begins and the folded word. Linear in the text."""
        position, last = 0, len(folded) - _KEY
        while position <= last:
            for word in self._by_start.get(folded[position : position + _KEY], ()):
                if folded.startswith(word, position):
                    yield position, word
                    position += len(word) - 1
                    break
            position += 1
