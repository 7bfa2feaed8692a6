"""What a page says of itself: its date and its name, as its furniture prints them."""

import re
from collections.abc import Iterable
from datetime import date

from digests.ingest.pages.lines import Line
from digests.ingest.pages.names import HAN
from digests.ingest.pages.sections import section_name
from digests.ingest.pages.signs import PAGE

_DATE = re.compile(r"(\d{4})\s*[年\-/.]\s*(\d{1,2})\s*[月\-/.]\s*(\d{1,2})(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)")
_HAN_DATE = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0}
_PAGE_NAME = re.compile(rf"{PAGE}(?:\s*[:|·/\-—]?\s*[{HAN}](?:\s?[{HAN}·/]){{0,11}})?")
_NUMBERED = re.compile(rf"^[a-d]?\d{{1,3}}[\s|/·:]+[{HAN}](?:\s?[{HAN}]){{1,5}}$")


def page_date(furniture: Iterable[Line]) -> date | None:
    """The first full date among the lines of furniture, 2024年10月9日, 2024-10-09 or 二〇二四年十月九日."""
    for line in furniture:
        found = _read_date(line.folded)
        if found is not None:
            return found
    return None


def page_name(furniture: Iterable[Line]) -> str:
    """The page's name as printed (第4版:民生, 03 本地), else the first section's name, else nothing."""
    section = ""
    for line in furniture:
        if match := _PAGE_NAME.search(line.folded) or _NUMBERED.search(line.folded):
            return line.text[slice(*match.span())].strip()
        section = section or (section_name(line.folded) or "")
    return section


def _read_date(folded: str) -> date | None:
    if match := _DATE.search(folded):
        parts = [int(group) for group in match.groups() if group]
    elif match := _HAN_DATE.search(folded):
        parts = [int("".join(str(_DIGITS[digit]) for digit in match[1])), _number(match[2]), _number(match[3])]
    else:
        return None
    try:
        return date(*parts)
    except ValueError:
        return None


def _number(han: str) -> int:
    """十一 → 11, 二十 → 20, 九 → 9."""
    tens, ten, ones = han.rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)
