"""How fast messages may go: one row for a transport's token and one for each room, shared by all processes."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from digests.model.outbox import Pace
from digests.storage.noun import Noun
from digests.storage.tables.outbox import paces

SECOND = timedelta(seconds=1)
PATIENCE = timedelta(minutes=1)
"""An answer that would have to wait longer takes no instant yet: it asks again later."""
FARTHEST = 2 * PATIENCE
"""How far ahead an instant is given out at most, unless the clock was put back since."""


class _Row(NamedTuple):
    """A row of paces; a room that nothing went to yet may be written to at once."""

    next_at: datetime
    budget_at: datetime
    held_until: datetime | None = None


class Paces(Noun):
    """Gives out the instants at which messages may go (the generic cell rate algorithm, ITU-T I.371)."""

    def slots(self, transport: str, now: datetime, pace: Pace, most: int, ahead: timedelta) -> list[datetime]:
        """At most so many instants, until `now + ahead`, at which messages of a transport may go; none are taken yet.

        Until the end of the transaction nobody else gets any of them.
        """
        row = self._lock(transport, now)
        gap = SECOND / pace.rate
        begin = max(now, row.held_until or now)
        budget_at, slots = row.budget_at, list[datetime]()
        while len(slots) < most and (slot := max(begin, budget_at - pace.burst * gap)) <= now + ahead:
            slots.append(slot)
            budget_at = max(budget_at, slot) + gap
        return slots

    def take(self, transport: str, now: datetime, pace: Pace, slots: Sequence[datetime], rooms: Sequence[str]) -> None:
        """Takes slots that were just given, for one message to each of these rooms."""
        row = self._lock(transport, now)
        budget_at = row.budget_at
        for slot in slots:
            budget_at = max(budget_at, slot) + SECOND / pace.rate
        known = self._rows(rooms, now)
        taken = {room: _after(known[room], room, slot, pace) for room, slot in zip(rooms, slots, strict=True)}
        self._save({transport: row._replace(budget_at=budget_at), **taken})

    def turn(self, transport: str, room: str, now: datetime, pace: Pace) -> datetime | None:
        """The instant at which an answer may go to a room, which is taken; nothing if that is beyond PATIENCE.

        An answer waits for its room and for what Telegram told to wait for, but not for the others: they make room.
        """
        row = self._lock(transport, now)
        known = self._rows([room], now)[room]
        at = max(now, row.held_until or now, _open_at(known, room, now, pace))
        if at > now + PATIENCE:
            return None
        # Answers may run ahead of the rate by a second's worth; what they take beyond is forgotten.
        budget_at = max(row.budget_at, min(max(row.budget_at, now) + SECOND / pace.rate, now + SECOND))
        self._save({transport: row._replace(budget_at=budget_at), room: _after(known, room, at, pace)})
        return at

    def told_to_wait(self, transport: str, room: str, now: datetime) -> bool:
        """Whether Telegram said to wait, for this room or for all, and it is not yet over."""
        held = exists().where(paces.c.key.in_([transport, room]), paces.c.held_until > now)
        return bool(self._connection.execute(select(held)).scalar_one())

    def hold(self, transport: str, now: datetime, until: datetime, room: str | None = None) -> None:
        """Lets nothing go to a room until then, or to any: Telegram said so."""
        row, key = self._lock(transport, now), room or transport
        known = self._rows([room], now)[room] if room else row
        until = max(until, known.held_until or until)
        # By its budget is known when it was told to: not by a clock that is put back since.
        told = {"budget_at": max(known.budget_at, now), "held_until": until}
        self._save({key: known._replace(next_at=max(known.next_at, until), **told)})

    def _lock(self, transport: str, now: datetime) -> _Row:
        """The transport's row; whoever has it keeps the others waiting, and locks rooms only then."""
        first = {"key": transport, "next_at": now, "budget_at": now, "held_until": None}
        self._connection.execute(self._insert(paces).values(first).on_conflict_do_nothing())
        found = self._connection.execute(select(paces).where(paces.c.key == transport).with_for_update()).one()
        return _row(found, now)

    def _rows(self, rooms: Iterable[str], now: datetime) -> dict[str, _Row]:
        wanted = dict.fromkeys(rooms, _Row(now, now))
        found = self._connection.execute(select(paces).where(paces.c.key.in_(wanted)))
        return wanted | {row.key: _row(row, now) for row in found}

    def _save(self, rows: dict[str, _Row]) -> None:
        adding = self._insert(paces)
        changing = {name: adding.excluded[name] for name in _Row._fields}
        saving = adding.on_conflict_do_update(index_elements=[paces.c.key], set_=changing)
        self._connection.execute(saving, [{"key": key, **row._asdict()} for key, row in sorted(rows.items())])

    def held(self, now: datetime) -> int:
        """How many rooms, or transports, wait because they were told to."""
        counted = select(func.count()).where(paces.c.held_until > now)
        return self._connection.execute(counted).scalar_one()


def room_of(address: str) -> str:
    """What is paced as one: a chat with all topics of its forum."""
    return ":".join(address.split(":")[:2])


def is_group(room: str) -> bool:
    """Whether many read there: Telegram gives groups and channels negative numbers."""
    return room.partition(":")[2].startswith("-")


def busy(room: ColumnElement[str], now: datetime, pace: Pace) -> ColumnElement[bool]:
    """Whether nothing may go to a room at this instant, as a condition of a query."""
    next_at, budget_at = paces.c.next_at, paces.c.budget_at
    group = and_(paces.c.key.contains(":-"), budget_at > now + _spare(pace), budget_at <= now + FARTHEST)
    taken = or_(paces.c.held_until > now, and_(next_at > now, next_at <= now + FARTHEST), group)
    return exists().where(paces.c.key == room, taken)


def _row(found: Any, now: datetime) -> _Row:
    """A row as found; what is further ahead than any is let was written by a clock that was since put back."""
    held = found.held_until if found.held_until is not None and found.held_until > now else None
    latest = max(now + FARTHEST, held or now)
    next_at, budget_at = (at if at <= latest else now for at in (found.next_at, found.budget_at))
    return _Row(next_at, budget_at, held)


def _group_gap(pace: Pace) -> timedelta:
    """Between messages to a group, in the long run: a full burst and what follows keep within the minute's budget."""
    return timedelta(minutes=1) / (pace.group_budget - pace.group_burst)


def _spare(pace: Pace) -> timedelta:
    """How far a group may be ahead of what it gets in the long run."""
    return (pace.group_burst - 1) * _group_gap(pace)


def _open_at(row: _Row, room: str, now: datetime, pace: Pace) -> datetime:
    """From when on a room may be written to."""
    return max(now, row.next_at, row.budget_at - _spare(pace) if is_group(room) else now)


def _after(row: _Row, room: str, at: datetime, pace: Pace) -> _Row:
    """The row once a message goes to the room at this instant."""
    budget_at = max(row.budget_at, at) + _group_gap(pace) if is_group(room) else at
    return row._replace(next_at=max(row.next_at, at + pace.gap), budget_at=budget_at)
