"""Rows → articles."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import JSON, Connection, Row, and_

from digests.model.news import Article, Kind, Sentence, Summary
from digests.query import Subject
from digests.storage.noun import one_of
from digests.storage.tables.news import articles

# What only the storage itself needs: how articles are told apart, compared and looked into.
_INNER = {
    "content_hash",
    "text_hash",
    "fingerprint",
    "folded",
    "folded_byline",
    "folded_source",
    "alerts_due",
}
_OUTER = [column for column in articles.c if column.name not in _INNER]
_NAMES = [column.name for column in _OUTER]
_NESTED = [f"json({column.name})" if isinstance(column.type, JSON) else column.name for column in _OUTER]
_ROWS = {
    "sqlite": f"json_array({', '.join(_NESTED)})",
    "postgresql": f"json_build_array({', '.join(_NAMES)})",
}
_KINDS = {kind.value: kind for kind in Kind}


STANDING = articles.c.retracted_at.is_(None)
"""Whether an article was not taken back."""
TOLD = and_(STANDING, articles.c.dropped_at.is_(None))
"""Whether an article is told in its edition."""


def read_articles(connection: Connection, ids: Sequence[int]) -> dict[int, SimpleNamespace]:
    """What `to_article` needs of the articles with these ids; each comes as one JSON, quicker than a `select`."""
    is_one, listed = one_of(connection, ids)
    row = _ROWS[connection.dialect.name]
    rows = connection.exec_driver_sql(f"SELECT {row} FROM articles WHERE id {is_one}", (listed,)).scalars()
    return {stored.id: stored for stored in map(_to_stored, rows)}


def _to_stored(row: str | list[Any]) -> SimpleNamespace:
    values = json.loads(row) if isinstance(row, str) else row  # psycopg reads JSON itself
    stored = SimpleNamespace(**dict(zip(_NAMES, values, strict=True)))
    stored.published_on = date.fromisoformat(stored.published_on)
    stored.ingested_at = _to_instant(stored.ingested_at)
    for name in ("revised_at", "retracted_at", "dropped_at"):
        instant = getattr(stored, name)
        setattr(stored, name, _to_instant(instant) if instant else None)
    stored.truncated = bool(stored.truncated)
    return stored


def _to_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)  # SQLite drops zones


def to_article(row: Row[Any] | SimpleNamespace, papers: Sequence[str] = ()) -> Article:
    """A row of `articles` as an article; `papers` are those that have it."""
    body = "\n".join(row.paragraphs)
    return Article(
        id=row.id,
        title=row.title,
        kicker=row.kicker,
        subtitle=row.subtitle,
        paragraphs=tuple(row.paragraphs),
        reporters=tuple(row.reporters),
        correspondents=tuple(row.correspondents),
        photographers=tuple(row.photographers),
        kind=_KINDS[row.kind],
        truncated=row.truncated,
        external_id=row.external_id,
        source=row.source,
        page=row.page,
        section=row.section,
        url=row.url,
        published_on=row.published_on,
        topics=tuple(row.topics),
        places=tuple(row.places),
        ingested_at=row.ingested_at,
        edition_id=row.edition_id,
        duplicate_of=row.duplicate_of,
        follows=row.follows,
        revision=row.revision,
        revised_at=row.revised_at,
        points=tuple(row.points.items()),
        retracted_at=row.retracted_at,
        dropped_at=row.dropped_at,
        also_in=tuple(paper for paper in papers if paper not in ("", row.source)),
        summary=Summary(tuple(Sentence(body[start:end], start) for start, end in row.summary)),
    )


def to_subject(row: Row[Any]) -> Subject:
    """What of a row of `articles` queries are held against."""
    return Subject(
        text=row.folded,
        byline=row.folded_byline,
        source=row.folded_source,
        topics=tuple(row.topics),
        places=tuple(row.places),
        published_on=row.published_on,
    )
