"""Rows → articles."""

from typing import Any

from sqlalchemy import Row

from digests.model import Article, Kind, Sentence, Summary


def to_article(row: Row[Any]) -> Article:
    """A row of `articles` as an article."""
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
        summary=Summary(tuple(Sentence(body[start:end], start) for start, end in row.summary)),
    )
