"""Days as papers, feeds and addresses write them; a time with an offset is told in the paper's zone."""

import re
from calendar import month_name
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from digests.folding import fold

_EARLIEST = date(1990, 1, 1)
_AHEAD = timedelta(days=2)
_LONGEST = 200

_HAN_NUMBER = "[一二三四五六七八九十]{1,3}"
_MONTHS = {name[:3].lower(): number for number, name in enumerate(month_name) if name}
_MONTH = rf"(?:{'|'.join(_MONTHS)})[a-z]*\.?|(?:\d{{1,2}}|{_HAN_NUMBER})月"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?"
_DAYS = (
    r"(?<!\d)(?P<y1>\d{4})\s*[年\-/.]\s*(?P<m1>\d{1,2})\s*[月\-/.]\s*(?P<d1>\d{1,2})(?!\d)",
    r"(?<!\d)(?P<y2>(?:19|20)\d\d)(?P<m2>\d\d)(?P<d2>\d\d)(?=(?:\d\d(?:\d\d){0,2})?(?!\d))",
    rf"(?P<y3>[〇零○0一二三四五六七八九]{{4}})年(?P<m3>{_HAN_NUMBER})月(?P<d3>{_HAN_NUMBER})日",
    rf"(?<!\d)(?P<d4>\d{{1,2}})[\s\-]+(?P<m4>{_MONTH})[\s,\-]+(?P<y4>\d{{4}}|\d\d)(?!\d)",
    rf"(?<![a-z])(?P<m5>{_MONTH})\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+{_CLOCK}(?:\s+[a-z]{{2,4}})?)?\s+(?P<y5>\d{{4}})(?!\d)",
)
_DAY = re.compile("|".join(_DAYS))
_TIME = re.compile(
    r"(?P<half>上午|下午|中午|凌晨|早上|清晨|傍晚|晚上|晚间|[ap]m)?\s*(?<![\d:])(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d\d)"
    r"(?:\s*[:分]\s*\d\d(?:[.,]\d+)?)?\s*[分秒]?\s*(?P<after>[ap]\.?m\b)?\s*"
    r"(?P<zone>z\b|ut\b|utc\b|gmt\b|[ecmp][sd]t\b)?\s*(?P<offset>[+\-]\d\d:?\d\d)?"
)
_COMPACT_TIME = re.compile(
    r"\d{8}t(?P<hour>\d\d)(?P<minute>\d\d)(?:\d\d)?(?:\.\d+)?(?P<zone>z)?(?P<offset>[+\-]\d{4})?"
)
_STAMP = re.compile(r"(\d{10})(?:\d{3})?")
_LATE = ("下午", "傍晚", "晚上", "晚间", "pm", "p.m")
# RFC 822's names. CST is not among them: in a Chinese paper it is China's time, so the paper's own.
_HOURS = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_IN_ADDRESS = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])|[-/_](\d{1,2})[-/_](\d{1,2}))(?!\d)"
)
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "0": 0}


@dataclass(frozen=True, slots=True)
class Calendar:
    """What it takes to tell a paper's day: its zone, and which day it is there now."""

    zone: ZoneInfo
    today: date

    def day_of(self, text: str) -> date | None:
        """The first day that `text` names; None where there is none, or only ones before 1990 or 3 days ahead.

        Read are RFC 822, ISO 8601, asctime, 2024/11/8, 2024年11月08日 07:30, 二〇二四年十一月八日 and Unix time. A time
        with an offset or a zone's name is told in the paper's zone; one without is the paper's own.
        """
        folded = fold(text[:_LONGEST]).strip()
        for match, day in _days(folded):
            if self._credible(day):
                told = self._local(day, folded, match)
                return told if self._credible(told) else None
        return self._of_stamp(folded)

    def day_in_address(self, url: str) -> date | None:
        """The day an address carries in its path or query: 2024-11/08, 202411/08, 20241108, 2024/11/08, 2024/1108."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        for match in _IN_ADDRESS.finditer(f"{parts.path}?{parts.query}"):
            day = _date(*(int(group) for group in match.groups() if group))
            if day is not None and self._credible(day):
                return day
        return None

    def _credible(self, day: date) -> bool:
        return _EARLIEST <= day <= self.today + _AHEAD

    def _local(self, day: date, folded: str, match: re.Match[str]) -> date:
        """The day in the paper's zone, if a time with an offset stands near it."""
        time = _COMPACT_TIME.match(folded, match.start()) or _TIME.search(folded, match.start())
        if time is None or not (time["offset"] or time["zone"] in _HOURS):
            return day
        moment = _moment(day, time)
        return moment.astimezone(self.zone).date() if moment else day

    def _of_stamp(self, folded: str) -> date | None:
        match = _STAMP.fullmatch(folded)
        if match is None:
            return None
        day = datetime.fromtimestamp(int(match[1]), self.zone).date()
        return day if self._credible(day) else None


def day_in(folded: str) -> date | None:
    """The first full date in folded text (2024年10月9日, 2024-10-09, 二〇二四年十月九日); times are ignored."""
    return next((day for _, day in _days(folded)), None)


def _days(folded: str) -> Iterator[tuple[re.Match[str], date]]:
    for match in _DAY.finditer(folded):
        year, month, day = (value for value in _in_order(match) if value)
        found = _date(_year(year), _month(month), _number(day))
        if found is not None:
            yield match, found


def _in_order(match: re.Match[str]) -> Iterator[str | None]:
    for part in "ymd":
        yield next((match[f"{part}{form}"] for form in range(1, len(_DAYS) + 1) if match[f"{part}{form}"]), None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(text: str) -> int:
    if len(text) == 2:
        return 2000 + int(text)
    return int(text) if text.isdecimal() else int("".join(str(_DIGITS[digit]) for digit in text))


def _month(text: str) -> int:
    return _MONTHS.get(text[:3]) or _number(text.removesuffix("月"))


def _number(text: str) -> int:
    """11 → 11, 十一 → 11, 二十 → 20, 九 → 9."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) if ten else 0) * 10 + _DIGITS.get(ones, 0)


def _moment(day: date, time: re.Match[str]) -> datetime | None:
    named = time.groupdict()
    hour = int(named["hour"])
    half = named.get("half") or named.get("after") or ""
    if half in _LATE and hour < 12:
        hour += 12
    elif half in ("am", "a.m", "凌晨") and hour == 12:
        hour = 0
    try:
        zone = timezone(_offset(named["offset"]) if named["offset"] else timedelta(hours=_HOURS[named["zone"]]))
        return datetime(day.year, day.month, day.day, hour, int(named["minute"]), tzinfo=zone)
    except ValueError:
        return None  # 25:70, or 99 hours off: then only the day is believed


def _offset(text: str) -> timedelta:
    """+08:00, -0330."""
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
