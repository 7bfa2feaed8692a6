"""A page of a newspaper site, opened: its tree, what the CMS says of it, and which page of the paper it belongs to."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date

import lxml.html
from lxml import etree

from digests.folding import fold
from digests.ingest.epapers.addresses import bare, day_of, joined
from digests.ingest.epapers.forms import LABELS
from digests.ingest.epapers.properties import without_properties
from digests.ingest.markup import html_text, paragraphs_of, read_html
from digests.ingest.pages.folio import page_date, page_number
from digests.ingest.pages.lines import split_lines
from digests.ingest.pages.names import HAN
from digests.ingest.pages.signs import PAGE

_LABEL = re.compile(
    rf"(?:^|(?<!今日)(?<![共第])[\s:(【\[|《》])({PAGE}|第?\d{{4,5}}版)\s*[:|·/\-—]?\s*((?:[{HAN}·/&]\s?){{0,12}})",
)
_BEHIND = re.compile(r"上一|下一|发布|日期|版面|阅读|返回|目录|第?\d")
_PAPER = re.compile(
    rf"([{HAN}]{{1,10}}?报(?:海外版)?)(?:社|数字报纸?|电子报纸?|数字版|电子版|多媒体\w*)?(?=$|[\s\-_|·:,(—0-9])"
)
_LONGEST_LABEL = 60  # characters


@dataclass(frozen=True, slots=True)
class Document:
    """An opened page; `properties` are the CMS's, by name. Reading a content page takes its tree apart."""

    url: str
    tree: lxml.html.HtmlElement
    properties: Mapping[str, str]

    def find(self, xpath: str) -> list[lxml.html.HtmlElement]:
        """The outermost elements that the XPath finds, in the order of the page; none for an empty one."""
        found = [node for node in self.tree.xpath(xpath) if isinstance(node, etree.ElementBase)] if xpath else []
        known = set(found)
        return [node for node in found if known.isdisjoint(node.iterancestors())]

    def text_of(self, xpath: str) -> str:
        """The text of the first element found that has any, as one line."""
        return next((text for text in (one_line(node) for node in self.find(xpath)) if text), "")

    @property
    def day(self) -> date | None:
        """The day that the address names, else the one that the CMS or the page gives."""
        given = day_of(self.url) or _date_in(self.properties.get("date", ""))
        return given or _date_in("\n".join(paragraphs_of(self.tree)))

    @property
    def paper(self) -> str:
        """The paper's name, if the page or the CMS tells it."""
        told = (self.properties.get(name, "") for name in ("papername", "nodename", "sitename"))
        title = self.text_of("//title")
        return next((match[1] for text in (*told, title) if (match := _PAPER.match(text))), "")


def open_document(content: bytes, url: str, content_type: str = "") -> Document:
    """The page of these bytes; raises BadDocument(url) for what is no HTML."""
    text, properties = without_properties(html_text(content, url, content_type))
    tree = read_html(text.encode("utf-8", "replace"), url, "text/html; charset=utf-8")
    return Document(url, tree, properties)


def one_line(node: lxml.html.HtmlElement) -> str:
    """The text of an element as one line, its pieces parted by a space."""
    return " ".join(" ".join(paragraphs_of(node)).split())


def page_label(document: Document) -> tuple[str, str]:
    """The page and section that the page says it is of, (13, 秀洲新闻); empty texts where it does not.

    Looked for where pages print it, then at the link that leads to this very page, then in text that is no link,
    and in links last, if they all name the same one.
    """
    for line in (*_printed(document), *_own_links(document), *_unlinked(document)):
        if label := _label_in(line):
            return label
    linked = {label for line in paragraphs_of(document.tree) if (label := _label_in(line))}
    if len(linked) == 1:
        return linked.pop()
    return _number(document.properties.get("pagenum", "")), document.properties.get("pagename", "")


def _printed(document: Document) -> Iterator[str]:
    return (one_line(node) for node in document.find(LABELS))


def _own_links(document: Document) -> Iterator[str]:
    here = bare(document.url)
    for node in document.tree.iter("a"):
        target = joined(document.url, node.get("href") or "")
        if target and bare(target) == here:
            yield one_line(node)


def _unlinked(document: Document) -> Iterator[str]:
    rest = deepcopy(document.tree)
    etree.strip_elements(rest, "a", with_tail=False)
    yield from paragraphs_of(rest)


def _label_in(line: str) -> tuple[str, str] | None:
    if len(line) > _LONGEST_LABEL:
        return None
    match = _LABEL.search(fold(line))
    if match is None:
        return None
    start, end = match.span(2)
    stop = _BEHIND.search(match[2])
    section = line[start : start + stop.start() if stop else end]
    return _number(match[1]), "".join(section.split())


def _number(label: str) -> str:
    """第04版 → 4, A12版 → A12, as pages of text have it."""
    bare_label = re.sub(r"[第版\s]", "", fold(label))
    return page_number(bare_label) if bare_label else ""


def _date_in(text: str) -> date | None:
    return page_date(split_lines(text))
