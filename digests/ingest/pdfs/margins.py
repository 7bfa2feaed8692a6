"""The page's margins: folio, date and editors at its head and foot, apart from what is news."""

import re
from collections.abc import Sequence

from digests.ingest.pdfs.lines import Line

_SIGN = re.compile(
    r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}|[〇零一二三四五六七八九]{4}年|星期[一二三四五六日天]"
    r"|第?\s*[A-Z]?\d{1,3}\s*版|[A-Z]\d{2}\b"
    r"|^[-—\s]*[A-Z]?\d{1,3}[-—\s]*$|编辑|編輯|责编|美编|版式|校对|校對|组版|热线|熱線|CN\s?\d{2}-\d{4}|https?://|www\."
)
_LONGEST = 60  # characters
_ROWS = 3
_DEPTH = 0.14  # of the page's height


def part_margins(lines: Sequence[Line], height: float) -> tuple[list[Line], list[Line]]:
    """The margins' lines, from the top down, and all others: rows at the edges of the page with a folio's signs."""
    level = [line for line in lines if not line.tall]
    head = _rows(sorted(level, key=lambda line: line.box.top), height)
    foot = _rows(sorted(level, key=lambda line: -line.box.bottom), height)
    margins = {id(line): line for row in (*head, *foot[::-1]) for line in row}
    return list(margins.values()), [line for line in lines if id(line) not in margins]


def _rows(lines: Sequence[Line], height: float) -> list[list[Line]]:
    """Rows from the edge inwards as long as each is short and one of those behind it bears a sign."""
    rows: list[list[Line]] = []
    for line in lines:
        if rows and line.box.beside(rows[-1][0].box) > 0.3 * min(line.box.height, rows[-1][0].box.height):
            rows[-1].append(line)
        elif len(rows) < _ROWS:
            rows.append([line])
        else:
            break
    edge = lines[0].box.top if lines else 0.0
    near = [
        abs(row[0].box.top - edge) < _DEPTH * height and sum(len(li.text) for li in row) <= _LONGEST for row in rows
    ]
    signed = [any(_SIGN.search(line.text) for line in row) for row in rows]
    last = -1
    for place, row in enumerate(rows):
        if not near[place] or any(len(line.text) > _LONGEST for line in row):
            break
        if signed[place]:
            last = place
    return [sorted(row, key=lambda line: line.box.x0) for row in rows[: last + 1]]
