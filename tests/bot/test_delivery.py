"""Deliveries on their way: each sent once, whatever befalls it; when, and after which pauses."""

import asyncio
from datetime import time, timedelta
from typing import Any

import pytest

from bot.chat import Again, Gone, MarkupRefused, Moved, Refused, SendError, Silenced, TopicGone, Unknown, Wait
from bot.delivery import LEASE, LONGEST_PAUSE, PAUSE, Sender, Verdict, verdict
from digests.errors import DatabaseUnreachable
from digests.model.outbox import Delivery, DeliveryState
from digests.model.readers import Chat
from digests.seeds import Lexicon
from digests.storage import Database
from digests.timetable import Quiet
from tests.bot.owing import owe, send_all, send_twice
from tests.digests.storage.owing import counts
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, follow, pacer, raw


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW + timedelta(hours=1))


async def test_what_is_due_is_sent_once(database: Database, sender: Sender, transport: FakeTransport) -> None:
    owe(database, "telegram:1", "telegram:2")
    assert await sender.send_due() == 2
    assert await sender.send_due() == 0
    assert sorted(address for address, _ in transport.sent) == ["telegram:1", "telegram:2"]
    assert "第0条公交消息" in transport.to("telegram:1")[0]
    assert counts(database) == {DeliveryState.SENT: 2}


async def test_the_row_says_sending_before_the_request_goes_out(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1")
    seen: list[dict[DeliveryState, int]] = []
    transport.before = lambda: seen.append(counts(database))
    await sender.send_due()
    assert seen == [{DeliveryState.SENDING: 1}]


async def test_a_long_digest_goes_in_parts_and_goes_on_where_it_stopped(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:1", articles=10, chars=1000)
    transport.faults["telegram:1"] = [None, Again("refused")]
    await send_all(sender)
    assert len(transport.sent) == 1
    clock.advance(minutes=1)
    await send_all(sender)
    text = "".join(transport.to("telegram:1"))
    assert len(transport.sent) > 2
    assert [text.count(f"第{number}条公交消息") for number in range(10)] == [1] * 10


async def test_one_blocked_chat_does_not_stop_the_others(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, *(f"telegram:{number}" for number in range(5)))
    transport.faults = {"telegram:0": [Gone("blocked")], "telegram:1": [RuntimeError("a fault of ours")]}
    await sender.send_due()
    assert len(transport.sent) == 3
    assert counts(database) == {DeliveryState.SENT: 3, DeliveryState.GONE: 1, DeliveryState.FAILED: 1}


@pytest.mark.parametrize(
    ("fault", "wait", "state"),
    [
        (Wait(90), timedelta(seconds=90), DeliveryState.SENT),
        (Again("no connection"), PAUSE, DeliveryState.SENT),
        (Unknown("timed out"), PAUSE, DeliveryState.SENT),
        (MarkupRefused("entities"), timedelta(), DeliveryState.SENT),
        (Moved("telegram:-1009"), timedelta(), DeliveryState.SENT),
        (Gone("blocked"), timedelta(days=1), DeliveryState.GONE),
        (Refused("too long"), timedelta(days=1), DeliveryState.FAILED),
    ],
)
async def test_each_kind_of_fault_has_its_end(
    database: Database,
    sender: Sender,
    transport: FakeTransport,
    clock: FakeClock,
    fault: SendError,
    wait: timedelta,
    state: DeliveryState,
) -> None:
    owe(database, "telegram:-9")
    transport.faults["telegram:-9"] = [fault]
    await send_twice(sender, clock, wait)
    assert counts(database) == {state: 1}
    assert len(transport.sent) == (state is DeliveryState.SENT)


async def test_a_slow_chat_holds_up_no_other(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:1")
    stop, slow = asyncio.Event(), asyncio.Event()
    transport.slow["telegram:1"] = slow
    running = asyncio.create_task(sender.run(stop))
    await asyncio.sleep(0.3)
    follow(database, "telegram:2", "贷款")
    with database.begin() as store:
        edition = store.editions.add(NOW + timedelta(minutes=1))
        assert edition is not None
        store.digests.add(edition.id, {"贷款": [add(store, raw("贷款落地"))]})
        store.deliveries.fan_out(edition)
    async with asyncio.timeout(2):
        while not transport.sent:
            await asyncio.sleep(0.02)
    assert [address for address, _ in transport.sent] == ["telegram:2"]
    stop.set()
    await asyncio.sleep(0.1)
    assert not running.done()
    slow.set()
    await running
    assert len(transport.sent) == 2
    assert counts(database) == {DeliveryState.SENT: 2}


@pytest.mark.parametrize("resend", [True, False])
async def test_an_edition_with_a_message_that_stayed_unknown_counts_as_told_with_skip_alone(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock, resend: bool
) -> None:
    owe(database, "telegram:1", articles=10, chars=1000)
    sender.resend = resend
    transport.faults["telegram:1"] = [Unknown(), Unknown()] if resend else [Unknown()]
    for _ in range(4):
        await send_all(sender)
        clock.advance(minutes=2)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}
    with database.read() as store:
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert bool(chat.covered) is not resend


async def test_a_moved_group_gets_its_digest_once_at_its_new_address(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:-9")
    transport.faults["telegram:-9"] = [Moved("telegram:-1009")]
    await sender.send_due()
    await sender.send_due()
    assert [address for address, _ in transport.sent] == ["telegram:-1009"]


async def test_a_killed_process_loses_nothing(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:1")
    transport.faults["telegram:1"] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        [delivery] = await sender.pacer.ledger.write(lambda store: sender._claim(store, room=1))
        assert isinstance(delivery, Delivery)
        await sender._send_next(delivery, asyncio.Event())
    clock.now += LEASE
    await sender.send_due()
    clock.now += PAUSE
    await sender.send_due()
    assert len(transport.sent) == 1


async def test_an_archive_out_of_reach_for_a_moment_stops_nothing(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1", "telegram:2")
    transport.faults["telegram:1"] = [DatabaseUnreachable("news", "database is locked")]
    await sender.send_due()
    assert counts(database) == {DeliveryState.SENT: 1, DeliveryState.SENDING: 1}


async def test_a_running_sender_notices_what_comes_and_stops_when_told(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(sender.run(stop))
    await asyncio.sleep(0.2)
    owe(database, "telegram:1")
    async with asyncio.timeout(2):
        while not transport.sent:
            await asyncio.sleep(0.02)
        stop.set()
        await running
    assert len(transport.sent) == 1


async def test_what_has_not_begun_when_told_to_stop_stays_due(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1")
    stop = asyncio.Event()
    stop.set()
    await sender.send_due(stop)
    assert transport.sent == []
    assert counts(database) == {DeliveryState.PENDING: 1}


async def test_a_sender_outlives_an_archive_out_of_reach(
    lexicon: Lexicon, transport: FakeTransport, clock: FakeClock, sender: Sender, tmp_path: object
) -> None:
    from zoneinfo import ZoneInfo

    broken = Database(f"sqlite:///{tmp_path}/never-migrated.sqlite3")
    stop = asyncio.Event()
    sender = Sender(broken, lexicon, transport, ZoneInfo("UTC"), pacer(broken, clock))
    running = asyncio.create_task(sender.run(stop))
    await asyncio.sleep(0.1)
    assert not running.done()
    stop.set()
    await running
    broken.close()


def delivery(**more: Any) -> Delivery:
    chat = Chat(id=1, address="telegram:1", language="en", zone="UTC")
    return Delivery(id=1, chat=chat, edition_id=1, due_at=NOW, go_at=NOW, state=DeliveryState.SENDING, **more)


def test_pauses_double_up_to_ten_minutes_and_nothing_is_ever_given_up() -> None:
    judged = [verdict(Again("x"), delivery(attempts=attempts), NOW, resend=True) for attempts in (0, 1, 2, 9, 10**6)]
    pauses = [one.next_at - NOW for one in judged if one.next_at is not None]
    assert pauses == [PAUSE, 2 * PAUSE, 4 * PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_where_we_may_not_write_is_no_chat_that_is_gone() -> None:
    assert verdict(Silenced("no rights"), delivery(), NOW, resend=True) == Verdict("silenced")
    assert verdict(TopicGone("deleted"), delivery(), NOW, resend=True) == Verdict("silenced")


def test_what_may_have_arrived_is_sent_again_once_or_never() -> None:
    assert verdict(Unknown(), delivery(), NOW, resend=True) == Verdict("doubtful", NOW + PAUSE)
    assert verdict(Unknown(), delivery(doubtful=True), NOW, resend=True) == Verdict("unknown")
    assert verdict(Unknown(), delivery(), NOW, resend=False) == Verdict("unknown")


async def test_a_reader_who_leaves_in_the_middle_of_a_delivery_gets_no_more_of_it(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1", articles=10, chars=1000)

    def forget() -> None:
        with database.begin() as store:
            chat = store.chats.find("telegram:1")
            assert chat is not None
            store.belongings.forget(chat)
        transport.before = lambda: None

    transport.before = forget
    await sender.send_due()
    assert len(transport.sent) == 1
    assert counts(database) == {}


async def test_what_is_late_for_the_quiet_hours_comes_when_they_end(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    quiet = Quiet(time(15), time(17))  # it is half past three in Shanghai
    owe(database, "telegram:1", "telegram:2")
    follow(database, "telegram:1", quiet=quiet)
    await send_all(sender)
    assert [where for where, _ in transport.sent] == ["telegram:2"]
    clock.advance(minutes=89)
    await send_all(sender)
    assert len(transport.sent) == 1
    clock.advance(minutes=1)
    await send_all(sender)
    assert [where for where, _ in transport.sent] == ["telegram:2", "telegram:1"]


async def test_one_of_several_messages_that_is_no_longer_wanted_is_not_sent(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:1", articles=9, chars=3000)
    transport.faults["telegram:1"] = [Again("no connection")]
    await send_all(sender)
    with database.begin() as store:
        chat = store.chats.find("telegram:1")
        assert chat is not None
        store.subscriptions.remove_query(chat.id, "公交")
    clock.advance(hours=1)
    await send_all(sender)
    assert transport.sent == []
    assert counts(database) == {DeliveryState.SENT: 1}
