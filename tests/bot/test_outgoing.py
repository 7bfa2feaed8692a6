"""Pushes and answers over real HTTP, against a server that speaks the Bot API: each fault, and what it ends in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.commands import Desk
from bot.delivery import Sender
from bot.newsroom import system_clock
from bot.telegram import TelegramBot
from bot.telegram.http import HttpRequest
from digests.model.outbox import DeliveryState, Pace
from digests.storage import Database
from tests.bot.owing import owe
from tests.bot.test_telegram import until
from tests.botapi import BotApi, serving, start
from tests.digests.storage.owing import counts
from tests.samples import pacer

TOKEN = "123456789:" + "A" * 35
PACE = Pace(rate=200, gap=timedelta(seconds=0.05))


@asynccontextmanager
async def outgoing(desk: Desk, url: str, *, resend: bool = True) -> AsyncIterator[None]:
    """The bot and its sender, until the block ends."""
    now = replace(desk, clock=system_clock)
    pace = pacer(now.database, now.clock, PACE)
    # Time-outs and pauses as in life, but a hundred times shorter.
    bot, stop = TelegramBot(now, TOKEN, url, pace, request=HttpRequest(1.0, 64)), asyncio.Event()
    short = timedelta(seconds=0.2)
    sender = Sender(now.database, now.lexicon, bot, ZoneInfo("Asia/Shanghai"), pace, resend=resend, pause=short)
    tasks = [asyncio.create_task(bot.run(stop)), asyncio.create_task(sender.run(stop))]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await bot.close()


def settled(database: Database, number: int) -> Callable[[], bool]:
    """Whether so many deliveries have come to an end."""
    ends = (DeliveryState.SENT, DeliveryState.GONE, DeliveryState.FAILED, DeliveryState.UNKNOWN)
    return lambda: sum(rows for state, rows in counts(database).items() if state in ends) == number


SENT, GONE, UNKNOWN = DeliveryState.SENT, DeliveryState.GONE, DeliveryState.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "resent", "skipped"),
    [
        ("429:1", (SENT, 1), (SENT, 1)),
        ("markup", (SENT, 1), (SENT, 1)),
        ("not found", (GONE, 0), (GONE, 0)),
        ("blocked", (GONE, 0), (GONE, 0)),
        ("deactivated", (GONE, 0), (GONE, 0)),
        ("502", (SENT, 1), (SENT, 1)),
        ("500", (SENT, 1), (UNKNOWN, 0)),
        ("reset", (SENT, 1), (UNKNOWN, 0)),
        ("lost answer", (SENT, 2), (UNKNOWN, 1)),
        ("garbage", (SENT, 2), (UNKNOWN, 1)),
        ("never", (SENT, 2), (UNKNOWN, 1)),
        ("slow:0.2", (SENT, 1), (SENT, 1)),
    ],
)
@pytest.mark.parametrize("resend", [True, False])
async def test_each_fault_ends_as_the_policy_says(
    empty_desk: Desk, fault: str, resent: tuple[DeliveryState, int], skipped: tuple[DeliveryState, int], resend: bool
) -> None:
    owe(empty_desk.database, "telegram:1", "telegram:2")
    api = BotApi(faults={1: [fault]})
    with serving(api) as url:
        async with outgoing(empty_desk, url, resend=resend):
            await until(settled(empty_desk.database, 2), 10)
    state, copies = resent if resend else skipped
    assert counts(empty_desk.database) == ({SENT: 2} if state is SENT else {SENT: 1, state: 1})
    assert (len(api.received[1]), len(api.received[2])) == (copies, 1)
    assert api.counts["waits ignored"] == api.dead.total() == 0


async def test_a_group_that_moves_gets_its_digest_once_at_the_new_id(empty_desk: Desk) -> None:
    owe(empty_desk.database, "telegram:-9")
    api = BotApi(faults={-9: ["migrate:-1009"]})
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            await until(settled(empty_desk.database, 1), 10)
    assert (len(api.received[-9]), len(api.received[-1009])) == (0, 1)


async def test_a_group_that_must_wait_for_long_holds_up_nobody(empty_desk: Desk) -> None:
    owe(empty_desk.database, "telegram:-9", *(f"telegram:{number}" for number in range(1, 20)))
    api = BotApi(faults={-9: ["429:60"]})
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            await until(settled(empty_desk.database, 19), 10)
    assert counts(empty_desk.database) == {SENT: 19, DeliveryState.PENDING: 1}
    assert api.counts["sendMessage"] == 20


async def test_a_server_that_cannot_be_reached_is_waited_for(empty_desk: Desk) -> None:
    owe(empty_desk.database, "telegram:1")
    api = BotApi()
    with serving(api) as url:
        pass
    port = int(url.rsplit(":", 1)[1])
    async with outgoing(empty_desk, url):
        await asyncio.sleep(0.5)
        await until(lambda: counts(empty_desk.database) == {DeliveryState.PENDING: 1})
        runner, _ = await start(api, port)
        await until(settled(empty_desk.database, 1), 10)
    await runner.cleanup()
    assert len(api.received[1]) == 1


async def test_one_who_asks_too_much_is_answered_slowly_and_all_others_at_once(empty_desk: Desk) -> None:
    api = BotApi(chat_rate=0, rate=0)
    with serving(api) as url:
        async with outgoing(empty_desk, url):
            for _ in range(50):
                api.say("/help", 1)
            for chat in range(2, 8):
                api.say("/help", chat)
            await until(lambda: all(api.received[chat] for chat in range(2, 8)), 5)
            assert len(api.received[1]) < 40


async def test_updates_that_a_dead_process_left_are_answered_by_the_next_one_and_none_twice(empty_desk: Desk) -> None:
    api = BotApi(chat_rate=0, rate=0)
    for chat in range(1, 31):
        api.say("/help", chat)
    with empty_desk.database.begin() as store:
        left = [(update["update_id"], update) for update in list(api.updates)[:10]]
        store.updates.add(left, system_clock())
    with serving(api) as url:
        for _ in range(2):
            async with outgoing(empty_desk, url):
                await until(lambda: sum(map(len, api.received.values())) >= 30, 10)
                await asyncio.sleep(0.1)
    assert [len(api.received[chat]) for chat in range(1, 31)] == [1] * 30


async def test_a_second_bot_with_the_same_token_is_noticed(empty_desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    api = BotApi()
    with serving(api) as url:
        async with outgoing(empty_desk, url), outgoing(empty_desk, url):
            await until(lambda: "another bot polls with this token" in caplog.text, 10)
    assert api.counts["409"] > 0
