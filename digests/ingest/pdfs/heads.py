"""Blocks set large become headlines: kicker, title and subtitle that stand together, lying or upright."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from digests.ingest.pdfs.blocks import Block, is_between, is_finished, is_head, is_surely_head
from digests.ingest.pdfs.sheet import Box, Sheet, around

_DECK = 0.9  # of the larger size: decks of one headline stand nearer
_CLAUSE = 3.4  # em: clauses of one deck stand nearer
_SUBHEAD = 2.2  # em: a subhead stands nearer to the text above it
_DASHES = ("—", "--", "－－", "──")
_SHORT = 40  # characters of a deck


@dataclass(slots=True)
class Head:
    """A headline; `blocks` in printed order."""

    blocks: list[Block]
    box: Box = field(init=False)

    def __post_init__(self) -> None:
        self.measure()

    def measure(self) -> None:
        """Take the box anew after blocks have come in."""
        self.box = around(block.box for block in self.blocks)

    @property
    def tall(self) -> bool:
        """Is it upright?"""
        return self.blocks[0].tall

    @property
    def size(self) -> float:
        """The title's size."""
        return max(block.size for block in self.blocks)

    def decks(self) -> tuple[str, str, str]:
        """Kicker, title and subtitle: the largest lines are the title, what stands before and behind it the others."""
        lines = [line for block in self.blocks for line in block.lines]
        large = [n for n, line in enumerate(lines) if line.size > 0.9 * self.size]
        first, last = large[0], large[-1]
        parts = (lines[:first], lines[first : last + 1], lines[last + 1 :])
        kicker, title, subtitle = (" ".join(line.text for line in part) for part in parts)
        return kicker, title, subtitle


def part_heads(blocks: Sequence[Block], sheet: Sheet, body: float) -> tuple[list[Head], list[Block]]:
    """The headlines among the blocks, and all others; subheads are among the others."""
    large = [block for block in blocks if is_head(block, body)]
    texts = [block for block in blocks if not is_head(block, body)]
    subheads = [b for b in large if not is_surely_head(b, body) and _is_subhead(b, texts, sheet)]
    texts += subheads
    heads = [Head([block]) for block in large if block not in subheads]
    heads = _merged(heads, lambda a, b: _is_one_deck(a, b, texts, sheet), by_x=True)
    heads = _merged(heads, lambda a, b: _are_decks(a, b, sheet))
    for head in heads:
        texts = _adopt(head, texts, sheet)
    return heads, texts


def above(box: Box, blocks: Sequence[Block]) -> Block | None:
    """The nearest block above in the same column."""
    over = [b for b in blocks if b.box.bottom <= box.top + 0.3 * b.size and _same_column(b.box, box)]
    return max(over, key=lambda block: block.box.bottom, default=None)


def below(box: Box, blocks: Sequence[Block]) -> Block | None:
    """The nearest block below in the same column."""
    under = [b for b in blocks if b.box.top >= box.bottom - 0.3 * b.size and _same_column(b.box, box)]
    return min(under, key=lambda block: (block.box.top, block.box.x0), default=None)


def _same_column(one: Box, other: Box) -> bool:
    return one.across(other) > 0.5 * min(one.width, other.width)


def _is_subhead(block: Block, texts: Sequence[Block], sheet: Sheet) -> bool:
    """Does it stand within a column, close below its text?"""
    upper = None if block.tall else above(block.box, texts)
    if upper is None or block.box.width > 1.15 * upper.box.width or len(block.lines) > 2:
        return False
    near = block.box.top - upper.box.bottom <= _SUBHEAD * upper.size
    return near and not any(is_between(rule, upper.box, block.box) for rule in sheet.lying)


def _merged(heads: list[Head], belong: Callable[[Head, Head], bool], *, by_x: bool = False) -> list[Head]:
    """Headlines with those joined that belong together."""
    merged: list[Head] = []
    for head in sorted(heads, key=lambda head: (head.box.x0 if by_x else head.box.top, head.box.top, head.box.x0)):
        joined = next((other for other in merged if belong(other, head)), None)
        if joined is None:
            merged.append(head)
        else:
            joined.blocks += head.blocks
            joined.measure()
    return merged


def _is_one_deck(left: Head, right: Head, texts: Sequence[Block], sheet: Sheet) -> bool:
    """Two clauses of one deck with a wide space between: text runs on below the space, or from left to right of it."""
    size = left.size
    apart = right.box.x0 - left.box.x1
    level = abs(left.box.bottom - right.box.bottom) < 0.2 * size and abs(left.size - right.size) < 0.05 * size
    if left.tall or right.tall or not level or not -0.1 * size < apart <= _CLAUSE * size:
        return False
    gap = Box(left.box.x1, left.box.top, right.box.x0, left.box.bottom)
    if any(gap.x0 <= rule.x0 <= gap.x1 and rule.beside(gap) > 0 for rule in sheet.standing):
        return False
    under = [b for b in texts if b.box.top >= gap.bottom - size * 0.3 and b.box.across(gap) > 0]
    nearest = min(under, key=lambda block: block.box.top, default=None)
    if nearest is not None and nearest.box.x0 < gap.x0 - nearest.size and nearest.box.x1 > gap.x1 + nearest.size:
        return True
    first = below(right.box, texts)
    return first is not None and first.opens_indented is False


def _are_decks(upper: Head, lower: Head, sheet: Sheet) -> bool:
    if upper.tall or lower.tall:
        return False
    gap = lower.box.top - upper.box.bottom
    size = max(upper.size, lower.size)
    if not -0.5 * min(upper.size, lower.size) <= gap <= _DECK * size:
        return False
    if upper.box.across(lower.box) < 0.3 * min(upper.box.width, lower.box.width):
        return False
    return not any(is_between(rule, upper.box, lower.box) for rule in sheet.lying)


def _adopt(head: Head, texts: list[Block], sheet: Sheet) -> list[Block]:
    """Take in a kicker or a subtitle of the body's size; what is left of the texts."""
    if head.tall:
        return texts
    upper, lower = above(head.box, texts), below(head.box, texts)
    if upper is not None and _is_kicker(upper, head, texts, sheet):
        head.blocks.insert(0, upper)
    if lower is not None and _is_subtitle(lower, head):
        head.blocks.append(lower)
    head.measure()
    return [block for block in texts if block not in (head.blocks[0], head.blocks[-1])]


def _is_deck(block: Block) -> bool:
    return len(block.lines) <= 2 and block.length <= _SHORT and not is_finished(block.lines[-1].text)


def _is_kicker(block: Block, head: Head, texts: Sequence[Block], sheet: Sheet) -> bool:
    if not _is_deck(block) or len(block.lines) > 1 or head.box.top - block.box.bottom > _DECK * head.size:
        return False
    if not _lies_along(block, head) or any(is_between(rule, block.box, head.box) for rule in sheet.lying):
        return False
    upper = above(block.box, [text for text in texts if text is not block])
    return upper is None or block.box.top - upper.box.bottom > 1.2 * block.size


def _is_subtitle(block: Block, head: Head) -> bool:
    if not _is_deck(block) or block.box.top - head.box.bottom > _DECK * head.size or not _lies_along(block, head):
        return False
    return block.lines[0].text.startswith(_DASHES)


def _lies_along(block: Block, head: Head) -> bool:
    middle = abs(block.box.middle - head.box.middle) <= block.size
    return middle or head.box.x0 - block.size <= block.box.x0 <= block.box.x1 <= head.box.x1 + 2 * block.size
