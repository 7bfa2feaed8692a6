"""Hours, weekdays and days as people write them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.timewords import LONGEST, span_of, to_day, to_days, to_time
from tests.samples import NOW

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("word", "hour"),
    [
        ("7:30", time(7, 30)), ("18：00", time(18)), ("07:05", time(7, 5)), ("7点", time(7)), ("7点半", time(7, 30)),
        ("19點15分", time(19, 15)), ("8时5", time(8, 5)), ("25:00", None), ("12:60", None), ("七点", None), ("7", None),
        ("", None),
    ],
)  # fmt: skip
def test_hours(word: str, hour: time | None) -> None:
    assert to_time(word) == hour


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("1 2 3", {1, 2, 3}), ("135", {1, 3, 5}), ("周六 周日", {6, 7}), ("星期天", {7}), ("礼拜一，三", {1, 3}),
        ("mon Fri", {1, 5}), ("Sundays", {7}), ("工作日", {1, 2, 3, 4, 5}), ("周末、周三", {3, 6, 7}), ("8", set()),
        ("周六 明天", set()), ("", set()),
    ],
)  # fmt: skip
def test_weekdays(text: str, days: set[int]) -> None:
    assert to_days(text) == days


@pytest.mark.parametrize("text", ["22:00-07:00", "22:00 – 07:00", "22:00 07:00", "22点到7点", "22:00至07:00"])
def test_spans(text: str) -> None:
    assert [to_time(word) for word in span_of(text)] == [time(22), time(7)]


# NOW is 13 November 2024, 14:30 in Shanghai.
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-01", (2024, 12, 1)), ("12月1日", (2024, 12, 1)), ("12/1", (2024, 12, 1)), ("1-5", (2025, 1, 5)),
        ("2025-03-01", (2025, 3, 1)), ("3天", (2024, 11, 16)), ("3d", (2024, 11, 16)), ("2周", (2024, 11, 27)),
        ("1 week", (2024, 11, 20)), ("两天", None), ("1个月", (2024, 12, 13)), ("11-13", (2025, 11, 13)),
        ("2-30", None), ("2024-11-13", None), ("2024-01-01", None), ("2027-01-01", None), ("0天", None),
        ("999天", None), ("明天见", None),
    ],
)  # fmt: skip
def test_days_ahead(text: str, day: tuple[int, int, int] | None) -> None:
    assert to_day(text, NOW, SHANGHAI) == (datetime(*day, tzinfo=SHANGHAI) if day else None)


@given(st.text(st.sampled_from("0123456789 -/.月日天周dwe年+:"), max_size=12))
def test_whatever_is_written_is_a_day_ahead_or_none(text: str) -> None:
    day = to_day(text, NOW, SHANGHAI)
    assert day is None or NOW < day <= NOW + LONGEST


@given(st.text(max_size=8))
def test_whatever_is_written_is_an_hour_or_weekdays_or_none(text: str) -> None:
    assert to_time(text) is None or isinstance(to_time(text), time)
    assert to_days(text) <= set(range(1, 8))
