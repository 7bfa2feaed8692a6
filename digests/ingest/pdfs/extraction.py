"""What a PDF draws, as JSON lines: a process of its own, bounded in time and memory, with the file as its input.

A PDF is a program: its streams unpack to a thousand times their size, its forms draw forms. No reader of it can be
bounded from within, so this file runs apart, and imports nothing of Liwen.
"""

import importlib.util
import io
import json
import math
import signal
import struct
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any

from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTImage, LTItem, LTPage
from pdfminer.pdfcolor import PDFColorSpace
from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdffont import PDFFont
from pdfminer.pdfinterp import PDFGraphicState, PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.psexceptions import PSException
from pdfminer.utils import Matrix, PathSegment

_MOST_SHAPES = 20_000  # a page; drawings have more, rules and boxes never
_MOST_SECONDS_ALL = 600
_MOST_MEMORY = 2 << 30  # bytes
_LONGEST = 8  # characters of one glyph; a ligature has three
_LARGEST = 20_000.0  # points of a page: PDF's own limit is 14,400
_BOLD = ("bold", "black", "heavy", "hei", "dabiaosong", "cuhei", "zonyi")
_WHITE = (1.0, 1.0, 1.0)
_BROKEN = "broken, or no PDF"


class TooMuch(Exception):
    """A page with more on it, or more work in it, than any newspaper page."""


# What pdfminer raises of its own, and what it lets through when a file is not what it says it is.
_FAULTS = (
    PSException,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    MemoryError,
    OSError,
    EOFError,
    struct.error,
    zlib.error,
)


class _Device(PDFPageAggregator):
    """Keeps what a page draws, up to a limit."""

    def __init__(self, resources: PDFResourceManager, most_characters: int) -> None:
        super().__init__(resources)
        self.most_characters = most_characters
        self.characters = self.shapes = 0

    def render_char(
        self,
        matrix: Matrix,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: PDFColorSpace,
        graphicstate: PDFGraphicState,
    ) -> float:
        self.characters += 1
        if self.characters > self.most_characters:
            raise TooMuch(f"more than {self.most_characters:,} characters")
        return super().render_char(matrix, font, fontsize, scaling, rise, cid, ncs, graphicstate)

    def paint_path(
        self, gstate: PDFGraphicState, stroke: bool, fill: bool, evenodd: bool, path: Sequence[PathSegment]
    ) -> None:
        self.shapes += 1
        if self.shapes <= _MOST_SHAPES and len(path) <= _MOST_SHAPES:
            super().paint_path(gstate, stroke, fill, evenodd, path)


def extract(
    content: bytes, *, most_pages: int, most_characters: int, seconds: int | None = None
) -> Iterator[dict[str, Any]]:
    """Every page: `{"page", "width", "height", "glyphs", "shapes", "images"}`, or `{"page", "error"}`.

    Points, y downwards. A glyph is `[text, x0, top, x1, bottom, baseline, size, turn, bold]`; turn is 0 for upright, 1
    for text that reads upwards, -1 for text that reads downwards. A shape or image is `[x0, top, x1, bottom]`. A file
    that cannot be read at all is `{"error"}`. `most_characters` is a page's; `seconds` of computing each page has, and
    the time before the first, bound the whole process: only one that is ours to end may ask for it.
    """
    _wind_clock(seconds)
    try:
        document = PDFDocument(PDFParser(io.BytesIO(content)))
    except PDFPasswordIncorrect:
        yield {"error": "encrypted: it needs a password"}
        return
    except PDFEncryptionError:
        yield {"error": "encrypted in a way that we do not know"}
        return
    except (*_FAULTS, TooMuch):
        yield {"error": _BROKEN}
        return
    number = 0
    for number, page in enumerate(_pages(document), 1):
        if number > most_pages:
            yield {"error": f"more than {most_pages} pages"}
            return
        _wind_clock(seconds)
        if page is None:
            yield {"page": number, "error": _BROKEN} if number > 1 else {"error": _BROKEN}
        else:
            yield {"page": number, **_page(page, most_characters)}
    if not number:
        yield {"error": "no page in it"}


def _pages(document: PDFDocument) -> Iterator[PDFPage | None]:
    """The pages; None in place of one that cannot be reached, and of all that follow."""
    try:
        yield from PDFPage.create_pages(document)
    except (*_FAULTS, TooMuch):
        yield None


def _page(page: PDFPage, most_characters: int) -> dict[str, Any]:
    resources = PDFResourceManager()  # one for each page: fonts kept from page to page are never freed
    device = _Device(resources, most_characters)
    try:
        PDFPageInterpreter(resources, device).process_page(page)
        return _drawn(device.get_result())
    except TooMuch as error:
        return {"error": str(error)}
    except _FAULTS:
        return {"error": _BROKEN}


def _drawn(page: LTPage) -> dict[str, Any]:
    glyphs: list[list[Any]] = []
    shapes: list[list[float]] = []
    images: list[list[float]] = []
    height = page.height
    if not (0 < page.width <= _LARGEST and 0 < height <= _LARGEST):
        raise TooMuch("larger than any page")
    for item in _items(page):
        if isinstance(item, (LTChar, LTCurve, LTImage)) and not all(map(math.isfinite, item.bbox)):
            continue
        if isinstance(item, LTChar):
            glyphs.append(_glyph(item, height))
        elif isinstance(item, LTCurve) and _is_seen(item):
            shapes.append(_box(item.bbox, height))
        elif isinstance(item, LTImage):
            images.append(_box(item.bbox, height))
    return {"width": page.width, "height": height, "glyphs": glyphs, "shapes": shapes, "images": images}


def _items(page: LTPage) -> Iterator[LTItem]:
    """Everything drawn, what stands in forms too; without recursion, forms may be deep."""
    waiting: list[Iterator[LTItem]] = [iter(page)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, LTContainer):
            waiting.append(iter(item))
        else:
            yield item


def _box(bbox: tuple[float, float, float, float], height: float) -> list[float]:
    x0, y0, x1, y1 = bbox
    return [round(x0, 2), round(height - y1, 2), round(x1, 2), round(height - y0, 2)]


def _glyph(char: LTChar, height: float) -> list[Any]:
    _, b, _, _, x, y = char.matrix
    turn = 0 if char.upright else 1 if b > 0 else -1
    baseline = x if turn else height - y
    size = char.width if turn else char.size
    name = char.fontname.lower() if isinstance(char.fontname, str) else ""
    bold = any(word in name for word in _BOLD)
    return [char.get_text()[:_LONGEST], *_box(char.bbox, height), round(baseline, 2), round(size, 2), turn, int(bold)]


def _is_seen(shape: LTCurve) -> bool:
    """Painted in anything but white: white boxes lie under text frames, and border nothing."""
    if shape.stroke and not _is_white(shape.stroking_color):
        return True
    return bool(shape.fill) and not _is_white(shape.non_stroking_color)


def _is_white(color: object) -> bool:
    parts = tuple(color) if isinstance(color, (tuple, list)) else (color,)
    if not all(isinstance(part, (int, float)) for part in parts):
        return False
    return parts in ((1,), _WHITE, (0, 0, 0, 0))


def _out_of_time(_signal: int, _frame: FrameType | None) -> None:
    raise TooMuch("it takes too long")


def _wind_clock(seconds: int | None) -> None:
    """So many more seconds of computing, where the system counts them; elsewhere only the parent's clock runs."""
    if seconds is None or importlib.util.find_spec("resource") is None:
        return
    import resource

    signal.signal(signal.SIGXCPU, _out_of_time)
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    with suppress(ValueError, OSError):  # whoever started us allows less
        # The soft limit raises TooMuch; the hard one ends the process, even one that is stuck outside Python.
        resource.setrlimit(resource.RLIMIT_CPU, (min(spent + seconds, _MOST_SECONDS_ALL), _MOST_SECONDS_ALL))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def print_rows(rows: Iterable[dict[str, Any]]) -> None:
    """Each row as a line of JSON, and a line that tells the end of a file from the end of this process."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()
    sys.stdout.write('{"end":true}\n')


def _main(most_pages: int, most_characters: int, seconds: int) -> None:
    content = sys.stdin.buffer.read()
    print_rows(extract(content, most_pages=most_pages, most_characters=most_characters, seconds=seconds))


if __name__ == "__main__":
    _main(*map(int, sys.argv[1:]))
