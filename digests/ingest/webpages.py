"""The web page of an article → a raw article: trafilatura says which text it is, the page's own words are taken."""

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

import lxml.html
import trafilatura

from digests.errors import BadDocument, NothingFound
from digests.folding import fold
from digests.ingest.bylines import people_in
from digests.ingest.dates import Calendar
from digests.ingest.markup import paragraphs_of, read_html
from digests.ingest.pagefacts import PageFacts, page_facts
from digests.ingest.pages.credits import Credits, read_credits
from digests.ingest.pages.names import HAN
from digests.ingest.pages.signs import APPEALS, DEBRIS, IMPRINTS, JUMPS
from digests.ingest.pages.traits import closing_credits, opening_credits
from digests.model.news import RawArticle

# Trafilatura warns of every page it finds nothing on; we say so by an error.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# Trafilatura's time grows with the square of some trees; a newspaper's page has a few thousand elements.
_MOST_ELEMENTS = 15_000
_LINK, _LINK_END = "\ue000", "\ue001"
_MOSTLY = 0.6
_SHORT = 60  # characters: lines that name a date, a source or an editor are no longer
_ENDED = re.compile(r"[。！？!?…][”’」』）)]*$")
_LEAST = 30  # Chinese characters of a text worth calling an article
_FURNITURE = (*APPEALS, *DEBRIS, *IMPRINTS, *JUMPS)
_SOCIAL = re.compile(r"^(?:(?:点?赞|收藏|在看|转发|评论|喜欢|举报|分享|打赏|阅读|字体|字号)[\s\d:(万)+]*)+$")
_FIELD = re.compile(
    r"(?P<source>(?:信息|文章|新闻)?来\s?源\s*[:|]|稿源\s*[:|])|(?P<people>(?:作者|(?<!告诉)记者|通讯员|撰文|文字)(?=[\s:|]))"
    r"|(?P<other>(?:责任?)?编辑?\s*:|责编|审核|校对|监制|点击|浏览|阅读|字[号体]|分享|发布|时间|日期|打印|评论)"
)
_CUT = re.compile(r"\s{2,}|[\u3000|]|\d{4}[-/年.]")
_ONWARD = re.compile(r"^[\[【(]?(?:下一页|下页|余下全文|阅读全文|展开全文|查看全文)[\]】)»>]*$")


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph of the page, of whatever kind; `links` is the share of its characters that are links."""

    text: str
    links: float


def read_webpage(content: bytes, url: str, content_type: str = "", *, calendar: Calendar) -> RawArticle:
    """The article on the web page that stood at `url`, in whatever encoding.

    Paragraphs are the page's own, without its menus, lists, editors and appeals. The day is the one in the address,
    else in the page's metadata, else in a line beside the text; the source is the one that metadata or a 来源 line
    names, else the site. `url` is the canonical one if it is of the same host; `external_id` is the same.
    `truncated` says that the page links to a next one of the same text.

    Raises NothingFound(url) for a page without an article, BadDocument(url) for what is no page, or an enormous one.
    """
    tree = read_html(content, url, content_type)
    if sum(1 for _ in zip(tree.iter(), range(_MOST_ELEMENTS + 1), strict=False)) > _MOST_ELEMENTS:
        raise BadDocument(url, f"more than {_MOST_ELEMENTS} elements")
    facts = page_facts(tree)
    kept = _squeezed(_article_text(tree, url))
    address = _canonical(facts.canonical, url)
    onward = _onward(tree, address)
    lines = list(_lines(tree))
    title = _printed_title(facts, lines)
    head, body, tail = _parts(lines, kept, {_squeezed(text) for text in (title, facts.subtitle, facts.kicker) if text})
    if sum(len(re.findall(f"[{HAN}]", text)) for text in body) < _LEAST or not any(map(_ENDED.search, body)):
        raise NothingFound(url)
    notes = [*head, *tail]
    people = _people(facts, notes, body)
    return RawArticle(
        title=title or body[0][:_SHORT],
        kicker=facts.kicker,
        subtitle=facts.subtitle,
        paragraphs=tuple(body),
        reporters=people.reporters,
        correspondents=people.correspondents,
        photographers=people.photographers,
        truncated=bool(onward),
        external_id=address,
        source=facts.source or _source(notes) or facts.site,
        url=address,
        published_on=_day(address, url, facts, notes, calendar),
    )


def next_page(content: bytes, url: str, content_type: str = "") -> str:
    """The address of the page on which the text that stands at `url` goes on (下一页), empty if there is none."""
    return _onward(read_html(content, url, content_type), url)


def _article_text(tree: lxml.html.HtmlElement, url: str) -> str:
    found = trafilatura.bare_extraction(tree, url=url, favor_precision=True, include_comments=False)
    return (found.text or "") if isinstance(found, trafilatura.settings.Document) else ""


def _lines(tree: lxml.html.HtmlElement) -> Iterator[_Line]:
    """Every line of the page with its share of links; marks the links in the tree, which is not needed after this."""
    for link in tree.iter("a"):
        link.text = _LINK + (link.text or "")
        link.tail = _LINK_END + (link.tail or "")
    inside = False
    for marked in paragraphs_of(tree):
        linked, text = 0, []
        for char in marked:
            if char in (_LINK, _LINK_END):
                inside = char == _LINK
            else:
                linked += inside and not char.isspace()
                text.append(char)
        line = "".join(text).strip(" \u3000")
        if line:
            yield _Line(line, linked / len(_squeezed(line)) if _squeezed(line) else 0)


def _printed_title(facts: PageFacts, lines: list[_Line]) -> str:
    """The stated title if it stands on the page, else the piece of it that does: the longest that is no link."""
    printed = {_squeezed(line.text) for line in lines if line.links < _MOSTLY}
    if _squeezed(facts.title) in printed:
        return facts.title
    return max((piece for piece in facts.pieces if _squeezed(piece) in printed), key=len, default=facts.title)


def _parts(lines: list[_Line], kept: str, named: set[str]) -> tuple[list[str], list[str], list[str]]:
    """The lines above, of and under the text: the text is what trafilatura kept behind the headline, but furniture.

    `named` holds title, kicker and subtitle without white space.
    """
    texts = [index for index, line in enumerate(lines) if _is_text(line) and _squeezed(line.text) in kept]
    if not texts:
        return [], [], []
    longest = max(texts, key=lambda index: len(lines[index].text))
    first = max((index + 1 for index, line in enumerate(lines[:longest]) if _squeezed(line.text) in named), default=0)
    body = [index for index in texts if index >= first]
    while len(body) > 1 and body[0] != longest and _is_note(lines[body[0]].text):
        del body[0]
    head = [line.text for line in lines[first : body[0]] if len(line.text) <= 2 * _SHORT]
    tail = [
        line.text for line in lines[body[-1] + 1 : body[-1] + 12] if len(line.text) <= _SHORT and line.links < _MOSTLY
    ]
    return head, [lines[index].text for index in body], tail


def _is_text(line: _Line) -> bool:
    if line.links > _MOSTLY and not _ENDED.search(line.text):
        return False
    return len(line.text) > _SHORT or not _is_furniture(line.text)


def _is_furniture(text: str) -> bool:
    folded = fold(text)
    if _SOCIAL.match(folded) or (read_credits(text, folded) is not None and not folded.startswith("(")):
        return not re.search(r"摄|供图|图片", folded)  # a caption's credit stays with it
    if _ENDED.search(text) and len(text) > _SHORT // 2:
        return False
    return any(sign.weight >= 6 and len(text) <= sign.longest and sign.pattern.search(folded) for sign in _FURNITURE)


def _is_note(text: str) -> bool:
    """Is it a line between headline and text that says when and where it appeared?"""
    return (
        len(text) <= _SHORT and not _ENDED.search(text) and re.search(r"\d{4}[-/.年]\s?\d|\d\d:\d\d", text) is not None
    )


def _onward(tree: lxml.html.HtmlElement, address: str) -> str:
    links = (link for link in tree.iter("a") if _ONWARD.match("".join(link.itertext(with_tail=False)).strip()))
    targets = (_joined(address, link.get("href", "")) for link in links)
    host = urlsplit(address).netloc
    onward = (target.split("#")[0] for target in targets if urlsplit(target).netloc == host)
    return next((target for target in onward if target != address), "")


def _canonical(stated: str, url: str) -> str:
    """The page's own word for its address, if it stays on the host; a home page is never an article's."""
    joined = _joined(url, stated)
    if (
        not joined
        or urlsplit(joined).netloc.lower() != urlsplit(url).netloc.lower()
        or urlsplit(joined).path in ("", "/")
    ):
        return url
    return joined


def _joined(url: str, link: str) -> str:
    try:
        joined = urljoin(url, link.strip())
        return joined if link.strip() and urlsplit(joined).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _day(address: str, url: str, facts: PageFacts, notes: list[str], calendar: Calendar) -> date | None:
    found = [calendar.day_in_address(address), calendar.day_in_address(url)]
    days = (calendar.day_of(text) for text in (*facts.dates, *notes))
    return next((day for day in found if day), None) or next((day for day in days if day), None)


def _people(facts: PageFacts, notes: list[str], body: list[str]) -> Credits:
    """Those the metadata names, else those a line beside the text does; always those the text credits itself."""
    stated = Credits.union(people_in(author) for author in facts.authors)
    beside = Credits.union(people_in(piece) for piece in _fields(notes, "people"))
    edges = [opening_credits(body[0][:200], fold(body[0][:200]))]
    for text in body:
        closing = closing_credits(text[-200:], fold(text[-200:]))
        edges.append(closing.credits if closing else None)
    return Credits.union((stated if stated.reporters else beside, *edges))


def _source(notes: list[str]) -> str:
    sources = (_CUT.split(text.lstrip(":：| \u3000"), maxsplit=1)[0].strip() for text in _fields(notes, "source"))
    return next((source for source in sources if 1 < len(source) <= _SHORT // 2), "")


def _fields(notes: Iterable[str], wanted: str) -> Iterator[str]:
    """The values that labels of a kind (来源:, 作者:, 记者) have in lines such as 2024-11-08 来源:A 作者:B 编辑:C."""
    for note in notes:
        labels = [*_FIELD.finditer(fold(note))]
        for number, label in enumerate(labels):
            if label.lastgroup == wanted:
                end = labels[number + 1].start() if number + 1 < len(labels) else len(note)
                start = label.start() if wanted == "people" else label.end()
                yield note[start:end].strip(" \u3000|")


def _squeezed(text: str) -> str:
    return "".join(text.split())
