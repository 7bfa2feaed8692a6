"""The system's clock is put back by hours: nothing waits for them to pass again."""

from collections.abc import Callable
from datetime import time

import pytest

from bot.chat import Again, SendError, Silenced, Wait
from bot.delivery import SWEEP, Sender
from digests.model.outbox import DeliveryState
from digests.storage import Database
from digests.timetable import Quiet
from tests.bot.owing import owe, send_all
from tests.digests.storage.owing import counts
from tests.fakes import FakeClock, FakeTransport
from tests.samples import HOUR, NOW, add, follow, raw

AHEAD = 5 * HOUR
CHAT = "telegram:1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW + AHEAD)


def an_edition_closes(database: Database, clock: FakeClock) -> None:
    with database.begin() as store:
        edition = store.editions.add(clock.now)
        assert edition is not None
        store.digests.add(edition.id, {"公交": [add(store, raw("公交新闻"))]})
        store.deliveries.fan_out(edition)


def an_alert_is_owed(database: Database, clock: FakeClock) -> None:
    with database.begin() as store:
        chat = store.chats.find(CHAT)
        assert chat is not None
        [wish] = store.subscriptions.of(chat.id)
        store.subscriptions.set_alerts(wish, NOW)
        article = store.articles.get(add(store, raw("公交急讯"), now=clock.now))
        assert article is not None
        store.alerts.owe(article, ["公交"], clock.now, 5)


@pytest.mark.parametrize("owed", [an_edition_closes, an_alert_is_owed])
async def test_what_was_owed_by_a_clock_ahead_comes_at_once(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock,
    owed: Callable[[Database, FakeClock], None],
) -> None:  # fmt: skip
    follow(database, CHAT, "公交")
    owed(database, clock)
    clock.now = NOW
    await send_all(sender)
    assert len(transport.to(CHAT)) == 1
    clock.now = NOW + AHEAD + HOUR
    await send_all(sender)
    assert len(transport.to(CHAT)) == 1


async def test_who_chose_hours_is_told_at_the_next_of_them(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(
        database, CHAT, "公交", times=(time(17),)
    )  # it is half past two in Shanghai, and the clock says half past seven
    an_edition_closes(database, clock)
    clock.now = NOW
    await send_all(sender)
    assert transport.sent == []
    clock.advance(hours=2.5)
    await send_all(sender)
    assert len(transport.sent) == 1


@pytest.mark.parametrize("fault", [Again("no connection"), Wait(30)])
async def test_a_pause_lasts_no_longer_than_was_meant(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock, fault: SendError
) -> None:
    owe(database, CHAT)
    transport.faults[CHAT] = [fault]
    await send_all(sender)
    if isinstance(fault, Wait):
        await sender.pacer.hold(CHAT, fault.seconds)
    clock.now = NOW
    for _ in range(10):
        clock.advance(seconds=10)
        await send_all(sender)
    assert len(transport.sent) == 1


async def test_a_wait_that_telegram_asked_of_all_is_kept_in_its_length(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, *(f"telegram:{number}" for number in range(1, 6)))
    for number in (7, 8, 9):
        await sender.pacer.hold(f"telegram:{number}", 600)
    clock.now = NOW
    await send_all(sender)
    clock.advance(minutes=9)
    await send_all(sender)
    assert transport.sent == []
    clock.advance(minutes=2)
    await send_all(sender)
    assert len(transport.sent) == 5


async def test_what_a_dead_process_held_is_taken_back(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, CHAT)
    await sender.pacer.ledger.write(lambda store: sender._claim(store, room=1))
    clock.now = NOW
    for _ in range(5):
        clock.advance(minutes=1)
        await send_all(sender)
    assert len(transport.sent) == 1


async def test_a_group_that_silenced_us_is_asked_within_a_day(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:-5")
    transport.faults["telegram:-5"] = [Silenced("no rights")]
    await send_all(sender)
    clock.now = NOW
    await send_all(sender)
    clock.advance(days=1)
    await send_all(sender)
    assert len(transport.sent) == 1


async def test_what_waits_for_the_end_of_quiet_hours_is_not_looked_at_again_and_again(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, CHAT)
    follow(database, CHAT, quiet=Quiet(time(14), time(22)))
    await send_all(sender)
    for _ in range(5):
        clock.now += SWEEP
        assert await sender.send_due() == 0
    assert counts(database) == {DeliveryState.PENDING: 1}
