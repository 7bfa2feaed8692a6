"""Edits of sent messages over real HTTP, against a server that speaks the Bot API, and past killed processes."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.commands import Desk
from bot.newsroom import system_clock
from digests import amending
from digests.model.outbox import DeliveryState, EditState
from digests.storage import Database
from digests.storage.tables.outbox import edits
from tests.bot.owing import owe
from tests.bot.test_outgoing import TOKEN, outgoing, settled
from tests.bot.test_telegram import until
from tests.bot.test_workers import until as wait_until
from tests.bot.test_workers import worker
from tests.botapi import BotApi, serving

DONE, GONE, LOST = EditState.DONE, EditState.GONE, EditState.LOST


def retract(database: Database) -> None:
    with database.begin() as store:
        article = amending.begin(store, 1)
        assert article is not None
        amending.retract(store, article, "", system_clock())


def ended(database: Database, number: int) -> Callable[[], bool]:
    """Whether so many edits have come to an end."""

    def look() -> bool:
        with database.read() as store:
            states = store.edits.counts()
        return sum(rows for state, rows in states.items() if state in (DONE, GONE, LOST)) == number

    return look


def standing(api: BotApi, *chats: int) -> list[str]:
    """What stands in these chats now."""
    return [shown.text for chat in chats for shown in api.chats.of(chat)]


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        ("429:1", DONE),
        ("markup", DONE),
        ("502", DONE),
        ("500", DONE),
        ("reset", DONE),
        ("lost answer", DONE),
        ("garbage", DONE),
        ("blocked", GONE),
    ],
)
async def test_each_fault_ends_as_it_should_and_no_message_is_added(
    empty_desk: Desk, fault: str, state: EditState
) -> None:
    database = empty_desk.database
    owe(database, "telegram:1", "telegram:2")
    api = BotApi()
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            await until(settled(database, 2), 10)
            api.faults[1] = [fault]
            retract(database)
            await until(ended(database, 2), 10)
    assert [len(api.chats.of(chat)) for chat in (1, 2)] == [1, 1]
    [first, second] = standing(api, 1, 2)
    assert "第0条" not in second
    assert ("第0条" in first) == (state is GONE)
    with database.read() as store:
        assert store.edits.counts() == ({DONE: 2} if state is DONE else {DONE: 1, state: 1})


async def test_a_message_that_a_reader_deleted_is_let_go(empty_desk: Desk) -> None:
    database = empty_desk.database
    owe(database, "telegram:1", "telegram:2")
    api = BotApi()
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            await until(settled(database, 2), 10)
            api.chats.delete(1, api.chats.of(1)[0].id)
            retract(database)
            await until(ended(database, 2), 10)
    with database.read() as store:
        assert store.edits.counts() == {DONE: 1, LOST: 1}
        assert store.deliveries.counts() == {DeliveryState.SENT: 2}


async def test_groups_channels_and_topics_of_a_forum_are_put_right_where_they_stand(empty_desk: Desk) -> None:
    database = empty_desk.database
    owe(database, "telegram:-1001", "telegram:-1002:7", "telegram:-1002:8")
    api = BotApi()
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            await until(settled(database, 3), 10)
            retract(database)
            await until(ended(database, 3), 10)
    assert [len(api.chats.of(chat)) for chat in (-1001, -1002)] == [1, 2]
    assert all("更正" in text and "第0条" not in text for text in standing(api, -1001, -1002))
    assert sorted(shown.thread or 0 for shown in api.chats.of(-1002)) == [7, 8]


def test_a_killed_process_leaves_no_message_as_it_was(migrated_postgres: str, tmp_path: Path) -> None:
    chats = range(1, 61)
    database, api = Database(migrated_postgres), BotApi(rate=0)
    owe(database, *(f"telegram:{number}" for number in chats))
    with serving(api) as url:
        bot = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url}
        settings = {"DATABASE_URL": migrated_postgres, "LIWEN_DATA_DIR": str(tmp_path), **bot}
        with worker(settings, tmp_path) as first:
            wait_until(settled(database, len(chats)))
            retract(database)
            wait_until(lambda: api.counts["editMessageText"] >= 10)
            first.send_signal(signal.SIGKILL)
            first.wait(20)
        with database.begin() as store:
            assert store.edits.unfinished() > 0
            claimed = edits.c.claimed_until.is_not(None)
            store._connection.execute(update(edits).where(claimed).values(claimed_until=system_clock()))  # later
        with worker(settings, tmp_path):
            wait_until(ended(database, len(chats)))
    database.close()
    assert [len(api.chats.of(chat)) for chat in chats] == [1] * len(chats)
    assert all("更正" in text and "第0条" not in text for text in standing(api, *chats))
