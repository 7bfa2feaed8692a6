"""Writes that are committed together."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from bot import ledger as module
from bot.ledger import Ledger
from digests.errors import DatabaseUnreachable
from digests.storage import Database, Store
from tests.samples import NOW, PAUSES


def alarm(name: str) -> Callable[[Store], str]:
    def write(store: Store) -> str:
        store.alarms.raise_("silent", name, "", NOW)
        return name

    return write


def failing(error: Exception) -> Callable[[Store], None]:
    def write(_store: Store) -> None:
        raise error

    return write


def subjects(database: Database) -> set[str]:
    with database.read() as store:
        return {alarm.subject for alarm in store.alarms.untold()}


async def test_writes_that_come_together_are_committed_and_answered_each_for_itself(database: Database) -> None:
    ledger = Ledger(database)
    names = [str(number) for number in range(300)]
    assert await asyncio.gather(*(ledger.write(alarm(name)) for name in names)) == names
    assert subjects(database) == set(names)


async def test_one_that_fails_takes_no_other_with_it(database: Database) -> None:
    ledger = Ledger(database)
    writes = [ledger.write(alarm("1")), ledger.write(failing(ValueError("ours"))), ledger.write(alarm("2"))]
    first, second, third = await asyncio.gather(*writes, return_exceptions=True)
    assert (first, third) == ("1", "2")
    assert isinstance(second, ValueError)
    assert subjects(database) == {"1", "2"}


async def test_a_database_that_is_away_for_a_moment_is_waited_for(database: Database) -> None:
    away = [DatabaseUnreachable("news", "locked")] * 2

    def write(store: Store) -> str:
        if away:
            raise away.pop()
        return alarm("late")(store)

    began = asyncio.get_running_loop().time()
    assert await Ledger(database, PAUSES).write(write) == "late"
    assert asyncio.get_running_loop().time() - began >= sum(PAUSES[:2])


async def test_a_database_that_stays_away_is_said(database: Database) -> None:
    assert sum(module.PAUSES) < 10
    with pytest.raises(DatabaseUnreachable):
        await Ledger(database, PAUSES).write(failing(DatabaseUnreachable("news", "gone")))


async def test_who_is_cancelled_leaves_his_write_behind(database: Database) -> None:
    ledger = Ledger(database)
    waiting = asyncio.create_task(ledger.write(alarm("left")))
    await asyncio.sleep(0)
    waiting.cancel()
    await ledger.write(alarm("next"))
    assert subjects(database) == {"left", "next"}


@pytest.fixture
def unclear(migrated_postgres: str) -> Iterator[Database]:
    """A database that commits, once, and cannot be heard to: in SQLite nothing lies between us and the commit."""
    made = Database(migrated_postgres)
    broken = list[Connection]()

    @event.listens_for(made._writing, "commit")
    def breaks(connection: Connection) -> None:
        if not broken:
            broken.append(connection)
            raw: Any = connection.connection.driver_connection
            raw.commit()
            raw.close()

    yield made
    assert broken
    made.close()


async def test_what_was_committed_and_not_heard_of_is_not_written_again(unclear: Database) -> None:
    written = list[str]()

    def write(store: Store) -> str:
        written.append("once")
        return alarm("1")(store)

    assert await Ledger(unclear, PAUSES).write(write) == "1"
    assert written == ["once"]
    assert subjects(unclear) == {"1"}


async def test_an_update_whose_commit_was_not_heard_of_is_new_all_the_same(unclear: Database) -> None:
    assert await Ledger(unclear, PAUSES).write(lambda store: store.updates.add([(7, {})], NOW)) == [7]
