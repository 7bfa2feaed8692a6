"""What was written by a clock that has been put back since: what would wait for hours is drawn in."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, or_, select, update

from digests.model.news import Edition
from digests.storage.deliveries import BEGUN, LONGEST, Deliveries
from digests.storage.groups import SILENCED
from digests.storage.noun import Noun
from digests.storage.owing import FRESH
from digests.storage.paces import FARTHEST, PATIENCE
from digests.storage.subscriptions import UNSET
from digests.storage.tables.news import editions
from digests.storage.tables.outbox import deliveries, edits, paces
from digests.storage.tables.readers import chats, subscriptions
from digests.storage.tables.sources import documents, hosts, sources

SLACK = timedelta(minutes=2)
"""By which the clocks of two machines may differ: what lies further ahead of now was not written by this clock."""
_WEEK = timedelta(days=8)  # one that the clocks made longer, and a day


class Clock(Noun):
    """Every instant that something waits for, after the clock was put back."""

    def draw_in(self, now: datetime, longest: timedelta) -> None:
        """Draws in what lies further ahead than anything is let; whom a pause was asked of keeps it in its length.

        `longest` is the longest pause before a try. It reads whole tables, so it is for a program's start, and for a
        clock that is seen to be put back. What a reader chose by date (a pause) stays. Twice changes nothing more.
        """
        ahead = now + SLACK
        self._editions(now, ahead)
        self._tries(now, longest)
        self._at_once(now, ahead)
        self._weeklies(now, ahead)
        self._sources(now, ahead)
        self._hosts(now, ahead)
        self._paces(now)

    def _editions(self, now: datetime, ahead: datetime) -> None:
        """They closed before now, in their order; chats that were not told of them yet are, by their timetables."""
        late = select(editions.c.id).where(editions.c.closes_at > ahead).order_by(editions.c.id)
        found = list(self._connection.execute(late).scalars())
        for place, edition_id in enumerate(found):
            closed = Edition(edition_id, now - timedelta(microseconds=len(found) - place))
            self._change(editions, editions.c.id == edition_id, closes_at=closed.closes_at)
            Deliveries(self._connection).owe_anew(closed)

    def _tries(self, now: datetime, longest: timedelta) -> None:
        """Whom Telegram told to wait waits all the same: that is kept with the room."""
        # What was put off to the end of quiet hours is due then: that is no pause.
        paused = and_(deliveries.c.next_at > now + longest, deliveries.c.next_at > deliveries.c.due_at)
        far = and_(paused, deliveries.c.chat_id.not_in(SILENCED))
        self._change(deliveries, and_(BEGUN, or_(far, deliveries.c.next_at > now + LONGEST)), next_at=now)
        self._change(edits, edits.c.next_at > now + longest, next_at=now)

    def _at_once(self, now: datetime, ahead: datetime) -> None:
        alerts = and_(deliveries.c.article_id.is_not(None), deliveries.c.due_at > ahead)
        self._change(deliveries, and_(alerts, FRESH), next_at=now)
        self._change(deliveries, alerts, due_at=now)
        self._change(subscriptions, subscriptions.c.alerts_since > ahead, alerts_since=now)

    def _weeklies(self, now: datetime, ahead: datetime) -> None:
        self._change(deliveries, and_(deliveries.c.weekly, FRESH, deliveries.c.due_at > ahead), next_at=now)
        self._change(chats, chats.c.weekly_at > now + _WEEK, weekly_at=UNSET)

    def _sources(self, now: datetime, ahead: datetime) -> None:
        """Those that answered last are due after their interval at most; one that failed may have longer to wait."""
        wanted = select(sources.c.id, sources.c.every, sources.c.checked_at, sources.c.next_at, sources.c.failures)
        for row in self._connection.execute(wanted.where(sources.c.next_at > ahead)).all():
            longer = not row.failures and row.next_at > ahead + 2 * timedelta(minutes=row.every)
            if longer or (row.checked_at is not None and row.checked_at > ahead):
                self._change(sources, sources.c.id == row.id, next_at=now)
        self._change(documents, documents.c.claimed_until > ahead, claimed_until=ahead)

    def _hosts(self, now: datetime, ahead: datetime) -> None:
        for row in self._connection.execute(select(hosts).where(hosts.c.asked_at > ahead)).all():
            held = row.held_until and row.held_until - (row.asked_at - now)
            self._change(hosts, hosts.c.host == row.host, asked_at=now, held_until=held)

    def _paces(self, now: datetime) -> None:
        """Who was told to wait waits as long from now on as from the last message on: a minute more at most."""
        far = select(paces).where(paces.c.budget_at > now + FARTHEST).order_by(paces.c.key)
        for row in self._connection.execute(far).all():
            held = row.held_until and row.held_until - (row.budget_at - now) + PATIENCE
            self._change(paces, paces.c.key == row.key, next_at=held or now, budget_at=now, held_until=held)

    def _change(self, table: Table, which: ColumnElement[bool], **values: Any) -> None:
        """Changes such rows, without waiting for those that another process is at."""
        key = next(iter(table.primary_key.columns))
        found = select(key).where(which).with_for_update(skip_locked=True)
        self._connection.execute(update(table).where(key.in_(found)).values(**values))
