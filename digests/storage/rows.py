"""Rows → articles."""

from collections import namedtuple
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Row

from digests.model import Article, Kind, Sentence, Summary
from digests.query import Subject
from digests.storage.noun import one_of
from digests.storage.tables import articles

# What only the storage itself needs: how articles are told apart, compared and looked into.
_INNER = {"content_hash", "text_hash", "fingerprint", "folded", "folded_byline", "folded_source"}
_OUTER = [column for column in articles.c if column.name not in _INNER]
_Stored = namedtuple("_Stored", [column.name for column in _OUTER])  # type: ignore[misc] # the table says which
_COLUMNS = ", ".join(_Stored._fields)
_KINDS = {kind.value: kind for kind in Kind}


def read_articles(connection: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """What `to_article` needs of the articles with these ids; quicker than a `select`."""
    is_one, listed = one_of(connection, ids)
    rows = connection.exec_driver_sql(f"SELECT {_COLUMNS} FROM articles WHERE id {is_one}", (listed,))
    readers = _readers(connection.dialect)
    return {
        row[0]: _Stored._make([read(value) if read else value for read, value in zip(readers, row, strict=True)])
        for row in rows.all()
    }


@cache
def _readers(dialect: Dialect) -> list[Any]:
    """What makes each column's value of the driver's, as SQLAlchemy does; nothing where they are the same."""
    # JSON of psycopg's is read already.
    return [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in _OUTER]


def to_article(row: Row[Any] | Any, papers: Sequence[str] = ()) -> Article:
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
