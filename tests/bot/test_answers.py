"""Answers that cannot go at once: what is done with each, and that none is lost."""

import asyncio
from datetime import timedelta

from bot.commands import Desk
from bot.telegram.front import AT_ONCE
from bot.telegram.intake import TRIES
from tests.bot.test_telegram import running, until
from tests.fakes import FakeClock, FakeTelegram, Fault


async def test_an_answer_waits_when_told_to_and_is_dropped_when_it_cannot_be_sent(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["sendMessage"] = [
        Fault(429, "Too Many Requests", {"retry_after": 0.01}),
        Fault(400, "Bad Request: can't parse entities"),
    ]
    async with running(desk, server):
        server.say("/help")
        await until(lambda: len(server.named("sendMessage")) == 3)
        server.faults["sendMessage"] = [Fault(403, "Forbidden: bot was blocked by the user")]
        server.say("/help", 8)
        await until(lambda: len(server.named("sendMessage")) == 4)
        server.say("/today", 9)
        await until(lambda: len(server.named("sendMessage")) == 5)
    assert "parse_mode" not in server.named("sendMessage")[2]
    assert "里闻 ·" in server.texts()[-1]


async def test_answers_that_must_wait_for_an_hour_are_not_lost_and_hold_up_nobody(desk: Desk, clock: FakeClock) -> None:
    server, waiting = FakeTelegram(), range(10, 10 + AT_ONCE + 6)
    with desk.database.begin() as store:
        for number in waiting:
            store.paces.hold("telegram", clock.now, clock.now + timedelta(hours=1), f"telegram:{number}")
    async with running(desk, server):
        for number in waiting:
            server.say("/help", number)
        server.say("/help", 8)
        await until(lambda: server.named("sendMessage"))
        await asyncio.sleep(0.2)
        assert [sent["chat_id"] for sent in server.named("sendMessage")] == [8]
        clock.advance(hours=1)
        await until(lambda: len(server.named("sendMessage")) == 1 + len(waiting), 30)


async def test_who_must_wait_for_less_than_a_minute_holds_up_nobody(desk: Desk, clock: FakeClock) -> None:
    server, waiting = FakeTelegram(), range(10, 10 + AT_ONCE + 6)
    with desk.database.begin() as store:
        for number in waiting:
            store.paces.hold("telegram", clock.now, clock.now + timedelta(seconds=50), f"telegram:{number}")
    async with running(desk, server):
        for number in waiting:
            server.say("/help", number)
        await asyncio.sleep(0.5)
        server.say("/help", 8)
        await until(lambda: server.named("sendMessage"))
        assert [sent["chat_id"] for sent in server.named("sendMessage")] == [8]


async def test_while_telegram_asks_as_many_groups_to_wait_as_are_answered_at_once_others_are_answered(
    desk: Desk,
) -> None:
    server, waiting = FakeTelegram(), range(-10 - AT_ONCE, -9)
    server.faults["sendMessage"] = [Fault(429, "Too Many Requests", {"retry_after": 150})] * len(waiting)
    async with running(desk, server):
        for number in waiting:
            server.say("/help", number)
        await until(lambda: len(server.named("sendMessage")) == len(waiting), 30)
        server.say("/help", 8)
        await until(lambda: server.named("sendMessage")[-1]["chat_id"] == 8)
    assert sorted(sent["chat_id"] for sent in server.named("sendMessage")) == [*waiting, 8]


async def test_an_answer_that_waits_when_the_program_ends_is_given_by_the_next_one(
    desk: Desk, clock: FakeClock
) -> None:
    server = FakeTelegram()
    with desk.database.begin() as store:
        store.paces.hold("telegram", clock.now, clock.now + timedelta(hours=1), "telegram:7")
    server.say("/help")
    for _ in range(TRIES + 1):
        async with running(desk, server):
            await asyncio.sleep(0.1)
    assert server.named("sendMessage") == []
    clock.advance(hours=1)
    async with running(desk, server):
        await until(lambda: len(server.named("sendMessage")) == 1)
