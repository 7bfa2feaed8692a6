"""What is printed on a page of a PDF: glyphs, rules, boxes and pictures, in points, y downwards."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

_LARGEST = 150.0  # points of a letter: larger ones are drawings
_MOST_SHAPES = 500  # of a kind; the largest tell columns and articles apart
_THIN = 3.0  # points: a thinner box is a rule
_UNMAPPED = "(cid:"
_RADICALS = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F))


class Box(NamedTuple):
    """A rectangle."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return (self.x0 + self.x1) / 2

    def beside(self, other: "Box") -> float:
        """How much of the height both share."""
        return min(self.bottom, other.bottom) - max(self.top, other.top)

    def across(self, other: "Box") -> float:
        """How much of the width both share."""
        return min(self.x1, other.x1) - max(self.x0, other.x0)

    def holds(self, other: "Box", slack: float = 1.0) -> bool:
        """Does the other one lie within, but for `slack`?"""
        return (
            self.x0 - slack <= other.x0
            and other.x1 <= self.x1 + slack
            and self.top - slack <= other.top
            and other.bottom <= self.bottom + slack
        )


def around(boxes: Iterable[Box]) -> Box:
    """The least box that holds them all; there must be one."""
    all_of = list(boxes)
    return Box(
        min(box.x0 for box in all_of),
        min(box.top for box in all_of),
        max(box.x1 for box in all_of),
        max(box.bottom for box in all_of),
    )


class Glyph(NamedTuple):
    """A character where it is printed; `turn` is 1 where the text reads upwards, -1 where it reads downwards.

    `base` is the y its line stands on, for turned text the x.
    """

    text: str
    box: Box
    base: float
    size: float
    turn: int = 0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's glyphs in the order of its stream, the boxes drawn on it and its rules, lying and standing."""

    width: float
    height: float
    glyphs: Sequence[Glyph]
    lying: Sequence[Box] = ()
    standing: Sequence[Box] = ()
    frames: Sequence[Box] = ()
    images: Sequence[Box] = ()
    unmapped: int = 0


def sheet_of(row: dict[str, Any]) -> Sheet:
    """The sheet a row of the extraction describes, without glyphs off the page; `unmapped` counts nameless ones."""
    width, height = row["width"], row["height"]
    glyphs = [
        Glyph(_character(text), Box(x0, top, x1, bottom), base, size, turn, bool(bold))
        for text, x0, top, x1, bottom, base, size, turn, bold in row["glyphs"]
        if 0.5 < size <= _LARGEST and x1 > 0 and x0 < width and bottom > 0 and top < height
    ]
    shapes = [Box(*shape) for shape in row["shapes"]]
    thin = [shape for shape in shapes if min(shape.width, shape.height) <= _THIN]
    return Sheet(
        width,
        height,
        glyphs,
        _largest(rule for rule in thin if rule.height <= _THIN < rule.width),
        _largest(rule for rule in thin if rule.width <= _THIN < rule.height),
        _largest(shape for shape in shapes if min(shape.width, shape.height) > _THIN),
        _largest(Box(*image) for image in row["images"]),
        sum(glyph.text == "\ufffd" for glyph in glyphs),
    )


def _largest(boxes: Iterable[Box]) -> list[Box]:
    return sorted(dict.fromkeys(boxes), key=lambda box: -box.width - box.height)[:_MOST_SHAPES]


def _character(text: str) -> str:
    """A glyph's character; radicals and compatibility forms, which fonts mix up with them, as the characters meant."""
    if text.startswith(_UNMAPPED) or not text:
        return "\ufffd"
    if len(text) == 1 and any(low <= ord(text) <= high for low, high in _RADICALS):
        return unicodedata.normalize("NFKC", text)
    return "".join(max(char, " ") for char in text)
