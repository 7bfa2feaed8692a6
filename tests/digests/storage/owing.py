"""Editions that are owed, and senders that take up what is due."""

from dataclasses import replace
from datetime import datetime, timedelta

from digests.model import Delivery, DeliveryState, Edition
from digests.storage import Database
from tests.samples import FAST, HOUR, NOW, add, raw

LEASE = timedelta(minutes=2)
LATER = NOW + 48 * HOUR


def close(database: Database, *queries: str, hours: int = 1) -> Edition:
    """An edition with a digest of one article for each query."""
    with database.begin() as store:
        edition = store.editions.add(NOW + hours * HOUR)
        assert edition is not None
        for query in queries:
            store.digests.add(edition.id, {query: [add(store, raw(f"{query}{hours}"))]})
    return edition


def fan_out(database: Database, edition: Edition) -> int:
    """How many rows it changed."""
    with database.begin() as store:
        return store.deliveries.fan_out(edition)


def claim(database: Database, now: datetime = LATER, limit: int = 10, scheme: str = "telegram") -> list[Delivery]:
    """What a sender takes up."""
    with database.begin() as store:
        return store.deliveries.claim(now, LEASE, scheme, FAST, limit, HOUR)


def counts(database: Database) -> dict[DeliveryState, int]:
    """How many deliveries are in each state."""
    with database.read() as store:
        return store.deliveries.counts()


def settings(database: Database, address: str, **changed: object) -> None:
    """Changes a chat's settings."""
    with database.begin() as store:
        chat = store.chats.find(address)
        assert chat is not None
        store.chats.save(replace(chat, **changed))  # type: ignore[arg-type]


def titles(database: Database, delivery: Delivery) -> list[str]:
    """The headlines that a delivery owes."""
    with database.read() as store:
        owed = store.digests.load(store.digests.owed(delivery.chat, delivery.edition_id))
    return [article.title for digest in owed for article in digest.articles]
