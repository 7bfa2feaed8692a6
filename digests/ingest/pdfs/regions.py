"""Whose text is whose: every block of a page is given to the headline it stands under, beside, or goes on from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from digests.ingest.pdfs.blocks import Block
from digests.ingest.pdfs.columns import in_order, read_blocks, seam
from digests.ingest.pdfs.heads import Head, above, part_heads
from digests.ingest.pdfs.sheet import Box, Sheet, around

_NEIGHBOUR = 4.0  # em: columns of one article stand nearer
_LARGEST = 0.75  # of the page: a larger box frames nothing but it
_MOST_FRAMES = 200
_CAPTION = 0.94  # of the body's size
_UNDER = 2.5  # em: a caption stands nearer to its picture


@dataclass(slots=True)
class Region:
    """A headline and the blocks that are its text, in reading order; `aside` are captions and other small type."""

    head: Head | None
    blocks: list[Block] = field(default_factory=list)
    aside: list[Block] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """Around everything in it."""
        heads = self.head.blocks if self.head else []
        return around(block.box for block in (*heads, *self.blocks, *self.aside))


def part_regions(blocks: Sequence[Block], sheet: Sheet, body: float) -> list[Region]:
    """The regions of a page in the order of the page, those within boxes apart from those around them."""
    regions: list[Region] = []
    for inside in _framed(blocks, sheet):
        regions += _regions(inside, sheet, body)
    return in_order(regions, lambda region: region.box, bands=True)


def _framed(blocks: Sequence[Block], sheet: Sheet) -> list[list[Block]]:
    """The blocks outside of every box, and those within each; a box through which a text runs on is none."""
    frames = _frames(blocks, sheet)
    inside: dict[Box | None, list[Block]] = {}
    for block in blocks:
        frame = min((f for f in frames if f.holds(block.box, block.size)), key=_area, default=None)
        inside.setdefault(frame, []).append(block)
    return list(inside.values())


def _frames(blocks: Sequence[Block], sheet: Sheet) -> list[Box]:
    page = sheet.width * sheet.height
    large = [frame for frame in sheet.frames if _area(frame) < _LARGEST * page]
    whole = [frame for frame in large[:_MOST_FRAMES] if any(frame.holds(block.box, block.size) for block in blocks)]
    return [frame for frame in whole if not any(_is_crossed(frame, block) for block in blocks)]


def _is_crossed(frame: Box, block: Block) -> bool:
    """Does the box cut through a block? Then it was not drawn around text."""
    wide, high = frame.across(block.box), frame.beside(block.box)
    return wide > block.size and high > block.size and not frame.holds(block.box, block.size)


def _area(box: Box) -> float:
    return box.width * box.height


def _regions(blocks: Sequence[Block], sheet: Sheet, body: float) -> list[Region]:
    heads, texts = part_heads(blocks, sheet, body)
    regions = [Region(head) for head in heads]
    owners = _owners(regions, texts, sheet)
    stray = Region(None)
    for block in texts:
        (owners.get(id(block)) or stray).blocks.append(block)
    for region in (*regions, stray):
        _set_aside(region, sheet, body)
    return [_read(region) for region in (*regions, stray) if region.head or region.blocks or region.aside]


def _read(region: Region) -> Region:
    return replace(region, blocks=read_blocks(region.blocks))


def _owners(regions: Sequence[Region], texts: Sequence[Block], sheet: Sheet) -> dict[int, Region]:
    owners: dict[int, Region] = {}
    obstacles = [block.box for block in texts] + [region.head.box for region in regions if region.head]
    obstacles += [*sheet.images, *sheet.standing]
    level = [(region, _span(region.head, obstacles)) for region in regions if region.head and not region.head.tall]
    for block in texts:
        region = _headed(block, level, texts, sheet)
        if region is not None:
            owners[id(block)] = region
    for region in regions:
        if region.head and region.head.tall:
            _give_beside(region, texts, owners)
    _give_back(texts, owners)
    _give_on(texts, owners, sheet)
    return owners


def _span(head: Head, obstacles: Iterable[Box]) -> Box:
    """The headline's box, widened over the white space on both sides of it."""
    left, right = float("-inf"), float("inf")
    for box in obstacles:
        if box is head.box or box.beside(head.box) <= 0.15 * min(box.height, head.box.height):
            continue
        if box.x1 <= head.box.x0 + 1:
            left = max(left, box.x1)
        elif box.x0 >= head.box.x1 - 1:
            right = min(right, box.x0)
    return head.box._replace(x0=left, x1=right)


def _headed(block: Block, level: Sequence[tuple[Region, Box]], texts: Sequence[Block], sheet: Sheet) -> Region | None:
    """The nearest headline above the block that reaches over it, and whose text no rule has ended before."""
    over = [
        (region, span)
        for region, span in level
        if span.bottom <= block.box.top + 0.5 * block.size and span.x0 <= block.box.middle <= span.x1
    ]
    lowest = max((span for _, span in over), key=lambda span: span.bottom, default=block.box)
    beside = [(region, span) for region, span in over if span.bottom > lowest.top]
    if block.opens_indented is False:  # it goes on from the left; the first column of what is to the right does not
        beside = [pair for pair in beside if pair[0].box.x0 < block.box.x1] or beside
    region, span = max(beside, key=lambda pair: _cover(pair[0], block), default=(None, lowest))
    return None if _is_ended(span, block, texts, sheet) else region


def _is_ended(span: Box, block: Block, texts: Sequence[Block], sheet: Sheet) -> bool:
    """Does a rule over the block have text of the headline above it? One without underlines the headline."""
    wall = _wall(block, sheet)
    if wall <= span.bottom:
        return False
    return any(span.bottom <= text.box.top and text.box.bottom <= wall and span.across(text.box) > 0 for text in texts)


def _wall(block: Block, sheet: Sheet) -> float:
    """The y of the nearest lying rule above the block and as wide as it."""
    above_it = (rule.bottom for rule in sheet.lying if rule.across(block.box) > 0.9 * block.box.width)
    return max((y for y in above_it if y <= block.box.top + 0.3 * block.size), default=float("-inf"))


def _cover(region: Region, block: Block) -> float:
    """How far the headline's letters stand over the block; below zero, how far from it."""
    return region.head.box.across(block.box) if region.head else float("-inf")


def _give_beside(region: Region, texts: Sequence[Block], owners: dict[int, Region]) -> None:
    """An upright headline has the columns to its right that begin as high as it does, else those to its left."""
    head = region.head
    if head is None:
        return
    reach = max(head.size, 2.5 * min((block.size for block in texts), default=head.size))
    level = [
        block
        for block in texts
        if -reach <= block.box.top - head.box.top <= reach and not _has_own(block, head, owners)
    ]
    right = sorted((b for b in level if b.box.x0 >= head.box.x1 - 1), key=lambda block: block.box.x0)
    left = sorted((b for b in level if b.box.x1 <= head.box.x0 + 1), key=lambda block: -block.box.x1)
    for side in (right, left):
        edge = head.box
        taken = []
        for block in side:
            apart = max(block.box.x0 - edge.x1, edge.x0 - block.box.x1)
            if apart > _NEIGHBOUR * block.size:
                break
            taken.append(block)
            edge = block.box
        if taken:
            _take_columns(region, taken, texts, owners)
            return


def _has_own(block: Block, head: Head, owners: dict[int, Region]) -> bool:
    """Does a headline stand directly over the block and not over the upright one too?"""
    owner = owners.get(id(block))
    if owner is None or owner.head is None:
        return False
    return owner.head.box.bottom > head.box.top - 3 * block.size and owner.head.box.across(head.box) <= 0


def _take_columns(region: Region, tops: Sequence[Block], texts: Sequence[Block], owners: dict[int, Region]) -> None:
    """Give the region these blocks, and what stands below them in their columns under the same headline as they do."""
    for top in tops:
        before = owners.get(id(top))
        for block in texts:
            below = block.box.top >= top.box.top and block.box.across(top.box) > 0.5 * block.box.width
            if below and owners.get(id(block)) is before:
                owners[id(block)] = region


def _give_back(texts: Sequence[Block], owners: dict[int, Region]) -> None:
    """A block under another article's end in its column may go on from the column to its left."""
    for block in sorted(texts, key=lambda block: (block.box.x0, block.box.top)):
        owner = owners.get(id(block))
        upper = above(block.box, [text for text in texts if text is not block and text.size == block.size])
        if owner is None or upper is None or owners.get(id(upper)) is not owner:
            continue
        if block.box.top - upper.box.bottom < block.size:
            continue
        left = _column_before(block, texts, owners, other_than=owner)
        if left is None:
            continue
        other = owners[id(left)]
        starts = other.head is not None and abs(other.head.box.top - block.box.top) < block.size
        if seam(left, block) + starts > seam(upper, block) + 0.5:
            owners[id(block)] = other


def _column_before(
    block: Block, texts: Sequence[Block], owners: dict[int, Region], other_than: Region | None = None
) -> Block | None:
    """The lowest block of an article in the column to the left, alongside."""
    beside = [
        text
        for text in texts
        if 0 <= block.box.x0 - text.box.x1 + 1 <= _NEIGHBOUR * block.size
        and text.box.beside(block.box) > 0
        and owners.get(id(text)) not in (None, other_than)
    ]
    return max(beside, key=lambda text: (seam(text, block), text.box.bottom), default=None)


def _give_on(texts: Sequence[Block], owners: dict[int, Region], sheet: Sheet) -> None:
    """A column without a headline above it goes on from the one to its left."""
    for block in sorted(texts, key=lambda block: (block.box.x0, block.box.top)):
        if id(block) in owners:
            continue
        upper = above(block.box, [text for text in texts if text is not block and id(text) in owners])
        left = _column_before(block, texts, owners)
        source = upper or left
        if upper is not None and left is not None:
            ruled = upper.box.bottom <= _wall(block, sheet)
            source = left if ruled or seam(left, block) > seam(upper, block) else upper
        if source is not None:
            owners[id(block)] = owners[id(source)]


def _set_aside(region: Region, sheet: Sheet, body: float) -> None:
    """Take captions and other small type out of a region's text."""
    sizes: dict[float, int] = {}
    for block in region.blocks:
        sizes[block.size] = sizes.get(block.size, 0) + block.length
    own = max(sizes, key=lambda size: sizes[size], default=body) if region.head else body
    first = min(region.blocks, key=lambda block: (round(block.box.top), block.box.x0), default=None)
    for block in list(region.blocks):
        small = block.size <= _CAPTION * own and block is not first
        other = abs(block.size - own) > 0.03 * own
        if small or (other and _is_under_picture(block, sheet)):
            region.blocks.remove(block)
            region.aside.append(block)


def _is_under_picture(block: Block, sheet: Sheet) -> bool:
    return any(
        -block.size <= block.box.top - image.bottom <= _UNDER * block.size
        and image.across(block.box) > 0.5 * block.box.width
        for image in sheet.images
    )
