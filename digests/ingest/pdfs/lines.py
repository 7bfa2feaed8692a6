"""Glyphs become printed lines: those on one baseline, of one size, without a gap that a column's gutter would leave."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from digests.ingest.pdfs.sheet import Box, Glyph, Sheet, around

_GAP = 1.2  # em: more parts two lines
_GUTTER = 0.35  # em: less is never one
_GUTTERS = 3  # lines that begin at one x make it a column's
_SPACE = 0.5  # em: a gap as wide between Chinese characters is a space
_LATIN_SPACE = 0.18
_TWIN = 0.3  # em: nearer to its like, a glyph is the same printed twice
_ALIKE = 1.25  # ratio of sizes within a line: figures are often set smaller
_BIG = 1.2  # times the body's size: only headlines are looked through for upright columns
_MOST_OPEN = 32  # runs on a baseline
_MOST_TWINS = 50
_MOST_BIG = 800
_HANGING = "，。、；：！？”’）》」』〉】,.;:!?)…"  # begin no line, and may stand beyond its end


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line, or an upright column of a headline (`tall`)."""

    text: str
    box: Box
    size: float
    bold: bool = False
    tall: bool = False


@dataclass(slots=True)
class _Run:
    """A line while it grows to the right."""

    glyphs: list[Glyph]
    base: float
    size: float
    x1: float


def print_lines(sheet: Sheet) -> list[Line]:
    """The lines of a sheet, in no order. Time grows with the number of glyphs."""
    glyphs = _once(sheet.glyphs)
    body = body_size(glyphs)
    level = [glyph for glyph in glyphs if not glyph.turn]
    stacks = list(_stacks([glyph for glyph in level if glyph.size >= _BIG * body]))
    stacked = {id(glyph) for stack in stacks for glyph in stack}
    runs = _runs([glyph for glyph in level if id(glyph) not in stacked], sheet.standing)
    lines = [_line(run) for run in _parted(runs)]
    lines += [_tall(stack) for stack in stacks]
    for turn in (1, -1):
        lines += [_turned(run) for run in _runs([_levelled(glyph) for glyph in glyphs if glyph.turn == turn], ())]
    return lines


def body_size(glyphs: Iterable[Glyph]) -> float:
    """The size in which most characters are set, to half a point; 10 if there are none."""
    sizes = Counter(round(glyph.size * 2) / 2 for glyph in glyphs)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Without spaces, which the gaps show better, and without the second print that makes a headline bold."""
    kept: list[Glyph] = []
    places: defaultdict[tuple[str, int, int], list[Box]] = defaultdict(list)
    for glyph in glyphs:
        if not glyph.text.strip():
            continue
        reach = max(_TWIN * min(glyph.box.width, glyph.size), 0.1)
        cell = max(glyph.size, 1.0)
        x, y = int(glyph.box.x0 // cell), int(glyph.box.top // cell)
        near = (box for dx in (-1, 0, 1) for dy in (-1, 0, 1) for box in places.get((glyph.text, x + dx, y + dy), ()))
        if any(abs(box.x0 - glyph.box.x0) < reach and abs(box.top - glyph.box.top) < reach for box in near):
            continue
        if len(places[glyph.text, x, y]) < _MOST_TWINS:
            places[glyph.text, x, y].append(glyph.box)
        kept.append(glyph)
    return kept


def _runs(glyphs: Sequence[Glyph], rules: Sequence[Box]) -> list[_Run]:
    """Every glyph joins, from left to right, the run on its baseline that ends just before it."""
    open_runs: defaultdict[int, list[_Run]] = defaultdict(list)
    runs: list[_Run] = []
    walls = sorted(rules)
    for glyph in sorted(glyphs, key=lambda glyph: (glyph.box.x0, glyph.base)):
        cell = int(glyph.base // 4)
        reach = int(0.25 * glyph.size // 4) + 1
        near = [run for n in range(cell - reach, cell + reach + 1) for run in open_runs.get(n, ())]
        fitting = [run for run in near if _fits(run, glyph) and not _is_walled(run.x1, glyph, walls)]
        if fitting:
            run = min(fitting, key=lambda run: (abs(run.base - glyph.base), glyph.box.x0 - run.x1))
            run.glyphs.append(glyph)
            run.x1 = max(run.x1, glyph.box.x1)
            continue
        run = _Run([glyph], glyph.base, glyph.size, glyph.box.x1)
        ended = glyph.box.x0 - _GAP * 4 * glyph.size
        open_runs[cell] = [other for other in open_runs[cell] if other.x1 > ended][-_MOST_OPEN:]
        open_runs[cell].append(run)
        runs.append(run)
    return runs


def _fits(run: _Run, glyph: Glyph) -> bool:
    em = max(run.size, glyph.size)
    return (
        abs(run.base - glyph.base) <= 0.2 * em
        and -0.6 * em <= glyph.box.x0 - run.x1 <= _GAP * em
        and max(run.size / glyph.size, glyph.size / run.size) <= _ALIKE
    )


def _is_walled(x1: float, glyph: Glyph, walls: Sequence[Box]) -> bool:
    """Does a standing rule part the glyph from the run before it?"""
    slack = 0.15 * glyph.size
    first, last = bisect_left(walls, (x1 - slack,)), bisect_right(walls, (glyph.box.x0 + slack,))
    if glyph.text in _HANGING or glyph.box.x0 - x1 < -slack:
        return False
    return any(wall.x1 <= glyph.box.x0 + slack and wall.top < glyph.base < wall.bottom for wall in walls[first:last])


def _parted(runs: Sequence[_Run]) -> Iterator[_Run]:
    """Runs cut at gaps that are gutters: behind them as many lines begin as only a column has."""
    starts = Counter(round(run.glyphs[0].box.x0) for run in runs)
    for run in runs:
        starts.update(round(run.glyphs[place].box.x0) for place in _gaps(run))
    for run in runs:
        begin = 0
        for place in _gaps(run):
            x = round(run.glyphs[place].box.x0)
            if sum(starts[near] for near in (x - 1, x, x + 1)) >= _GUTTERS:
                yield _cut(run, begin, place)
                begin = place
        yield _cut(run, begin, len(run.glyphs))


def _gaps(run: _Run) -> Iterator[int]:
    glyphs = run.glyphs
    spread = _spread(glyphs)
    for place in range(1, len(glyphs)):
        gap = glyphs[place].box.x0 - glyphs[place - 1].box.x1
        if gap - spread >= _GUTTER * run.size and glyphs[place].text not in _HANGING:
            yield place


def _cut(run: _Run, begin: int, end: int) -> _Run:
    glyphs = run.glyphs[begin:end]
    return _Run(glyphs, run.base, run.size, max(glyph.box.x1 for glyph in glyphs))


def _spread(glyphs: Sequence[Glyph]) -> float:
    """How far a line's characters are set apart throughout; two or three show nothing."""
    if len(glyphs) < 4:
        return 0.0
    return max(0.0, median(b.box.x0 - a.box.x1 for a, b in pairwise(glyphs)))


def _line(run: _Run) -> Line:
    glyphs = run.glyphs
    return Line(
        _text(glyphs),
        around(glyph.box for glyph in glyphs),
        Counter(glyph.size for glyph in glyphs).most_common(1)[0][0],
        sum(glyph.bold for glyph in glyphs) >= 0.9 * len(glyphs),
    )


def _text(glyphs: Sequence[Glyph]) -> str:
    spread = _spread(glyphs)
    pieces = [glyphs[0].text]
    for before, glyph in pairwise(glyphs):
        gap = (glyph.box.x0 - before.box.x1 - spread) / max(before.size, glyph.size)
        latin = before.text.isascii() and glyph.text.isascii()
        pieces.append(" " if gap > (_LATIN_SPACE if latin else _SPACE) else "")
        pieces.append(glyph.text)
    return "".join(pieces)


def _stacks(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Columns of three and more glyphs that stand nearer to those above and below than to those beside them."""
    if len(glyphs) > _MOST_BIG:
        return
    lower: dict[int, Glyph] = {}
    for glyph in glyphs:
        below = [other for other in glyphs if _is_below(glyph, other)]
        if not below:
            continue
        nearest = min(below, key=lambda other: other.box.top)
        down = nearest.box.top - glyph.box.bottom
        if down + 0.1 * glyph.size < _nearest_beside(glyph, glyphs):
            lower[id(glyph)] = nearest
    headed = {id(glyph) for glyph in lower.values()}
    for glyph in glyphs:
        if id(glyph) in headed or id(glyph) not in lower:
            continue
        stack = [glyph]
        while id(stack[-1]) in lower:
            stack.append(lower[id(stack[-1])])
        if len(stack) >= 3:
            yield stack


def _is_below(upper: Glyph, lower: Glyph) -> bool:
    em = upper.size
    return (
        abs(upper.box.middle - lower.box.middle) <= 0.25 * em
        and 0.5 * em < lower.box.top - upper.box.top <= 1.9 * em
        and max(upper.size / lower.size, lower.size / upper.size) <= 1.1
    )


def _nearest_beside(glyph: Glyph, glyphs: Sequence[Glyph]) -> float:
    """The gap to the nearest glyph on either side; far away if there is none."""
    gaps = (
        max(other.box.x0 - glyph.box.x1, glyph.box.x0 - other.box.x1)
        for other in glyphs
        if other is not glyph and glyph.box.beside(other.box) > 0.5 * glyph.size
    )
    return min(gaps, default=float("inf"))


def _tall(stack: Sequence[Glyph]) -> Line:
    bold = all(glyph.bold for glyph in stack)
    return Line(
        "".join(glyph.text for glyph in stack), around(glyph.box for glyph in stack), stack[0].size, bold, tall=True
    )


def _levelled(glyph: Glyph) -> Glyph:
    """A turned glyph on a sheet turned back."""
    x0, top, x1, bottom = glyph.box
    box = Box(-bottom, x0, -top, x1) if glyph.turn > 0 else Box(top, -x1, bottom, -x0)
    return glyph._replace(box=box, base=glyph.base * glyph.turn)


def _turned(run: _Run) -> Line:
    """A line of turned glyphs, in its place on the sheet as it lies."""
    line = _line(run)
    x0, top, x1, bottom = line.box
    box = Box(top, -x1, bottom, -x0) if run.glyphs[0].turn > 0 else Box(-bottom, x0, -top, x1)
    return Line(line.text, box, line.size, line.bold, tall=True)
