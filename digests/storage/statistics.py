"""Numbers for the operator: who reads, what came in, and how yesterday's digests went out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select

from digests.model.outbox import DeliveryState
from digests.model.readers import ChatState
from digests.storage.noun import Noun
from digests.storage.owing import REACHABLE
from digests.storage.tables.news import articles
from digests.storage.tables.outbox import deliveries
from digests.storage.tables.readers import chats

LATE = timedelta(minutes=10)
"""After which a digest was late."""


class Statistics(Noun):
    """Counts; none of them changes anything."""

    def readers(self) -> Mapping[str, int]:
        """How many chats are active, paused, and have blocked the bot or put it out."""
        blocked = chats.c.state == ChatState.BLOCKED.value
        state = case((blocked, "blocked"), (chats.c.paused, "paused"), else_="active").label("state")
        counted = select(state, func.count().label("chats")).group_by(state)
        found = {row.state: row.chats for row in self._connection.execute(counted)}
        return {name: found.get(name, 0) for name in ("active", "paused", "blocked")}

    def reachable(self, transport: str) -> int:
        """How many chats of a transport are written to."""
        ours = chats.c.address.startswith(f"{transport}:", autoescape=True)
        return self._connection.execute(select(func.count()).where(ours, *REACHABLE)).scalar_one()

    def come_and_gone(self, start: datetime, end: datetime) -> tuple[int, int]:
        """How many chats there are since that time, and how many were seen to have left in it."""
        came, left = (column.between(start, end) for column in (chats.c.created_at, chats.c.left_at))
        counted = select(*(func.count().filter(each) for each in (came, left))).select_from(chats)
        row = self._connection.execute(counted).one()
        return row[0], row[1]

    def articles(self, since: date) -> list[tuple[date, str, int]]:
        """Day, paper and number of articles, of the papers printed since a day, newest first."""
        printed = (articles.c.published_on, articles.c.source)
        counted = select(*printed, func.count()).where(articles.c.published_on >= since).group_by(*printed)
        rows = self._connection.execute(counted.order_by(articles.c.published_on.desc(), articles.c.source))
        return [(day, source, number) for day, source, number in rows]

    def deliveries(self, start: datetime, end: datetime) -> Mapping[str, int]:
        """Of the deliveries that were due from `start` until before `end`, how many ended in each way.

        `late`, `retried` and `ambiguous` (a try of which nobody knows whether it arrived) are counted besides.
        """
        counts = dict.fromkeys(("owed", *(state.value for state in DeliveryState), "late", "retried", "ambiguous"), 0)
        wanted = select(
            deliveries.c.state, deliveries.c.due_at, deliveries.c.sent_at, deliveries.c.attempts, deliveries.c.unknowns
        ).where(deliveries.c.due_at >= start, deliveries.c.due_at < end)
        for row in self._connection.execute(wanted.execution_options(yield_per=1000)):
            counts["owed"] += 1
            counts[row.state] += 1
            counts["late"] += row.sent_at is not None and row.sent_at - row.due_at > LATE
            counts["retried"] += row.attempts > 0
            counts["ambiguous"] += row.unknowns > 0
        return counts
