"""Documents as rows: any process may read one; a lease keeps them apart."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from digests.model.sources import Document
from digests.storage.noun import Noun
from digests.storage.tables.sources import documents


class Documents(Noun):
    """What came from the watched folder and was not put away yet."""

    def add(self, name: str, stamp: str, content: bytes, source: str, published_on: date | None, now: datetime) -> None:
        """Keeps a document, unless it is there in the same state; forgets what it was before, if that is read."""
        before = (documents.c.name == name, documents.c.stamp != stamp, documents.c.outcome.is_not(None))
        self._connection.execute(delete(documents).where(*before))
        row = {
            "name": name,
            "stamp": stamp,
            "content": content,
            "source": source,
            "published_on": published_on,
            "received_at": now,
            "tries": 0,
        }
        self._connection.execute(self._insert(documents).values(row).on_conflict_do_nothing())

    def find(self, name: str, stamp: str) -> tuple[int, dict[str, Any] | None] | None:
        """The id of a document, and what it came to if it is read."""
        same = (documents.c.name == name, documents.c.stamp == stamp)
        row = self._connection.execute(select(documents.c.id, documents.c.outcome).where(*same)).one_or_none()
        return (row.id, row.outcome) if row else None

    def due(self, now: datetime, most: int) -> list[tuple[int, datetime | None]]:
        """The ids of documents that nobody reads, with the end of the last lease; the oldest first."""
        wanted = select(documents.c.id, documents.c.claimed_until).where(*_free(now)).order_by(documents.c.id)
        return [(row.id, row.claimed_until) for row in self._connection.execute(wanted.limit(most))]

    def waiting(self) -> tuple[int, datetime | None]:
        """How many documents are not read yet, and when the oldest of them came."""
        wanted = select(func.count(), func.min(documents.c.received_at)).where(documents.c.outcome.is_(None))
        count, oldest = self._connection.execute(wanted).one()
        return count, oldest

    def claim(self, document_id: int, now: datetime, lease: timedelta) -> Document | None:
        """The document, if nobody reads it; nobody else gets it before the lease ends."""
        taken = update(documents).where(documents.c.id == document_id, *_free(now))
        taken = taken.values(claimed_until=now + lease, tries=documents.c.tries + 1)
        row = self._connection.execute(taken.returning(*documents.c)).one_or_none()
        if row is None:
            return None
        return Document(row.id, row.name, row.content, row.source, row.published_on, row.tries)

    def renew(self, document_id: int, until: datetime) -> None:
        """Makes a lease last longer."""
        self._connection.execute(update(documents).where(documents.c.id == document_id).values(claimed_until=until))

    def finish(self, document_id: int, outcome: dict[str, Any]) -> None:
        """Notes what a document came to; what it held is in the archive now."""
        values = {"outcome": outcome, "content": b"", "claimed_until": None}
        self._connection.execute(update(documents).where(documents.c.id == document_id).values(values))

    def remove(self, document_id: int) -> None:
        """Forgets a document: its file is put away."""
        self._connection.execute(delete(documents).where(documents.c.id == document_id))


def _free(now: datetime) -> tuple[Any, ...]:
    ended = or_(documents.c.claimed_until.is_(None), documents.c.claimed_until <= now)
    return documents.c.outcome.is_(None), ended
