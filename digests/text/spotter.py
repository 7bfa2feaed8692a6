"""Finds the words one looks for in a text, thousands of them at once, in time that grows with the text alone."""

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from digests.folding import fold


class Spotter:
    """Finds words, however they are written; the longest wins where several begin, and none overlap.

    Words of one character are not looked for. An automaton of Aho & Corasick ("Efficient string matching",
    CACM 1975) in Rust.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted({folded for word in words if len(folded := fold(word)) > 1})
        self._automaton = AhoCorasick(self._words, MatchKind.LeftmostLongest)

    def find(self, folded: str) -> list[tuple[int, str]]:
        """Each hit in folded text, left to right: where it begins and the folded word."""
        words = self._words
        return [(start, words[number]) for number, start, _ in self._automaton.find_matches_as_indexes(folded)]
