"""When a chat is told of an edition."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from digests.storage.deliveries import due_at
from tests.samples import HOUR, NOW

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_without_hours_a_chat_is_told_at_once() -> None:
    assert due_at(NOW, (), SHANGHAI) == NOW


def test_the_next_hour_counts_from_the_closing_itself() -> None:
    closing = datetime(2024, 11, 13, 7, 30, tzinfo=SHANGHAI)
    assert due_at(closing, (time(7, 30), time(18, 0)), SHANGHAI) == closing
    assert due_at(closing + timedelta(seconds=1), (time(7, 30), time(18, 0)), SHANGHAI) == closing.replace(
        hour=18, minute=0
    )
    assert due_at(closing + 12 * HOUR, (time(7, 30),), SHANGHAI) == closing + 24 * HOUR


def test_an_hour_the_clocks_jump_over_is_not_lost_and_one_that_comes_twice_counts_once() -> None:
    rome = ZoneInfo("Europe/Rome")
    spring = datetime(2024, 3, 31, 0, 0, tzinfo=UTC)
    assert due_at(spring, (time(2, 30),), rome) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    autumn = datetime(2024, 10, 27, 0, 0, tzinfo=UTC)
    assert due_at(autumn, (time(2, 30),), rome) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert due_at(autumn + timedelta(minutes=31), (time(2, 30),), rome) == datetime(2024, 10, 28, 1, 30, tzinfo=UTC)


@given(
    closing=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    times=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_every_edition_comes_within_a_day_and_a_clock_change(closing: datetime, times: list[time], zone: str) -> None:
    due = due_at(closing, times, ZoneInfo(zone))
    assert closing <= due <= closing + timedelta(hours=26)
