"""Sources as rows: added, claimed when due, and what became of asking them."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, select, update

from digests.model.sources import Source, SourceKind
from digests.storage.noun import Noun
from digests.storage.tables.news import articles
from digests.storage.tables.sources import sources


class Sources(Noun):
    """Where news comes from by itself."""

    def add(
        self, url: str, name: str, kind: SourceKind, now: datetime, *, every: int, expected_by: time | None = None
    ) -> Source | None:
        """A new source, due at once; nothing if its address is there already."""
        row = {
            "url": url,
            "name": name,
            "kind": kind.value,
            "every": every,
            "expected_by": expected_by.isoformat("minutes") if expected_by else "",
            "added_at": now,
            "next_at": now,
            "etag": "",
            "last_modified": "",
            "failures": 0,
            "last_error": "",
        }
        added = self._insert(sources).values(row).on_conflict_do_nothing().returning(*sources.c)
        found = self._connection.execute(added).one_or_none()
        return _to_source(found) if found else None

    def remove(self, source_id: int) -> bool:
        """Forgets a source, not its articles; says whether there was one."""
        removed = self._connection.execute(delete(sources).where(sources.c.id == source_id).returning(sources.c.id))
        return removed.first() is not None

    def all(self) -> list[Source]:
        """Every source in the order they were added."""
        return [_to_source(row) for row in self._connection.execute(select(sources).order_by(sources.c.id))]

    def find(self, key: str) -> Source | None:
        """The source with this number, address or name."""
        same = (sources.c.url == key) | (sources.c.name == key)
        if key.isdecimal() and len(key) < 10:
            same |= sources.c.id == int(key)
        row = self._connection.execute(select(sources).where(same).order_by(sources.c.id)).first()
        return _to_source(row) if row else None

    def due(self, now: datetime) -> list[tuple[int, datetime]]:
        """The ids of the sources that are due, and since when; the longest due first."""
        wanted = select(sources.c.id, sources.c.next_at).where(sources.c.next_at <= now)
        rows = self._connection.execute(wanted.order_by(sources.c.next_at, sources.c.id))
        return [(row.id, row.next_at) for row in rows]

    def health(self) -> tuple[int, int, datetime | None]:
        """How many sources there are, how many of them failed the last time, and when the next one is, or was, due."""
        failing = func.count().filter(sources.c.failures > 0)
        count, failed, next_at = self._connection.execute(
            select(func.count(), failing, func.min(sources.c.next_at))
        ).one()
        return count, failed, next_at

    def claim(self, source_id: int, now: datetime, lease: timedelta) -> Source | None:
        """The source, if it is due; nobody else gets it before `next_at`, the end of the lease."""
        due = (sources.c.id == source_id, sources.c.next_at <= now)
        taken = update(sources).where(*due).values(next_at=now + lease).returning(*sources.c)
        row = self._connection.execute(taken).one_or_none()
        return _to_source(row) if row else None

    def renew(self, source_id: int, held_until: datetime, until: datetime) -> bool:
        """Makes a lease last longer; says whether it was still held."""
        held = (sources.c.id == source_id, sources.c.next_at == held_until)
        renewed = update(sources).where(*held).values(next_at=until).returning(sources.c.id)
        return self._connection.execute(renewed).first() is not None

    def give_back(self, source_id: int, now: datetime) -> None:
        """Lets go of a source that was claimed and not asked: it is due again."""
        self._connection.execute(update(sources).where(sources.c.id == source_id).values(next_at=now))

    def answered(
        self, source_id: int, now: datetime, next_at: datetime, *, etag: str, last_modified: str, arrived: bool
    ) -> None:
        """Notes that a source answered, with validators for the next time; `arrived`: it had something new."""
        values: dict[str, Any] = {
            "checked_at": now,
            "next_at": next_at,
            "etag": etag,
            "last_modified": last_modified,
            "failures": 0,
            "last_error": "",
        }
        if arrived:
            values["arrived_at"] = now
        self._connection.execute(update(sources).where(sources.c.id == source_id).values(values))

    def failed(self, source_id: int, now: datetime, next_at: datetime, reason: str) -> None:
        """Notes that a source did not answer as it should, and when it is asked again."""
        values = {"checked_at": now, "next_at": next_at, "failures": sources.c.failures + 1, "last_error": reason}
        self._connection.execute(update(sources).where(sources.c.id == source_id).values(values))

    def arrivals(self, since: date) -> Mapping[str, Mapping[date, datetime]]:
        """For each paper's name when the first article of each day since then came."""
        first = func.min(articles.c.ingested_at).label("first")
        printed = (articles.c.source, articles.c.published_on)
        found: dict[str, dict[date, datetime]] = defaultdict(dict)
        wanted = select(*printed, first).where(articles.c.published_on >= since).group_by(*printed)
        for row in self._connection.execute(wanted):
            found[row.source][row.published_on] = row.first
        return found


def _to_source(row: Row[Any]) -> Source:
    return Source(
        id=row.id,
        url=row.url,
        name=row.name,
        kind=SourceKind(row.kind),
        every=row.every,
        expected_by=time.fromisoformat(row.expected_by) if row.expected_by else None,
        added_at=row.added_at,
        next_at=row.next_at,
        checked_at=row.checked_at,
        arrived_at=row.arrived_at,
        etag=row.etag,
        last_modified=row.last_modified,
        failures=row.failures,
        last_error=row.last_error,
    )
