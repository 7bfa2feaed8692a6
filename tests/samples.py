"""Small made-up articles and their analyses, for tests that need some."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zlib import crc32

from bot.ledger import Ledger
from bot.pace import Pacer
from digests.model.news import Analysis, Article, Links, RawArticle, Sentence, Summary
from digests.model.outbox import Pace
from digests.storage import Database, Store

NOW = datetime(2024, 11, 13, 6, 30, tzinfo=UTC)
DAY = date(2024, 11, 13)
HOUR = timedelta(hours=1)
PAUSES = (0.05, 0.1, 0.2)
"""Seconds before what a database out of reach did not take is written again: nothing is away for long in a test."""
FAST = Pace(rate=10_000, burst=10_000, gap=timedelta(), group_budget=10**6)
"""So fast that no test waits."""


def raw(title: str = "公交新增三条线路", *paragraphs: str, **more: object) -> RawArticle:
    """An article of 2024-11-13, by 冯思家 unless told otherwise."""
    made = RawArticle(
        title=title,
        paragraphs=paragraphs or (f"{title}，方便市民出行。", "记者昨天从市交通局获悉，线路下月开通。"),
        reporters=("冯思家",),
        source="南湖晚报",
        published_on=DAY,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def article(
    number: int = 1, title: str = "公交新增线路", body: str = "公交新增线路。方便出行。", **more: object
) -> Article:
    """A stored article whose summary is all of it."""
    base = raw(title, body)
    fields: dict[str, object] = {name: getattr(base, name) for name in base.__dataclass_fields__}
    known = {"id": number, "topics": (), "places": (), "ingested_at": NOW, "summary": Summary((Sentence(body, 0),))}
    return Article(**(fields | known | more))  # type: ignore[arg-type]


def analysis(*topics: str, places: tuple[str, ...] = (), terms: tuple[str, ...] = ("公交",)) -> Analysis:
    return Analysis(topics, places, frozenset(terms), b"\0" * 8)


def add(
    store: Store, article: RawArticle, *topics: str, places: tuple[str, ...] = (), now: datetime = NOW,
    duplicate_of: int | None = None, follows: int | None = None,
) -> int:  # fmt: skip
    """Stores an article and returns its id."""
    understood = replace(analysis(*topics, places=places), bands=(crc32(article.title.encode()),))
    added = store.articles.add(article, understood, now, Links(duplicate_of, follows))
    assert added is not None
    return added


def follow(database: Database, address: str, *queries: str, **settings: object) -> int:
    """A chat with these settings that follows these canonical queries; returns its id."""
    with database.begin() as store:
        chat = store.chats.find_or_add(address, "zh-Hans", "Asia/Shanghai", NOW)
        store.chats.save(replace(chat, **settings))  # type: ignore[arg-type]
        for query in queries:
            store.subscriptions.add(chat.id, query, NOW)
    return chat.id


def pacer(database: Database, clock: Callable[[], datetime], pace: Pace = FAST) -> Pacer:
    """The pace of Telegram's chats."""
    return Pacer(Ledger(database, PAUSES), "telegram", clock, pace)
