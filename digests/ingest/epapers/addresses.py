"""What the address of a newspaper page says: its day, its edition, whether it is a layout page or a content page."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import lxml.html

# 202602/02, 2026-02/02, 2026-02-02, 2026/02/02 or 20260202, alone or within a name.
_DAY = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-/_.]?)(0[1-9]|1[0-2])([-/_.]?)(0[1-9]|[12]\d|3[01])(?!\d)",
)
_END = r"\.s?html?$"
_LAYOUT = re.compile(
    rf"^(?:(node_[a-z]*)(\d+)|(nbs\.\w+_[a-z]*)(\d+)|(l[a-z]{{0,3}})(\d{{1,3}})|qpaper\w*){_END}", re.IGNORECASE
)
_CONTENT = re.compile(rf"^(?:content_\w+|nw\.(\w+?)_\d{{8}}_\d+-\w+|c\d{{3,}}){_END}", re.IGNORECASE)
# Folders that part an edition's layout pages from its content pages; the first stands for layout pages.
_ROOMS = {"content": "layout", "con": "layout", "c": "l"}
_WEB = ("http", "https")
_NO_PAGE = re.compile(r"\.(?:pdf|jpe?g|png|gif|css|js|zip|swf|mp[34])$", re.IGNORECASE)


def split(url: str) -> SplitResult | None:
    """The parts of a web address, none if it is no address of the web."""
    try:
        parts = urlsplit(url.strip())
        known = parts.scheme.lower() in _WEB and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return parts if known else None


def bare(url: str) -> str:
    """The address without query and fragment, by which a page is the same page."""
    parts = split(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")) if parts else url.partition("#")[0]


def name_of(url: str) -> str:
    """The last part of the address's path."""
    parts = split(url)
    return parts.path.rpartition("/")[2] if parts else ""


def names_layout(url: str) -> bool:
    """Is it named as layout pages are: node_01.html, nbs.D110000renmrb_01.htm, l01.html?"""
    return bool(_LAYOUT.match(name_of(url)))


def names_content(url: str) -> bool:
    """Is it named as content pages are: content_276912.html, nw.D110000renmrb_20241113_1-01.htm?"""
    return bool(_CONTENT.match(name_of(url)))


def day_of(url: str) -> date | None:
    """The day that the address names: in its folders, else in its last part, else in its query."""
    parts = split(url)
    if parts is None:
        return None
    folders, _, name = parts.path.rpartition("/")
    return next((day for text in (folders, name, parts.query) for day in _days(text)), None)


def _days(text: str) -> Iterator[date]:
    for match in _DAY.finditer(text):
        try:
            yield date(int(match[1]), int(match[3]), int(match[5]))
        except ValueError:  # 2026-02-31
            continue


def edition_of(url: str) -> tuple[str, ...]:
    """What all pages of an edition share: host, port and folders, but for those that part layout from content."""
    parts = split(url)
    if parts is None:
        return ()
    folders = [folder.lower() for folder in parts.path.split("/")[:-1] if folder]
    rooms = {*_ROOMS, *_ROOMS.values()}
    return f"{parts.hostname}:{parts.port or ''}", *(folder for folder in folders if folder not in rooms)


def edition_address(url: str, day: date) -> str:
    """The address of a layout page of another day's edition, from any address of the site that has a date in it.

    A layout page numbered by its place (node_03.html) becomes the first one, its number as wide as it was; one that
    bears a number of the CMS (node_74348.htm, node_2.htm) bears it every day, and keeps it. A content page
    (content_276912.html) becomes node_01.html, or node_1.htm where the site's pages end in .htm.
    Raises ValueError where the address holds no date.
    """
    parts = split(url)
    if parts is None:
        raise ValueError(f"not a web address: {url!r}")
    if day_of(url) is None:
        raise ValueError(f"no date in the address, so another day's cannot be told from it: {url!r}")
    folders, _, name = parts.path.rpartition("/")
    query = ""
    if any(_days(folders)):
        folders = _on_day(folders, day)
    elif not any(_days(name)):
        query = _on_day(parts.query, day)
    if _CONTENT.match(name):
        folders = "/".join(_ROOMS.get(folder.lower(), folder) for folder in folders.split("/"))
    return urlunsplit((parts.scheme, parts.netloc, f"{folders}/{_first_name(_on_day(name, day))}", query, ""))


def _on_day(text: str, day: date) -> str:
    return _DAY.sub(lambda found: f"{day:%Y}{found[2]}{day:%m}{found[4]}{day:%d}", text)


def _first_name(name: str) -> str:
    """The name of the first layout page, on a site that has a page of this name."""
    suffix = name[name.rfind(".") :]
    if content := _CONTENT.match(name):
        if content[1]:
            return f"nbs.{content[1]}_01{suffix}"
        if name[0] in "cC" and name[1:2].isdigit():
            return f"l01{suffix}"
        return f"node_01{suffix}" if suffix == ".html" else f"node_1{suffix}"
    layout = _LAYOUT.match(name)
    if layout is None or layout.lastindex is None:
        return name
    stem, number = layout[layout.lastindex - 1], layout[layout.lastindex]
    counts = len(number) < 4 and (layout.lastindex > 2 or suffix == ".html" or number.startswith("0"))
    return f"{stem}{1:0{len(number)}d}{suffix}" if counts else name


def links(tree: lxml.html.HtmlElement, hrefs: Iterable[str], url: str) -> Iterator[str]:
    """The pages that `hrefs` on the page at `url` lead to: bare addresses, in order, each once; other links fall out.

    A page's `<base>` counts.
    """
    start = url
    for base in tree.xpath("//base/@href")[:1]:
        start = joined(url, str(base)) or url
    seen: set[str] = set()
    for href in hrefs:
        target = joined(start, href)
        if target is None or bare(target) in seen or _NO_PAGE.search(target):
            continue
        seen.add(bare(target))
        yield bare(target)


def joined(url: str, href: str) -> str | None:
    """The address that a link on the page at `url` leads to, none if it leads to no page of the web."""
    href = href.strip().replace("\\", "/")
    if not href or href.startswith("#"):
        return None
    try:
        target = urljoin(url, href)
    except ValueError:
        return None
    return target if split(target) else None
