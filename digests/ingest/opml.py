"""Lists of feeds as other readers keep them: OPML → titles and addresses, and back."""

import re
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from lxml import etree

from digests.errors import BadDocument
from digests.ingest.markup import xml_text

_NO_OPML = "not an OPML list of feeds"


def read_opml(content: bytes, name: str) -> tuple[tuple[str, str], ...]:
    """Title and address of every feed in an OPML file, in its order, each address once, whatever folder it is in.

    Outlines without an address are folders and give nothing, nor do addresses that are not of the web; a feed without
    a title is called by its address.
    Raises BadDocument(name) for what is no OPML, and for one that declares a DOCTYPE or entities.
    """
    feeds: dict[str, str] = {}
    for outline in _tree(content, name).iter("{*}outline"):
        known = {str(key).lower(): " ".join(str(value).split()) for key, value in outline.attrib.items()}
        url = known.get("xmlurl", "")
        if re.match("https?://", url, re.IGNORECASE):
            feeds.setdefault(url, known.get("title") or known.get("text") or url)
    return tuple((title, url) for url, title in feeds.items())


def write_opml(title: str, sources: Iterable[tuple[str, str]], created: datetime) -> bytes:
    """An OPML 2.0 file (http://opml.org/spec2.opml) of titles and addresses, made at `created` (aware).

    Characters that XML cannot hold are left out.
    """
    root = etree.Element("opml", version="2.0")
    head, body = etree.SubElement(root, "head"), etree.SubElement(root, "body")
    etree.SubElement(head, "title").text = _writable(title)
    etree.SubElement(head, "dateCreated").text = format_datetime(created)
    for name, url in sources:
        text = _writable(name)
        etree.SubElement(body, "outline", type="rss", text=text, title=text, xmlUrl=_writable(url))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _tree(content: bytes, name: str) -> etree._Element:
    parser = etree.XMLParser(encoding="utf-8", recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    text = xml_text(content, name).strip("\ufeff \t\r\n")
    # Its own declaration would contradict the encoding that the text now has.
    body = text[text.find("?>") + 2 :] if text.startswith("<?xml") else text
    try:
        root = etree.fromstring(body.encode(), parser)
    except etree.XMLSyntaxError:
        raise BadDocument(name, _NO_OPML) from None
    if root is None or etree.QName(root).localname.lower() != "opml":
        raise BadDocument(name, _NO_OPML)
    return root


def _writable(text: str) -> str:
    return "".join(char for char in text if char.isprintable() or char in "\u3000\u00a0 ")
