"""What extractors do to a page's characters is undone: a space behind each one, headlines printed twice over."""

import re
from collections.abc import Sequence

from digests.ingest.pages.names import HAN

_MANY_HAN = re.compile(rf"(?:[{HAN}][^{HAN}\n]*){{5}}")
_TOGETHER = re.compile(rf"[{HAN}]{{2}}")
_SPACES = re.compile(r"(?<=(\S))([ \u00a0]+)(?=(\S))")
_SOUND = re.compile(rf"[{HAN}]{{5}}.*")
_SHORTEST, _LONGEST = 8, 80  # characters of a headline printed twice over
_TWICE = re.compile(r"(.{1,6}?)\1")
_BEGINS_TWICE = re.compile(r"\s*(.{1,6}?)\1")
_ALL_TWICE = re.compile(r"(?:(.{1,6}?)\1)+")
_MOST = 0.8


def repaired(text: str) -> str:
    """The text with as many lines, each without what was added to its characters; a sound page stays as it is."""
    lines = text.split("\n")
    if _is_spaced(text, lines):
        lines = [_SPACES.sub(_space, line) for line in lines]
    return "\n".join([_once(line) if _BEGINS_TWICE.match(line) else line for line in lines])


def _is_spaced(text: str, lines: Sequence[str]) -> bool:
    """Do hardly any two Chinese characters of the page stand together?"""
    # Mostly a look at the whole is enough.
    if len(_SOUND.findall(text)) > (1 - _MOST) * len(lines):
        return False
    han = [line for line in lines if _MANY_HAN.search(line)]
    return len(han) > 2 and sum(not _TOGETHER.search(line) for line in han) >= _MOST * len(han)


def _space(found: re.Match[str]) -> str:
    """One space is none beside a Chinese character; of several, one was there."""
    before, spaces, after = found.groups()
    return " " if len(spaces) > 1 or (before.isascii() and after.isascii()) else ""


def _once(line: str) -> str:
    """A line all of whose pieces stand twice (大熊貓大熊貓「「華姣華姣」」) with each of them once."""
    if not _SHORTEST <= len(line) <= _LONGEST or 2 * len(set(line)) > len(line):
        return line
    bare = line.strip()
    if not _TOGETHER.search(bare) or len(set(bare)) < _SHORTEST // 2 or not _ALL_TWICE.fullmatch(bare):
        return line
    return _TWICE.sub(r"\1", bare)
