"""Rows → articles."""

import json
from collections.abc import Iterable, Sequence
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
_NESTED = [f"json(a.{column.name})" if isinstance(column.type, JSON) else f"a.{column.name}" for column in _OUTER]
# The papers that have it and did not take it back: the first one, and those that repeated it.
_FIRST = "(SELECT b.source FROM articles b WHERE b.id = a.duplicate_of AND b.retracted_at IS NULL)"
_COPIES = "FROM articles b WHERE b.duplicate_of = coalesce(a.duplicate_of, a.id) AND b.retracted_at IS NULL"
_ROWS = {
    "sqlite": f"json_array({', '.join(_NESTED)}, {_FIRST},"
    f" json((SELECT json_group_array(json_array(b.id, b.source)) {_COPIES})))",
    "postgresql": f"json_build_array({', '.join(f'a.{name}' for name in _NAMES)}, {_FIRST},"
    f" (SELECT coalesce(json_agg(json_build_array(b.id, b.source)), '[]') {_COPIES}))",
}
_KINDS = {kind.value: kind for kind in Kind}


STANDING = articles.c.retracted_at.is_(None)
"""Whether an article was not taken back."""
TOLD = and_(STANDING, articles.c.dropped_at.is_(None))
"""Whether an article is told in its edition."""


def read_articles(connection: Connection, ids: Sequence[int]) -> dict[int, Article]:
    """The articles with these ids, each with the other papers that have it, read as one JSON: quicker than columns."""
    is_one, listed = one_of(connection, ids)
    row = _ROWS[connection.dialect.name]
    rows = connection.exec_driver_sql(f"SELECT {row} FROM articles a WHERE a.id {is_one}", (listed,)).scalars()
    return {article.id: article for article in map(_from_json, rows)}


def _from_json(row: str | list[Any]) -> Article:
    *values, first, copies = json.loads(row) if isinstance(row, str) else row  # psycopg reads JSON itself
    stored = SimpleNamespace(**dict(zip(_NAMES, values, strict=True)))
    stored.published_on = date.fromisoformat(stored.published_on)
    stored.ingested_at = _to_instant(stored.ingested_at)
    for name in ("revised_at", "retracted_at", "dropped_at"):
        instant = getattr(stored, name)
        setattr(stored, name, _to_instant(instant) if instant else None)
    stored.truncated = bool(stored.truncated)
    papers = dict.fromkeys([first, *(source for _, source in sorted(copies))] if copies else [])
    return to_article(stored, papers)


def _to_instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)  # SQLite drops zones


def to_article(row: Row[Any] | SimpleNamespace, papers: Iterable[str | None] = ()) -> Article:
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
        also_in=tuple(paper for paper in papers if paper and paper != row.source),
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
