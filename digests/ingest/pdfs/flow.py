"""Blocks in reading order become paragraphs, column cuts and line ends undone."""

from collections.abc import Iterable, Sequence
from statistics import median

from digests.ingest.pdfs.blocks import Block
from digests.ingest.pdfs.lines import Line

_INDENT = (1.2, 3.2)  # em
_SHORT = 1.7  # em: line ends are kept from marks by less
_FEWEST = 2  # indented lines that make it the page's manner


def is_indented(blocks: Iterable[Block]) -> bool:
    """Does the page set in its paragraphs' first lines?"""
    set_in = 0
    for block in blocks:
        left = block.box.x0
        flush = sum(line.box.x0 - left < 0.5 * line.size for line in block.lines)
        inner = [line for line in block.lines if _INDENT[0] < (line.box.x0 - left) / line.size < _INDENT[1]]
        set_in += len(inner) if flush >= len(inner) else 0
    return set_in >= _FEWEST


def paragraphs_of(blocks: Sequence[Block], *, indented: bool) -> list[str]:
    """The paragraphs of blocks in reading order; `indented` says that the page sets in their first lines."""
    pieces: list[list[Line]] = []
    previous: Block | None = None
    for block in blocks:
        left, right = _edges(block, blocks)
        for place, line in enumerate(block.lines):
            begins = not pieces
            if place:
                begins = _begins(block, place, left, right, indented=indented)
            elif previous is not None:
                begins = _begins_block(previous, block, left, blocks, indented=indented)
            if begins:
                pieces.append([])
            pieces[-1].append(line)
        previous = block
    return [join_lines(lines) for lines in pieces]


def _begins(block: Block, place: int, left: float, right: float, *, indented: bool) -> bool:
    """Does a paragraph begin with a line within a block?"""
    if indented and _is_set_in(block.lines[place], left):
        return True
    return _is_short(block, place - 1, right)


def _begins_block(previous: Block, block: Block, left: float, blocks: Sequence[Block], *, indented: bool) -> bool:
    """Does a paragraph begin with a block's first line?"""
    if abs(previous.size - block.size) > 0.05 * block.size or previous.bold != block.bold:
        return True
    if indented and _is_set_in(block.lines[0], left):
        return True
    _, right = _edges(previous, blocks)
    if _is_short(previous, len(previous.lines) - 1, right):
        return True
    return not indented and previous.ends_finished


def _is_set_in(line: Line, left: float) -> bool:
    return _INDENT[0] < (line.box.x0 - left) / line.size


def _is_short(block: Block, place: int, right: float) -> bool:
    line = block.lines[place]
    return line.box.x1 < right - _SHORT * line.size


def _edges(block: Block, blocks: Sequence[Block]) -> tuple[float, float]:
    """Where the block's column begins and ends; a block of few lines does not show it, those in its column do."""
    ends = sorted(line.box.x1 for line in block.lines)
    left, right = block.box.x0, ends[len(ends) * 3 // 4]  # marks hang over the edge at the end of a few lines
    if len(block.lines) > 4:
        return left, right
    em = block.size
    peers = [b.box for b in blocks if len(b.lines) > 2 and -1 < (left - b.box.x0) / em < 4 and b.box.x1 > left + em]
    if not peers:
        widths = [b.box.width for b in blocks if len(b.lines) > 2]
        return left, max(right, left + median(widths)) if widths else right
    nearest = min(peers, key=lambda box: (abs(left - box.x0) // (3 * em), abs(box.top - block.box.top)))
    return min(left, nearest.x0), max(right, nearest.x1)


def join_lines(lines: Sequence[Line]) -> str:
    """One text of the lines; between Latin words a line's end is a space."""
    pieces: list[str] = []
    for line in lines:
        if pieces and _is_word(pieces[-1][-1]) and _is_word(line.text[0]):
            pieces.append(" ")
        pieces.append(line.text)
    return "".join(pieces)


def _is_word(char: str) -> bool:
    return char.isascii() and char.isalpha()
