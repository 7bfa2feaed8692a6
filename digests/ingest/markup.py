"""HTML of unknown encoding → a tree, and the paragraphs of a piece of it."""

import html
import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import ParserError

from digests.errors import BadDocument, NotText
from digests.ingest.charset import decode_document

_DECLARED = re.compile(rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_IN_HEADER = re.compile(r"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_UNSEEN = re.compile(
    "script|style|noscript|template|iframe|object|select|button|svg|textarea|head|title|rt|rp|audio|video"
)
_HIDDEN = re.compile(r"(?:^|[;\s])display\s*:\s*none", re.IGNORECASE)
_INLINE = re.compile(
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|em|font|founder-content|i|img|ins|kbd|mark|q|ruby|rb|s|small|span|strike|"
    "strong|sub|sup|time|tt|u|var|wbr"
)
_TAG = re.compile(r"</?[A-Za-z][\w:-]*(?:\s[^<>]*)?/?>|<!--")
_SPACES = " \t\r\n\f\v\u00a0\u3000\u200b\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
_INDENT = re.compile("(?<=[。！？!?…”」』）)])[ \u00a0]*[\u3000\u2003]{2,}")
_LINE_END = re.compile(r"(?<![ \t])[ \t]*[\r\n][ \t\r\n]*")
_CONTROLS = re.compile("[\0-\x08\x0e-\x1f\x7f]")
_DEBRIS = re.compile(rf"{_CONTROLS.pattern}|<!\[CDATA\[|\]\]>")
_CLOSED = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_OPENED = re.compile(rf"<!--|<!\[CDATA\[|<\?|{_DECLARATION.pattern}", re.IGNORECASE)
_NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(\d+|[xX][0-9a-fA-F]+);?")
_BORDER = "\0"
# libxml2 reads HTML down to 256 levels and drops all that follows the first deeper element.
_DEEPEST = 250
_NESTING = re.compile(
    r"(?:\s*</?(?!(?:p|br|a|h[1-6]|html|head|body|meta|title|script|style)\b)[A-Za-z][\w:-]*(?:\s[^<>]*)?>)+"
)


def read_html(content: bytes, name: str, content_type: str = "") -> lxml.html.HtmlElement:
    """The tree of an HTML document; its encoding by mark, by what it proves to be, by header or declaration.

    What nests deeper than 250 levels is read without its structure but for paragraphs, headings and links.
    Raises BadDocument(name) for what is no text, or nothing.
    """
    text = html_text(content, name, content_type)
    try:
        # As text with its declarations taken off, or lxml refuses it.
        tree = lxml.html.document_fromstring(re.sub(r"<\?xml[^>]{0,200}\?>", "", text, count=1))
        if _is_deep(tree):
            tree = lxml.html.document_fromstring(_NESTING.sub("<br>", text))
    except (ParserError, ValueError):
        raise BadDocument(name, "not an HTML page") from None
    return tree


def html_text(content: bytes, name: str, content_type: str = "") -> str:
    """The text of an HTML or XML document; NULs and other controls that no document may hold are left out.

    Raises BadDocument(name).
    """
    declared = [*_IN_HEADER.findall(content_type), *map(bytes.decode, _DECLARED.findall(content[:4096]))]
    try:
        return decode_document(content, name, declared)
    except NotText:
        raise BadDocument(name, "not text in any encoding that we know") from None


def xml_text(content: bytes, name: str, content_type: str = "") -> str:
    """The text of an XML document without its XML declaration's say, fit for a parser that wants UTF-8.

    Characters that XML does not allow are left out. Raises BadDocument(name) for what is no text, and for any DOCTYPE
    or entity declaration: small ones can grow without bound, or name files and addresses to be read.
    """
    text = html_text(content, name, content_type)
    if _declares(text):
        raise BadDocument(name, "declares a DOCTYPE or entities, which are not read")
    return _NOT_XML.sub("", _REFERENCE.sub(_allowed, text))


def _allowed(reference: re.Match[str]) -> str:
    """A reference to a character, or nothing where XML has no such character."""
    digits = reference[1].lower().lstrip("x0")
    code = int(digits[:8] or "0", 16 if reference[1][0] in "xX" else 10)
    return reference[0] if code <= 0x10FFFF and not _NOT_XML.match(chr(code)) else ""


def _declares(text: str) -> bool:
    """Whether the text holds a declaration outside of comments, CDATA and processing instructions."""
    start = 0
    while opened := _OPENED.search(text, start):
        close = _CLOSED.get(opened[0])
        if close is None:
            return True
        end = text.find(close, opened.end())
        if end < 0:  # never closed: each parser has its own opinion of what follows
            return _DECLARATION.search(text, opened.end()) is not None
        start = end + len(close)
    return False


def paragraphs_of(element: lxml.html.HtmlElement) -> tuple[str, ...]:
    """The texts of an element as a reader sees them, a paragraph for each block or line break, without blank ones."""
    blocks = "".join(_pieces(element)).split(_BORDER)
    return tuple(paragraph for block in blocks for paragraph in paragraphs_of_text(_unwrapped(block)))


def paragraphs_of_html(fragment: str) -> tuple[str, ...]:
    """The paragraphs of a piece of HTML, such as a feed's entry holds; one without tags is cut at its line ends."""
    if not has_tags(fragment):
        return paragraphs_of_text(html.unescape(fragment))
    try:
        return paragraphs_of(lxml.html.fragment_fromstring(_DEBRIS.sub("", fragment), create_parent="div"))
    except (ParserError, ValueError):
        return ()


def paragraphs_of_text(text: str) -> tuple[str, ...]:
    """The paragraphs of plain text: cut at line ends, and where an indent shows that one was lost behind a sentence."""
    lines = _INDENT.sub("\n", _CONTROLS.sub("", text)).splitlines()
    return tuple(line for line in (_tidy(line) for line in lines) if line)


def has_tags(text: str) -> bool:
    """True if anything in the text looks like a tag, so that it must be read as HTML."""
    return _TAG.search(text) is not None


def _is_deep(tree: lxml.html.HtmlElement) -> bool:
    """Whether a node lies so deep that libxml2 may have stopped there; the last one it read is the one to ask."""
    last = tree
    while len(last):
        last = last[-1]
    return sum(1 for _ in last.iterancestors()) >= _DEEPEST


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    """Texts of the tree in order, a mark at the borders of blocks; walked without recursion, trees may be deep."""
    waiting: list[tuple[lxml.html.HtmlElement | None, str]] = [(element, "")]
    while waiting:
        node, text = waiting.pop()
        if node is None:
            yield text
            continue
        seen = node is element or _is_seen(node)
        border = "" if not seen or _INLINE.fullmatch(node.tag) else _BORDER
        yield border
        if node is not element:
            waiting.append((None, node.tail or ""))
        if seen:
            waiting.append((None, border))
            waiting += [(child, "") for child in reversed(node)]
            yield _BORDER.join((node.text or "").split("\n")) if node.tag == "pre" else node.text or ""


def _is_seen(node: lxml.html.HtmlElement) -> bool:
    if not isinstance(node.tag, str) or _UNSEEN.fullmatch(node.tag) or "hidden" in node.attrib:
        return False
    return not _HIDDEN.search(node.get("style", ""))


def _unwrapped(block: str) -> str:
    """Line ends within a block mean nothing in HTML; between Chinese characters they are not even a space."""
    return _LINE_END.sub(_gap, block)


def _gap(found: re.Match[str]) -> str:
    before, after = found.string[max(0, found.start() - 1) : found.start()], found.string[found.end() : found.end() + 1]
    return " " if before.isascii() and after.isascii() and before and after else ""


def _tidy(line: str) -> str:
    return re.sub(r"[ \t\u00a0]+", " ", line).strip(_SPACES)
