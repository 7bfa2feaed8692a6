"""Hours, weekdays and days ahead as people write them, in Chinese and English."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digests.timetable import EVERY_DAY

OFF = ("off", "关", "關", "无", "無")
LONGEST = timedelta(days=366)
"""How far ahead a day may be."""

_WORDS = re.compile(r"[\s,，、;；]+")
_TIME = re.compile(r"(\d{1,2})(?:[:：](\d{2})|[点點时時](?:(\d{1,2})分?|(半))?)")
_SPAN = re.compile(r"\s*(?:-|–|—|~|～|到|至|to|\s)\s*")
_DAY = re.compile(r"(?:周|週|星期|礼拜|禮拜)?([1-7一二三四五六日天])")
_CHINESE, _ENGLISH = "一二三四五六日", ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SOME = {"每天": EVERY_DAY, "all": EVERY_DAY, "工作日": EVERY_DAY[:5], "workdays": EVERY_DAY[:5],
         "周末": EVERY_DAY[5:], "週末": EVERY_DAY[5:], "weekend": EVERY_DAY[5:]}  # fmt: skip
_AHEAD = re.compile(r"(\d{1,3})\s*[个個]?\s*(天|日|d|周|週|星期|w|月|m)[a-z]*", re.IGNORECASE)
_LENGTHS = {"天": 1, "日": 1, "d": 1, "周": 7, "週": 7, "星期": 7, "w": 7, "月": 30, "m": 30}
_DATE = re.compile(r"(?:(\d{4})\s*[-./年]\s*)?(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号號]?")


def words_of(text: str) -> list[str]:
    """The words of a text, parted by white space, commas and the like."""
    return _WORDS.split(text.strip())


def span_of(text: str) -> list[str]:
    """The ends of a span, `22:00-07:00` or `22点到7点`."""
    return _SPAN.split(text.strip())


def to_time(word: str) -> time | None:
    """An hour: `7:30`, `18：00`, `7点半`, `8点`; nothing for what is none."""
    found = _TIME.fullmatch(word.strip())
    if found is None:
        return None
    hour, *minutes, half = found.groups()
    minute = 30 if half else next((int(part) for part in minutes if part), 0)
    return time(int(hour), minute) if int(hour) < 24 and minute < 60 else None


def to_days(text: str) -> set[int]:
    """ISO weekdays: `1 3 5`, `135`, `周六 周日`, `mon fri`, `工作日`; none if a word is no such."""
    found = [_to_days(word) for word in words_of(text.lower())]
    return set().union(*found) if all(found) else set()


def _to_days(word: str) -> set[int]:
    day = _DAY.fullmatch(word)
    if word in _SOME:
        return set(_SOME[word])
    if word[:3] in _ENGLISH:
        return {_ENGLISH.index(word[:3]) + 1}
    if day:
        name = day[1].replace("天", "日")
        return {int(name) if name.isdecimal() else _CHINESE.index(name) + 1}
    return set(map(int, word)) if re.fullmatch("[1-7]+", word) else set()


def to_day(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The midnight with which a day ahead begins: `12-01`, `12月1日`, `2025-01-01`, or in `3天`, `2周`, `5 days`.

    Nothing for what says no day from tomorrow until LONGEST from now.
    """
    today = now.astimezone(zone).date()
    ahead, named = _AHEAD.fullmatch(text), _DATE.fullmatch(text)
    if ahead:
        day: date | None = today + timedelta(days=int(ahead[1]) * _LENGTHS[ahead[2].lower()])
    else:
        day = _next(today, *named.groups()) if named else None
    if day is None or not today < day <= today + LONGEST:
        return None
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _next(today: date, year: str | None, month: str, day: str) -> date | None:
    """The date that is meant: without a year, the next one that is so called."""
    for number in [int(year)] if year else [today.year, today.year + 1]:
        try:
            found = date(number, int(month), int(day))
        except ValueError:
            continue
        if found > today:
            return found
    return None
