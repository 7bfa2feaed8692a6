from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.ingest.watching import FAILING, SILENT, health, silent_since, watch
from digests.model.sources import Health, Source, SourceKind
from digests.storage import Database
from tests.samples import NOW, add, raw

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2024, 11, 13)  # a Wednesday


def source(**more: object) -> Source:
    known = {"id": 1, "url": "u", "name": "嘉禾日报", "kind": SourceKind.EPAPER, "every": 30, "added_at": NOW}
    return Source(**{**known, "next_at": NOW, "checked_at": NOW, **more})  # type: ignore[arg-type]


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute), ZONE)


def mornings(*back: int, hour: int = 6) -> dict[date, datetime]:
    days = [TODAY - timedelta(days=days) for days in back]
    return {day: at(hour, 15, day) for day in days}


def test_a_paper_is_missed_an_hour_after_it_came_at_the_latest() -> None:
    came = mornings(1, 2, 3, 4, 5, 6, 7)
    assert silent_since(source(), came, at(7, 10), ZONE) is None
    assert silent_since(source(), came, at(7, 16), ZONE) == time(7, 15)
    assert silent_since(source(), came | {TODAY: at(6, 40)}, at(12), ZONE) is None


def test_what_came_seldom_so_far_is_not_missed() -> None:
    assert silent_since(source(), mornings(1, 2, 3), at(23), ZONE) is None


def test_the_hour_the_operator_gave_counts_from_the_first_day() -> None:
    expecting = source(expected_by=time(9))
    assert silent_since(expecting, {}, at(8, 59), ZONE) is None
    assert silent_since(expecting, {}, at(9, 1), ZONE) == time(9)


def test_a_weekday_on_which_it_never_comes_is_no_silence() -> None:
    thursdays = mornings(6, 13, 20, 27) | mornings(5, 12, 19, 26)
    assert silent_since(source(expected_by=time(9)), thursdays, at(12), ZONE) is None


def test_an_article_of_an_older_day_is_no_sign_of_when_the_paper_comes() -> None:
    late = {day: first + timedelta(days=9) for day, first in mornings(1, 2, 3, 4, 5, 6).items()}
    assert silent_since(source(), late, at(12), ZONE) is None


@pytest.mark.parametrize(
    ("how", "state"),
    [
        (source(checked_at=None), Health.NEW),
        (source(failures=1), Health.FAILING),
        (source(), Health.OK),
        (source(expected_by=time(9)), Health.SILENT),
    ],
)
def test_the_health_of_a_source_is_one_word(how: Source, state: Health) -> None:
    assert health(how, {}, at(12), ZONE) is state


def test_silence_raises_one_alarm_and_the_paper_s_coming_ends_it(database: Database) -> None:
    with database.begin() as store:
        store.sources.add("u", "嘉禾日报", SourceKind.FEED, NOW, every=30, expected_by=time(9))
    for minute in (1, 2, 3):
        watch(database, at(9, minute), ZONE)
    with database.begin() as store:
        (alarm,) = store.alarms.untold()
        assert (alarm.kind, alarm.subject, alarm.detail) == (SILENT, "嘉禾日报", "09:00")
        store.alarms.told(alarm)
        add(store, raw(source="嘉禾日报"), now=at(9, 30))
    watch(database, at(9, 31), ZONE)
    with database.read() as store:
        (alarm,) = store.alarms.untold()
    assert alarm.over_at == at(9, 31)


def test_a_third_failure_raises_an_alarm_and_an_answer_ends_it(database: Database) -> None:
    with database.begin() as store:
        made = store.sources.add("u", "嘉禾日报", SourceKind.FEED, NOW, every=30)
        assert made is not None
    for _ in range(2):
        with database.begin() as store:
            store.sources.failed(made.id, NOW, NOW, "no such host")
        watch(database, NOW, ZONE)
    with database.begin() as store:
        assert store.alarms.untold() == []
        store.sources.failed(made.id, NOW, NOW, "no such host")
    watch(database, NOW, ZONE)
    with database.begin() as store:
        (alarm,) = store.alarms.untold()
        assert (alarm.kind, alarm.detail) == (FAILING, "no such host")
        store.sources.answered(made.id, NOW, NOW, etag="", last_modified="", arrived=False)
    watch(database, NOW, ZONE)
    with database.read() as store:
        assert store.alarms.untold()[0].over_at == NOW


def told_since(database: Database) -> list[tuple[str, bool]]:
    """The alarms that the administrators have not heard of: kind, and whether it is over. They hear of them now."""
    with database.begin() as store:
        alarms = store.alarms.untold()
        for alarm in alarms:
            store.alarms.told(alarm)
    return [(alarm.kind, alarm.over_at is not None) for alarm in alarms]


def test_a_paper_that_stays_away_for_days_is_one_alarm_until_something_comes(database: Database) -> None:
    with database.begin() as store:
        store.sources.add("u", "嘉禾日报", SourceKind.FEED, NOW, every=30, expected_by=time(9))
    heard = []
    for hours in range(60):
        watch(database, at(9, 1) + timedelta(hours=hours), ZONE)
        heard += told_since(database)
    assert heard == [(SILENT, False)]
    later = at(22) + timedelta(days=2)
    with database.begin() as store:
        add(store, raw(source="嘉禾日报", published_on=later.date()), now=later)
    watch(database, later, ZONE)
    assert told_since(database) == [(SILENT, True)]


def test_of_two_sources_of_one_paper_one_that_answers_does_not_end_the_other_s_alarm(database: Database) -> None:
    with database.begin() as store:
        first = store.sources.add("u", "嘉禾日报", SourceKind.FEED, NOW, every=30)
        assert first is not None
        store.sources.add("v", "嘉禾日报", SourceKind.EPAPER, NOW, every=30)
        for _ in range(3):
            store.sources.failed(first.id, NOW, NOW, "no such host")
    for _ in range(3):
        watch(database, NOW, ZONE)
    assert told_since(database) == [(FAILING, False)]
    with database.begin() as store:
        store.sources.answered(first.id, NOW, NOW, etag="", last_modified="", arrived=False)
    watch(database, NOW, ZONE)
    assert told_since(database) == [(FAILING, True)]


def test_the_alarm_of_a_source_that_was_removed_ends_without_a_word(database: Database) -> None:
    with database.begin() as store:
        made = store.sources.add("u", "嘉禾日报", SourceKind.FEED, NOW, every=30, expected_by=time(9))
        assert made is not None
    watch(database, at(12), ZONE)
    assert told_since(database) == [(SILENT, False)]
    with database.begin() as store:
        store.sources.remove(made.id)
    watch(database, at(13), ZONE)
    assert told_since(database) == []
    with database.read() as store:
        assert store.alarms.going_on() == []
