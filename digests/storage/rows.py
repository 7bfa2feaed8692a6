"""Rows → articles."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from digests.model import Article, Kind, Sentence, Summary
from digests.query import Subject


def to_article(row: Row[Any], papers: Sequence[str] = ()) -> Article:
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
        kind=Kind(row.kind),
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
