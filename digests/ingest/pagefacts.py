"""What a web page says of its article outside of the text: headline, day, authors, source, address."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import lxml.html

_TITLES = ("articletitle", "og:title", "twitter:title")
_DATES = (
    "article:published_time",
    "og:published_time",
    "pubdate",
    "publishdate",
    "publish_date",
    "publishtime",
    "publish_time",
    "firstpublishedtime",
    "og:release_date",
    "weibo:article:create_at",
    "datepublished",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "date",
)
_AUTHORS = ("author", "article:author", "articleauthor", "byl", "dc.creator", "og:article:author")
_SOURCES = ("contentsource", "article:source", "source", "mediaid")
_SITES = ("og:site_name", "sitename", "application-name")
_SEPARATOR = re.compile(r"\s*(?:[_|｜]|\s[-–—]+\s|[-–—]{2,}|[-–—](?=[^-–—]+$))\s*")
_LAST = re.compile(r"(?<=\S)(?P<mark>\s*[_|｜]\s*|\s+[-–—]+\s+|\s*[-–—]+\s*)(?P<last>[^_|｜–—-]*)$")
_SITE = re.compile(r"(?:网|在线|报|新闻|频道|客户端|门户|社|政府|台|版|周刊|首页|融媒体?|发布|\.(?:com|cn|net))\s*$")
_HEADINGS = (
    "//h1|//h2|//h3|//*[@id='Title' or @id='title']|//*[contains(@class,'title') or contains(@class,'headline')]"
)
_MOST = 200
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts, each empty where the page does not state it; `dates` and `authors` are as written, best first.

    `pieces` are the parts of the document's title, one of which may be the headline (报名 - 标题 - 数字版).
    """

    title: str
    pieces: tuple[str, ...]
    kicker: str
    subtitle: str
    dates: tuple[str, ...]
    authors: tuple[str, ...]
    source: str
    site: str
    canonical: str


def page_facts(tree: lxml.html.HtmlElement) -> PageFacts:
    """The facts from JSON-LD (schema.org NewsArticle), meta elements, Open Graph and headings."""
    metas, ld = _metas(tree), _news_article(tree)
    site = _first(metas, _SITES) or _name(ld.get("publisher"))
    whole = _line("".join(tree.xpath("string(//head/title)"))[:_MOST])
    stated = [_str(ld.get("headline")), *(metas.get(key, "") for key in _TITLES), whole]
    headline = _headline(tree, [without_site(_line(title[:_MOST]), site) for title in stated if title])
    dates = (_str(ld.get("datePublished")), *(metas.get(key, "") for key in _DATES), *_dated(tree))
    return PageFacts(
        title=headline,
        pieces=tuple(filter(None, _SEPARATOR.split(whole))),
        kicker=_by_id(tree, "PreTitle"),
        subtitle=_by_id(tree, "SubTitle"),
        dates=tuple(text for text in dates if text),
        authors=tuple(filter(None, (*_authors(ld), *(metas.get(key, "") for key in _AUTHORS)))),
        source=_first(metas, _SOURCES),
        site=site or _site_in(whole, headline),
        canonical="".join(tree.xpath("(//link[@rel='canonical']/@href)[1]")),
    )


def without_site(title: str, site: str) -> str:
    """The title without the names of site and channel behind it: 标题_嘉兴在线, 标题 - 社会 - 新华网, 标题|某报."""
    while found := _LAST.search(title):
        sure = found["mark"].strip() in ("_", "|", "｜")
        if found["last"] and not sure and found["last"] != site and not _SITE.search(found["last"]):
            break
        title = title[: found.start()]
    return title


def _headline(tree: lxml.html.HtmlElement, stated: list[str]) -> str:
    """The heading that a stated title begins with, longest first; else the first title stated; else the first h1."""
    headings = [_line(str(heading.text_content())) for heading in tree.xpath(_HEADINGS)[:_MOST]]
    known = [heading for heading in headings if 4 <= len(heading) <= _LONGEST]
    for title in stated:
        fitting = [heading for heading in known if _bare(title).startswith(_bare(heading))]
        if fitting:
            return max(fitting, key=len)
    first = _line("".join(tree.xpath("string(//h1)"))) or _by_id(tree, "Title") or _by_id(tree, "title")
    if first and stated and (_SITE.search(stated[0]) or len(stated[0]) < 4):
        return first  # the page is called as the paper is
    return stated[0] if stated else first


def _site_in(whole: str, headline: str) -> str:
    """The site's name at the end of the document's title, which may be all of it."""
    last = next((piece for piece in reversed(_SEPARATOR.split(whole)) if piece), "")
    return last if last != headline and _SITE.search(last) else ""


def _metas(tree: lxml.html.HtmlElement) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        metas.setdefault(key.lower().strip(), _line(meta.get("content", "")))
    return metas


def _dated(tree: lxml.html.HtmlElement) -> Iterator[str]:
    for element in tree.xpath("//date|//time[@datetime]|//*[@itemprop='datePublished']")[:_MOST]:
        yield element.get("datetime") or element.get("content") or _line(str(element.text_content()))


def _news_article(tree: lxml.html.HtmlElement) -> Mapping[str, object]:
    for script in tree.xpath("//script[@type='application/ld+json']")[:20]:
        try:
            waiting = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting += node[:_MOST]
            elif isinstance(node, dict):
                kinds = node.get("@type")
                if any(str(kind).endswith("Article") for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    return node
                waiting.append(node.get("@graph"))
    return {}


def _authors(ld: Mapping[str, object]) -> Iterator[str]:
    authors = ld.get("author")
    for author in authors if isinstance(authors, list) else [authors]:
        yield _name(author)


def _name(thing: object) -> str:
    return _str(thing.get("name")) if isinstance(thing, dict) else _str(thing)


def _str(value: object) -> str:
    return re.sub("[\0\ud800-\udfff]", "", value) if isinstance(value, str) else ""


def _first(metas: Mapping[str, str], keys: tuple[str, ...]) -> str:
    return next((metas[key] for key in keys if metas.get(key)), "")


def _by_id(tree: lxml.html.HtmlElement, name: str) -> str:
    return _line(str(tree.xpath("string(//*[@id=$name])", name=name)))


def _line(text: str) -> str:
    return " ".join(text.split())


def _bare(text: str) -> str:
    return "".join(text.split())
