"""What is owed to whom, and when: the rows of the outbox are made here, set by set, one for each chat and hour."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    select,
    text,
    update,
)

from digests.model.news import Edition
from digests.model.outbox import DeliveryState
from digests.model.readers import Chat, ChatState
from digests.storage.columns import UtcDateTime
from digests.storage.groups import SILENCED
from digests.storage.noun import Noun
from digests.storage.subscriptions import UNSET, Chats, to_quiet, to_timetable, to_weekly
from digests.storage.tables.news import digests, editions
from digests.storage.tables.outbox import deliveries
from digests.storage.tables.readers import TIMETABLE, chats, subscriptions
from digests.timetable import Timetable, week_before, weekly_due

REACHABLE = (chats.c.state == ChatState.ACTIVE.value, chats.c.paused.is_(False))
FRESH = and_(deliveries.c.state == DeliveryState.PENDING.value, deliveries.c.claims == 0)
OF_EDITIONS = deliveries.c.edition_id.is_not(None)
"""What owes editions, not an article at once or a broadcast."""
# What earlier claims know is not about what the row owes now.
_MADE_ANEW = {
    "parts": 0,
    "contents": null(),
    "claims": deliveries.c.claims + case((deliveries.c.claims > 0, 1), else_=0),
}
# Of a chat that we may not write to one row waits, and takes along what comes.
_WAITING_SILENCED = select(deliveries.c.chat_id).where(
    deliveries.c.chat_id.in_(SILENCED), deliveries.c.state == DeliveryState.PENDING.value
)
# Chats that are alike in these are owed together, by one statement.
_TIMETABLE = tuple(chats.c[name] for name in TIMETABLE)
_WEEKLY = (chats.c.weekly, chats.c.zone, chats.c.quiet, chats.c.says_nothing, chats.c.weekly_at)
_RESTS = subscriptions.c.paused
# Who leaves at this moment waits, or is not owed anything: a row without its chat would undo the edition.
STAYING: Any = {"read": True, "key_share": True, "of": chats}
_MOMENT = timedelta(seconds=1)
_BEHIND = timedelta(seconds=2)
"""By which the week's best comes after the digest of the same hour."""


def _open(rows: FromClause) -> ColumnElement[bool]:
    """Whether what a row owes may still grow: once a part was sent, parts are skipped by their number."""
    return and_(rows.c.state == DeliveryState.PENDING.value, rows.c.parts_sent == 0)


def new_row(due_at: Any, next_at: Any, now: datetime, *, weekly: bool = False, **owed: int) -> dict[str, Any]:
    """The columns of a new delivery to each of `chats`; `owed` is what it owes, by column."""
    return {
        "chat_id": chats.c.id,
        **{name: literal(value) for name, value in owed.items()},
        "due_at": due_at,
        "weekly": literal(weekly),
        "state": literal(DeliveryState.PENDING.value),
        "next_at": next_at,
        "claims": literal(0),
        **{name: literal(0) for name in ("attempts", "parts", "parts_sent", "parts_unknown", "unknowns")},
        "doubtful": literal(False),
        "last_error": literal(""),
        "created_at": literal(now, UtcDateTime),
    }


def _follows(first: int, last: int, *, anything: bool) -> ColumnElement[bool]:
    """Whether a chat follows something that these editions (by their ids) have; or `anything`, found or not."""
    if anything:
        return exists().where(subscriptions.c.chat_id == chats.c.id, subscriptions.c.since < last, ~_RESTS)
    within = digests.c.edition_id == last if first == last else digests.c.edition_id.between(first, last)
    return exists().where(
        subscriptions.c.chat_id == chats.c.id,
        digests.c.query == subscriptions.c.query,
        within,
        subscriptions.c.since < digests.c.edition_id,
        ~_RESTS,
    )


class Owing(Noun):
    """Makes the rows of the outbox, and moves those that wait when a timetable changes."""

    def fan_out(self, edition: Edition) -> int:
        """Owes the edition to every active chat that follows something in it; returns how many rows that changed.

        A chat whose next hour already waits for an older edition gets both then: the row is unique per chat and hour.
        When that row is already on its way (the edition closed at that very hour, or late), a second one follows it.
        A second call changes nothing.
        """
        if self._postgresql:
            # Tables that nobody has analysed yet are taken for small, and read through for each chat.
            self._connection.execute(text("ANALYZE chats, subscriptions, digests, deliveries"))
        # A row that is being claimed at this moment would be seen as pending and then not be changed: wait for it.
        waited_for = select(deliveries.c.id).where(_open(deliveries)).with_for_update().subquery()
        self._connection.execute(select(func.count()).select_from(waited_for)).all()
        self._take_along(edition)
        self.wake(edition.closes_at)  # not before: deliveries are locked before their chats
        return self._fan_out(edition)

    def _take_along(self, edition: Edition) -> None:
        """What waits for a chat that we may not write to takes the edition along: never a flood when we may again."""
        news = (_open(deliveries), deliveries.c.weekly.is_(False), deliveries.c.edition_id < edition.id)
        waiting = update(deliveries).where(deliveries.c.chat_id.in_(SILENCED), *news)
        self._connection.execute(waiting.values(edition_id=edition.id, **_MADE_ANEW))

    def owe_anew(self, edition: Edition) -> None:
        """What waits for an edition, and was not begun, waits anew: the edition closed earlier than was thought."""
        waiting = delete(deliveries).where(deliveries.c.edition_id == edition.id, FRESH)
        self._connection.execute(waiting.where(deliveries.c.due_at > edition.closes_at, ~deliveries.c.weekly))
        had = exists().where(deliveries.c.chat_id == chats.c.id, deliveries.c.edition_id == edition.id)
        self._fan_out(edition, ~had)

    def _fan_out(self, edition: Edition, *which: ColumnElement[bool]) -> int:
        timetables: list[Any] = list(self._connection.execute(select(*_TIMETABLE).distinct()))
        return sum([self._fan_out_to(edition, row, *which) for row in timetables])

    def _fan_out_to(self, edition: Edition, row: Any, *which: ColumnElement[bool]) -> int:
        at = to_timetable(row).due(edition.closes_at)
        if at is None:
            return 0
        same = [column == value for column, value in zip(_TIMETABLE, row, strict=True)]
        follows = _follows(edition.id, edition.id, anything=row.says_nothing)
        return self._owe(edition.id, at, edition.closes_at, *same, follows, *which)

    def _owe(self, edition_id: int, at: datetime, now: datetime, *which: ColumnElement[bool]) -> int:
        slot = deliveries.alias("slot")
        on_its_way = and_(
            slot.c.chat_id == chats.c.id, slot.c.due_at == at, slot.c.edition_id < edition_id, ~_open(slot)
        )
        due = case((slot.c.id.is_not(None), literal(at + _MOMENT, UtcDateTime)), else_=literal(at, UtcDateTime))
        values = new_row(due, due, now, edition_id=edition_id)
        # Joined rather than asked for chat by chat: a table never analysed would be read through for each of them.
        owed = select(*values.values()).select_from(chats.outerjoin(slot, on_its_way))
        reachable = (*REACHABLE, chats.c.id.not_in(_WAITING_SILENCED))
        owed = owed.where(*reachable, chats.c.covered < edition_id, *which).with_for_update(**STAYING)
        adding = self._insert(deliveries).from_select(list(values), owed)
        adding = adding.on_conflict_do_update(
            index_elements=[deliveries.c.chat_id, deliveries.c.due_at],
            index_where=text("edition_id IS NOT NULL"),
            set_={"edition_id": adding.excluded.edition_id, **_MADE_ANEW},
            where=and_(_open(deliveries), deliveries.c.edition_id < adding.excluded.edition_id),
        )
        return self._count(adding)

    def _count(self, adding: Any) -> int:
        # psycopg tells how many rows an INSERT … SELECT made only when it is asked to keep that.
        rows: int = self._connection.execute(adding.execution_options(preserve_rowcount=True)).rowcount
        return rows

    def retime(self, chat: Chat, now: datetime) -> None:
        """Moves what waits for an hour to come to the next hour of the chat's timetable, which has just changed.

        Nothing is lost, for what is owed is owed still; nothing comes twice, for what was told is covered.
        """
        later = delete(deliveries).where(deliveries.c.chat_id == chat.id, deliveries.c.due_at > now, FRESH)
        waiting = later.where(deliveries.c.weekly.is_(False), OF_EDITIONS).returning(deliveries.c.edition_id)
        newest = max(self._connection.execute(waiting).scalars(), default=None)
        due = chat.timetable.due(now)
        if newest is not None and due is not None:
            self._owe(newest, due, now, chats.c.id == chat.id)

    def skip_missed(self, chat_id: int) -> None:
        """Takes back what waits and was not begun; every edition so far counts as told: no flood of what was missed."""
        self._connection.execute(delete(deliveries).where(deliveries.c.chat_id == chat_id, FRESH))
        Chats(self._connection).catch_up(chat_id)

    def due_by_timetable(self, now: datetime) -> bool:
        """Whether a pause ends, or a week's best is due, by now."""
        wanted = select(chats.c.id).where((chats.c.paused_until <= now) | (chats.c.weekly_at <= now)).limit(1)
        return self._connection.execute(wanted).first() is not None

    def wake(self, now: datetime) -> int:
        """Ends the pauses that were to end by now; returns how many. What closed until then counts as told."""
        over = chats.c.paused_until <= now
        woken = select(chats.c.id).where(over)
        self._connection.execute(delete(deliveries).where(deliveries.c.chat_id.in_(woken), FRESH))
        missed = select(func.max(editions.c.id)).where(editions.c.closes_at <= chats.c.paused_until).scalar_subquery()
        told = case((func.coalesce(missed, 0) > chats.c.covered, missed), else_=chats.c.covered)
        waking = update(chats).where(over).values(paused=False, paused_until=null(), covered=told)
        return self._connection.execute(waking).rowcount

    def owe_weeklies(self, now: datetime) -> int:
        """Owes the week's best to those whose hour for it has come; returns to how many. A second call changes nothing.

        Who was out of reach for weeks gets the last one.
        """
        wanted = select(*_WEEKLY).where(chats.c.weekly_at <= now).distinct()
        due: list[Any] = list(self._connection.execute(wanted))
        return sum([self._owe_weekly(row, now) for row in due])

    def _owe_weekly(self, row: Any, now: datetime) -> int:
        weekly, zone = to_weekly(row.weekly), ZoneInfo(row.zone)
        same = [column == value for column, value in zip(_WEEKLY, row, strict=True)]
        assert weekly is not None  # noqa: S101 - weekly_at is set with it
        at = row.weekly_at
        while at > UNSET and (following := weekly_due(weekly, zone, at)) <= now:
            at = following
        owed = self._owe_week(row, at, week_before(at, zone), same) if at > UNSET else 0
        self._connection.execute(update(chats).where(*same).values(weekly_at=weekly_due(weekly, zone, now)))
        return owed

    def _owe_week(self, row: Any, at: datetime, begins: datetime, same: Sequence[ColumnElement[bool]]) -> int:
        week = select(func.min(editions.c.id), func.max(editions.c.id))
        first, last = self._connection.execute(
            week.where(editions.c.closes_at >= begins, editions.c.closes_at < at)
        ).one()
        if last is None:
            return 0
        due = at.astimezone(UTC) + _BEHIND
        goes_at = Timetable(ZoneInfo(row.zone), quiet=to_quiet(row.quiet)).awake(due)
        values = new_row(literal(due, UtcDateTime), literal(goes_at, UtcDateTime), at, weekly=True, edition_id=last)
        follows = _follows(first, last, anything=row.says_nothing)
        reachable = (*REACHABLE, chats.c.id.not_in(_WAITING_SILENCED))
        owed = select(*values.values()).where(*reachable, *same, follows).with_for_update(**STAYING)
        return self._count(self._insert(deliveries).from_select(list(values), owed).on_conflict_do_nothing())
