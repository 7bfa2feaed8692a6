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
        self._by_first: dict[str, list[_Alternative]] = {}
        seconds: dict[str, set[str]] = {}
        for place, (thing, pattern, longest) in enumerate(things):
            self._things.append(thing)
            for alternative in (_Alternative(text, place, longest) for text in alternatives(pattern)):
                found = needles(alternative.pattern)
                for first in {needle[0] for needle in found}:
                    self._by_first.setdefault(first, []).append(alternative)
                for needle in found:
                    seconds.setdefault(needle[0], set()).add(needle[1:])
                if not found:
                    self._always.append(alternative)
        self._firsts = re.compile("|".join(_behind(first, seconds[first]) for first in sorted(seconds)) or r"(?!)")
        self._longest_always = max((alternative.longest for alternative in self._always), default=0)

    def found(self, text: str) -> list[_T]:
        """The things whose patterns are found in the text, each once, in the order in which they were given."""
        length = len(text)
        tried = [self._by_first[first] for first in set(self._firsts.findall(text))]
        if length <= self._longest_always:
            tried.append(self._always)
        places = set()
        for alternatives_ in tried:
            for alternative in alternatives_:
                if length <= alternative.longest and alternative.search(text):
                    places.add(alternative.place)
        return [self._things[place] for place in sorted(places)] if places else []


def _behind(first: str, seconds: set[str]) -> str:
    """The pattern of a needle's first character where one of the second ones follows."""
    follows = "" if "" in seconds else f"(?=[{''.join(map(re.escape, sorted(seconds)))}])"
    return re.escape(first) + follows


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
        self.search = re.compile(self.pattern).search
        return self.search(text)
