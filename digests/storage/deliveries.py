"""The outbox: a row for each digest owed, written with the digest, and every step of its way recorded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    TextClause,
    Update,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from digests.model import ChatState, Delivery, DeliveryState, Edition, Pace
from digests.storage import steps
from digests.storage.noun import Noun, chunks
from digests.storage.paces import Paces, busy
from digests.storage.subscriptions import Chats, to_chat, to_times
from digests.storage.tables import UtcDateTime, chats, deliveries, digests, subscriptions

_LABELLED = [column.label(f"delivery_{column.name}") for column in deliveries.c]
_UNDERWAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)
_UNFINISHED = (DeliveryState.PENDING, *_UNDERWAY)
_REACHABLE = (chats.c.state == ChatState.ACTIVE.value, chats.c.paused.is_(False))
# As the partial index has it: a bound value could be any, and the index would not be used.
_BEGUN = text("deliveries.state = 'pending' AND deliveries.claims > 0")
_FRESH = and_(deliveries.c.state == DeliveryState.PENDING.value, deliveries.c.claims == 0)
_DIED = "the process ended while sending"
_MOMENT = timedelta(seconds=1)
_IDLE = timedelta(days=1)  # a room that was not written to for so long may be written to


def due_at(closes_at: datetime, times: Sequence[time], zone: ZoneInfo) -> datetime:
    """When a chat is told of an edition: at once without times of its own, else at the first of them from then on.

    A time that the clocks jump over counts as if they had not; one that comes twice counts the first time.
    """
    if not times:
        return closes_at
    today = closes_at.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(3))
    hours = (datetime.combine(day, at, zone).astimezone(UTC) for day in days for at in times)
    return min(hour for hour in hours if hour >= closes_at)


def _open(rows: FromClause) -> ColumnElement[bool]:
    """Whether what a row owes may still grow: once a part was sent, parts are skipped by their number."""
    return and_(rows.c.state == DeliveryState.PENDING.value, rows.c.parts_sent == 0)


def _to_delivery(row: Any, go_at: datetime) -> Delivery:
    return Delivery(
        id=row.delivery_id,
        chat=to_chat(row),
        edition_id=row.delivery_edition_id or 0,
        article_id=row.delivery_article_id,
        due_at=row.delivery_due_at,
        state=DeliveryState(row.delivery_state),
        go_at=go_at,
        attempts=row.delivery_attempts,
        parts=row.delivery_parts,
        parts_sent=row.delivery_parts_sent,
        unknowns=row.delivery_unknowns,
        doubtful=row.delivery_doubtful,
        contents=row.delivery_contents,
        claim=row.delivery_claims + 1,
    )


class Deliveries(Noun):
    """The outbox. A step on a row that has vanished, has ended or was claimed anew does nothing."""

    def fan_out(self, edition: Edition) -> int:
        """Owes the edition to every active chat that follows something in it; returns how many rows that changed.

        A chat whose next hour already waits for an older edition gets both then: the row is unique per chat and hour.
        When that row is already on its way (the edition closed at that very hour, or late), a second one follows it.
        A second call changes nothing.
        """
        Paces(self._connection).forget(edition.closes_at - _IDLE)
        if self._postgresql:
            # Tables that nobody has analysed yet are taken for small, and read through for each chat.
            self._connection.execute(text("ANALYZE chats, subscriptions, digests, deliveries"))
        # A row that is being claimed at this moment would be seen as pending and then not be changed: wait for it.
        waited_for = select(deliveries.c.id).where(_open(deliveries)).with_for_update().subquery()
        self._connection.execute(select(func.count()).select_from(waited_for)).all()
        timetables = select(chats.c.times, chats.c.zone).distinct()
        return sum(self._owe(edition, row.times, row.zone) for row in self._connection.execute(timetables).all())

    def _owe(self, edition: Edition, times: str, zone: str) -> int:
        at = due_at(edition.closes_at, to_times(times), ZoneInfo(zone))
        slot = deliveries.alias("slot")  # an alert has no edition
        on_its_way = and_(
            slot.c.chat_id == chats.c.id, slot.c.due_at == at, slot.c.edition_id < edition.id, ~_open(slot)
        )
        due = case((slot.c.id.is_not(None), literal(at + _MOMENT, UtcDateTime)), else_=literal(at, UtcDateTime))
        values = {
            "chat_id": chats.c.id,
            "edition_id": literal(edition.id),
            "due_at": due,
            "state": literal(DeliveryState.PENDING.value),
            "next_at": due,
            "claims": literal(0),
            **{name: literal(0) for name in ("attempts", "parts", "parts_sent", "parts_unknown", "unknowns")},
            "doubtful": literal(False),
            "last_error": literal(""),
            "created_at": literal(edition.closes_at, UtcDateTime),
        }
        following = exists().where(
            subscriptions.c.chat_id == chats.c.id,
            digests.c.query == subscriptions.c.query,
            digests.c.edition_id == edition.id,
            subscriptions.c.since < edition.id,
            subscriptions.c.paused.is_(False),
        )
        # Joined rather than asked for chat by chat: a table never analysed would be read through for each of them.
        owed = select(*values.values()).select_from(chats.outerjoin(slot, on_its_way))
        owed = owed.where(
            chats.c.times == times,
            chats.c.zone == zone,
            *_REACHABLE,
            chats.c.covered < edition.id,
            following,
        )
        adding = self._insert(deliveries).from_select(list(values), owed)
        adding = adding.on_conflict_do_update(
            index_elements=[deliveries.c.chat_id, deliveries.c.due_at],
            index_where=text("article_id IS NULL"),
            # What earlier claims know is not about what the row owes now.
            set_={
                "edition_id": adding.excluded.edition_id,
                "parts": 0,
                "contents": null(),
                "claims": deliveries.c.claims + case((deliveries.c.claims > 0, 1), else_=0),
            },
            where=and_(_open(deliveries), deliveries.c.edition_id < adding.excluded.edition_id),
        )
        # psycopg tells how many rows an INSERT … SELECT made only when it is asked to keep that.
        return self._connection.execute(adding.execution_options(preserve_rowcount=True)).rowcount

    def claim(
        self, now: datetime, lease: timedelta, transport: str, pace: Pace, most: int, ahead: timedelta
    ) -> list[Delivery]:
        """Takes at most so many due deliveries of a transport (`telegram`), each for one message and with its instant.

        Instants are given until `now + ahead`, as the pace allows; nobody else gets these deliveries until
        `now + lease`. Those that were claimed before go first, then the longest due. Of each chat at most one, and
        only when none before it is unfinished: what the next one owes depends on what became of it. Paused and
        blocked chats are passed over.
        """
        paces = Paces(self._connection)
        slots = paces.slots(transport, now, pace, most, ahead)
        due = self._due(now, transport, pace, len(slots)) if slots else []
        if not due:
            return []
        taken = slots[: len(due)]
        for some in chunks([row.delivery_id for row in due]):
            self._connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(some))
                .values(state=DeliveryState.CLAIMED.value, claimed_until=now + lease, claims=deliveries.c.claims + 1)
            )
        paces.take(transport, now, pace, taken, [row.room for row in due])
        return [_to_delivery(row, slot) for row, slot in zip(due, taken, strict=True)]

    def _due(self, now: datetime, transport: str, pace: Pace, most: int) -> list[Any]:
        """The rows that are to be claimed, one of a room."""
        found = self._pending(now, transport, pace, most, _BEGUN)
        found += self._pending(now, transport, pace, most - len(found), _FRESH) if len(found) < most else []
        rooms = {row.room: row for row in reversed(found)}
        return [row for row in found if rooms[row.room] is row]

    def _pending(
        self, now: datetime, transport: str, pace: Pace, most: int, which: ColumnElement[bool] | TextClause
    ) -> list[Any]:
        before = deliveries.alias()
        unfinished = exists().where(
            before.c.chat_id == deliveries.c.chat_id,
            before.c.due_at <= deliveries.c.due_at,
            or_(before.c.due_at < deliveries.c.due_at, before.c.id < deliveries.c.id),
            before.c.state.in_([state.value for state in _UNFINISHED]),
        )
        wanted = (
            select(*_LABELLED, chats)
            .join(chats, chats.c.id == deliveries.c.chat_id)
            .where(which, deliveries.c.next_at <= now)
            .where(chats.c.address.startswith(f"{transport}:", autoescape=True), *_REACHABLE, ~unfinished)
            # Asked here, not afterwards: a room with a hundred topics due would hide all others behind it.
            .where(~busy(chats.c.room, now, pace))
            .order_by(deliveries.c.next_at, deliveries.c.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        return list(self._connection.execute(wanted))

    def sending(self, delivery: Delivery, until: datetime, parts: int = 1, contents: Any = None) -> bool:
        """A request is about to go out; to be committed before it does. The claim holds until `until` then.

        `parts` is how many messages the delivery takes, `contents` these, if they are several.
        False: the claim is lost (its lease ended, or the chat left), so nothing may be sent.
        """
        return self._step(steps.SENDING, delivery, until=until, number=parts, messages=contents) is not None

    def arrived(self, delivery: Delivery, now: datetime, next_at: datetime, *, tell: bool = False) -> None:
        """A message of it arrived: with the last one it is sent, else the next one is due at `next_at`.

        Its edition counts as told then, unless an earlier message of it stayed unknown; with `tell` even so.
        """
        self._go_on(delivery, tell=tell, at=now, then=next_at, why="", doubt=0)

    def wait(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """Told to wait: due again at `next_at`, and not counted as a failed try."""
        self._step(steps.WAIT, delivery, then=next_at, why=error)

    def again(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """A try failed: due again at `next_at`."""
        self._step(steps.AGAIN, delivery, then=next_at, why=error)

    def gone(self, delivery: Delivery, error: str) -> None:
        """The chat is no more, or has blocked us: it is left in peace."""
        row = self._step(steps.GONE, delivery, why=error)
        if row is not None:
            blocked = update(chats).where(chats.c.id == row.chat_id).values(state=ChatState.BLOCKED.value)
            self._connection.execute(blocked)

    def failed(self, delivery: Delivery, error: str) -> None:
        """Given up. Its edition counts as told: what cannot be sent must not spoil every digest that follows."""
        self._cover(self._step(steps.FAILED, delivery, why=error))

    def withdraw(self, delivery: Delivery) -> None:
        """An alert that is none any more: nothing of it remains, and its article comes with the digest."""
        ours = (deliveries.c.id == delivery.id, deliveries.c.claims == delivery.claim)
        self._connection.execute(delete(deliveries).where(*ours, deliveries.c.state == DeliveryState.CLAIMED.value))

    def doubtful(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """Nobody knows whether a message arrived: it is due again at `next_at`."""
        self._step(steps.DOUBTFUL, delivery, then=next_at, why=error)

    def unknown(self, delivery: Delivery, now: datetime, next_at: datetime, error: str, *, tell: bool) -> None:
        """Nobody knows whether a message arrived, and it is not tried again; those behind it are due at `next_at`.

        With `tell` (LIWEN_UNKNOWN=skip) its edition counts as told: with the next one it could come twice. Else the
        next one brings it along.
        """
        self._go_on(delivery, tell=tell, at=now, then=next_at, why=error, doubt=1)

    def _go_on(self, delivery: Delivery, *, tell: bool, **values: Any) -> None:
        row = self._step(steps.GO_ON, delivery, **values)
        if row is not None and row.state != DeliveryState.PENDING.value and (tell or not row.parts_unknown):
            self._cover(row)

    def recover(self, now: datetime, *, resend: bool, pause: timedelta) -> tuple[int, int]:
        """Takes back what a dead process held when its lease ended; returns how many were claimed, and were sending.

        Claimed ones are due again. Of a send nobody knows whether it arrived: with `resend` it is due again once,
        after a pause; else, or when its last try was unknown too, it stays unknown.
        """
        ended = deliveries.c.claimed_until <= now
        claimed = self._free(deliveries.c.state == DeliveryState.CLAIMED.value, ended)
        due = claimed.values(state=DeliveryState.PENDING.value, next_at=now).returning(deliveries.c.id)
        returned = len(self._connection.execute(due).all())
        left = select(*_LABELLED, chats).join(chats, chats.c.id == deliveries.c.chat_id)
        left = left.where(deliveries.c.state == DeliveryState.SENDING.value, ended)
        found = self._connection.execute(left.with_for_update(skip_locked=True, of=deliveries)).all()
        for row in found:
            # The claim of the process that died: it is the last one.
            delivery = replace(_to_delivery(row, now), claim=row.delivery_claims)
            if resend and not delivery.doubtful:
                self.doubtful(delivery, now + pause, _DIED)
            else:
                self.unknown(delivery, now, now, _DIED, tell=not resend)
        return returned, len(found)

    def rewind(self, now: datetime, lease: timedelta, longest: timedelta) -> None:
        """Draws in what was set by a clock that has been put back since: leases, and pauses longer than any is.

        Whom Telegram told to wait waits all the same: that is kept with the room.
        """
        underway = deliveries.c.state.in_([state.value for state in _UNDERWAY])
        leased = self._free(underway, deliveries.c.claimed_until > now + 2 * lease)
        self._connection.execute(leased.values(claimed_until=now + lease))
        self._connection.execute(self._free(_BEGUN, deliveries.c.next_at > now + longest).values(next_at=now))

    def _free(self, *which: ColumnElement[bool] | TextClause) -> Update:
        """An update of such rows, without waiting for those that another process is at."""
        found = select(deliveries.c.id).where(*which).with_for_update(skip_locked=True)
        return update(deliveries).where(deliveries.c.id.in_(found))

    def _cover(self, row: Row[Any] | None) -> None:
        if row is not None:
            Chats(self._connection).cover(row.chat_id, row.edition_id)

    def _step(self, step: ReturningUpdate[Any], delivery: Delivery, **values: Any) -> Row[Any] | None:
        """Takes a step if the row is still ours; returns its outcome, or nothing if it was not taken."""
        values |= {"delivery": delivery.id, "ours": delivery.claim}
        return self._connection.execute(step, values).one_or_none()

    def unfinished(self) -> dict[str, int]:
        """How many deliveries are pending, claimed and sending; the ended ones are not looked at."""
        states = [state.value for state in _UNFINISHED]
        counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.state.in_(states))
        found = {row.state: row.rows for row in self._connection.execute(counted.group_by(deliveries.c.state))}
        return {state: found.get(state, 0) for state in states}

    def oldest_due(self) -> datetime | None:
        """When the pending delivery was due that is due longest; or the one that is due next."""
        wanted = select(func.min(deliveries.c.next_at)).where(deliveries.c.state == DeliveryState.PENDING.value)
        found: datetime | None = self._connection.execute(wanted).scalar()
        return found

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state; states without any are left out."""
        counted = select(deliveries.c.state, func.count().label("rows")).group_by(deliveries.c.state)
        return {DeliveryState(row.state): row.rows for row in self._connection.execute(counted)}
