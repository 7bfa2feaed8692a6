"""What is owed when timetables change, pauses end and weeks are over."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from digests.model import Chat, Edition
from digests.storage import Database, Store
from digests.storage.tables import deliveries
from digests.timetable import Quiet, Weekly
from tests.samples import FAST, HOUR, NOW, add, follow, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")
ADDRESS = "telegram:1"
# NOW is a Wednesday, 14:30 in Shanghai.


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 11, day, hour, minute, tzinfo=SHANGHAI)


def close(store: Store, closes_at: datetime, *, empty: bool = False) -> Edition:
    """An edition with an article about 公交, owed to all."""
    edition = store.editions.add(closes_at)
    assert edition is not None
    if not empty:
        article = add(store, raw(f"公交{closes_at:%d%H%M}"), now=closes_at)
        store.articles.assign(edition.id, [article])
        store.digests.add(edition.id, {"公交": [article]})
    store.deliveries.fan_out(edition)
    return edition


def dues(store: Store, *, weekly: bool = False) -> list[datetime]:
    wanted = select(deliveries.c.due_at).where(deliveries.c.weekly.is_(weekly)).order_by(deliveries.c.due_at)
    return list(store._connection.execute(wanted).scalars())


def change(store: Store, now: datetime, **settings: object) -> Chat:
    chat = store.chats.find(ADDRESS)
    assert chat is not None
    changed: Chat = replace(chat, **settings)  # type: ignore[arg-type]
    store.chats.save(changed)
    store.deliveries.retime(changed, now)
    return changed


def take(store: Store, now: datetime) -> list[tuple[int, ...]]:
    """The digests owed by what is due now, each delivered."""
    owed = []
    for delivery in store.deliveries.claim(now, HOUR, "telegram", FAST, 9, HOUR):
        owed.append(store.digests.owed(delivery.chat, delivery.edition_id))
        assert store.deliveries.sending(delivery, now + HOUR)
        store.deliveries.arrived(delivery, now, now)
    return owed


def test_what_waits_moves_with_the_timetable(database: Database) -> None:
    follow(database, ADDRESS, "公交", times=(time(18),))
    with database.begin() as store:
        close(store, at(13, 15))
        assert dues(store) == [at(13, 18)]
        change(store, at(13, 16), times=(time(17), time(20)))
        assert dues(store) == [at(13, 17)]
        change(store, at(13, 16), days=(5,), quiet=Quiet(time(12), time(19)))
        assert dues(store) == [at(15, 19)]
        change(store, at(13, 16, 30), times=(), days=(3, 5), quiet=None)
        assert dues(store) == [at(13, 16, 30)]


def test_a_changed_hour_brings_nothing_twice(database: Database) -> None:
    follow(database, ADDRESS, "公交", times=(time(16),))
    with database.begin() as store:
        close(store, at(13, 15))
        assert len(take(store, at(13, 16))) == 1
        change(store, at(13, 16, 1), times=(time(17),))
        assert take(store, at(13, 18)) == []
        close(store, at(13, 19))
        [owed] = take(store, at(14, 17))
        assert len(owed) == 1


def test_editions_of_days_off_come_as_one_on_the_next_chosen_day(database: Database) -> None:
    follow(database, ADDRESS, "公交", times=(time(8),), days=(1, 2, 3, 4, 5))
    with database.begin() as store:
        for day in (16, 17, 18):  # Saturday, Sunday, Monday
            close(store, at(day, 6, 30))
        assert dues(store) == [at(18, 8)]
        [owed] = take(store, at(18, 8))
        assert len(owed) == 3


def test_quiet_hours_end_with_one_delivery(database: Database) -> None:
    follow(database, ADDRESS, "公交", quiet=Quiet(time(22), time(7)))
    with database.begin() as store:
        for hour in (22, 23):
            close(store, at(13, hour))
        close(store, at(14, 6, 30))
        assert dues(store) == [at(14, 7)]
        [owed] = take(store, at(14, 7))
        assert len(owed) == 3


def test_what_was_late_for_the_quiet_hours_goes_with_what_waits_for_their_end(database: Database) -> None:
    follow(database, ADDRESS, "公交", quiet=Quiet(time(22), time(7)))
    with database.begin() as store:
        close(store, at(13, 21, 59))
        [late] = store.deliveries.claim(at(13, 22, 30), HOUR, "telegram", FAST, 9, HOUR)
        close(store, at(13, 23))
        store.deliveries.postpone(late, at(14, 7))
        assert dues(store) == [at(14, 7)]
        [owed] = take(store, at(14, 7))
        assert len(owed) == 2


def test_one_that_was_late_for_the_quiet_hours_alone_waits_for_their_end(database: Database) -> None:
    follow(database, ADDRESS, "公交", quiet=Quiet(time(22), time(7)))
    with database.begin() as store:
        close(store, at(13, 21, 59))
        [late] = store.deliveries.claim(at(13, 22, 30), HOUR, "telegram", FAST, 9, HOUR)
        store.deliveries.postpone(late, at(14, 7))
        close(store, at(13, 23))
        assert dues(store) == [at(14, 7)]
        assert take(store, at(14, 6, 59)) == []
        assert [len(owed) for owed in take(store, at(14, 7))] == [2]


@pytest.mark.parametrize("late", [0, 1, 3])
def test_a_pause_ends_at_its_date_however_late_that_is_seen(database: Database, late: int) -> None:
    follow(database, ADDRESS, "公交")
    with database.begin() as store:
        close(store, at(13, 6, 30))
        change(store, at(13, 7), paused=True, paused_until=at(15, 0))
        close(store, at(14, 6, 30))
        if not late:
            assert store.deliveries.wake(at(15, 0)) == 1
        for number in range(late):
            close(store, at(15, 6, 30 + number))
        last = close(store, at(15, 17, 30))
        chat = store.chats.find(ADDRESS)
        assert chat is not None
        assert (chat.paused, chat.paused_until) == (False, None)
        assert len(store.digests.owed(chat, last.id)) == late + 1
        assert store.deliveries.wake(at(30, 0)) == 0


def test_what_waited_when_a_pause_ends_is_skipped(database: Database) -> None:
    chat = follow(database, ADDRESS, "公交", times=(time(18),))
    with database.begin() as store:
        close(store, at(13, 15))
        store.deliveries.skip_missed(chat)
        assert dues(store) == []
        assert store.digests.owed(change(store, at(13, 16)), 1) == ()


def test_the_weeks_best_is_owed_once_at_its_hour(database: Database) -> None:
    follow(database, ADDRESS, "公交", weekly=Weekly(7, time(18)))
    follow(database, "telegram:2", "公交", weekly=Weekly(7, time(18)), quiet=Quiet(time(17), time(20)))
    follow(database, "telegram:3", "天气", weekly=Weekly(7, time(18)))
    follow(database, "telegram:4", "公交")
    with database.begin() as store:
        assert store.deliveries.owe_weeklies(NOW) == 0
        for day in (10, 13, 14, 17):
            close(store, at(day, 17, 30))
        assert not store.deliveries.due_by_timetable(at(17, 17, 59))
        assert store.deliveries.due_by_timetable(at(17, 18))
        assert store.deliveries.owe_weeklies(at(17, 18)) == 2
        assert store.deliveries.owe_weeklies(at(17, 18)) == 0
        assert store.deliveries.owe_weeklies(at(17, 19)) == 0
        assert dues(store, weekly=True) == [at(17, 18) + timedelta(seconds=2)] * 2
        chat = store.chats.find(ADDRESS)
        assert chat is not None
        assert len(store.digests.of_week(chat, at(10, 18), 4)) == 3


def test_a_machine_that_slept_for_weeks_brings_one_weekly_edition(database: Database) -> None:
    follow(database, ADDRESS, "公交", weekly=Weekly(7, time(18)), times=(time(9),))
    with database.begin() as store:
        store.deliveries.owe_weeklies(NOW)
        close(store, at(13, 17, 30))
        close(store, at(28, 17, 30))
        assert store.deliveries.owe_weeklies(at(30, 12)) == 0
        assert store.deliveries.owe_weeklies(at(30, 12) + 30 * HOUR) == 1


def test_the_weeks_best_covers_nothing(database: Database) -> None:
    follow(database, ADDRESS, "公交", weekly=Weekly(7, time(18)), days=(1,), times=(time(9),))
    with database.begin() as store:
        store.deliveries.owe_weeklies(NOW)
        close(store, at(13, 17, 30))
        store.deliveries.owe_weeklies(at(17, 18))
        assert dues(store) == [at(18, 9)]
        take(store, at(17, 18, 1))
        assert [len(owed) for owed in take(store, at(18, 9))] == [1]


def test_without_days_only_the_weeks_best_is_owed(database: Database) -> None:
    follow(database, ADDRESS, "公交", weekly=Weekly(7, time(18)), days=())
    with database.begin() as store:
        store.deliveries.owe_weeklies(NOW)
        close(store, at(13, 17, 30))
        assert dues(store) == []
        assert store.deliveries.owe_weeklies(at(17, 18)) == 1


def test_another_weekly_hour_is_reckoned_anew(database: Database) -> None:
    follow(database, ADDRESS, "公交", weekly=Weekly(7, time(18)))
    with database.begin() as store:
        store.deliveries.owe_weeklies(NOW)
        close(store, at(13, 17, 30))
        change(store, at(13, 18), weekly=Weekly(4, time(8)))
        assert store.deliveries.owe_weeklies(at(13, 18)) == 0
        assert store.deliveries.owe_weeklies(at(14, 8)) == 1
        change(store, at(14, 9), weekly=None)
        assert not store.deliveries.due_by_timetable(at(28, 8))


def test_who_wants_to_hear_of_a_day_without_news_is_owed_empty_editions_too(database: Database) -> None:
    follow(database, ADDRESS, "天气", says_nothing=True)
    follow(database, "telegram:2", says_nothing=True)
    follow(database, "telegram:3", "天气")
    with database.begin() as store:
        close(store, at(13, 17, 30))
        close(store, at(14, 6, 30), empty=True)
        assert dues(store) == [at(13, 17, 30), at(14, 6, 30)]


def test_whether_a_chat_was_told_today_is_known(database: Database) -> None:
    chat = follow(database, ADDRESS, "公交")
    with database.begin() as store:
        close(store, at(13, 17, 30))
        assert not store.deliveries.told_since(chat, at(13, 0))
        take(store, at(13, 17, 31))
        assert store.deliveries.told_since(chat, at(13, 0))
        assert not store.deliveries.told_since(chat, at(14, 0))


def test_what_is_begun_goes_first_whatever_comes_before_it_since(database: Database) -> None:
    follow(database, ADDRESS, "公交", times=(time(18),))
    with database.begin() as store:
        close(store, at(13, 15))
        [begun] = store.deliveries.claim(at(13, 18), HOUR, "telegram", FAST, 9, HOUR)
        assert store.deliveries.sending(begun, at(13, 19), 2, [1, 2])
        store.deliveries.arrived(begun, at(13, 18), at(13, 18))
        change(store, at(13, 16), times=(time(17),))  # the clock was put back
        close(store, at(13, 16))
        assert dues(store) == [at(13, 17), at(13, 18)]
        for number in (2, 1):
            [next_one] = store.deliveries.claim(at(13, 18, 1), HOUR, "telegram", FAST, 9, HOUR)
            assert (next_one.id == begun.id) is (number == 2)
            assert store.deliveries.sending(next_one, at(13, 19), number)
            store.deliveries.arrived(next_one, at(13, 18, 1), at(13, 18, 1))
        assert store.deliveries.unfinished() == {"pending": 0, "claimed": 0, "sending": 0}
