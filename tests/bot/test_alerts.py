"""Alerts on their way: what a reader is told at once, and that the digest does not say it again."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.chat import Again, Unknown
from bot.delivery import PAUSE, Sender
from digests.alerting import Alerting
from digests.model import DeliveryState
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.test_delivery import counts
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, follow, pacer, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")
ME = "telegram:1"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW + timedelta(hours=1))


@pytest.fixture
def transport() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def sender(database: Database, lexicon: Lexicon, transport: FakeTransport, clock: FakeClock) -> Sender:
    return Sender(database, lexicon, transport, SHANGHAI, pacer(database, clock), alerts=2)


def wants(database: Database, *queries: str) -> None:
    chat_id = follow(database, ME, *queries)
    with database.begin() as store:
        for wish in store.subscriptions.of(chat_id):
            store.subscriptions.set_alerts(wish, NOW)


def comes(sender: Sender, title: str = "公交新增三条线路") -> int:
    """An article that is alerted of."""
    now = sender.pacer.clock()
    with sender.database.begin() as store:
        article = add(store, raw(title), now=now)
    Alerting(sender.database, sender.lexicon, SHANGHAI, sender.alerts).alert([article], now)
    return article


def closes(sender: Sender, query: str = "公交", before: timedelta = timedelta()) -> None:
    """An edition of all that waits, with a digest for those who follow a query."""
    with sender.database.begin() as store:
        edition = store.editions.add(sender.pacer.clock() - before)
        assert edition is not None
        waiting = [article.id for article in store.articles.unassigned()]
        store.articles.assign(edition.id, waiting)
        store.digests.add(edition.id, {query: waiting})
        store.deliveries.fan_out(edition)


async def test_an_alert_says_what_it_is_about_and_for_which_wish(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    wants(database, "公交", "线路", "贷款")
    article = comes(sender)
    await sender.send_due()
    [(_, message)] = transport.sent
    assert message.plain.startswith("🔔 公交新增三条线路\n公交新增三条线路，方便市民出行。\n记者 冯思家 · 南湖晚报\n")
    assert "你关注了：公交、线路" in message.plain
    assert [button.action for row in message.buttons for button in row] == [f"read {article}", "wish 1 silent"]
    assert counts(database) == {DeliveryState.SENT: 1}


async def test_the_last_alert_of_a_day_says_that_it_is_and_the_rest_comes_with_the_digest(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    wants(database, "公交")
    for number in range(3):
        comes(sender, f"公交第{number}条")
        clock.advance(seconds=5)
        await sender.send_due()
    assert ["一天之内已经提醒了 2 条" in text for text in transport.to(ME)] == [False, True]
    closes(sender)
    await sender.send_due()
    digest = transport.to(ME)[-1]
    assert "共 1 篇" in digest
    assert "1 公交第2条\n" in digest
    assert "已经提醒过你：公交第0条；公交第1条" in digest


async def test_a_digest_with_nothing_but_what_was_alerted_is_not_sent(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    wants(database, "公交")
    comes(sender)
    await sender.send_due()
    clock.advance(hours=1)
    closes(sender)
    await sender.send_due()
    assert len(transport.sent) == 1
    assert counts(database) == {DeliveryState.SENT: 2}


async def test_what_a_digest_told_first_is_no_alert_any_more(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    wants(database, "公交")
    comes(sender)
    closes(sender, before=timedelta(seconds=1))  # it closed an instant before, and took the article in
    await sender.send_due()
    await sender.send_due()
    assert ["里闻 ·" in text for text in transport.to(ME)] == [True]
    assert counts(database) == {DeliveryState.SENT: 1}


@pytest.mark.parametrize("change", ["alerts off", "paused", "given up"])
async def test_an_alert_that_is_not_wanted_any_more_is_withdrawn(
    database: Database, sender: Sender, transport: FakeTransport, change: str
) -> None:
    wants(database, "公交")
    comes(sender)
    with database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        [wish] = store.subscriptions.of(chat.id)
        match change:
            case "alerts off":
                store.subscriptions.set_alerts(wish, None)
            case "paused":
                store.subscriptions.set_paused(wish, paused=True)
            case _:
                store.subscriptions.remove(chat.id, wish.id)
    await sender.send_due()
    assert transport.sent == []
    assert counts(database) == {}


async def test_an_alert_that_was_certainly_not_sent_goes_later_and_once(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    wants(database, "公交")
    comes(sender)
    transport.faults[ME] = [Again("no connection")]
    await sender.send_due()
    closes(sender)  # the digest waits for it
    await sender.send_due()
    assert transport.sent == []
    clock.now += PAUSE
    await sender.send_due()
    await sender.send_due()
    assert ["🔔" in text for text in transport.to(ME)] == [True]


async def test_an_alert_that_may_not_have_arrived_comes_again_with_the_digest(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    wants(database, "公交")
    comes(sender)
    transport.faults[ME] = [Unknown("timed out"), Unknown("timed out")]
    for _ in range(2):
        await sender.send_due()
        clock.now += PAUSE
    assert counts(database) == {DeliveryState.UNKNOWN: 1}
    closes(sender)
    await sender.send_due()
    assert "1 公交新增三条线路\n" in transport.to(ME)[-1]
