"""An edition that is owed to chats, and a sender that sends until nothing is due."""

from datetime import timedelta

from bot.delivery import Sender
from digests.model.news import Sentence, Summary
from digests.storage import Database
from tests.fakes import FakeClock
from tests.samples import NOW, add, follow, raw


def owe(database: Database, *addresses: str, articles: int = 1, chars: int = 20) -> None:
    """An edition about 公交 for chats that follow it."""
    for address in addresses:
        follow(database, address, "公交")
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        ids = [add(store, raw(f"第{number}条公交消息", "公" * (chars - 1) + "。")) for number in range(articles)]
        for article in ids:
            store.articles.set_summary(article, Summary((Sentence("公" * (chars - 1) + "。", 0),)))
        store.digests.add(edition.id, {"公交": ids})
        store.deliveries.fan_out(edition)


async def send_all(sender: Sender) -> None:
    """Sends until nothing is due."""
    while await sender.send_due():
        pass


async def send_twice(sender: Sender, clock: FakeClock, wait: timedelta) -> None:
    """Sends what is due, and so long after it what became due again; not before."""
    await sender.send_due()
    if wait > timedelta():
        clock.now += wait - timedelta(seconds=1)
        assert await sender.send_due() == 0
        clock.advance(seconds=1)
    await sender.send_due()
