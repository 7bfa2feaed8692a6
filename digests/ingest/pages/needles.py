"""Which of many patterns can match a text at all: only those one of whose needed characters stands in it."""

import re
from collections.abc import Iterable, Sequence
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")
_MANY = 64  # characters: a larger set tells little


def needed(pattern: str) -> frozenset[str] | None:
    """Characters of which every match of the pattern holds at least one; None if no such set is small."""
    return _needed(parser.parse(pattern))


def _needed(sequence: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    found = [chars for chars in (_of(code, value) for code, value in sequence) if chars is not None]
    return min(found, key=len, default=None)


def _of(code: Any, value: Any) -> frozenset[str] | None:
    if code is codes.LITERAL:
        return frozenset({chr(value)})
    if code is codes.IN:
        return _of_set(value)
    if code is codes.BRANCH:
        return _union([_needed(branch) for branch in value[1]])
    if code is codes.SUBPATTERN:
        return _needed(value[-1])
    if code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
        return _needed(value[2])
    return None


def _of_set(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    chars: list[frozenset[str] | None] = []
    for code, value in members:
        if code is codes.RANGE and value[1] - value[0] < _MANY:
            chars.append(frozenset(map(chr, range(value[0], value[1] + 1))))
        else:
            chars.append(frozenset({chr(value)}) if code is codes.LITERAL else None)
    return _union(chars)


def _union(parts: Sequence[frozenset[str] | None]) -> frozenset[str] | None:
    known = [part for part in parts if part is not None]
    whole = frozenset().union(*known)
    return whole if len(known) == len(parts) and len(whole) <= _MANY else None


class Index(Generic[_T]):
    """Things with a pattern each, by the characters that their patterns need."""

    def __init__(self, things: Iterable[tuple[_T, re.Pattern[str]]]) -> None:
        self._always: list[_T] = []
        self._by_char: dict[str, list[_T]] = {}
        for thing, pattern in things:
            chars = needed(pattern.pattern)
            if chars is None:
                self._always.append(thing)
            for char in sorted(chars or ()):
                self._by_char.setdefault(char, []).append(thing)
        self._chars = self._by_char.keys()

    def candidates(self, text: str) -> list[_T]:
        """The things whose patterns might be found in the text, each once."""
        found = {id(thing): thing for char in self._chars & set(text) for thing in self._by_char[char]}
        return [*self._always, *found.values()]
