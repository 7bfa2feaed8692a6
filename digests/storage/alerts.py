"""Alerts: which articles nobody has looked at yet, and the deliveries that tell of one at once."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, literal, or_, select, text, update

from digests.model.news import Article
from digests.model.outbox import Delivery, DeliveryState
from digests.model.readers import Chat
from digests.storage.columns import UtcDateTime
from digests.storage.groups import SILENCED
from digests.storage.noun import Noun, chunks
from digests.storage.owing import REACHABLE, STAYING, new_row
from digests.storage.rows import TOLD, to_article
from digests.storage.tables.news import articles, digest_articles, digests
from digests.storage.tables.outbox import deliveries
from digests.storage.tables.readers import chats, subscriptions

DAY = timedelta(days=1)
"""The time in which a chat gets so many alerts at most: any of this length, not a calendar's."""

_ALERTING = 5_411_306
"""The queue of those who owe alerts in PostgreSQL."""
# As the partial index has it: SQLite would be asked for `alerts_due = 1`, and read every article there is.
_DUE = text("articles.alerts_due")
_KEPT = timedelta(days=60)  # an article that was alerted of is in an edition much sooner


class Alerts(Noun):
    """What is told at once, and to whom."""

    def queue_up(self) -> None:
        """Waits for its turn to owe alerts, so that no chat gets more than it may from two processes."""
        self._queue_up(_ALERTING)

    def due(self, article_ids: Sequence[int], printed_from: date) -> list[Article]:
        """Those of these articles that nobody has looked at, printed from this day on and in no edition yet.

        In the order they came. Until they are taken others may get them too.
        """
        fresh = (articles.c.alerts_due, articles.c.edition_id.is_(None), articles.c.published_on >= printed_from, TOLD)
        found: list[Article] = []
        for some in chunks(sorted(article_ids)):
            wanted = select(articles).where(articles.c.id.in_(some), *fresh).order_by(articles.c.id)
            found += map(to_article, self._connection.execute(wanted))
        return found

    def waiting(self, most: int) -> list[int]:
        """The ids of the oldest articles that nobody has looked at, news or not."""
        wanted = select(articles.c.id).where(_DUE).order_by(articles.c.id).limit(most)
        return list(self._connection.execute(wanted).scalars())

    def take(self, article_ids: Sequence[int]) -> dict[int, int]:
        """Counts articles as looked at; returns those that nobody took before and no edition holds, with revisions."""
        taken: dict[int, int] = {}
        for some in chunks(article_ids):
            taking = update(articles).where(articles.c.id.in_(some), articles.c.alerts_due).values(alerts_due=False)
            returned = taking.returning(articles.c.id, articles.c.revision, articles.c.edition_id)
            rows = self._connection.execute(returned).all()
            taken |= {row.id: row.revision for row in rows if row.edition_id is None}
        return taken

    def followed(self) -> list[str]:
        """Every query of which some chat wants to be told at once."""
        wanted = select(subscriptions.c.query).where(subscriptions.c.alerts_since.is_not(None)).distinct()
        return list(self._connection.execute(wanted).scalars())

    def owe(self, article: Article, queries: Sequence[str], now: datetime, most: int) -> int:
        """Owes an alert of an article to every chat that wants one for one of these queries; returns how many.

        Not to those that were told of its story, by whichever paper, nor to those that had `most` in the last DAY, nor
        where we may not write.
        """
        if not queries:
            return 0
        story = article.duplicate_of or article.id
        due = literal(now, UtcDateTime)
        values = new_row(due, due, now, article_id=article.id, story=story)
        wanting = (
            subscriptions.c.query.in_(select(self._elements(queries))),
            subscriptions.c.alerts_since <= article.ingested_at,
            subscriptions.c.paused.is_(False),
        )
        # Begun with the wishes: they are few where chats are many.
        wishing = chats.c.id.in_(select(subscriptions.c.chat_id).where(*wanting))
        reachable = (*REACHABLE, chats.c.id.not_in(SILENCED))
        owed = select(*values.values()).where(wishing, *reachable, _had(now) < most).with_for_update(**STAYING)
        if story != article.id:
            owed = owed.where(~_told(story))
        owing = self._insert(deliveries).from_select(list(values), owed).on_conflict_do_nothing()
        return self._connection.execute(owing.execution_options(preserve_rowcount=True)).rowcount

    def number(self, delivery: Delivery) -> int:
        """The how many-th alert in a DAY one is for its chat."""
        before = (deliveries.c.due_at <= delivery.due_at, deliveries.c.due_at > delivery.due_at - DAY)
        earlier = or_(deliveries.c.due_at < delivery.due_at, deliveries.c.id <= delivery.id)
        mine = (deliveries.c.chat_id == delivery.chat.id, deliveries.c.article_id.is_not(None))
        return self._connection.execute(select(func.count()).where(*mine, *before, earlier)).scalar_one()

    def told(self, chat: Chat, now: datetime, *, unknown: bool) -> set[int]:
        """The stories that a chat was alerted of; with `unknown` also those of which nobody knows if they arrived."""
        states = [DeliveryState.SENT.value, *([DeliveryState.UNKNOWN.value] if unknown else [])]
        values = {"chat": chat.id, "from": now - _KEPT, "states": states}
        return set(self._connection.execute(_TOLD, values).scalars())


def _had(now: datetime) -> ColumnElement[int]:
    """How many alerts a chat had in the last DAY."""
    alerts = (deliveries.c.article_id.is_not(None), deliveries.c.due_at > now - DAY)
    return select(func.count()).where(deliveries.c.chat_id == chats.c.id, *alerts).correlate(chats).scalar_subquery()


def _told(story: int) -> ColumnElement[bool]:
    """Whether a chat was told of a story, or is to be, by a digest of what it follows."""
    holding = and_(digest_articles.c.digest_id == digests.c.id, digest_articles.c.article_id == articles.c.id)
    followed = subscriptions.alias("followed")
    wanted = (
        select(digests.c.id)
        .join(digest_articles, digest_articles.c.digest_id == digests.c.id)
        .join(articles, holding)
        .join(followed, followed.c.query == digests.c.query)
        .where(or_(articles.c.id == story, articles.c.duplicate_of == story))
        .where(followed.c.chat_id == chats.c.id, digests.c.edition_id > followed.c.since)
    )
    return wanted.correlate(chats).exists()


# Made once: each digest asks it, and to build it costs more than to run it.
_TOLD = select(deliveries.c.story).where(
    deliveries.c.chat_id == bindparam("chat"),
    deliveries.c.article_id.is_not(None),
    deliveries.c.due_at >= bindparam("from", type_=UtcDateTime),
    deliveries.c.state.in_(bindparam("states", expanding=True)),
)
