"""A sheet becomes articles: geometry finds headlines and columns, the page reader the rest."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from digests.errors import InputError
from digests.ingest.pages import read_page
from digests.ingest.pdfs.blocks import stack_blocks
from digests.ingest.pdfs.flow import is_indented, paragraphs_of
from digests.ingest.pdfs.lines import Line, print_lines
from digests.ingest.pdfs.margins import part_margins
from digests.ingest.pdfs.regions import Region, part_regions
from digests.ingest.pdfs.sheet import Sheet
from digests.model.news import Kind, RawArticle

_MOST_LINES = 5_000  # on a page; a broadsheet has 1,000
_MOST_BLOCKS = 1_000  # a broadsheet has 200; the time to part them grows with the square
_ASIDE = 60  # characters: a longer text in small type belongs to the article


class Crowded(Exception):
    """A page with more lines or blocks than any newspaper page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A headline's decks (kicker, title, subtitle; all empty without one), its paragraphs, and texts set aside."""

    decks: tuple[str, str, str]
    paragraphs: tuple[str, ...]
    aside: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """Decks a line each, then the paragraphs with blank lines between, as the page reader takes them."""
        head = "\n".join(filter(None, self.decks))
        return "\n\n".join(filter(None, (head, *self.paragraphs)))


@dataclass(frozen=True, slots=True)
class Layout:
    """A page read by geometry: its margins' lines, and its pieces in their order."""

    margins: tuple[str, ...]
    pieces: tuple[Piece, ...]


def lay_out(sheet: Sheet) -> Layout:
    """Read a sheet by geometry alone. Raises Crowded for a page that would take too long."""
    lines = print_lines(sheet)
    if len(lines) > _MOST_LINES:
        raise Crowded
    margins, rest = part_margins(lines, sheet.height)
    blocks = stack_blocks(rest)
    if len(blocks) > _MOST_BLOCKS:
        raise Crowded
    body = _body_size(rest)
    regions = part_regions(blocks, sheet, body)
    indented = is_indented(block for region in regions for block in region.blocks)
    pieces = tuple(_piece(region, indented=indented) for region in regions)
    return Layout(tuple(line.text for line in margins), pieces)


def _body_size(lines: Iterable[Line]) -> float:
    lengths: dict[float, int] = {}
    for line in lines:
        size = round(line.size * 2) / 2
        lengths[size] = lengths.get(size, 0) + len(line.text)
    return max(lengths, key=lambda size: (lengths[size], -size), default=10.0)


def _piece(region: Region, *, indented: bool) -> Piece:
    decks = region.head.decks() if region.head else ("", "", "")
    aside = tuple(tuple(paragraphs_of([block], indented=indented)) for block in region.aside)
    return Piece(decks, tuple(paragraphs_of(region.blocks, indented=indented)), aside)


def articles_of(layout: Layout, name: str) -> Iterator[RawArticle]:
    """The articles of a page; `page`, `section` and `published_on` are what its margins say."""
    said = _said(layout)
    for piece in layout.pieces:
        if not piece.paragraphs and not piece.aside:
            continue
        loose: list[str] = []
        captions: list[RawArticle] = []
        for aside in piece.aside:
            found = [raw for raw in _read("\n\n".join(aside), name) if raw.kind is Kind.CAPTION]
            captions += found
            if not found and sum(map(len, aside)) >= _ASIDE:
                loose += aside
        for raw in (*_articles(replace(piece, paragraphs=(*piece.paragraphs, *loose)), name), *captions):
            yield replace(
                raw,
                page=said.page or raw.page,
                section=raw.section or said.section,
                published_on=said.published_on or raw.published_on,
            )


def _read(text: str, name: str) -> Sequence[RawArticle]:
    """What the page reader finds in a text; nothing, if it is all furniture and notices."""
    try:
        return read_page(text, name).articles
    except InputError:
        return ()


def _said(layout: Layout) -> RawArticle:
    """An article that bears what the margins say: the reader takes it from a page with one."""
    longest = max(layout.pieces, key=lambda piece: len(piece.text), default=Piece(("", "", ""), ()))
    folio = "\n".join(" ".join(layout.margins).split())  # in pieces, or a headline might be read on from it
    found = _read(f"{folio}\n\n\n{longest.text}", "page") if folio else ()
    return found[0] if found else RawArticle(title="", paragraphs=())


def _articles(piece: Piece, name: str) -> Iterator[RawArticle]:
    """The piece's article under its own headline; more where the reader finds headlines that were set as such."""
    found = list(_read(piece.text, name))
    if not found or not any(piece.decks):
        yield from found
        return
    kicker, title, subtitle = piece.decks
    head, *others = found
    head = replace(head, paragraphs=_without_decks(head.paragraphs, piece.decks))
    read = tuple(part for part in (head.kicker, head.title, head.subtitle) if part)
    more = [part for part in read if not _bare(part) or _bare(part) not in _bare("".join(piece.decks))]
    extra = " ".join(part for part in more if not any(_bare(deck) in _bare(part) for deck in piece.decks if deck))
    yield replace(head, kicker=kicker, title=title, subtitle=subtitle or extra)
    yield from others


def _without_decks(paragraphs: Sequence[str], decks: Iterable[str]) -> tuple[str, ...]:
    """Paragraphs without the decks before them: a headline set as a sentence is one to the page reader."""
    first, *others = paragraphs or ("",)
    for deck in filter(None, decks):
        letters = r"\s*".join(map(re.escape, _bare(deck)))
        first = re.sub(rf"^\s*{letters}\s*", "", first)
    return tuple(filter(None, (first, *others)))


def _bare(text: str) -> str:
    return "".join(text.split())
