"""Labelled lines become articles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from digests.folding import fold
from digests.ingest.pages.credits import Credits
from digests.ingest.pages.folio import Folio, page_date, read_folio
from digests.ingest.pages.headlines import read_headline
from digests.ingest.pages.labels import NOISE, Label
from digests.ingest.pages.lines import Line
from digests.ingest.pages.marks import MARKS
from digests.ingest.pages.sections import heads_briefs, section_name
from digests.ingest.pages.segmentation import Segment, Segmentation
from digests.ingest.pages.signs import JUMP_BEFORE
from digests.ingest.pages.traits import (
    NOTE,
    Ending,
    closing_credits,
    jump_behind,
    leading_credits,
    read_traits,
    seam_of,
)
from digests.model.news import Kind, RawArticle

_BRIEF = 260  # characters: no longer item is a brief
_CAPTION = 400


@dataclass(slots=True)
class _Draft:
    """An article while its lines come in; `briefs` says that it stands under a heading of short items."""

    briefs: bool = False
    head: list[Line] = field(default_factory=list)
    bylines: list[Credits | None] = field(default_factory=list)
    tail: list[Credits | None] = field(default_factory=list)
    paragraphs: list[list[Line]] = field(default_factory=list)
    jumps: bool = False

    def add(self, segment: Segment) -> None:
        line, label = segment.traits.line, segment.state.label
        if label is Label.HEADLINE:
            self.head.append(line)
        elif label is Label.BYLINE:
            self.bylines.append(segment.traits.credits)
        elif label is Label.CREDIT:
            self.tail.append(segment.traits.credits)
        elif label is Label.CONTINUED and self.paragraphs:
            self.paragraphs[-1].append(line)
        else:
            self.paragraphs.append([line])


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """A paragraph joined: `text` without the credits behind it, `opening` and `closing` the credits found in it.

    `jumps`: a note stood behind it that it goes on elsewhere.
    """

    text: str
    opening: Credits | None
    closing: Credits | None
    jumps: bool = False


def assemble(segmentation: Segmentation) -> tuple[RawArticle, ...]:
    """The articles of a labelled page in its order; a headline without a text is none."""
    segments = segmentation.segments
    furniture = [s.traits.line for s in segments if s.state.label is Label.FURNITURE]
    drafts = list(_drafts(segments))
    by_line = any(len(draft.head) > 1 for draft in drafts)
    published_on, folio = page_date(furniture), read_folio(furniture)
    articles = [_article(draft, by_line, folio, published_on) for draft in drafts if draft.paragraphs]
    return tuple(article for article in articles if article.paragraphs)


def _drafts(segments: Sequence[Segment]) -> Iterator[_Draft]:
    draft, briefs, previous = _Draft(), False, Label.FURNITURE
    for segment in segments:
        label = segment.state.label
        if _begins(label, previous):
            yield draft
            draft = _Draft(briefs)
        if label in NOISE:
            briefs = _still_briefs(segment, briefs)
        elif label is Label.JUMP:
            draft.jumps = True
        else:
            draft.add(segment)
        previous = label
    yield draft


def _begins(label: Label, previous: Label) -> bool:
    return label is Label.UNTITLED or (label is Label.HEADLINE and previous is not Label.HEADLINE)


def _still_briefs(segment: Segment, briefs: bool) -> bool:
    """A heading of short items rules until another section is headed."""
    folded = segment.traits.line.folded
    return heads_briefs(folded) if section_name(folded) else briefs


def _article(draft: _Draft, by_line: bool, folio: Folio, published_on: date | None) -> RawArticle:
    paragraphs = [_paragraph(lines) for lines in draft.paragraphs]
    credited = Credits.union((*draft.bylines, *(paragraph.opening for paragraph in paragraphs)))
    closing = Credits.union((*draft.tail, *(paragraph.closing for paragraph in paragraphs)))
    whole = Credits.union((credited, closing))
    headline = read_headline(draft.head, by_line=by_line)
    jumps = draft.jumps or any(paragraph.jumps for paragraph in paragraphs)
    truncated = jumps or not (draft.tail or _is_finished(paragraphs[-1], draft.paragraphs[-1]))
    kept = tuple(paragraph.text for paragraph in paragraphs if paragraph.text)
    return RawArticle(
        title=headline.title,
        kicker=headline.kicker,
        subtitle=headline.subtitle,
        paragraphs=kept,
        reporters=whole.reporters,
        correspondents=whole.correspondents,
        photographers=whole.photographers,
        published_on=published_on,
        page=folio.page,
        section=folio.section,
        kind=Kind.STORY if truncated else _kind(draft, credited, closing, kept),
        truncated=truncated,
    )


def _kind(draft: _Draft, credited: Credits, closing: Credits, paragraphs: Sequence[str]) -> Kind:
    """A short text with a photographer is a caption; a short item, one under 快讯, a list of items is a brief."""
    length = sum(map(len, paragraphs))
    pictured = credited.only_photographers or (closing.photographers and credited == Credits())
    if pictured and length <= _CAPTION:
        return Kind.CAPTION
    short = len(paragraphs) == 1 and length <= _BRIEF
    listed = len(paragraphs) > 1 and all(paragraph[0] in MARKS for paragraph in paragraphs)
    item = (
        draft.briefs
        and length <= 2 * _BRIEF
        and (len(paragraphs) == 1 or not (credited.reporters or closing.reporters))
    )
    if not draft.bylines and (short or listed or item):
        return Kind.BRIEF
    return Kind.STORY


def _is_finished(paragraph: _Paragraph, lines: Sequence[Line]) -> bool:
    return paragraph.closing is not None or read_traits(lines[-1]).ending is Ending.FINISHED


def _paragraph(lines: Sequence[Line]) -> _Paragraph:
    seams = [""] + [_seam(a.folded[-1], b.folded[0]) for a, b in pairwise(lines)]
    text = "".join(seam + line.text for seam, line in zip(seams, lines, strict=True))
    # For reading names the spaces that hard wraps fell on are put back.
    spaces = [""] + [seam or seam_of(*pair) for seam, pair in zip(seams[1:], pairwise(lines), strict=True)]
    spaced = "".join(space + line.text for space, line in zip(spaces, lines, strict=True))
    folded = "".join(space + line.folded for space, line in zip(spaces, lines, strict=True))
    leading, closing = leading_credits(spaced, folded), closing_credits(spaced, folded)
    # An agency's name behind the text stays: it says where the text comes from.
    if closing is not None and closing.credits != Credits():
        text = text[: closing.start - _added(lines, seams, spaces, closing.start)].rstrip()
    if leading is not None and leading.start < leading.end:
        start, end = (place - _added(lines, seams, spaces, place) for place in (leading.start, leading.end))
        text = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
    whole, jumps = _without_notes(text) if _may_note(lines) else (text, False)
    return _Paragraph(whole, leading.credits if leading else None, closing.credits if closing else None, jumps)


def _may_note(lines: Sequence[Line]) -> bool:
    return lines[0].folded[0] in "([【" or "版" in lines[-1].folded[-NOTE:]


def _without_notes(text: str) -> tuple[str, bool]:
    """The text without (上接第1版) before it and (下转第2版) behind it, and whether the latter was there."""
    folded = fold(text)
    before = JUMP_BEFORE.match(folded)
    end = jump_behind(folded)
    return text[before.end() if before else 0 : end].rstrip(), end is not None


def _added(lines: Sequence[Line], seams: Sequence[str], spaces: Sequence[str], end: int) -> int:
    """How many of the spaces put back stand before `end`."""
    place = added = 0
    for line, seam, space in zip(lines, seams, spaces, strict=True):
        if place >= end:
            break
        added += len(space) - len(seam)
        place += len(space) + len(line.text)
    return added


def _seam(left: str, right: str) -> str:
    """What stood between two pieces of a paragraph: between Latin words the line break was a space."""
    return " " if left.isascii() and right.isascii() and left.isalpha() and right.isalpha() else ""
