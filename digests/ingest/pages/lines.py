"""A page's text as lines that remember where they stood."""

from dataclasses import dataclass

from digests.folding import fold

# Besides white space, marks of no width that converters leave at the ends of lines.
_EDGES = "".join(map(chr, (*range(9, 14), 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x200B, 0x2060, 0x3000, 0xFEFF)))


# Not frozen, for a page has many and frozen ones take four times as long to make; nothing changes them.
@dataclass(slots=True)
class Line:
    """A line that is not blank: `text` verbatim between its edges, `folded` the same by digests.folding.

    `number` is 1-based; `indent` counts the characters dropped in front, `gap` the blank lines above; `trail` says
    that white space stood behind it.
    """

    number: int
    text: str
    folded: str
    indent: int
    gap: int
    trail: bool = False


def with_line_feeds(text: str) -> str:
    """The text with every line end a line feed; a form feed, which ends a page, ends a line too but stays."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\f")


def split_lines(text: str, first: int = 1) -> list[Line]:
    """Every line that is not blank, in order; lines end with LF, and the text begins with the line numbered `first`."""
    folded = fold(text)
    lines: list[Line] = []
    start = gap = 0
    for number, raw in enumerate(text.split("\n"), first):
        bare = raw.lstrip(_EDGES)
        indent = len(raw) - len(bare)
        trail = bare
        bare = bare.rstrip(_EDGES)
        if bare:
            begin = start + indent
            lines.append(Line(number, bare, folded[begin : begin + len(bare)], indent, gap, len(trail) > len(bare)))
        gap = 0 if bare else gap + 1
        start += len(raw) + 1
    return lines
