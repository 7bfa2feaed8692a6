"""Printed lines become blocks: pieces of a column, headlines' decks, captions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from digests.ingest.pdfs.lines import Line
from digests.ingest.pdfs.sheet import Box, around

_SAME = 1.06  # ratio of sizes within a block
_PITCH = 2.2  # em: from one line to the next, at most
_LOOSER = 1.35  # times the block's own pitch: more is a gap between blocks
_INDENT = 2.6  # em: a paragraph's first line is set in by two
_RAGGED = 1.5  # em: a line may reach beyond its column by hanging punctuation
_HEAD = 1.22  # times the body's size
_SURELY_HEAD = 1.4
_STOPS = "。!?！？…"
_CLOSERS = "”’」』)）》\"'"


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size, one below the other; an upright headline's columns from right to left (`tall`)."""

    lines: tuple[Line, ...]
    box: Box
    size: float
    bold: bool = False
    tall: bool = False

    @property
    def length(self) -> int:
        """Characters of all its lines."""
        return sum(len(line.text) for line in self.lines)

    @property
    def opens_indented(self) -> bool | None:
        """Is its first line set in like a paragraph's? None where nothing shows it."""
        if len(self.lines) < 2:
            return None
        left = min(line.box.x0 for line in self.lines[1:4])
        return self.lines[0].box.x0 - left > 1.2 * self.size

    @property
    def ends_finished(self) -> bool:
        """Does its last line end where a sentence does?"""
        return is_finished(self.lines[-1].text)

    @property
    def ends_full(self) -> bool | None:
        """Does its last line reach the right edge? None where nothing shows it."""
        if len(self.lines) < 2:
            return None
        right = max(line.box.x1 for line in self.lines[-4:-1])
        return self.lines[-1].box.x1 > right - _RAGGED * self.size


def is_finished(text: str) -> bool:
    """Does a text end with a sentence's end, within quotes or brackets or not?"""
    return text.rstrip(_CLOSERS)[-1:] in tuple(_STOPS)


def block_of(lines: Sequence[Line]) -> Block:
    """The block of lines in their order; there must be one."""
    size = max(lines, key=lambda line: len(line.text)).size
    tall = lines[0].tall
    return Block(tuple(lines), around(line.box for line in lines), size, all(line.bold for line in lines), tall)


def stack_blocks(lines: Iterable[Line]) -> list[Block]:
    """The blocks of a sheet's lines."""
    every = list(lines)
    level = sorted((line for line in every if not line.tall), key=lambda line: (line.box.top, line.box.x0))
    growing: list[list[Line]] = []
    done: list[list[Line]] = []
    for line in level:
        still: list[list[Line]] = []
        for block in growing:
            near = line.box.top - block[-1].box.top <= _PITCH * 2 * block[-1].size
            (still if near else done).append(block)
        growing = still
        fitting = [block for block in growing if _continues(block, line)]
        if fitting:
            max(fitting, key=lambda block: (block[-1].box.top, block[-1].box.across(line.box))).append(line)
        else:
            growing.append([line])
    blocks = [block_of(block) for block in done + growing]
    return blocks + [block_of(group) for group in _groups([line for line in every if line.tall])]


def _continues(block: Sequence[Line], line: Line) -> bool:
    last, em = block[-1], line.size
    if max(last.size / em, em / last.size) > _SAME or last.bold != line.bold:
        return False
    pitch = line.box.top - last.box.top
    if not 0.7 * em < pitch <= _PITCH * em:
        return False
    if len(block) > 1 and pitch > _LOOSER * median(_pitches(block[-6:])):
        return False
    return _is_in_column(block[-8:], line)


def _pitches(block: Sequence[Line]) -> Iterator[float]:
    return (lower.box.top - upper.box.top for upper, lower in pairwise(block))


def _is_in_column(block: Sequence[Line], line: Line) -> bool:
    """Does the line stand below the block, not below two, nor beside it?"""
    em = line.size
    box = around(above.box for above in block)
    column = box if len(block) > 1 else box._replace(x0=box.x0 - _INDENT * em)
    if column.across(line.box) < 0.5 * min(box.width, line.box.width):
        return False
    if line.box.x0 < box.x0 - _INDENT * em:
        return False
    # A paragraph of one short line does not show how wide its column is.
    wide = len(block) > 1 or box.x0 - line.box.x0 < 1.2 * em
    return not (wide and line.box.x1 > box.x1 + _RAGGED * em and len(block) > 2)


def is_between(rule: Box, upper: Box, lower: Box) -> bool:
    """Does a lying rule part two boxes that stand one above the other?"""
    middle = (rule.top + rule.bottom) / 2
    if not upper.bottom - 0.35 * upper.height <= middle <= lower.top + 0.35 * min(lower.height, upper.height):
        return False
    return rule.across(lower) > 0.5 * lower.width and rule.across(upper) > 0.5 * min(upper.width, lower.width)


def _groups(tall: Sequence[Line]) -> Iterator[list[Line]]:
    """Upright columns that belong together, read from right to left."""
    waiting = sorted(tall, key=lambda line: -line.box.x1)
    while waiting:
        group = [waiting.pop(0)]
        for line in list(waiting):
            last = group[-1]
            em = max(line.size, last.size)
            apart = last.box.x0 - line.box.x1
            if -0.2 * em <= apart <= 1.2 * em and line.box.beside(last.box) > 0.5 * min(
                line.box.height, last.box.height
            ):
                group.append(line)
                waiting.remove(line)
        yield group


def is_head(block: Block, body: float) -> bool:
    """Is it set as a headline: larger than the body's size, and no running text?"""
    if block.size < _HEAD * body:
        return False
    prose = len(block.lines) > 2 and block.length > 60 and "。" in "".join(line.text for line in block.lines)
    return not prose


def is_surely_head(block: Block, body: float) -> bool:
    """Is it too large for a subhead?"""
    return block.size >= _SURELY_HEAD * body and is_head(block, body)
