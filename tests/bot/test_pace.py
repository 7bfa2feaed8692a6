"""What a process does when Telegram says to wait."""

import asyncio
from datetime import timedelta

import pytest

from bot.chat import Wait
from bot.pace import ON_END, Pacer
from digests.model.outbox import Pace
from digests.storage import Database
from tests.fakes import FakeClock
from tests.samples import NOW, pacer

SECOND = timedelta(seconds=1)


@pytest.fixture
def paced(database: Database) -> Pacer:
    return pacer(database, FakeClock(NOW), Pace())


def may_push(database: Database) -> bool:
    with database.begin() as store:
        return bool(store.paces.slots("telegram", NOW + SECOND, Pace(), 1, SECOND))


async def test_all_wait_when_one_private_chat_after_the_other_is_told_to(database: Database, paced: Pacer) -> None:
    for number in range(ON_END - 1):
        await paced.hold(f"telegram:{number}", 30)
    assert may_push(database)
    await paced.hold("telegram:99", 30)
    assert not may_push(database)


async def test_chats_that_are_told_to_wait_among_others_that_accept_hold_up_nobody(
    database: Database, paced: Pacer
) -> None:
    for number in range(3 * ON_END):
        await paced.hold(f"telegram:{number}", 30)
        paced.accepted()
    assert may_push(database)


async def test_groups_that_are_told_to_wait_hold_up_nobody(database: Database, paced: Pacer) -> None:
    for number in range(3 * ON_END):
        await paced.hold(f"telegram:-{number}", 30)
    assert may_push(database)


async def test_an_answer_that_waited_waits_on_when_its_chat_was_told_to_meanwhile(paced: Pacer) -> None:
    await paced.turn("telegram:1")
    waiting = asyncio.create_task(paced.turn("telegram:1"))
    await asyncio.sleep(0.2)
    await paced.hold("telegram:1", 3600)
    with pytest.raises(Wait):
        await waiting


async def test_a_clock_that_is_put_back_lets_nobody_wait_for_hours(paced: Pacer) -> None:
    assert isinstance(paced.clock, FakeClock)
    await paced.turn("telegram:1")
    paced.clock.advance(hours=-5)
    async with asyncio.timeout(5):
        await paced.turn("telegram:1")


async def test_pushes_that_are_late_do_not_run_into_those_on_time(database: Database) -> None:
    paced = pacer(database, FakeClock(NOW), Pace(rate=10))
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(paced.depart() for _ in range(16)))
    assert asyncio.get_running_loop().time() - began >= 1
