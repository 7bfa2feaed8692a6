"""Alarms as rows: raised once, over once, and told to the administrators once each."""

from datetime import datetime

from sqlalchemy import ColumnElement, insert, or_, select, update

from digests.model.sources import Alarm
from digests.storage.noun import Noun
from digests.storage.tables.sources import alarms

_RAISING = 5_411_304
"""The queue of those who raise alarms in PostgreSQL."""


class Alarms(Noun):
    """What administrators are told of."""

    def raise_(self, kind: str, subject: str, detail: str, now: datetime) -> bool:
        """Begins an alarm, unless one of this kind goes on for the subject; says whether it began."""
        self._queue_up(_RAISING)
        same = (alarms.c.kind == kind, alarms.c.subject == subject, alarms.c.over_at.is_(None))
        if self._connection.execute(select(alarms.c.id).where(*same).limit(1)).first():
            return False
        row = {"kind": kind, "subject": subject, "detail": detail, "raised_at": now}
        self._connection.execute(insert(alarms).values(**row, told_raised=False, told_over=False))
        return True

    def end(self, kind: str, subject: str, now: datetime) -> bool:
        """Ends the alarm of this kind for the subject; says whether one went on."""
        same = (alarms.c.kind == kind, alarms.c.subject == subject, alarms.c.over_at.is_(None))
        ended = self._connection.execute(update(alarms).where(*same).values(over_at=now).returning(alarms.c.id))
        return ended.first() is not None

    def withdraw(self, alarm: Alarm, now: datetime) -> None:
        """Ends an alarm whose subject is no more, of which nobody need be told."""
        values = {"over_at": now, "told_raised": True, "told_over": True}
        self._connection.execute(update(alarms).where(alarms.c.id == alarm.id).values(values))

    def going_on(self) -> list[Alarm]:
        """The alarms that are not over, oldest first."""
        return self._found(alarms.c.over_at.is_(None))

    def untold(self) -> list[Alarm]:
        """The alarms of which something is still to be told, oldest first."""
        over = alarms.c.over_at.is_not(None) & alarms.c.told_over.is_(False)
        return self._found(or_(alarms.c.told_raised.is_(False), over))

    def _found(self, condition: ColumnElement[bool]) -> list[Alarm]:
        return [
            Alarm(
                id=row.id,
                kind=row.kind,
                subject=row.subject,
                detail=row.detail,
                raised_at=row.raised_at,
                over_at=row.over_at,
            )
            for row in self._connection.execute(select(alarms).where(condition).order_by(alarms.c.id))
        ]

    def told(self, alarm: Alarm) -> None:
        """Notes that the administrators know of an alarm what it said when it was read."""
        values = {"told_raised": True, "told_over": alarm.over_at is not None}
        self._connection.execute(update(alarms).where(alarms.c.id == alarm.id).values(values))
