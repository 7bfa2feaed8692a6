"""When a chat is told, over zones and changes of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from digests.timetable import Quiet, Timetable, Weekly, day_of, week_before, weekly_due
from tests.samples import HOUR, NOW

SHANGHAI, ROME = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Rome")
# Half-hour changes, changes at midnight, a day skipped whole, offsets of 45 minutes, a change backwards in spring.
ZONES = ["Asia/Shanghai", "Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "America/Havana",
         "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Chatham", "America/Sao_Paulo", "Asia/Tehran"]  # fmt: skip

instants = st.datetimes(datetime(2009, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))  # no reader means the second of two
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.sets(st.integers(1, 7), min_size=1).map(lambda some: tuple(sorted(some)))
hours = st.lists(minutes, min_size=1, max_size=5, unique=True).map(tuple)
quiets = st.none() | st.builds(Quiet, minutes, minutes)


def test_without_hours_a_chat_is_told_at_once() -> None:
    assert Timetable(SHANGHAI).due(NOW) == NOW


def test_the_next_hour_counts_from_the_closing_itself() -> None:
    closing = datetime(2024, 11, 13, 7, 30, tzinfo=SHANGHAI)
    twice = Timetable(SHANGHAI, (time(7, 30), time(18, 0)))
    assert twice.due(closing) == closing
    assert twice.due(closing + timedelta(seconds=1)) == closing.replace(hour=18, minute=0)
    assert Timetable(SHANGHAI, (time(7, 30),)).due(closing + 12 * HOUR) == closing + 24 * HOUR


def test_an_hour_the_clocks_jump_over_is_not_lost_and_one_that_comes_twice_counts_once() -> None:
    early = Timetable(ROME, (time(2, 30),))
    spring, autumn = datetime(2024, 3, 31, tzinfo=UTC), datetime(2024, 10, 27, tzinfo=UTC)
    assert early.due(spring) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)
    assert early.due(autumn) == datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert early.due(autumn + timedelta(minutes=31)) == datetime(2024, 10, 28, 1, 30, tzinfo=UTC)


def test_what_comes_on_a_day_off_waits_for_the_next_chosen_day() -> None:
    saturday = datetime(2024, 11, 16, 6, 30, tzinfo=SHANGHAI)
    workdays = (1, 2, 3, 4, 5)
    assert Timetable(SHANGHAI, (time(8),), workdays).due(saturday) == datetime(2024, 11, 18, 8, tzinfo=SHANGHAI)
    assert Timetable(SHANGHAI, (), workdays).due(saturday) == datetime(2024, 11, 18, 6, 30, tzinfo=SHANGHAI)
    assert Timetable(SHANGHAI, (time(8),), ()).due(saturday) is None


def test_what_comes_in_quiet_hours_waits_for_their_end() -> None:
    night = Quiet(time(22), time(7))
    told = Timetable(SHANGHAI, (), quiet=night)
    morning = datetime(2024, 11, 14, 7, tzinfo=SHANGHAI)
    assert told.due(datetime(2024, 11, 13, 22, tzinfo=SHANGHAI)) == morning
    assert told.due(datetime(2024, 11, 14, 6, 59, tzinfo=SHANGHAI)) == morning
    assert told.due(morning) == morning
    noon = Quiet(time(12), time(14))
    assert Timetable(SHANGHAI, (time(12),), quiet=noon).due(morning) == morning.replace(hour=14)


@given(start=instants, span=st.timedeltas(timedelta(), timedelta(days=40)), zone=zones, times=hours, days=days)
@example(datetime(2011, 12, 28, tzinfo=UTC), timedelta(days=5), ZoneInfo("Pacific/Apia"), (time(7, 30),), (5, 6))
@example(datetime(2024, 3, 30, tzinfo=UTC), timedelta(days=3), ROME, (time(2, 30), time(3, 30)), tuple(range(1, 8)))
@example(datetime(2024, 10, 26, tzinfo=UTC), timedelta(days=3), ROME, (time(2, 30), time(2)), tuple(range(1, 8)))
def test_between_any_two_instants_every_chosen_hour_is_there_once(
    start: datetime, span: timedelta, zone: ZoneInfo, times: tuple[time, ...], days: tuple[int, ...]
) -> None:
    end = start + span
    found = list(Timetable(zone, times, days).hours(start, end))
    first, last = start.astimezone(zone).date() - timedelta(days=2), end.astimezone(zone).date() + timedelta(days=2)
    wanted = set()
    for number in range((last - first).days):
        day = first + timedelta(days=number)
        if day.isoweekday() in days:
            wanted |= {datetime.combine(day, at, zone).astimezone(UTC) for at in times}
    assert found == sorted(hour for hour in wanted if start <= hour < end)


@given(start=instants, zone=zones, times=hours, days=days)
def test_what_is_shown_by_the_clock_is_the_hour_that_was_chosen_but_where_there_is_none(
    start: datetime, zone: ZoneInfo, times: tuple[time, ...], days: tuple[int, ...]
) -> None:
    due = Timetable(zone, times, days).due(start)
    assert due is not None
    local = due.astimezone(zone)
    before, after = (due - 25 * HOUR).astimezone(zone).utcoffset(), (due + HOUR).astimezone(zone).utcoffset()
    jumped = before is not None and after is not None and after > before
    assert (local.time() in times and local.isoweekday() in days) or jumped


@given(
    closings=st.lists(instants, min_size=1, max_size=9), zone=zones, times=st.just(()) | hours, days=days, quiet=quiets
)
def test_later_editions_never_come_before_earlier_ones_and_none_before_it_closes(
    closings: list[datetime], zone: ZoneInfo, times: tuple[time, ...], days: tuple[int, ...], quiet: Quiet | None
) -> None:
    told = Timetable(zone, times, days, quiet)
    for closing in closings:
        due = told.due(closing)
        assert due is not None
        assert closing <= due <= closing + timedelta(days=9)
    if times:
        dues = [told.due(closing) for closing in sorted(closings)]
        assert all(one <= other for one, other in pairwise(dues) if one and other)


@given(instant=instants, zone=zones, quiet=st.builds(Quiet, minutes, minutes))
def test_nothing_comes_in_quiet_hours_but_in_an_hour_that_comes_twice(
    instant: datetime, zone: ZoneInfo, quiet: Quiet
) -> None:
    woken = Timetable(zone, quiet=quiet).awake(instant)
    assert instant <= woken <= instant + 26 * HOUR
    local = woken.astimezone(zone)
    doubled = woken == instant and (instant - 4 * HOUR).astimezone(zone).utcoffset() != local.utcoffset()
    jumped = local.time() != quiet.end and woken != instant
    assert not quiet.holds(local.time()) or doubled or jumped


@given(instant=instants, zone=zones, weekly=st.builds(Weekly, st.integers(1, 7), minutes))
def test_a_weekly_edition_comes_once_in_each_week_and_begins_where_the_last_one_ended(
    instant: datetime, zone: ZoneInfo, weekly: Weekly
) -> None:
    first = weekly_due(weekly, zone, instant)
    second = weekly_due(weekly, zone, first)
    assert instant < first <= instant + timedelta(days=8, hours=2)
    assert timedelta(days=5) < second - first < timedelta(days=9)
    if second.astimezone(zone).time() == first.astimezone(zone).time() == weekly.at:
        assert week_before(second, zone) == first


def test_a_day_begins_at_its_midnight() -> None:
    assert day_of(datetime(2024, 11, 12, 17, tzinfo=UTC), SHANGHAI) == datetime(2024, 11, 12, 16, tzinfo=UTC)
    assert day_of(datetime(2024, 11, 12, 15, tzinfo=UTC), SHANGHAI).astimezone(SHANGHAI).date() == date(2024, 11, 12)
