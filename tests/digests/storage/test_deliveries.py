"""What is owed to whom, and what is taken up when."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event

from digests.model.outbox import Delivery, DeliveryState, Pace
from digests.model.readers import Chat, ChatState
from digests.storage import Database
from tests.digests.storage.owing import LATER, LEASE, claim, close, counts, fan_out, settings, titles
from tests.samples import FAST, HOUR, NOW, follow

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_who_follows_something_in_the_edition_is_owed_it_once(database: Database) -> None:
    follow(database, "telegram:1", "公交", "贷款")
    follow(database, "telegram:2", "余新")
    follow(database, "telegram:3", "公交", paused=True)
    follow(database, "telegram:4", "公交", state=ChatState.BLOCKED)
    edition = close(database, "公交", "贷款")
    assert fan_out(database, edition) == 1
    assert fan_out(database, edition) == 0
    [delivery] = claim(database)
    assert delivery.chat.address == "telegram:1"
    assert (delivery.edition_id, delivery.due_at) == (edition.id, edition.closes_at)


def test_a_chat_with_hours_of_its_own_gets_two_editions_in_one_delivery(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(7, 30),))
    first, second = close(database, "公交", hours=1), close(database, "公交", hours=2)
    assert fan_out(database, first) == 1
    assert fan_out(database, second) == 1
    [delivery] = claim(database)
    assert delivery.edition_id == second.id
    assert delivery.due_at == datetime(2024, 11, 14, 7, 30, tzinfo=SHANGHAI)


def test_nothing_is_claimed_before_it_is_due_or_twice_or_by_another_transport(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    edition = close(database, "公交")
    fan_out(database, edition)
    assert claim(database, now=edition.closes_at - timedelta(seconds=1)) == []
    assert claim(database, scheme="console") == []
    assert len(claim(database, now=edition.closes_at)) == 1
    assert claim(database) == []


def test_the_longest_due_is_claimed_first_and_no_more_than_asked_for(database: Database) -> None:
    for number in range(3):
        follow(database, f"telegram:{number}", "公交")
    fan_out(database, close(database, "公交"))
    assert [delivery.chat.address for delivery in claim(database, limit=2)] == ["telegram:0", "telegram:1"]


def test_an_edition_told_before_is_not_owed_again(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "公交")
    edition = close(database, "公交")
    with database.begin() as store:
        store.chats.cover(chat_id, edition.id)
    assert fan_out(database, edition) == 0


def test_a_chat_that_two_editions_wait_for_gets_them_one_after_the_other_and_nothing_twice(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    for hours in (1, 2):
        fan_out(database, close(database, "公交", hours=hours))
    [first] = claim(database)
    assert claim(database) == []
    assert titles(database, first) == ["公交1"]
    with database.begin() as store:
        store.deliveries.arrived(first, NOW, NOW)
    [second] = claim(database)
    assert titles(database, second) == ["公交2"]


@pytest.mark.parametrize("changed", [{"paused": True}, {"state": ChatState.BLOCKED}])
def test_a_chat_that_paused_or_left_since_is_not_written_to(database: Database, changed: dict[str, object]) -> None:
    follow(database, "telegram:1", "公交")
    fan_out(database, close(database, "公交"))
    settings(database, "telegram:1", **changed)
    assert claim(database) == []
    settings(database, "telegram:1", paused=False, state=ChatState.ACTIVE)
    assert len(claim(database)) == 1


def test_a_delivery_of_which_a_part_arrived_does_not_grow_and_what_comes_late_follows_it(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(17, 30),))
    first, second = close(database, "公交", hours=1), close(database, "公交", hours=2)
    fan_out(database, first)
    [delivery] = claim(database)
    with database.begin() as store:
        store.deliveries.sending(delivery, LATER + LEASE, 2, [1, 2])
        store.deliveries.arrived(delivery, NOW, NOW)
    assert fan_out(database, second) == 1
    assert fan_out(database, second) == 0
    [again] = claim(database)
    assert (again.id, again.edition_id) == (delivery.id, first.id)
    assert (again.parts_sent, again.contents) == (1, [1, 2])
    with database.begin() as store:
        store.deliveries.arrived(again, NOW, NOW)
    [late] = claim(database)
    assert titles(database, late) == ["公交2"]
    assert late.due_at == delivery.due_at + timedelta(seconds=1)


def test_deliveries_go_with_their_chat(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.belongings.forget(owed.chat)
        store.deliveries.arrived(owed, NOW, NOW)
    assert counts(database) == {}


def test_the_chat_of_a_delivery_is_whole(database: Database, owed: Delivery) -> None:
    with database.read() as store:
        chat = store.chats.find("telegram:1")
    assert isinstance(chat, Chat)
    assert owed == replace(owed, chat=chat)


def test_what_is_chosen_today_does_not_bring_the_editions_of_before(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "长城")
    for hours in range(1, 4):
        fan_out(database, close(database, "公交", hours=hours))
    with database.begin() as store:
        store.subscriptions.add(chat_id, "公交", NOW)
    fan_out(database, close(database, "公交", hours=4))
    [delivery] = claim(database)
    with database.read() as store:
        owed = store.digests.load(store.digests.owed(delivery.chat, delivery.edition_id))
    assert [digest.edition.id for digest in owed] == [delivery.edition_id]


def test_a_group_with_a_hundred_topics_due_holds_up_nobody(database: Database) -> None:
    for topic in range(100):
        follow(database, f"telegram:-1005:{topic}", "公交")
    for number in range(1, 8):
        follow(database, f"telegram:{number}", "公交")
    fan_out(database, close(database, "公交"))
    rooms = []
    for tick in range(4):
        with database.begin() as store:
            now = LATER + tick * timedelta(milliseconds=100)
            slow = Pace(rate=10, burst=3)
            rooms += [
                delivery.chat.address for delivery in store.deliveries.claim(now, LEASE, "telegram", slow, 5, HOUR)
            ]
    assert sum(room.startswith("telegram:-1005") for room in rooms) == 1
    assert len(rooms) == 8


def test_a_claim_reads_no_more_of_the_outbox_than_it_takes(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
    database.migrate()
    plans = list[str]()

    def explain(connection: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("SELECT") and "FROM deliveries" in statement:
            plans.extend(
                row[-1] for row in connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)
            )

    with database.begin() as store:
        event.listen(store._connection, "before_cursor_execute", explain)
        store.deliveries.claim(NOW, LEASE, "telegram", FAST, 10, HOUR)
    database.close()
    found = [plan for plan in plans if plan.startswith(("SEARCH deliveries ", "SCAN"))]
    assert found == [
        f"SEARCH deliveries USING INDEX ix_deliveries_{name} (state=? AND next_at<?)"
        for name in ("begun", "state_next_at_id")
    ]


def test_nothing_waits_for_a_chat_that_blocked_us(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    fan_out(database, close(database, "公交", hours=1))
    fan_out(database, close(database, "公交", hours=2))
    [delivery] = claim(database)
    with database.begin() as store:
        store.deliveries.gone(delivery, "blocked")
    assert counts(database) == {DeliveryState.GONE: 1}


def test_what_waits_for_a_chat_that_paused_is_not_late(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(18),))
    follow(database, "telegram:2", "公交")
    fan_out(database, close(database, "公交"))
    settings(database, "telegram:2", paused=True)
    with database.read() as store:
        at = datetime(2024, 11, 13, 18, tzinfo=SHANGHAI)
        assert [store.deliveries.waiting_since(now) for now in (at - HOUR, at + HOUR)] == [None, at]
