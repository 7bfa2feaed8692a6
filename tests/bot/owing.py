"""An edition that is owed to chats, and a sender that sends until nothing is due."""

from bot.delivery import Sender
from digests.model.news import Sentence, Summary
from digests.storage import Database
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
