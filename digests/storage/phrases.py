"""Queries that are too long for a button, kept under a short mark."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from digests.storage.noun import Noun
from digests.storage.tables import phrases


def mark_of(query: str) -> str:
    """What a query is kept under: twelve hexadecimal digits of its SHA-256."""
    return hashlib.sha256(query.encode()).hexdigest()[:12]


class Phrases(Noun):
    """Long queries by their marks."""

    def keep(self, query: str, now: datetime) -> None:
        """Keeps a query, from now on for as long as digests are (retention.py)."""
        row = {"mark": mark_of(query), "query": query, "used_at": now}
        keeping = self._insert(phrases).values(row)
        self._connection.execute(keeping.on_conflict_do_update(index_elements=["mark"], set_={"used_at": now}))

    def is_fresh(self, query: str, now: datetime) -> bool:
        """Whether a query was kept in the last day, so that to keep it again would tell nothing new."""
        fresh = (phrases.c.mark == mark_of(query), phrases.c.used_at > now - timedelta(days=1))
        return self._connection.execute(select(phrases.c.mark).where(*fresh)).first() is not None

    def find(self, mark: str) -> str | None:
        """The query under a mark, if it is still known."""
        found: str | None = self._connection.execute(select(phrases.c.query).where(phrases.c.mark == mark)).scalar()
        return found
