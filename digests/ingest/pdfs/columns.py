"""The order in which blocks are read: cut into columns and bands, again and again, where white space goes through."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TypeVar

from digests.ingest.pdfs.blocks import Block
from digests.ingest.pdfs.sheet import Box

_T = TypeVar("_T")
_DEEPEST = 40
_SLACK = 0.15  # of a box: so far boxes may reach into one another,
_MOST_SLACK = 3.0  # but not more points


def in_order(items: Sequence[_T], box_of: Callable[[_T], Box], *, bands: bool = False, depth: int = 0) -> list[_T]:
    """The items as a page is read: columns from left to right, each from top to bottom; bands first if `bands`.

    After Nagy and Seth's recursive XY cut (1984), with columns preferred: an article's columns go past what stands in
    one of them. Where no cut goes through everything, the items go by their tops.
    """
    if len(items) < 2:
        return list(items)
    for lying in (True, False) if bands else (False, True):
        pieces = _cut(items, box_of, lying=lying)
        if len(pieces) > 1 and depth < _DEEPEST:
            return [item for piece in pieces for item in in_order(piece, box_of, bands=bands, depth=depth + 1)]
    return sorted(items, key=lambda item: (box_of(item).top, box_of(item).x0))


def _cut(items: Sequence[_T], box_of: Callable[[_T], Box], *, lying: bool) -> list[list[_T]]:
    """Pieces that no item reaches across, from top to bottom (`lying`) or from left to right."""
    spans = sorted(((_span(box_of(item), lying=lying), n) for n, item in enumerate(items)))
    pieces: list[list[_T]] = []
    end = float("-inf")
    for (begin, stop), n in spans:
        if begin >= end or not pieces:
            pieces.append([])
        pieces[-1].append(items[n])
        end = max(end, stop)
    return pieces


def _span(box: Box, *, lying: bool) -> tuple[float, float]:
    begin, stop = (box.top, box.bottom) if lying else (box.x0, box.x1)
    slack = min(_SLACK * min(stop - begin, box.height), _MOST_SLACK)
    return begin + slack / 2, stop - slack / 2


def read_blocks(blocks: Sequence[Block]) -> list[Block]:
    """An article's blocks as they are read: by columns or by bands, whichever breaks fewer sentences."""
    by_columns = in_order(blocks, _box)
    by_bands = in_order(blocks, _box, bands=True)
    if by_bands == by_columns:
        return by_columns
    return max((by_columns, by_bands), key=smoothness)


def _box(block: Block) -> Box:
    return block.box


def smoothness(blocks: Sequence[Block]) -> float:
    """How well each block goes on where the one before it stops."""
    return sum(seam(upper, lower) for upper, lower in pairwise(blocks))


def seam(upper: Block, lower: Block) -> float:
    """How readily the text goes on from one block to the other, by what ends and what begins there.

    A line that is not set in goes on with a paragraph, which the line before it must have left open and full.
    """
    inside = not upper.ends_finished
    indented = lower.opens_indented
    score = 0.0
    if indented is not None:
        score += 1.0 if indented != inside else -1.0
    if upper.ends_full is False and inside:
        score -= 1.0
    if indented is False and upper.ends_full is False:
        score -= 1.0
    return score
