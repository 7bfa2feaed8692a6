from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.ingest.dates import Calendar, day_in

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = Calendar(ZONE, date(2024, 11, 10))
EIGHTH = date(2024, 11, 8)
days = st.dates(date(1990, 1, 1), date(2024, 11, 10))
moments = st.datetimes(
    datetime.fromisoformat("1992-01-01"), datetime.fromisoformat("2024-11-09"), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 08 Nov 2024 07:30:00 +0800",
        "8 Nov 24 10:00 UT",
        "Fri Nov  8 07:30:00 2024",
        "Fri Nov 08 07:30:00 CST 2024",
        "November 8, 2024 7:30:00 AM",
        "星期五, 08 十一月 2024 07:30:00 GMT",
        "周五, 08 11月 2024 07:30:00 +0800",
        "2024-11-08",
        "2024-11-08+08:00",
        "2024-11-08 07:30:00",
        "2024-11-08T07:30:00.123+08:00",
        "20241108",
        "20241108073000",
        "2024/11/8",
        "2024.11.8 7:30",
        "2024年11月08日 07:30",
        "2024年11月8日(星期五)",
        "２０２４年１１月８日（星期五）下午３：０５",
        "二〇二四年十一月八日",
        "二零二四年十一月八日 上午九点",
        "发布时间:2024-11-08 07:30 来源:嘉兴日报",
        "1731022200",
        "1731022200000",
    ],
)
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    assert CALENDAR.day_of(text) == EIGHTH


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Thu, 07 Nov 2024 23:30:00 GMT", 8),
        ("Thu, 07 Nov 2024 23:30:00 Z", 8),
        ("Thu, 07 Nov 2024 12:30:00 EST", 8),
        ("Thu Nov 07 23:30:00 GMT 2024", 8),
        ("2024-11-07T23:30:00Z", 8),
        ("20241107T233000Z", 8),
        ("2024-11-08T00:30:00+09:00", 7),
        ("2024-11-07T23:30:00 GMT+0800", 7),
        ("2024-11-07 11:30 +0100", 7),
        ("2024-11-07 下午 11:30 +0100", 8),
        ("Nov 7, 2024 11:30:00 PM GMT", 8),
        ("Nov 8, 2024 12:30:00 AM +1000", 7),
    ],
)
def test_a_time_with_an_offset_is_told_in_the_papers_zone(text: str, day: int) -> None:
    assert CALENDAR.day_of(text) == date(2024, 11, day)


@pytest.mark.parametrize(
    "time", ["00:10", "07:30:59", "下午 11:30", "23:59:59 CST", "24:00", "99:99 GMT", "10:00 +9900"]
)
def test_a_time_without_a_zone_or_that_is_none_does_not_move_the_day(time: str) -> None:
    assert CALENDAR.day_of(f"2024-11-08 {time}") == EIGHTH


@pytest.mark.parametrize(
    "text",
    [
        "",
        "昨天上午",
        "11月8日",
        "07:30",
        "2024-13-40",
        "0000-11-08",
        "1989-12-31",
        "2024-11-13",
        "9" * 400,
        "9999999999",
    ],
)
def test_no_day_or_one_that_no_paper_of_ours_can_have_is_none(text: str) -> None:
    assert CALENDAR.day_of(text) is None


def test_a_day_that_cannot_be_is_passed_over_for_one_that_can() -> None:
    assert CALENDAR.day_of("2024-02-30 2024-11-08") == EIGHTH


def test_two_days_ahead_are_believed_for_papers_are_dated_early() -> None:
    assert CALENDAR.day_of("2024-11-12") == date(2024, 11, 12)


@pytest.mark.parametrize(
    "path",
    [
        "html/2024-11/08/content_1.htm",
        "pc/content/202411/08/content_276912.html",
        "20241108/1234567.html",
        "2024/11/08/",
        "2024/11/8/a.html",
        "n1/2024/1108/c1-40357123.html",
        "t20241108_12.html",
        "show?date=2024-11-08&id=7",
        "id/20249999/20241108/",
    ],
)
def test_the_day_in_an_address_is_read(path: str) -> None:
    assert CALENDAR.day_in_address(f"https://paper.example.cn/{path}") == EIGHTH


@pytest.mark.parametrize(
    "url",
    [
        "https://a.cn/news/30241108",
        "https://a.cn/202413/08",
        "https://20241108.example.cn/a",
        "http://[",
        "",
        "https://a.cn/2031/01/01",
    ],
)
def test_numbers_that_are_no_day_are_not_read_as_one(url: str) -> None:
    assert CALENDAR.day_in_address(url) is None


def test_a_page_is_dated_without_asking_whether_the_day_is_credible() -> None:
    assert day_in("嘉兴日报 1951年1月2日") == date(1951, 1, 2)


@given(
    days, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d 07:30", "%a %b %d %H:%M:%S %Y"])
)
def test_every_day_is_read_back_in_every_form(day: date, form: str) -> None:
    assert CALENDAR.day_of(day.strftime(form)) == day


@given(moments, st.integers(-12 * 60, 14 * 60))
def test_every_moment_is_told_in_the_papers_zone_whatever_its_offset(moment: datetime, minutes: int) -> None:
    there = ZONE.utcoffset(moment.replace(tzinfo=None))
    assert there is not None
    written = (moment + timedelta(minutes=minutes)).replace(tzinfo=None)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    offset = f"{sign}{hours:02}:{rest:02}"
    expected = moment.astimezone(ZONE).date()
    assert CALENDAR.day_of(written.isoformat() + offset) == expected
    assert CALENDAR.day_of(f"{written:%a, %d %b %Y %H:%M:%S} {offset.replace(':', '')}") == expected
    assert CALENDAR.day_of(format_datetime(moment)) == expected


@given(st.text(max_size=300))
def test_any_text_gives_a_credible_day_or_none(text: str) -> None:
    day = CALENDAR.day_of(text)
    assert day is None or date(1990, 1, 1) <= day <= date(2024, 11, 12)
    assert CALENDAR.day_in_address(text) is None or CALENDAR.day_in_address("http://a/" + text) is not None
