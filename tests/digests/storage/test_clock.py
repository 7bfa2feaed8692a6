"""Instants in the database, after the clock that wrote them was put back by five hours."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from digests.model.sources import SourceKind, Visits
from digests.storage import Database, Store
from digests.storage.clock import SLACK
from digests.storage.tables.readers import chats
from digests.timetable import Weekly
from tests.digests.storage.owing import LEASE, claim, close, fan_out, titles
from tests.samples import FAST, HOUR, NOW, add, follow, raw

AHEAD = NOW + 5 * HOUR
PAUSE = timedelta(minutes=10)
MINUTE = timedelta(minutes=1)


def put_back(database: Database, now: datetime = NOW) -> None:
    """Twice, as each process does it."""
    for _ in range(2):
        with database.begin() as store:
            store.clock.draw_in(now, PAUSE)


def a_source(store: Store, *, every: int = 30) -> int:
    source = store.sources.add("https://a.example/feed", "甲报", SourceKind.FEED, NOW, every=every)
    assert source is not None
    return source.id


def test_a_source_that_was_asked_by_a_clock_ahead_is_due(database: Database) -> None:
    with database.begin() as store:
        number = a_source(store)
        store.sources.answered(number, AHEAD, AHEAD + HOUR, etag="", last_modified="", arrived=False)
    put_back(database)
    with database.begin() as store:
        assert store.sources.claim(number, NOW, LEASE) is not None


def test_a_source_that_a_dead_process_held_is_due(database: Database) -> None:
    with database.begin() as store:
        number = a_source(store)
        assert store.sources.claim(number, AHEAD, LEASE) is not None
    put_back(database)
    with database.begin() as store:
        assert store.sources.claim(number, NOW, LEASE) is not None


def test_a_source_that_failed_is_left_in_peace_as_long_as_was_meant(database: Database) -> None:
    with database.begin() as store:
        number = a_source(store)
        store.sources.failed(number, NOW, NOW + 8 * HOUR, "503")
    put_back(database)
    with database.begin() as store:
        assert store.sources.claim(number, NOW + 7 * HOUR, LEASE) is None
        assert store.sources.claim(number, NOW + 8 * HOUR, LEASE) is not None


def test_a_document_that_a_dead_process_read_is_read(database: Database) -> None:
    with database.begin() as store:
        store.documents.add("page.txt", "1", b"x", "", None, AHEAD)
        [(number, _)] = store.documents.due(AHEAD, 9)
        assert store.documents.claim(number, AHEAD, LEASE) is not None
    put_back(database)
    with database.begin() as store:
        assert store.documents.claim(number, NOW + SLACK, LEASE) is not None


def test_a_host_is_left_alone_as_long_as_it_asked(database: Database) -> None:
    with database.begin() as store:
        store.hosts.change("a.example", lambda _: Visits(AHEAD, AHEAD + HOUR))
        store.hosts.change("b.example", lambda _: Visits(NOW, NOW + 9 * HOUR))
    put_back(database)
    with database.begin() as store:
        kept = [store.hosts.change(host, lambda known: known) for host in ("a.example", "b.example")]
    assert kept == [Visits(NOW, NOW + HOUR), Visits(NOW, NOW + 9 * HOUR)]


@pytest.mark.parametrize("room", ["telegram:1", "telegram:-1005", None])
def test_a_room_waits_as_long_as_it_was_told_to(database: Database, room: str | None) -> None:
    asked = room or "telegram:2"
    with database.begin() as store:
        store.paces.turn("telegram", asked, AHEAD, FAST)
        store.paces.hold("telegram", AHEAD, AHEAD + 20 * MINUTE, room)
    put_back(database)
    with database.begin() as store:
        assert store.paces.told_to_wait("telegram", asked, NOW + 20 * MINUTE)
        assert store.paces.turn("telegram", asked, NOW + 18 * MINUTE, FAST) is None
        assert store.paces.turn("telegram", asked, NOW + 22 * MINUTE, FAST) == NOW + 22 * MINUTE


def test_a_wait_of_hours_that_is_no_fault_of_the_clock_is_kept(database: Database) -> None:
    with database.begin() as store:
        store.paces.turn("telegram", "telegram:1", NOW, FAST)
        store.paces.hold("telegram", NOW, AHEAD, "telegram:1")
    put_back(database)
    with database.begin() as store:
        assert store.paces.told_to_wait("telegram", "telegram:1", AHEAD - MINUTE)


def test_an_edition_closed_before_now_and_is_owed_once(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    follow(database, "telegram:2", "公交")
    told, waits = close(database, "公交", hours=5), close(database, "公交", hours=6)
    fan_out(database, told)
    [first, _] = claim(database, AHEAD)
    with database.begin() as store:
        store.deliveries.arrived(first, AHEAD, AHEAD)
    fan_out(database, waits)
    put_back(database)
    with database.begin() as store:
        closings = [edition.closes_at for number in (told.id, waits.id) if (edition := store.editions.get(number))]
        assert [edition.id for edition in store.editions.on(NOW - SLACK, NOW)] == [told.id, waits.id]
        for now in (NOW, NOW + LEASE):
            store.deliveries.recover(now, LEASE, resend=True, pause=PAUSE)
    assert closings == sorted(closings)
    owed = {each.chat.id: titles(database, each) for each in claim(database, NOW + LEASE)}
    # The other chat's claim ended with nothing sent: its later delivery brings both.
    assert owed.pop(first.chat.id) == ["公交6"]
    assert list(owed.values()) == [["公交5", "公交6"]]


def test_alerts_of_hours_to_come_count_as_of_now(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "公交")
    with database.begin() as store:
        [wish] = store.subscriptions.of(chat_id)
        store.subscriptions.set_alerts(wish, AHEAD)
        articles = [store.articles.get(add(store, raw(f"公交{number}"), now=AHEAD)) for number in range(3)]
        for article in articles[:2]:
            assert article is not None
            assert store.alerts.owe(article, ["公交"], AHEAD, 2) == 1
    put_back(database)
    [first] = claim(database, NOW)
    assert first.due_at == NOW
    with database.begin() as store:
        for now, owed in ((NOW, 0), (NOW + 25 * HOUR, 1)):
            article = store.articles.get(add(store, raw(f"公交线路{owed}"), now=now))
            assert article is not None
            assert store.alerts.owe(article, ["公交"], now, 2) == owed


def column(database: Database, table: Table, name: str) -> Any:
    with database.read() as store:
        return store._connection.execute(select(table.c[name])).scalar_one()


def test_the_week_s_best_is_due_within_a_week(database: Database) -> None:
    follow(database, "telegram:1", "公交", weekly=Weekly(7, NOW.time()))
    with database.begin() as store:
        store.deliveries.owe_weeklies(NOW + 365 * 24 * HOUR)
    put_back(database)
    with database.begin() as store:
        assert store.deliveries.due_by_timetable(NOW)
        assert store.deliveries.owe_weeklies(NOW) == 0
    assert NOW < column(database, chats, "weekly_at") <= NOW + 7 * 24 * HOUR


def test_updates_numbered_by_a_clock_ahead_are_no_reason_to_ask_for_none(database: Database) -> None:
    with database.begin() as store:
        store.updates.add([(900, {})], NOW + 365 * 24 * HOUR)
        store.updates.done([900])
        assert store.updates.resume(3, NOW) == ([], None)
        assert store.updates.resume(3, NOW + 365 * 24 * HOUR - 5 * HOUR) == ([], 901)
