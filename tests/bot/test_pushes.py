"""What a push says: to whom, of which editions, in whose style."""

from datetime import time, timedelta

import pytest

from bot.delivery import Sender
from digests.model.news import Sentence, Summary
from digests.model.readers import Style
from digests.storage import Database
from tests.bot.owing import send_all
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, follow, raw


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW + timedelta(hours=1))


async def test_what_a_push_leaves_out_is_counted_over_all_editions_it_tells_of(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, "telegram:1", "公交", times=(time(23, 0),))
    for hour in range(2):
        with database.begin() as store:
            edition = store.editions.add(NOW + timedelta(hours=hour))
            assert edition is not None
            ids = [add(store, raw(f"第{hour}期第{number}条公交消息")) for number in range(8)]
            store.articles.assign(edition.id, ids)
            store.digests.add(edition.id, {"公交": ids})
            store.deliveries.fan_out(edition)
    clock.advance(days=1)
    await sender.send_due()
    [(_, message)] = transport.sent
    assert "共 16 篇，先看 10 篇" in message.plain
    assert "本期还有：公交 6 篇" in message.plain
    assert message.buttons[-1][0].action == "more 1-2 公交"


async def test_a_wish_that_seeds_no_longer_know_is_still_told(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    follow(database, "telegram:1", "topic:gone")
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        store.digests.add(edition.id, {"topic:gone": [add(store, raw("公交消息"))]})
        store.deliveries.fan_out(edition)
    await sender.send_due()
    assert "公交消息" in transport.to("telegram:1")[0]


async def test_a_story_that_a_chat_was_told_of_is_not_told_again_because_another_wish_finds_its_reprint(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    follow(database, "telegram:1", "公交", "source:嘉兴日报")
    follow(database, "telegram:2", "source:嘉兴日报")
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        first = add(store, raw("公交夜班线开通"))
        store.articles.assign(edition.id, [first])
        store.digests.add(edition.id, {"公交": [first]})
        store.deliveries.fan_out(edition)
    await sender.send_due()
    with database.begin() as store:
        edition = store.editions.add(NOW + timedelta(minutes=1))
        assert edition is not None
        reprint = add(store, raw("夜班线开通", source="嘉兴日报"), duplicate_of=first)
        other = add(store, raw("别的消息", source="嘉兴日报"))
        store.articles.assign(edition.id, [reprint, other])
        store.digests.add(edition.id, {"source:嘉兴日报": [reprint, other]})
        store.deliveries.fan_out(edition)
    await sender.send_due()
    assert ["夜班线开通" in message for message in transport.to("telegram:1")] == [True, False]
    assert "别的消息" in transport.to("telegram:1")[1]
    assert "夜班线开通" in transport.to("telegram:2")[0]


async def test_each_chat_gets_its_digest_in_its_own_style_and_with_its_own_tastes(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    follow(database, "telegram:1", "公交", "学校", style=Style.COMPACT)
    follow(database, "telegram:2", "公交", "学校", tastes=(("学校", 1),))
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        bus, school = add(store, raw("公交新增线路")), add(store, raw("学校开学"))
        store.articles.set_summary(bus, Summary((Sentence("公交新增线路，方便市民出行。", 0),)))
        store.articles.assign(edition.id, [bus, school])
        store.digests.add(edition.id, {"公交": [bus], "学校": [school]})
        store.deliveries.fan_out(edition)
    await sender.send_due()
    [compact], [liked] = transport.to("telegram:1"), transport.to("telegram:2")
    assert "方便市民出行" not in compact
    assert compact.index("▍公交") < compact.index("▍学校")
    assert "方便市民出行" in liked
    assert liked.index("▍学校") < liked.index("▍公交")


async def test_a_day_without_news_is_said_once_to_those_who_want_that(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, "telegram:1", "公交", says_nothing=True)
    follow(database, "telegram:2", "公交")
    for hours in (3, 21, 0):
        with database.begin() as store:
            edition = store.editions.add(clock())
            assert edition is not None
            store.deliveries.fan_out(edition)
        await send_all(sender)
        clock.advance(hours=hours)
    assert transport.to("telegram:1") == ["今天到现在，你关注的还没有新消息。"] * 2
    assert transport.to("telegram:2") == []
