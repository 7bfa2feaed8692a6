"""Which of many patterns are found in a text: only those are looked for of which a needle stands in it."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise, product
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

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
    """The most telling of what its parts and neighbours demand: two characters rather than one, then few needles."""
    parts = list(sequence)
    chars = [_chars(code, value) for code, value in parts]
    pairs = (frozenset(map("".join, product(a, b))) for a, b in pairwise(chars))
    found = [part for part in (*pairs, *(_of(code, value) for code, value in parts)) if 0 < len(part) <= _MANY]
    return min(found, key=lambda part: (-min(map(len, part)), len(part)), default=_UNKNOWN)


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
        self._by_needle: dict[tuple[str, str], list[_Alternative]] = {}
        for place, (thing, pattern, longest) in enumerate(things):
            self._things.append(thing)
            for alternative in alternatives(pattern):
                self._enter(_Alternative(alternative, place, longest))
        self._needles = self._sought()
        self._longest = max(
            (alternative.longest for found in self._by_needle.values() for alternative in found), default=0
        )
        self._longest_always = max((alternative.longest for alternative in self._always), default=0)

    def _enter(self, alternative: "_Alternative") -> None:
        found = needles(alternative.pattern)
        for needle in found:
            self._by_needle.setdefault((needle[0], needle[1:]), []).append(alternative)
        if not found:
            self._always.append(alternative)

    def _sought(self) -> re.Pattern[str]:
        """Finds the needles as pairs, and some more: it asks only for any first character before any second one."""
        singles = {first: found for (first, second), found in self._by_needle.items() if not second}
        for (first, second), found in self._by_needle.items():
            if second:
                found.extend(singles.get(first, []))
        firsts = {first for first, _ in self._by_needle}
        seconds = {second for _, second in self._by_needle if second}
        return re.compile(f"([{_escaped(firsts)}])(?:(?=([{_escaped(seconds)}]))|(?<=[{_escaped(singles)}]))")

    def found(self, text: str) -> list[_T]:
        """The things whose patterns are found in the text, each once, in the order in which they were given."""
        length = len(text)
        by_needle = self._by_needle
        here = set(self._needles.findall(text)) if length <= self._longest else ()
        tried = [by_needle.get(needle) or by_needle.get((needle[0], ""), []) for needle in here]
        if length <= self._longest_always:
            tried.append(self._always)
        places = set()
        for alternatives_ in tried:
            for alternative in alternatives_:
                if length <= alternative.longest and alternative.search(text):
                    places.add(alternative.place)
        return [self._things[place] for place in sorted(places)] if places else []


def _escaped(chars: Iterable[str]) -> str:
    """The characters as they stand in a set of a pattern; never none of them."""
    return "".join(map(re.escape, sorted(chars))) or "\\0"


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
