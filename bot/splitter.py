"""Blocks of marked text → messages that Telegram takes: cut between blocks, else at a line, else at a sentence."""

import html
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from bot.chat import Mark, Span, Spans

UNITS = 4096
"""UTF-16 units of a message after entity parsing: safe under every reading of Telegram's limit."""
ENTITIES = 100
"""Marks of a message; Telegram drops the rest in silence."""

LINKS = 6_000
"""Bytes of a message's links, escaped: Telegram keeps entities of some 9,500 bytes, and takes 32,768 of raw text."""

LONGEST_LINK = 1_000
"""Bytes of the longest address that is linked, escaped; a longer one is none that a paper gives its articles."""

LINE, GAP = Span("\n"), Span("\n\n")
_ADDRESS = re.compile(r"https?://[^\s/][^\s]*")
# A cut reads best behind a line, then behind a sentence, then behind a comma or space.
_CUTS = tuple(re.compile(pattern) for pattern in (r"\n+", r"[。！？!?…][”’」』）)]*", r"[，、；,;\s]"))


def units(text: str) -> int:
    """The length of a text in UTF-16 units, as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2  # thirty times as quick as to look at each character


def length(spans: Spans) -> int:
    """The length of marked text in UTF-16 units."""
    return sum(units(span.text) for span in spans)


def marks(spans: Spans) -> int:
    """How many entities Telegram will count."""
    return sum(span.marked for span in spans)


def links(spans: Spans) -> int:
    """Bytes that the links take, as they are written in HTML."""
    return sum(len(html.escape(span.link).encode()) for span in spans)


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one message, and the blocks (their 0-based places in the input) that begin in it."""

    spans: Spans
    begins: tuple[int, ...]


def paginate(blocks: Iterable[Spans], limit: int = UNITS, tight: Container[int] = ()) -> list[Page]:
    """Blocks in pages of at most `limit` units, ENTITIES marks and LINKS bytes of links, an empty line between blocks.

    None stands before those whose places are in `tight`. A block stays whole when it can; a longer one is cut. Text is
    neither lost nor added, but for white space at a cut. Blocks without any text are left out.
    """
    pages: list[Page] = []
    for place, block in enumerate(blocks):
        for number, piece in enumerate(_pieces(block, limit)):
            begins = () if number else (place,)
            joined = (*pages[-1].spans, LINE if place in tight else GAP, *piece) if pages else ()
            if joined and _fits(joined, limit):
                pages[-1] = Page(joined, pages[-1].begins + begins)
            else:
                pages.append(Page(piece, begins))
    return pages


def _fits(spans: Spans, limit: int) -> bool:
    return length(spans) <= limit and marks(spans) <= ENTITIES and links(spans) <= LINKS


def _pieces(block: Spans, limit: int) -> list[Spans]:
    pieces: list[list[Span]] = [[]]
    for span in block:
        for part in _parts(span, limit):
            if not _fits((*pieces[-1], part), limit):
                pieces.append([])
            pieces[-1].append(part)
    return [stripped for piece in pieces if (stripped := _stripped(tuple(piece)))]


def _parts(span: Span, limit: int) -> list[Span]:
    """The span in pieces of at most `limit` units, cut where it reads best."""
    parts, text = [], span.text
    while units(text) > limit:
        at = _cut(text, limit)
        parts.append(replace(span, text=text[:at]))
        text = text[at:]
    return [*parts, replace(span, text=text)]


def _cut(text: str, limit: int) -> int:
    """Where to cut: the last good place in the second half of what fits, else as late as possible."""
    end = min(len(text), limit)
    while units(text[:end]) > limit:
        end -= max(1, (units(text[:end]) - limit) // 2)
    for cut in _CUTS:
        ends = [match.end() for match in cut.finditer(text, end // 2, end)]
        if ends:
            return ends[-1]
    return end


def _stripped(spans: Spans) -> Spans:
    """Without white space at either end: Telegram would drop it, and an empty message is refused."""
    while spans and not spans[0].text.strip():
        spans = spans[1:]
    while spans and not spans[-1].text.strip():
        spans = spans[:-1]
    if not spans:
        return ()
    head = replace(spans[0], text=spans[0].text.lstrip())
    spans = (head, *spans[1:])
    return (*spans[:-1], replace(spans[-1], text=spans[-1].text.rstrip()))


def bold(text: str) -> Span:
    """A bold span."""
    return Span(text, Mark.BOLD)


def clipped(text: str, limit: int) -> str:
    """As much of a text as stays within `limit` UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore")


def linked(text: str, address: str) -> Span:
    """A link, or the bare text where the address is none that Telegram follows."""
    fits = _ADDRESS.fullmatch(address) and len(html.escape(address).encode()) <= LONGEST_LINK
    return Span(text, link=address) if fits else Span(text)


def lines(*texts: Spans) -> Spans:
    """Marked texts under one another; those without any text are left out."""
    shown = [text for text in texts if any(span.text.strip() for span in text)]
    return tuple(span for number, text in enumerate(shown) for span in ((LINE, *text) if number else text))
