"""What a page says of itself in its furniture: its date, its number, its section."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from digests.ingest.dates import day_in
from digests.ingest.pages.lines import Line
from digests.ingest.pages.names import HAN
from digests.ingest.pages.sections import section_name

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_NUMBER = r"(?P<page>[a-d]?\s?\d{1,3}|[一二三四五六七八九十]{1,3})"
_NAME = rf"(?P<name>[{HAN}](?:\s?[{HAN}·/]){{0,11}})"
_FOLIOS = (
    re.compile(rf"版次\s*:\s*{_NUMBER}(?:\s*版名\s*:\s*{_NAME})?"),
    # 第13版:秀洲新闻, 01版:要 闻, A02版 要闻
    re.compile(rf"(?<![今日共\d])(?:第\s*)?{_NUMBER}\s*版(?:\s*[:|·/\-—]?\s*(?!阅读|下载|[上下]一)(?:{_NAME}))?"),
    # 03 本地, A05·文化
    re.compile(rf"^{_NUMBER}[\s|/·:]+{_NAME}$"),
    # 要闻 3, 城事·A12
    re.compile(rf"^[^{HAN}]{{0,2}}{_NAME}(?:\s*[|/·]\s*|\s+){_NUMBER}[^{HAN}]{{0,2}}$"),
    re.compile(r"^[\-—·\s]*(?P<page>[a-d]?\d{1,3})[\-—·\s]*(?P<name>)$"),
)


def page_date(furniture: Iterable[Line]) -> date | None:
    """The first full date among the lines of furniture, 2024年10月9日, 2024-10-09 or 二〇二四年十月九日."""
    return next((found for line in furniture if (found := day_in(line.folded)) is not None), None)


class Folio(NamedTuple):
    """What a page is called: its number without zeros (13, A2) and its section (秀洲新闻); either may be empty."""

    page: str = ""
    section: str = ""


def read_folio(furniture: Iterable[Line]) -> Folio:
    """The page's number as its folio gives it, and the section beside it, or else the first that is headed."""
    page = section = headed = ""
    for line in furniture:
        found = _numbered(line)
        if found is not None and not page:
            page, section = found
        elif found is None and not headed:
            headed = _headed(line)
        if page and section:
            break
    return Folio(page, section or headed)


def _numbered(line: Line) -> Folio | None:
    for pattern in _FOLIOS:
        if match := pattern.search(line.folded):
            name = line.text[slice(*match.span("name"))] if match["name"] else ""
            return Folio(page_number(match["page"]), "".join(name.split()))
    return None


def _headed(line: Line) -> str:
    """The bare name of a section that the line heads, as printed."""
    name = section_name(line.folded)
    if name is None:
        return ""
    start = next(i for i in range(len(line.folded)) if line.folded[i] == name[0])
    kept = [char for char in line.text[start:] if not char.isspace()]
    return "".join(kept[: len(name)])


def page_number(folded: str) -> str:
    """The number of a page without zeros: a02 → A2, 04 → 4, 十三 → 13."""
    bare = "".join(folded.split())
    if bare[0] in _DIGITS or bare[0] == "十":
        return str(_number(bare))
    letters = bare.rstrip("0123456789")
    return letters.upper() + (bare[len(letters) :].lstrip("0") or bare[len(letters) :])


def _number(han: str) -> int:
    """十一 → 11, 二十 → 20, 九 → 9."""
    tens, ten, ones = han.rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)
