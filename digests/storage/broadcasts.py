"""Broadcasts as rows: what an operator says to many, owed through the outbox like digests."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, and_, case, delete, func, insert, literal, or_, select, update

from digests.model.outbox import Audience, Broadcast, BroadcastState, DeliveryState, Progress
from digests.model.readers import ChatState
from digests.storage.columns import UtcDateTime
from digests.storage.groups import SILENCED
from digests.storage.noun import Noun
from digests.storage.owing import REACHABLE, STAYING, new_row
from digests.storage.subscriptions import to_quiet
from digests.storage.tables.outbox import broadcasts, deliveries
from digests.storage.tables.readers import chats, subscriptions
from digests.timetable import Timetable

_ENDED = {DeliveryState.SENT, DeliveryState.GONE, DeliveryState.FAILED, DeliveryState.UNKNOWN}
_SLEEP = (chats.c.quiet, chats.c.zone)
"""Chats that are alike in these are in quiet hours together."""


class Broadcasts(Noun):
    """What an operator says to many."""

    def draft(self, draft: Broadcast, now: datetime) -> int:
        """Keeps what may be sent, and returns its number; nothing goes out yet."""
        names = ("author", "transport", "content", "query", "owed")
        row = {name: getattr(draft, name) for name in names}
        adding = insert(broadcasts).values(**row, state=BroadcastState.DRAFT.value, created_at=now)
        return int(self._connection.execute(adding.returning(broadcasts.c.id)).scalar_one())

    def get(self, broadcast_id: int) -> Broadcast | None:
        """A broadcast by its number."""
        row = self._connection.execute(select(broadcasts).where(broadcasts.c.id == broadcast_id)).one_or_none()
        return _to_broadcast(row) if row else None

    def audience(self, query: str, transport: str, now: datetime) -> Audience:
        """To whom a broadcast would go now; of a forum's topics only one counts."""
        counted = select(*_SLEEP, func.count().label("chats")).where(chats.c.id.in_(_reached(query, transport)))
        groups: list[Any] = list(self._connection.execute(counted.group_by(*_SLEEP)))
        left_out = self._left_out(query, transport)
        return Audience(
            chats=sum(row.chats for row in groups),
            asleep=sum(row.chats for row in groups if _awake(row, now) > now),
            **{name: left_out.get(name, 0) for name in ("paused", "left", "silenced")},
        )

    def _left_out(self, query: str, transport: str) -> dict[str, int]:
        left = chats.c.state == ChatState.BLOCKED.value
        why = case((left, "left"), (chats.c.paused, "paused"), (chats.c.id.in_(SILENCED), "silenced"), else_="")
        counted = select(why.label("why"), func.count().label("chats")).where(*_addressed(query, transport))
        return {row.why: row.chats for row in self._connection.execute(counted.group_by(why))}

    def begin(self, broadcast_id: int, now: datetime) -> int | None:
        """Owes a draft to everybody it is for; returns to how many, or nothing if it was begun or dropped before."""
        values = {"state": BroadcastState.SENDING.value, "begun_at": now, "told_at": now}
        draft = (broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.DRAFT.value)
        begun = update(broadcasts).where(*draft).values(values).returning(broadcasts.c.query, broadcasts.c.transport)
        row = self._connection.execute(begun).one_or_none()
        if row is None:
            return None
        reached = _reached(row.query, row.transport)
        groups: list[Any] = list(self._connection.execute(select(*_SLEEP).where(chats.c.id.in_(reached)).distinct()))
        owed = sum([self._owe(broadcast_id, reached, group, now) for group in groups])
        self._connection.execute(update(broadcasts).where(broadcasts.c.id == broadcast_id).values(owed=owed))
        return owed

    def _owe(self, broadcast_id: int, reached: Select[Any], group: Any, now: datetime) -> int:
        at = literal(_awake(group, now), UtcDateTime)
        values = new_row(at, at, now, broadcast_id=broadcast_id)
        alike = [column == value for column, value in zip(_SLEEP, group, strict=True)]
        owed = select(*values.values()).where(chats.c.id.in_(reached), *alike).with_for_update(**STAYING)
        owing = self._insert(deliveries).from_select(list(values), owed).on_conflict_do_nothing()
        return int(self._connection.execute(owing.execution_options(preserve_rowcount=True)).rowcount)

    def stop(self, broadcast_id: int) -> bool:
        """Takes back what is not on its way yet; says whether it was going on. What was begun still arrives."""
        going = (broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.SENDING.value)
        stopped = update(broadcasts).where(*going).values(state=BroadcastState.STOPPED.value)
        if self._connection.execute(stopped.returning(broadcasts.c.id)).first() is None:
            return False
        waiting = (deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == DeliveryState.PENDING.value)
        untouched = and_(deliveries.c.parts_sent == 0, deliveries.c.doubtful.is_(False))
        self._connection.execute(delete(deliveries).where(*waiting, untouched))
        return True

    def drop(self, broadcast_id: int) -> bool:
        """Forgets a draft; says whether there was one."""
        draft = (broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.DRAFT.value)
        return self._connection.execute(delete(broadcasts).where(*draft).returning(broadcasts.c.id)).first() is not None

    def progress(self, broadcast_id: int) -> Progress:
        """How far a broadcast is; who paused, left or took our right to write since is not waited for."""
        waits = case((and_(*REACHABLE, chats.c.id.not_in(SILENCED)), "waiting"), else_="put off")
        ended = deliveries.c.state.in_([state.value for state in _ENDED])
        how = case((ended, deliveries.c.state), else_=waits)
        counted = select(how.label("how"), func.count().label("chats")).join(chats, chats.c.id == deliveries.c.chat_id)
        rows = self._connection.execute(counted.where(deliveries.c.broadcast_id == broadcast_id).group_by(how))
        found = {row.how: row.chats for row in rows}
        return Progress(**{name: found.get(name, 0) for name in Progress.__dataclass_fields__})

    def going_on(self, transport: str) -> list[Broadcast]:
        """The broadcasts of a transport that are being sent, the first one first."""
        sending = (broadcasts.c.state == BroadcastState.SENDING.value, broadcasts.c.transport == transport)
        return [
            _to_broadcast(row)
            for row in self._connection.execute(select(broadcasts).where(*sending).order_by(broadcasts.c.id))
        ]

    def told(self, broadcast_id: int, now: datetime, *, ended: bool) -> None:
        """Notes that its author knows how far it is; `ended`: that it is sent."""
        sending = (broadcasts.c.id == broadcast_id, broadcasts.c.state == BroadcastState.SENDING.value)
        values = {"told_at": now, **({"state": BroadcastState.SENT.value} if ended else {})}
        self._connection.execute(update(broadcasts).where(*sending).values(values))


def _addressed(query: str, transport: str) -> list[ColumnElement[bool]]:
    """The chats that a broadcast is about, whether or not it can reach them; a place stands for all within it."""
    ours = [chats.c.address.startswith(f"{transport}:", autoescape=True)]
    if not query:
        return ours
    same = subscriptions.c.query == query
    if query.startswith("place:"):
        same = or_(same, subscriptions.c.query.startswith(query, autoescape=True))
    following = select(subscriptions.c.chat_id).where(same, subscriptions.c.paused.is_(False))
    return [*ours, chats.c.id.in_(following)]


def _reached(query: str, transport: str) -> Select[Any]:
    """The ids of those it reaches, of a forum's topics the first one."""
    reached = (*_addressed(query, transport), *REACHABLE, chats.c.id.not_in(SILENCED))
    return select(func.min(chats.c.id)).where(*reached).group_by(chats.c.room)


def _awake(group: Any, now: datetime) -> datetime:
    return Timetable(ZoneInfo(group.zone), quiet=to_quiet(group.quiet)).awake(now)


def _to_broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        author=row.author,
        transport=row.transport,
        content=row.content,
        query=row.query,
        state=BroadcastState(row.state),
        owed=row.owed,
        begun_at=row.begun_at,
        told_at=row.told_at,
    )
