"""How a page is set: its usual gap, whether its lines were hard-wrapped, whether its paragraphs are indented."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from digests.ingest.pages.names import HAN
from digests.ingest.pages.traits import Ending, Opening, Traits

_HAN = re.compile(f"[{HAN}]")
_LONG = 25  # characters: longer lines are hardly ever headlines
_PARTED = 0.4  # of the lines at most begin an article or stand between two, or right under a headline
_NARROWEST, _WIDEST = 9, 80  # characters of a column's line


@dataclass(frozen=True, slots=True)
class Layout:
    """`gap`: blank lines between paragraphs; `width`: characters of a hard-wrapped line, None if lines are whole.

    A full line may be shorter by `slack` characters, where wraps keep marks from the beginning of a line.
    `parted`: articles, and little else, have more blank lines above them than paragraphs.
    `headed`: stories are signed at their head (False: at their end, None: neither is usual).
    """

    gap: int = 0
    width: int | None = None
    slack: int = 0
    indented: bool = False
    parted: bool = False
    headed: bool | None = None

    def is_full(self, traits: Traits) -> bool:
        """Does the line reach the right edge of a hard-wrapped column?"""
        return self.width is not None and -self.slack <= traits.line.indent + traits.length - self.width <= 2

    def is_too_long(self, traits: Traits) -> bool:
        """Does the line reach beyond a hard-wrapped column, as its text never does?"""
        return self.width is not None and traits.line.indent + traits.length > self.width + 2


def read_layout(page: Sequence[Traits]) -> Layout:
    """Read the setting off the lines' lengths, gaps and indents."""
    gaps = [b.line.gap for a, b in pairwise(page) if a.length >= _LONG and b.length >= _LONG]
    layout = Layout(median_low(gaps) if gaps else 0, *_width(page))
    wide = sum(t.line.gap > layout.gap for t in page[1:])
    other = sum(t.line.gap != layout.gap for t in page[1:])
    parted = wide > 1 and other <= _PARTED * len(page)
    return replace(layout, indented=_is_indented(page, layout), parted=parted, headed=_is_headed(page))


def _is_headed(page: Sequence[Traits]) -> bool | None:
    """Do bylines and datelines stand above the stories of this page, or behind them?"""
    heads = sum(t.opening is Opening.DATELINE for t in page)
    tails = sum(t.closing is not None and bool(t.closing.credits.reporters) and not t.closing.is_photo for t in page)
    for above, t in pairwise(page):
        if t.credits is not None and t.credits.reporters and not t.credits.of_a_picture:
            behind = above.ending is Ending.FINISHED
            heads, tails = heads + (not behind), tails + behind
    return None if max(heads, tails) < 2 or heads < 2 * tails <= 4 * heads else heads > tails


def _width(page: Sequence[Traits]) -> tuple[int | None, int]:
    """The length at which lines were broken, where most lines end and few go beyond, and by how much they miss it."""
    texts = [t for t in page if t.credits is None and _HAN.search(t.line.folded)]
    lengths = [t.line.indent + t.length for t in texts]
    counts = Counter(length for length in lengths if length >= _NARROWEST)
    if not counts:
        return None, 0
    common = max(counts, key=lambda length: (sum(counts[length - less] for less in range(3)), counts[length]))
    near = sum(counts[common - less] for less in range(3))
    beyond = sum(count for length, count in counts.items() if length > common + 2)
    # Headlines, credits and notices may be longer than the column's lines.
    if common > _WIDEST or near < max(4, 0.35 * counts.total()) or beyond > 0.3 * near:
        return None, 0
    near_ones = [(t, n) for t, n in zip(texts, lengths, strict=True) if 0 <= common - n < 3]
    broken = [common - n for t, n in near_ones if t.ending is not Ending.FINISHED]
    if 2 * len(broken) <= near:
        return None, 0
    # Where marks may begin a line, every full line is exactly full.
    exact = sum(t.opening is Opening.STRANDED for t in texts) > 1 or broken.count(0) >= 0.9 * len(broken)
    return common, 0 if exact else 2


def _is_indented(page: Sequence[Traits], layout: Layout) -> bool:
    """Are paragraphs set in, so that a line that is not goes on with the one before?"""
    least = min((t.line.indent for t in page), default=0)
    if sum(t.line.indent - least >= 2 for t in page) < 3:
        return False
    ended = [(a, b) for a, b in pairwise(page) if a.ending is Ending.FINISHED and b.credits is None]
    # Behind a full line a paragraph need not end where a sentence does.
    starts = [b for a, b in ended if not layout.is_full(a) and (b.length >= 15 or layout.is_full(b))]
    return sum(t.line.indent - least >= 2 for t in starts) >= 0.6 * len(starts)
