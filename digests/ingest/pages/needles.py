"""Which of many patterns are found in a text: only those are looked for of which a needle stands in it."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation

_T = TypeVar("_T")
_MANY = 512  # needles: more tell little
_WIDE = 64  # characters: so does a larger range
_PIECE = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|.", re.DOTALL)

Needles = frozenset[str]
"""Every match holds one of these strings of one or two characters; with none of them, nothing is known of it."""

_UNKNOWN: Needles = frozenset()


def needles(pattern: str) -> Needles:
    """The strings of which every match of a pattern holds one: 遗失(?:声明)?|下?转 → 遗失, 转."""
    return _of_sequence(parser.parse(pattern))


def alternatives(pattern: str) -> list[str]:
    """The patterns between the bars that no bracket encloses: a(b|c)|d → a(b|c), d."""
    parts, depth = [""], 0
    for piece in _PIECE.findall(pattern):
        depth += (piece == "(") - (piece == ")")
        if piece == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += piece
    return parts


def _of_sequence(sequence: Iterable[tuple[Any, Any]]) -> Needles:
    """The most telling of what its parts and neighbours demand."""
    parts = list(sequence)
    chars = [_chars(code, value) for code, value in parts]
    pairs = (frozenset(map("".join, product(a, b))) for a, b in pairwise(chars))
    found = [part for part in (*pairs, *(_of(code, value) for code, value in parts)) if 0 < len(part) <= _MANY]
    return min(found, key=_told_by, default=_UNKNOWN)


def _told_by(part: Needles) -> tuple[int, bool, int]:
    """Two characters tell more than one, words more than marks and figures, which are everywhere, and few than many."""
    return -min(map(len, part)), not all(map(str.isalpha, part)), len(part)


def _chars(code: Any, value: Any) -> Needles:
    """The characters of which a part of a pattern is one; none if it may be others or longer."""
    if code is codes.LITERAL:
        return frozenset(chr(value))
    if code is codes.IN:
        return _any_of([_of_member(*member) for member in value])
    return _UNKNOWN


def _of_member(code: Any, value: Any) -> Needles:
    if code is codes.RANGE and value[1] - value[0] < _WIDE:
        return frozenset(map(chr, range(value[0], value[1] + 1)))
    return frozenset(chr(value)) if code is codes.LITERAL else _UNKNOWN


def _of(code: Any, value: Any) -> Needles:
    if code is codes.BRANCH:
        return _any_of([_of_sequence(branch) for branch in value[1]])
    if code is codes.SUBPATTERN:
        return _of_sequence(value[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
        return _of_sequence(value[2])
    return _chars(code, value)


def _any_of(parts: Sequence[Needles]) -> Needles:
    return frozenset[str]().union(*parts) if all(parts) else _UNKNOWN


class Index(Generic[_T]):
    """Things with a pattern each, by the needles of the patterns' alternatives."""

    def __init__(self, things: Iterable[tuple[_T, str, int]]) -> None:
        """`things` with their patterns, and how long a text may be to show them."""
        self._things: list[_T] = []
        self._always: list[_Alternative] = []
        by_needle: dict[str, list[_Alternative]] = {}
        for place, (thing, pattern, longest) in enumerate(things):
            self._things.append(thing)
            for wording in alternatives(pattern):
                alternative, held = _Alternative(wording, place, longest), needles(wording)
                for needle in held:
                    by_needle.setdefault(needle, []).append(alternative)
                if not held:
                    self._always.append(alternative)
        self._by_needle = [(max(alternative.longest for alternative in found), found) for found in by_needle.values()]
        self._needles = AhoCorasick(by_needle, implementation=Implementation.DFA)
        self._longest_always = max((alternative.longest for alternative in self._always), default=0)
        self._longest = max([longest for longest, _ in self._by_needle] + [self._longest_always])

    def found(self, texts: Sequence[str]) -> list[tuple[_T, ...]]:
        """For each text the things whose patterns are found in it, each once, in the order in which they were given.

        No text holds a line feed. All needles are looked for in all texts at once.
        """
        # What is longer than any pattern may be is not looked at: it might hold millions of needles.
        texts = [text if len(text) <= self._longest else "" for text in texts]
        held = [self._always if 0 < len(text) <= self._longest_always else [] for text in texts]
        place, end = 0, len(texts[0]) if texts else 0
        for number, start, _ in self._needles.find_matches_as_indexes("\n".join(texts), overlapping=True):
            while start >= end:
                place += 1
                end += 1 + len(texts[place])
            longest, alternatives_ = self._by_needle[number]
            if len(texts[place]) <= longest:
                held[place] = held[place] + alternatives_
        return [self._in(text, tried) if tried else () for text, tried in zip(texts, held, strict=True)]

    def _in(self, text: str, tried: Sequence["_Alternative"]) -> tuple[_T, ...]:
        length, places = len(text), set()
        for alternative in set(tried):
            if length <= alternative.longest and alternative.place not in places and alternative.search(text):
                places.add(alternative.place)
        return tuple([self._things[place] for place in sorted(places)]) if places else ()


class _Alternative:
    """One of the alternatives of the pattern of the thing at `place`."""

    __slots__ = ("longest", "pattern", "place", "search")

    def __init__(self, pattern: str, place: int, longest: int) -> None:
        self.pattern = pattern
        self.place = place
        self.longest = longest
        self.search: Callable[[str], object] = self._first_search

    def _first_search(self, text: str) -> object:
        """Most alternatives are never looked for while a page is read, so they are compiled when they first are."""
        compiled = re.compile(self.pattern)
        # What must stand at the beginning is not looked for anywhere else, as search() would.
        self.search = compiled.match if self.pattern.startswith("^") else compiled.search
        return self.search(text)
