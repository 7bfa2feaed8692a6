"""The outbox: a row for each digest owed, written with the digest, and every step of its way recorded."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

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
    or_,
    select,
    text,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from digests.model.outbox import Delivery, DeliveryState, Pace
from digests.model.readers import ChatState, Trouble
from digests.storage import steps
from digests.storage.groups import SILENCED, Groups
from digests.storage.noun import chunks
from digests.storage.owing import FRESH, OF_EDITIONS, REACHABLE, Owing
from digests.storage.paces import Paces, busy, is_group
from digests.storage.subscriptions import Chats, to_chat
from digests.storage.tables.outbox import deliveries
from digests.storage.tables.readers import chats

_LABELLED = [column.label(f"delivery_{column.name}") for column in deliveries.c]
_UNDERWAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)
_UNFINISHED = (DeliveryState.PENDING, *_UNDERWAY)
# As the partial index has it: a bound value could be any, and the index would not be used.
BEGUN = text("deliveries.state = 'pending' AND deliveries.claims > 0")
_DIED = "the process ended while sending"
SHORTEST, LONGEST, PATIENCE = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
"""Between tries to write where we may not, and for how long it is tried: then the chat is left in peace."""


def asked_again(silenced_at: datetime, now: datetime) -> datetime | None:
    """When to try again to write where we may not since then: after 1, 2, 4, 8, 16 hours, then daily, for a month."""
    if now - silenced_at >= PATIENCE:
        return None
    return now + min(max(now - silenced_at, SHORTEST), LONGEST)


def _begun(rows: FromClause) -> ColumnElement[bool]:
    """Whether some of what a row owes may have arrived, or is on its way."""
    return or_(rows.c.parts_sent > 0, rows.c.doubtful, rows.c.state != DeliveryState.PENDING.value)


def _before(rows: FromClause) -> ColumnElement[bool]:
    """Whether a row is due before another one of its chat; an alert and a digest may be due at the same instant."""
    earlier = and_(rows.c.due_at == deliveries.c.due_at, rows.c.id < deliveries.c.id)
    return or_(rows.c.due_at < deliveries.c.due_at, earlier)


def _to_delivery(row: Any, go_at: datetime) -> Delivery:
    return Delivery(
        id=row.delivery_id,
        chat=to_chat(row),
        edition_id=row.delivery_edition_id or 0,
        article_id=row.delivery_article_id,
        broadcast_id=row.delivery_broadcast_id,
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
        weekly=row.delivery_weekly,
        recipe_id=row.delivery_recipe_id,
        amended=row.delivery_amended,
        message_ids=tuple(row.delivery_message_ids or ()),
    )


class Deliveries(Owing):
    """The outbox. A step on a row that has vanished, has ended or was claimed anew does nothing."""

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
        found = self._pending(now, transport, pace, most, BEGUN)
        found += self._pending(now, transport, pace, most - len(found), FRESH) if len(found) < most else []
        rooms = {row.room: row for row in reversed(found)}
        return [row for row in found if rooms[row.room] is row]

    def _pending(
        self, now: datetime, transport: str, pace: Pace, most: int, which: ColumnElement[bool] | TextClause
    ) -> list[Any]:
        before = deliveries.alias()
        unfinished = exists().where(
            before.c.chat_id == deliveries.c.chat_id,
            before.c.id != deliveries.c.id,
            before.c.state.in_([state.value for state in _UNFINISHED]),
            # What is begun goes first, even when a timetable that changed, or a clock, put something before it.
            or_(_begun(before), and_(_before(before), ~_begun(deliveries))),
        )
        wanted = (
            select(*_LABELLED, chats)
            .join(chats, chats.c.id == deliveries.c.chat_id)
            .where(which, deliveries.c.next_at <= now)
            .where(chats.c.address.startswith(f"{transport}:", autoescape=True), *REACHABLE, ~unfinished)
            # Asked here, not afterwards: a room with a hundred topics due would hide all others behind it.
            .where(~busy(chats.c.room, now, pace))
            .order_by(deliveries.c.next_at, deliveries.c.id)
            .limit(most)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        return list(self._connection.execute(wanted))

    def sending(
        self,
        delivery: Delivery,
        until: datetime,
        parts: int = 1,
        contents: Any = None,
        recipe_id: int | None = None,
        amended: int | None = None,
    ) -> bool:
        """A request is about to go out; to be committed before it does. The claim holds until `until` then.

        `parts` is how many messages the delivery takes, `contents` these, if they are several; `recipe_id` what they
        are made of, knowing of the amendments up to `amended`, if that is not what the row says already.
        False: the claim is lost (its lease ended, or the chat left), so nothing may be sent.
        """
        made = {"messages": contents, "recipe": recipe_id, "known": amended}
        return self._step(steps.SENDING, delivery, until=until, number=parts, **made) is not None

    def arrived(
        self, delivery: Delivery, now: datetime, next_at: datetime, *, tell: bool = False, message_id: int | None = None
    ) -> None:
        """A message of it arrived: with the last one it is sent, else the next one is due at `next_at`.

        Its edition counts as told then, unless an earlier message of it stayed unknown; with `tell` even so.
        `message_id` is what the messenger calls it.
        """
        self._go_on(delivery, message_id, tell=tell, at=now, then=next_at, why="", doubt=0)
        if is_group(delivery.chat.address):
            Groups(self._connection).unsilence(delivery.chat.id, now)

    def nothing(self, delivery: Delivery, now: datetime) -> None:
        """Nothing is left to tell: other deliveries did, or it is no longer wanted. Its edition counts as told."""
        self._cover(self._step(steps.NOTHING, delivery, at=now))

    def wait(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """Told to wait: due again at `next_at`, and not counted as a failed try."""
        self._step(steps.WAIT, delivery, then=next_at, why=error)

    def postpone(self, delivery: Delivery, until: datetime) -> None:
        """Kept back until quiet hours end; what waits for that very instant goes with it, as one."""
        row = self._step(steps.WAIT, delivery, then=until, why="quiet hours")
        if row is None or delivery.weekly or delivery.doubtful or delivery.article_id is not None:
            return
        ours = deliveries.c.id == delivery.id
        if delivery.broadcast_id is not None:
            self._connection.execute(update(deliveries).where(ours).values(due_at=until))
            return
        there = and_(deliveries.c.chat_id == row.chat_id, deliveries.c.due_at == until, ~ours, OF_EDITIONS)
        newest = case((deliveries.c.edition_id < row.edition_id, row.edition_id), else_=deliveries.c.edition_id)
        joined = update(deliveries).where(there, FRESH).values(edition_id=newest).returning(deliveries.c.id)
        if self._connection.execute(joined).first() is not None:
            self._connection.execute(delete(deliveries).where(ours))
        elif self._connection.execute(select(deliveries.c.id).where(there)).first() is None:
            self._connection.execute(update(deliveries).where(ours).values(due_at=until))

    def again(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """A try failed: due again at `next_at`."""
        self._step(steps.AGAIN, delivery, then=next_at, why=error)

    def gone(self, delivery: Delivery, error: str) -> None:
        """The chat is no more, or has blocked us: it is left in peace."""
        row = self._step(steps.GONE, delivery, why=error)
        if row is not None:
            self.drop(row.chat_id, error)
            blocked = update(chats).where(chats.c.id == row.chat_id).values(state=ChatState.BLOCKED.value)
            self._connection.execute(blocked)

    def drop(self, chat_id: int, error: str) -> None:
        """What waits for a chat that is no more waits for nothing: if it comes back, it goes on from then."""
        self.skip_missed(chat_id)
        waiting = update(deliveries).where(deliveries.c.chat_id == chat_id)
        waiting = waiting.where(deliveries.c.state == DeliveryState.PENDING.value)
        self._connection.execute(waiting.values(state=DeliveryState.GONE.value, last_error=error))

    def silenced(self, delivery: Delivery, trouble: Trouble, now: datetime, error: str) -> None:
        """We may not write there: due again after a pause that grows with each try, and given up after a month.

        An alert is none any more: it could not take along what comes meanwhile.
        """
        next_at = asked_again(Groups(self._connection).silence(delivery.chat.id, trouble, now), now)
        if next_at is None:
            self.gone(delivery, error)
        elif delivery.article_id is not None:
            self.withdraw(delivery)
        else:
            self.again(delivery, next_at, error)

    def failed(self, delivery: Delivery, error: str) -> None:
        """Given up. Its edition counts as told: what cannot be sent must not spoil every digest that follows."""
        self._cover(self._step(steps.FAILED, delivery, why=error))

    def withdraw(self, delivery: Delivery) -> None:
        """An alert that is none any more, and whose article comes with the digest; a broadcast that was stopped."""
        ours = (deliveries.c.id == delivery.id, deliveries.c.claims == delivery.claim)
        underway = deliveries.c.state.in_([state.value for state in _UNDERWAY])
        self._connection.execute(delete(deliveries).where(*ours, underway))

    def doubtful(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """Nobody knows whether a message arrived: it is due again at `next_at`."""
        self._step(steps.DOUBTFUL, delivery, then=next_at, why=error)

    def unknown(self, delivery: Delivery, now: datetime, next_at: datetime, error: str, *, tell: bool) -> None:
        """Nobody knows whether a message arrived, and it is not tried again; those behind it are due at `next_at`.

        With `tell` (LIWEN_UNKNOWN=skip) its edition counts as told: with the next one it could come twice. Else the
        next one brings it along.
        """
        self._go_on(delivery, None, tell=tell, at=now, then=next_at, why=error, doubt=1)

    def _go_on(self, delivery: Delivery, message_id: int | None, *, tell: bool, **values: Any) -> None:
        names = [*delivery.message_ids, message_id]
        row = self._step(steps.GO_ON, delivery, part=delivery.parts_sent, names=names, **values)
        if row is not None and row.state != DeliveryState.PENDING.value and (tell or not row.parts_unknown):
            self._cover(row)

    def recover(self, now: datetime, lease: timedelta, *, resend: bool, pause: timedelta) -> tuple[int, int]:
        """Takes back what a dead process held when its lease ended; returns how many were claimed, and were sending.

        A lease that reaches further than any does, for a clock has been put back since, ends at `now + lease`.
        Claimed ones are due again. Of a send nobody knows whether it arrived: with `resend` it is due again once,
        after a pause; else, or when its last try was unknown too, it stays unknown.
        """
        underway = deliveries.c.state.in_([state.value for state in _UNDERWAY])
        far = self._free(underway, deliveries.c.claimed_until > now + 2 * lease)
        self._connection.execute(far.values(claimed_until=now + lease))
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

    def _free(self, *which: ColumnElement[bool] | TextClause) -> Update:
        """An update of such rows, without waiting for those that another process is at."""
        found = select(deliveries.c.id).where(*which).with_for_update(skip_locked=True)
        return update(deliveries).where(deliveries.c.id.in_(found))

    def _cover(self, row: Row[Any] | None) -> None:
        # The week's best repeats what was told, and tells nothing for good.
        if row is not None and not row.weekly:
            Chats(self._connection).cover(row.chat_id, row.edition_id)

    def _step(self, step: ReturningUpdate[Any], delivery: Delivery, **values: Any) -> Row[Any] | None:
        """Takes a step if the row is still ours; returns its outcome, or nothing if it was not taken."""
        values |= {"delivery": delivery.id, "ours": delivery.claim}
        return self._connection.execute(step, values).one_or_none()

    def told_since(self, chat_id: int, since: datetime) -> bool:
        """Whether a chat got any message from an instant on."""
        told = (deliveries.c.chat_id == chat_id, deliveries.c.sent_at >= since, deliveries.c.parts_sent > 0)
        return self._connection.execute(select(deliveries.c.id).where(*told).limit(1)).first() is not None

    def unfinished(self) -> dict[str, int]:
        """How many deliveries are pending, claimed and sending; the ended ones are not looked at."""
        states = [state.value for state in _UNFINISHED]
        counted = select(deliveries.c.state, func.count().label("rows")).where(deliveries.c.state.in_(states))
        found = {row.state: row.rows for row in self._connection.execute(counted.group_by(deliveries.c.state))}
        return {state: found.get(state, 0) for state in states}

    def waiting_since(self, now: datetime, transport: str | None = None) -> datetime | None:
        """When the delivery was due that waits longest of those that could go, over one transport or any.

        One begun counts since it may go; what was tried and did not go from its hour on (of the week's best that is
        only its week's end).
        """
        could_go = [chats.c.id.not_in(SILENCED), *REACHABLE]
        if transport is not None:
            could_go.append(chats.c.address.startswith(f"{transport}:", autoescape=True))
        tried = and_(deliveries.c.attempts > 0, deliveries.c.weekly.is_(False))
        since = case((tried, deliveries.c.due_at), else_=deliveries.c.next_at)
        underway = deliveries.c.state.in_([state.value for state in _UNDERWAY])
        found: list[datetime] = []
        # Apart, for those that nobody has claimed yet are many, and in the order of an index.
        for which, waits in ((FRESH, deliveries.c.next_at), (BEGUN, since), (underway, since)):
            wanted = select(waits).join(chats, chats.c.id == deliveries.c.chat_id).where(which, *could_go)
            found.extend(self._connection.execute(wanted.order_by(waits).limit(1)).scalars())
        return min((at for at in found if at <= now), default=None)

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state; states without any are left out."""
        counted = select(deliveries.c.state, func.count().label("rows")).group_by(deliveries.c.state)
        return {DeliveryState(row.state): row.rows for row in self._connection.execute(counted)}
