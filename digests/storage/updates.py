"""What Telegram told us and we have not answered yet: committed before Telegram is told that we have it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, null, select, update

from digests.storage.noun import Noun, chunks
from digests.storage.tables.readers import updates

NUMBERED_ANEW = timedelta(days=6)
"""After a week without updates Telegram numbers them anew, from anywhere: an older number says nothing then."""

_WAITS = updates.c.content.is_not(None)


class Waiting(NamedTuple):
    """An update by its number, as Telegram sent it."""

    id: int
    content: Any


class Updates(Noun):
    """Updates that wait for their answers, and the number of the last one that came."""

    def add(self, received: Sequence[tuple[int, Any]], now: datetime) -> list[int]:
        """Keeps updates by their numbers; returns the numbers of those that are new, in their order."""
        rows = [{"id": number, "content": content, "tries": 0, "received_at": now} for number, content in received]
        adding = self._insert(updates).values(rows).on_conflict_do_nothing().returning(updates.c.id)
        return sorted(self._connection.execute(adding).scalars())

    def resume(self, tries: int, now: datetime) -> tuple[list[Waiting], int | None]:
        """What earlier processes left unanswered, oldest first, and the number of the next update to ask for.

        What was being answered when `tries` processes died is left out. There is no number if none is known.
        """
        self._connection.execute(update(updates).where(updates.c.tries >= tries).values(content=null()))
        left = select(updates.c.id, updates.c.content).where(_WAITS).order_by(updates.c.id)
        recent = updates.c.received_at.between(now - NUMBERED_ANEW, now + NUMBERED_ANEW)
        last = select(func.max(updates.c.id)).where(recent)
        newest: int | None = self._connection.execute(last).scalar()
        return [Waiting(*row) for row in self._connection.execute(left)], None if newest is None else newest + 1

    def begin(self, number: int) -> None:
        """One that an earlier process left is being answered now: it may be what ended that process."""
        self._connection.execute(update(updates).where(updates.c.id == number).values(tries=updates.c.tries + 1))

    def put_off(self, number: int) -> None:
        """It was begun and is left to another process, though nothing ended this one."""
        self._connection.execute(update(updates).where(updates.c.id == number).values(tries=updates.c.tries - 1))

    def done(self, numbers: Sequence[int]) -> None:
        """They are answered. Of all answered ones the newest stays, without its content, as a mark."""
        for some in chunks(numbers):
            self._connection.execute(update(updates).where(updates.c.id.in_(some)).values(content=null()))
        newest = select(func.max(updates.c.id)).scalar_subquery()
        self._connection.execute(delete(updates).where(~_WAITS, updates.c.id < newest))

    def oldest(self) -> datetime | None:
        """When the one that waits longest came."""
        found: datetime | None = self._connection.execute(
            select(func.min(updates.c.received_at)).where(_WAITS)
        ).scalar()
        return found
