"""HTML of unknown encoding → a tree, and the paragraphs of a piece of it."""

import codecs
import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import ParserError

from digests.errors import BadDocument, NotText
from digests.ingest.charset import decode

_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_CHINESE = ("gb2312", "gbk", "gb18030", "cp936", "x-gbk", "hz")
_UNSEEN = frozenset({"script", "style", "noscript", "template", "iframe", "object", "select", "button", "svg"})
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|em|font|founder-content|i|img|ins|kbd|mark|q|ruby|rb|s|small|span|strike|"
    "strong|sub|sup|time|tt|u|var|wbr"
)
_SPACES = " \t\r\n\f\v\u00a0\u3000\u200b\ufeff"


def read_html(content: bytes, name: str, content_type: str = "") -> lxml.html.HtmlElement:
    """The tree of an HTML document; its encoding by header, mark, declaration or guess, in this order.

    Raises BadDocument(name) for what is no text, or nothing.
    """
    text = html_text(content, name, content_type)
    try:
        # As text with its declarations taken off, or lxml refuses it.
        return lxml.html.document_fromstring(re.sub(r"<\?xml[^>]{0,200}\?>", "", text, count=1))
    except (ParserError, ValueError):
        raise BadDocument(name, "not an HTML page") from None


def html_text(content: bytes, name: str, content_type: str = "") -> str:
    """The text of an HTML or XML document; NULs and other controls that no document may hold are left out."""
    declared = _IN_HEADER.search(content_type)
    encoding = declared.group(1) if declared else ""
    if not encoding and (inside := _DECLARED.search(content[:4096])):
        encoding = inside.group(1).decode("ascii", "replace")
    for candidate in (encoding, "utf-8"):
        if candidate and (text := _tried(content, candidate)) is not None:
            return text
    try:
        return decode(content, name)
    except NotText:
        raise BadDocument(name, "not text in any encoding that we know") from None


def _tried(content: bytes, encoding: str) -> str | None:
    if encoding.lower() in _CHINESE:
        encoding = "gb18030"  # what calls itself gb2312 seldom keeps to it
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif content.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    try:
        text = content.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return None
    return text.replace("\r\n", "\n").replace("\0", "")


def paragraphs_of(element: lxml.html.HtmlElement) -> tuple[str, ...]:
    """The texts of an element as a reader sees them, a paragraph for each block or line break, without blank ones."""
    lines = "".join(_pieces(element)).split("\n")
    return tuple(line for line in (_tidy(line) for line in lines) if line)


def paragraphs_of_html(fragment: str) -> tuple[str, ...]:
    """The paragraphs of a piece of HTML, such as a feed's entry holds; plain text is cut at its line ends."""
    if "<" not in fragment and "&" not in fragment:
        return tuple(line for line in (_tidy(line) for line in fragment.splitlines()) if line)
    try:
        return paragraphs_of(lxml.html.fragment_fromstring(fragment, create_parent="div"))
    except (ParserError, ValueError):
        return ()


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    """Texts of the tree in order, a line feed at the borders of blocks; walked without recursion, trees may be deep."""
    waiting: list[tuple[lxml.html.HtmlElement | None, str]] = [(element, "")]
    while waiting:
        node, text = waiting.pop()
        if node is None:
            yield text
            continue
        seen = isinstance(node.tag, str) and node.tag not in _UNSEEN
        border = "" if not seen or _INLINE.fullmatch(node.tag) else "\n"
        yield border
        after = [(None, _unwrapped(node.tail) if node is not element else "")]
        if seen:
            yield _unwrapped(node.text)
            inside = [(child, "") for child in reversed(node)]
            waiting += [*after, (None, border), *inside]
        else:
            waiting += after


def _unwrapped(text: str | None) -> str:
    """Line ends within a text node mean nothing in HTML; between Chinese characters they are not even a space."""
    return re.sub(r"[ \t]*[\r\n]+[ \t]*", _gap, text or "")


def _gap(found: re.Match[str]) -> str:
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    return " " if before.isascii() and after.isascii() and before and after else ""


def _tidy(line: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", line).strip(_SPACES)
