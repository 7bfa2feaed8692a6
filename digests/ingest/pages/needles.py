"""Which of many patterns can match a text at all: only those all of whose needed characters stand in it."""

import re
from collections.abc import Iterable, Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")
_MANY = 512  # ways to match: more tell little
_WIDE = 64  # characters: so does a larger range

Ways = frozenset[frozenset[str]]
"""Every match holds all characters of at least one of these sets; an empty set among them demands nothing."""

_ANYTHING: Ways = frozenset({frozenset()})


def needed(pattern: str) -> frozenset[str] | None:
    """Characters of which every match of the pattern holds at least one; None if no such set is small."""
    chosen = ways(pattern)
    return None if chosen == _ANYTHING else frozenset(min(way) for way in chosen)


def ways(pattern: str) -> Ways:
    """The sets of characters of which a match of the pattern must hold one wholly: 遗失|下?转 → {遗,失}, {转}."""
    return _of_sequence(parser.parse(pattern))


def _of_sequence(sequence: Iterable[tuple[Any, Any]]) -> Ways:
    """What all its parts demand together; of parts with a choice only the most telling counts: ways stay few."""
    parts = [_of(code, value) for code, value in sequence]
    sure = frozenset[str]().union(*(next(iter(part)) for part in parts if len(part) == 1))
    choice = min((part for part in parts if len(part) > 1), key=_telling, default=_ANYTHING)
    return frozenset(sure | way for way in choice)


def _telling(part: Ways) -> tuple[int, int]:
    """The smaller the more the part rules out: ways that ask for more characters, then fewer ways."""
    return -min(map(len, part)), len(part)


def _of(code: Any, value: Any) -> Ways:
    if code is codes.LITERAL:
        return frozenset({frozenset({chr(value)})})
    if code is codes.IN:
        return _of_set(value)
    if code is codes.BRANCH:
        return _any_of([_of_sequence(branch) for branch in value[1]])
    if code is codes.SUBPATTERN:
        return _of_sequence(value[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
        return _of_sequence(value[2])
    return _ANYTHING


def _of_set(members: Sequence[tuple[Any, Any]]) -> Ways:
    return _any_of([_of_member(code, value) for code, value in members])


def _of_member(code: Any, value: Any) -> Ways:
    if code is codes.RANGE and value[1] - value[0] < _WIDE:
        return frozenset(frozenset({chr(char)}) for char in range(value[0], value[1] + 1))
    return _of(code, value) if code is codes.LITERAL else _ANYTHING


def _any_of(parts: Sequence[Ways]) -> Ways:
    whole = frozenset[frozenset[str]]().union(*parts)
    return _ANYTHING if frozenset() in whole or len(whole) > _MANY else whole


class Index(Generic[_T]):
    """Things with a pattern each, by the characters that their patterns need."""

    def __init__(self, things: Iterable[tuple[_T, re.Pattern[str]]]) -> None:
        self._things: list[_T] = []
        self._always: list[int] = []
        # Each way stands under one of its characters.
        self._by_char: dict[str, list[tuple[frozenset[str], int]]] = {}
        chars: set[str] = set()
        for place, (thing, pattern) in enumerate(things):
            self._things.append(thing)
            found = ways(pattern.pattern)
            if found == _ANYTHING:
                self._always.append(place)
                continue
            for way in sorted(found, key=sorted):
                self._by_char.setdefault(max(way), []).append((way, place))
            chars.update(*found)
        self._chars = re.compile("|".join(map(re.escape, sorted(chars))) or r"(?!)")

    def candidates(self, text: str) -> list[_T]:
        """The things whose patterns might be found in the text, each once, in the order in which they were given."""
        # Half as long as a set of all characters takes: most of them are in no pattern.
        here = set(self._chars.findall(text))
        places = set(self._always)
        for char in here:
            for way, place in self._by_char.get(char, ()):
                if way <= here:
                    places.add(place)
        return [self._things[place] for place in sorted(places)]
