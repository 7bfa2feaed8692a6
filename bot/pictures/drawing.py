"""A sheet of paper with text on it: Chinese in a font that comes with us, in lines that break where Chinese may."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported where it is used: whoever draws nothing does without its 4 MB
    from PIL import Image, ImageDraw, ImageFont

FONT = Path(__file__).parent / "NotoSerifCJKsc-Bold-subset.otf"
"""Noto Serif CJK SC, bold, cut down to 9,851 characters (OFL.txt beside it): no system is sure to have one."""
WIDTH, HEIGHT = 1200, 630
"""Pixels: what pages that show a link make room for (https://ogp.me asks for none, the common shape is 1.91 to 1)."""
MARGIN = 64
PAPER, INK, SOFT, GREY, LINE, RED = "#fbf8f1", "#1f1c18", "#635b50", "#a69d8d", "#d9d1c0", "#8f2a1c"
MISSING = "〓"
"""Printers' sign for a character that the case does not have."""

_NEVER_FIRST = frozenset("，。、；：？！”’）》」』】〕…—·％℃,.;:?!)]%")
_NEVER_LAST = frozenset("“‘（《「『【〔([")


@cache
def font(size: int) -> "ImageFont.FreeTypeFont":
    """The font in a size in pixels."""
    from PIL import ImageFont

    return ImageFont.truetype(FONT, size)


@cache
def drawable(character: str) -> str:
    """The character, or the sign for one that the font does not have."""
    if character.isspace():
        return " "
    shape, none = (bytes(font(24).getmask(one)) for one in (character, "\U0010ffff"))
    return character if shape != none else MISSING


def fitting(text: str, size: int, width: float, lines: int) -> list[str]:
    """The text in at most so many lines of a width in pixels; what does not fit ends in ….

    No line begins with a mark that closes or ends with one that opens.
    """
    text = "".join(map(drawable, " ".join(text.split())))
    broken = list(_lines(text, size, width))
    if len(broken) <= lines:
        return broken
    last = broken[lines - 1]
    while last and font(size).getlength(f"{last}…") > width:
        last = last[:-1]
    return [*broken[: lines - 1], f"{last}…"]


def _lines(text: str, size: int, width: float) -> Iterator[str]:
    while text:
        end = _fits(text, size, width)
        yield text[:end].rstrip()
        text = text[end:].lstrip()


def _fits(text: str, size: int, width: float) -> int:
    """How many of the first characters make a line, at least one."""
    end = next((n for n in range(1, len(text)) if font(size).getlength(text[: n + 1]) > width), len(text))
    if end == len(text):
        return end
    back = end
    while back > 1 and not _may_break(text, back):
        back -= 1
    return back if back > 1 else end


def _may_break(text: str, at: int) -> bool:
    before, behind = text[:at].rstrip()[-1:], text[at:].lstrip()[:1]
    return before not in _NEVER_LAST and behind not in _NEVER_FIRST and not _within_word(text, at)


def _within_word(text: str, at: int) -> bool:
    """Whether a break would part a Latin word or a number."""
    return all(one.isascii() and one.isalnum() for one in text[at - 1 : at + 1])


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet being drawn on; places are pixels from the top left corner."""

    image: "Image.Image"
    draw: "ImageDraw.ImageDraw"

    def write(self, text: str, x: float, y: float, size: int, colour: str = INK, anchor: str = "la") -> None:
        """One line of text; `anchor` as Pillow names them, its ascender's left end by default."""
        self.draw.text((x, y), "".join(map(drawable, text)), font=font(size), fill=colour, anchor=anchor)

    def rule(self, y: float, thickness: int = 1, colour: str = LINE) -> None:
        """A line across, between the margins."""
        self.draw.rectangle((MARGIN, y, WIDTH - MARGIN, y + thickness - 1), fill=colour)

    def bar(self, x: float, y: float, length: float, height: float, colour: str) -> None:
        """A bar to the right; one without length is left out."""
        if length >= 1:
            self.draw.rectangle((x, y, x + length, y + height), fill=colour)

    def png(self) -> bytes:
        """The sheet as PNG; few colours, for it is paper and ink."""
        from PIL import Image

        out = BytesIO()
        self.image.quantize(48, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        return out.getvalue()


def sheet() -> Sheet:
    """An empty sheet."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    return Sheet(image, ImageDraw.Draw(image))
