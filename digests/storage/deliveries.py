"""The outbox: a row for each digest owed, written with the digest, and every step of its way recorded."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, FromClause, Row, and_, case, exists, func, literal, select, update

from digests.model import ChatState, Delivery, DeliveryState, Edition
from digests.storage.noun import Noun, chunks
from digests.storage.subscriptions import Chats, to_chat, to_times
from digests.storage.tables import UtcDateTime, chats, deliveries, digests, subscriptions

_LABELLED = [column.label(f"delivery_{column.name}") for column in deliveries.c]
_UNDERWAY = (DeliveryState.CLAIMED, DeliveryState.SENDING)
_UNFINISHED = (DeliveryState.PENDING, *_UNDERWAY)
_REACHABLE = (chats.c.state == ChatState.ACTIVE.value, chats.c.paused.is_(False))
_OUTCOME = (deliveries.c.chat_id, deliveries.c.edition_id, deliveries.c.unknowns)
_MOMENT = timedelta(seconds=1)


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


def _to_delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.delivery_id,
        chat=to_chat(row),
        edition_id=row.delivery_edition_id,
        due_at=row.delivery_due_at,
        state=DeliveryState(row.delivery_state),
        attempts=row.delivery_attempts,
        parts_sent=row.delivery_parts_sent,
        unknowns=row.delivery_unknowns,
        claim=row.delivery_claims + 1,
    )


class Deliveries(Noun):
    """The outbox. A step on a row that has vanished, is not under way or was claimed anew does nothing."""

    def fan_out(self, edition: Edition) -> int:
        """Owes the edition to every active chat that follows something in it; returns how many rows that changed.

        A chat whose next hour already waits for an older edition gets both then: the row is unique per chat and hour.
        When that row is already on its way (the edition closed at that very hour, or late), a second one follows it.
        A second call changes nothing.
        """
        # A row that is being claimed at this moment would be seen as pending and then not be changed: wait for it.
        self._connection.execute(select(deliveries.c.id).where(_open(deliveries)).with_for_update()).all()
        timetables = select(chats.c.times, chats.c.zone).distinct()
        return sum(self._owe(edition, row.times, row.zone) for row in self._connection.execute(timetables).all())

    def _owe(self, edition: Edition, times: str, zone: str) -> int:
        at = due_at(edition.closes_at, to_times(times), ZoneInfo(zone))
        slot = deliveries.alias("slot")
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
            "attempts": literal(0),
            "parts_sent": literal(0),
            "unknowns": literal(0),
            "last_error": literal(""),
            "created_at": literal(edition.closes_at, UtcDateTime),
        }
        following = exists().where(
            subscriptions.c.chat_id == chats.c.id,
            digests.c.query == subscriptions.c.query,
            digests.c.edition_id == edition.id,
            subscriptions.c.since < edition.id,
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
            set_={"edition_id": adding.excluded.edition_id},
            where=and_(_open(deliveries), deliveries.c.edition_id < adding.excluded.edition_id),
        )
        # psycopg tells how many rows an INSERT … SELECT made only when it is asked to keep that.
        return self._connection.execute(adding.execution_options(preserve_rowcount=True)).rowcount

    def claim(self, now: datetime, limit: int, lease: timedelta, scheme: str) -> list[Delivery]:
        """Takes up to `limit` due deliveries to addresses of a scheme (`telegram`), the longest due first.

        Nobody else gets them until `now + lease`. Of each chat at most one, and only when none before it is
        unfinished: what the next one owes depends on what became of it. Paused and blocked chats are passed over.
        """
        before = deliveries.alias()
        unfinished = exists().where(
            before.c.chat_id == deliveries.c.chat_id,
            before.c.due_at < deliveries.c.due_at,
            before.c.state.in_([state.value for state in _UNFINISHED]),
        )
        due = (
            select(*_LABELLED, chats)
            .join(chats, chats.c.id == deliveries.c.chat_id)
            .where(deliveries.c.state == DeliveryState.PENDING.value, deliveries.c.next_at <= now)
            .where(chats.c.address.startswith(f"{scheme}:", autoescape=True), *_REACHABLE, ~unfinished)
            .order_by(deliveries.c.next_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True, of=deliveries)
        )
        found = [_to_delivery(row) for row in self._connection.execute(due)]
        for some in chunks([delivery.id for delivery in found]):
            self._connection.execute(
                update(deliveries)
                .where(deliveries.c.id.in_(some))
                .values(state=DeliveryState.CLAIMED.value, claimed_until=now + lease, claims=deliveries.c.claims + 1)
            )
        return found

    def sending(self, delivery: Delivery, until: datetime) -> bool:
        """A request is about to go out; to be committed before it does. The claim holds until `until` then.

        False: the claim is lost (its lease ended, or the chat left), so nothing may be sent.
        """
        return self._step(delivery, state=DeliveryState.SENDING.value, claimed_until=until) is not None

    def part_sent(self, delivery: Delivery) -> None:
        """One message of it arrived."""
        self._step(delivery, state=DeliveryState.CLAIMED.value, parts_sent=deliveries.c.parts_sent + 1)

    def sent(self, delivery: Delivery, now: datetime) -> None:
        """All of it arrived: the chat has been told of its edition."""
        self._cover(self._step(delivery, state=DeliveryState.SENT.value, sent_at=now, last_error=""))

    def wait(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """Told to wait: due again at `next_at`, and not counted as a failed try."""
        self._step(delivery, state=DeliveryState.PENDING.value, next_at=next_at, last_error=error)

    def again(self, delivery: Delivery, next_at: datetime, error: str) -> None:
        """A try failed: due again at `next_at`."""
        attempts = deliveries.c.attempts + 1
        self._step(delivery, state=DeliveryState.PENDING.value, next_at=next_at, attempts=attempts, last_error=error)

    def gone(self, delivery: Delivery, error: str) -> None:
        """The chat is no more, or has blocked us: it is left in peace."""
        row = self._step(delivery, state=DeliveryState.GONE.value, last_error=error)
        if row is not None:
            blocked = update(chats).where(chats.c.id == row.chat_id).values(state=ChatState.BLOCKED.value)
            self._connection.execute(blocked)

    def failed(self, delivery: Delivery, error: str) -> None:
        """Given up. Its edition counts as told: what cannot be sent must not spoil every digest that follows."""
        attempts = deliveries.c.attempts + 1
        self._cover(self._step(delivery, state=DeliveryState.FAILED.value, attempts=attempts, last_error=error))

    def unknown(self, delivery: Delivery, next_at: datetime | None, error: str) -> None:
        """Nobody knows whether a message arrived: due again at `next_at`, or left so for good.

        Left so at once (LIWEN_UNKNOWN=skip), its edition counts as told: with the next one it could come twice.
        """
        values: dict[str, Any] = {"unknowns": deliveries.c.unknowns + 1, "last_error": error}
        if next_at is None:
            self._skip(self._step(delivery, state=DeliveryState.UNKNOWN.value, **values))
        else:
            self._step(delivery, state=DeliveryState.PENDING.value, next_at=next_at, **values)

    def recover(self, now: datetime, *, resend: bool, pause: timedelta) -> tuple[int, int]:
        """Takes back what a dead process held when its lease ended; returns how many were claimed, and were sending.

        Claimed ones are due again. Of a send nobody knows whether it arrived: with `resend` it is due again once,
        after a pause; else, or when it was unknown before, it stays unknown.
        """
        due = {"state": DeliveryState.PENDING.value, "next_at": now}
        unknown = {"unknowns": deliveries.c.unknowns + 1, "last_error": "the process ended while sending"}
        claimed = self._recover(DeliveryState.CLAIMED, now, due)
        sending: Sequence[Row[Any]] = ()
        if resend:
            once_more = deliveries.c.unknowns == 0
            sending = self._recover(DeliveryState.SENDING, now, due | unknown | {"next_at": now + pause}, once_more)
        left = self._recover(DeliveryState.SENDING, now, unknown | {"state": DeliveryState.UNKNOWN.value})
        for row in left:
            self._skip(row)
        return len(claimed), len(sending) + len(left)

    def _recover(
        self, state: DeliveryState, now: datetime, values: dict[str, Any], *which: ColumnElement[bool]
    ) -> Sequence[Row[Any]]:
        ended = (deliveries.c.state == state.value, deliveries.c.claimed_until <= now)
        taking = update(deliveries).where(*ended, *which).values({"claimed_until": None, **values})
        return self._connection.execute(taking.returning(*_OUTCOME)).all()

    def _skip(self, row: Row[Any] | None) -> None:
        """Counts the edition of a delivery that was left unknown as told, unless it was tried a second time."""
        if row is not None and row.unknowns == 1:
            self._cover(row)

    def _cover(self, row: Row[Any] | None) -> None:
        if row is not None:
            Chats(self._connection).cover(row.chat_id, row.edition_id)

    def _step(self, delivery: Delivery, **values: Any) -> Row[Any] | None:
        """A transition of a row that is under way and still ours; returns its outcome, or nothing if it was not done.

        The number of its claim is the fence: whoever claims a row later makes every earlier claim worthless.
        """
        stepping = (
            update(deliveries)
            .where(deliveries.c.id == delivery.id, deliveries.c.claims == delivery.claim)
            .where(deliveries.c.state.in_([state.value for state in _UNDERWAY]))
            .values(values)
            .returning(*_OUTCOME)
        )
        return self._connection.execute(stepping).one_or_none()

    def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries are in each state; states without any are left out."""
        counted = select(deliveries.c.state, func.count().label("rows")).group_by(deliveries.c.state)
        return {DeliveryState(row.state): row.rows for row in self._connection.execute(counted)}
