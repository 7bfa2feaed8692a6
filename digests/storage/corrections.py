"""Corrections as rows: one an article, the newest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from digests.model.news import Correction
from digests.storage.noun import Noun
from digests.storage.tables.news import corrections

_CORRECTING = 5_411_305
"""The queue of those who correct in PostgreSQL: each learns from what the one before taught."""


class Corrections(Noun):
    """Topics that administrators set right, and what that teaches."""

    def queue_up(self) -> None:
        """Waits for its turn to correct; for the first step of a transaction that does."""
        self._queue_up(_CORRECTING)

    def state(self) -> tuple[int, int]:
        """Another value after each change: how many there are, and the newest one's number, never given twice."""
        row = self._connection.execute(select(func.count(), func.coalesce(func.max(corrections.c.id), 0))).one()
        return (row[0], row[1])

    def of(self, article_id: int) -> Correction | None:
        """The correction of an article."""
        row = self._connection.execute(select(corrections).where(corrections.c.article_id == article_id)).one_or_none()
        return _to_correction(row) if row else None

    def newest(self, limit: int) -> list[Correction]:
        """The last ones, newest first."""
        wanted = select(corrections).order_by(corrections.c.id.desc()).limit(limit)
        return [_to_correction(row) for row in self._connection.execute(wanted)]

    def lessons(self) -> list[Mapping[str, Mapping[str, float]]]:
        """What all of them teach, oldest first."""
        return [*self._connection.execute(select(corrections.c.lesson).order_by(corrections.c.id)).scalars()]

    def add(self, correction: Correction, now: datetime) -> None:
        """Keeps a correction; the article must have none."""
        row = {
            "article_id": correction.article_id,
            "topics": correction.topics,
            "before": correction.before,
            "lesson": correction.lesson,
            "made_at": now,
        }
        self._connection.execute(insert(corrections).values(row))

    def remove(self, article_id: int) -> None:
        """Forgets an article's correction and what it taught."""
        self._connection.execute(delete(corrections).where(corrections.c.article_id == article_id))


def _to_correction(row: Row[Any]) -> Correction:
    return Correction(row.article_id, tuple(row.topics), tuple(row.before), row.lesson)
