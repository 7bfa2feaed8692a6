"""A content page → the article on it, as fields: what the plain dump of a page has lost."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import lxml.html

from digests.errors import NothingFound
from digests.folding import fold
from digests.ingest.epapers.addresses import bare
from digests.ingest.epapers.documents import Document, one_line, open_document, page_label
from digests.ingest.epapers.forms import ATTACHMENTS, FORMS, Form
from digests.ingest.epapers.properties import without_tail
from digests.ingest.markup import paragraphs_of
from digests.ingest.pages.credits import Credits, Trust, read_credits
from digests.ingest.pages.lines import Line, split_lines
from digests.ingest.pages.signs import DEBRIS, JUMPS
from digests.ingest.pages.traits import Ending, Opening, Traits, opening_credits, read_traits
from digests.model.news import Kind, RawArticle

_LONGEST_TITLE = 200  # characters: more is no headline, so the form is another one
_BRIEF, _CAPTION = 260, 400  # characters, as on pages of text
_SHORT = 24
_BEHIND_TITLE = re.compile(r"\s*[-_|–—·]+\s*[^-_|–—]{0,20}(?:报|报社|网|刊|版)\s*$")
_ADVERT = re.compile(
    r"[\s【\[(]*(?:(?:公益|商业|分类|专题|整版|形象)?广\s*告|ad(?:vertisement)?)\d*[\s】\])]*", re.IGNORECASE
)
_HEADING_ONLY = re.compile(r"[\s【\[(]*(?:公\s*告|声\s*明|启\s*事|通\s*告|图\s*片|暂无内容|无标题\d*)[\s】\])]*")
_OF_PAGE = re.compile(r"\s*[(]?《.*$")  # 本报记者 X 《人民日报》(2024年12月02日 第01版)
_JUMP = re.compile(r"\s*[(]([^()]{2,16})[)]$|^[(](上接[^()]{1,14})[)]\s*")


@dataclass(frozen=True, slots=True)
class _Headings:
    kicker: str
    title: str
    subtitle: str
    author: str


@dataclass(slots=True)
class _Text:
    """A text while its lines come in: `above` and `behind` are credited in lines before and after it, or at its end."""

    paragraphs: list[str] = field(default_factory=list)
    above: list[Credits] = field(default_factory=list)
    within: list[Credits] = field(default_factory=list)
    behind: list[Credits] = field(default_factory=list)
    truncated: bool = False
    closed: bool = False

    @property
    def credits(self) -> Credits:
        return Credits.union((*self.above, *self.within, *self.behind))


def read_content(content: bytes, url: str, content_type: str = "") -> RawArticle:
    """The article of one content page; its `external_id` is the address without query and fragment.

    Paragraphs are verbatim; lines of credits, jump notes and what the CMS left are taken off, as from pages of text.
    The day is the address's, else the page's. `source` is the paper, where the page names it.
    Raises BadDocument(url) for what is no HTML, NothingFound(url) for a page without a text, such as an advert.
    """
    document = open_document(content, url, content_type)
    pictures = _read(_captions(document))
    form = form_of(document)
    if form is None and not pictures.paragraphs:
        raise NothingFound(url)
    headings = _headings(document, form)
    text = _read(_body(document, form, headings))
    if not (text.paragraphs or pictures.paragraphs) or _ADVERT.fullmatch(headings.title):
        raise NothingFound(url)
    return _article(document, headings, text, pictures)


def _article(document: Document, headings: _Headings, text: _Text, pictures: _Text) -> RawArticle:
    writers = _authors(headings.author)
    pictured = Credits(photographers=pictures.credits.photographers) if text.paragraphs else pictures.credits
    credited = Credits.union((writers, text.credits, pictured))
    page, section = page_label(document)
    return RawArticle(
        title=headings.title,
        kicker=headings.kicker,
        subtitle=headings.subtitle,
        paragraphs=tuple(text.paragraphs or pictures.paragraphs),
        reporters=credited.reporters,
        correspondents=credited.correspondents,
        photographers=credited.photographers,
        kind=_kind(text, writers),
        truncated=text.truncated,
        external_id=bare(document.url),
        source=document.paper,
        page=page,
        section=section,
        url=document.url,
        published_on=document.day,
    )


def _kind(text: _Text, writers: Credits | None) -> Kind:
    """As on pages of text: a photographer behind a short text makes a caption, a short item unsigned is a brief."""
    length = sum(map(len, text.paragraphs))
    behind = Credits.union(text.behind)
    signed = Credits.union((writers, *text.above))
    wrote = any((signed.reporters, signed.correspondents, behind.reporters, behind.correspondents))
    if not length or (length <= _CAPTION and (behind.photographers or signed.photographers) and not wrote):
        return Kind.CAPTION
    short = len(text.paragraphs) == 1 and length <= _BRIEF
    return Kind.BRIEF if short and not (wrote and (signed.reporters or signed.correspondents)) else Kind.STORY


def form_of(document: Document) -> Form | None:
    """The first form that fits a content page, or none; the CMS must not name another title than it finds."""
    return next((form for form in FORMS if _fits(document, form)), None)


def _fits(document: Document, form: Form) -> bool:
    if not any(document.find(place) for place in form.body):
        return False
    if not form.title:
        return True
    title, told = (
        "".join(text.split()) for text in (document.text_of(form.title), document.properties.get("title", ""))
    )
    return 0 < len(title) <= _LONGEST_TITLE and (title in told or told in title)


def _headings(document: Document, form: Form | None) -> _Headings:
    """What stands over the text; where the form has no place for it, what the CMS says."""
    kicker, title, subtitle, author = (
        document.text_of(xpath) or document.properties.get(name, "")
        for xpath, name in (
            (form.kicker if form else "", "introtitle"),
            (form.title if form else "", "title"),
            (form.subtitle if form else "", "subtitle"),
            (form.author if form else "", "author"),
        )
    )
    author = _OF_PAGE.sub("", author) or document.properties.get("author", "")
    if not title:
        title = _BEHIND_TITLE.sub("", document.text_of("//title"))
    return _Headings(kicker, title, "" if subtitle == author else subtitle, author)


def _captions(document: Document) -> list[str]:
    """The texts of the pictures, which are taken out of the tree."""
    found = document.find(ATTACHMENTS)
    lines = [line for node in found for line in paragraphs_of(node)]
    for node in found:
        node.drop_tree()
    return lines


def _body(document: Document, form: Form | None, headings: _Headings) -> list[str]:
    """The lines of the body, which is taken out of the tree, without the headings where they stand in it."""
    if form is None:
        return []
    places = [document.find(place) for place in form.body]
    inside = {node for nodes in places for node in nodes}
    parts = (node for xpath in (form.kicker, form.title, form.subtitle, form.author) for node in document.find(xpath))
    for node in [node for node in parts if not inside.isdisjoint(node.iterancestors())]:
        _take_out(node)
    bodies = next((nodes for nodes in places if any(map(one_line, nodes))), [])
    lines = [line for node in bodies for line in paragraphs_of(node)]
    for node in inside:
        _take_out(node)
    while lines and lines[0] in (headings.kicker, headings.title, headings.subtitle):
        del lines[0]
    return lines


def _take_out(node: lxml.html.HtmlElement) -> None:
    if node.getparent() is not None:
        node.drop_tree()


def _read(lines: Sequence[str]) -> _Text:
    text = _Text()
    for line in split_lines("\n".join(map(without_tail, lines))):
        _add(text, line)
    return text


def _add(text: _Text, line: Line) -> None:
    if _is_debris(line):
        return
    if any(sign.pattern.search(line.folded) for sign in JUMPS if len(line.text) <= sign.longest):
        text.truncated |= JUMPS[0].pattern.search(line.folded) is not None
        return
    traits = read_traits(line)
    if traits.credits is not None:
        (text.behind if text.paragraphs else text.above).append(traits.credits)
        text.closed = bool(text.paragraphs)
    elif not (text.closed and _is_slogan(traits)):
        _add_paragraph(text, traits)


def _is_debris(line: Line) -> bool:
    """What pages of the web and adverts leave behind; a longer line that speaks of such things is text."""
    if _ADVERT.fullmatch(line.folded) or _HEADING_ONLY.fullmatch(line.folded):
        return True
    short = len(line.text) <= _SHORT and "。" not in line.text
    return short and any(sign.pattern.search(line.folded) for sign in DEBRIS)


def _is_slogan(traits: Traits) -> bool:
    """The slogan of a section, which follows the credits behind a text on some sites."""
    return traits.ending is not Ending.FINISHED and traits.length <= _SHORT


def _add_paragraph(text: _Text, traits: Traits) -> None:
    line, start, end = traits.line, 0, len(traits.line.text)
    if traits.closing is not None and traits.closing.credits != Credits():
        end = traits.closing.start
        text.behind.append(traits.closing.credits)
    if traits.opening is Opening.DATELINE and (opening := opening_credits(line.text, line.folded)):
        text.within.append(opening)
    for jump in _JUMP.finditer(line.folded[:end]):
        if jump[2]:
            start = jump.end()
        elif JUMPS[0].pattern.search(jump[1]):
            end, text.truncated = jump.start(), True
    kept = line.text[start:end].strip()
    if kept:
        text.paragraphs.append(kept)
    text.closed = False


def _authors(author: str) -> Credits | None:
    """Who is named as the author, with or without saying as what: 本报记者 王 蓉 通讯员 李四, 王蓉 李四."""
    for text in (author, f"记者 {author}") if author else ():
        if credits_ := read_credits(text, fold(text), Trust.FULL):
            return credits_
    return None
