"""Articles as rows: adding those not known yet, reading them back, and counting their terms."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, insert, literal, or_, select, true, update

from digests.model import Analysis, Article, Background, RawArticle, Summary
from digests.query import Subject, subject_of
from digests.storage.noun import Noun, chunks
from digests.storage.rows import to_article
from digests.storage.search import Search
from digests.storage.tables import article_places, article_topics, articles, fingerprint_bands, terms

_INGESTING = 5_411_302
"""The queue of those who add articles in PostgreSQL."""


def content_hash(raw: RawArticle) -> str:
    """What tells an article from all others: the SHA-256 of headline and body without white space, in hex."""
    return hashlib.sha256("".join(f"{raw.headline}{raw.body}".split()).encode()).hexdigest()


def _to_row(raw: RawArticle, analysis: Analysis, subject: Subject, now: datetime) -> dict[str, Any]:
    return {
        "content_hash": content_hash(raw),
        "external_id": raw.external_id,
        "source": raw.source,
        "page": raw.page,
        "url": raw.url,
        "published_on": raw.published_on,
        "kind": raw.kind.value,
        "kicker": raw.kicker,
        "title": raw.title,
        "subtitle": raw.subtitle,
        "reporters": raw.reporters,
        "correspondents": raw.correspondents,
        "photographers": raw.photographers,
        "paragraphs": raw.paragraphs,
        "truncated": raw.truncated,
        "topics": analysis.topics,
        "places": analysis.places,
        "fingerprint": analysis.fingerprint,
        "summary": [],
        "ingested_at": now,
        "folded": subject.text,
        "folded_byline": subject.byline,
        "folded_source": subject.source,
    }


class Articles(Noun):
    """The archive."""

    def queue_up(self) -> None:
        """Waits for its turn to add articles; for the first step of a transaction that adds several.

        Two that count the same terms in a different order would wait for each other in a circle, and two that
        bring the same story would not see each other's.
        """
        self._queue_up(_INGESTING)

    def known(self, raw: RawArticle) -> bool:
        """Whether `add` would find that it holds the article already."""
        same = [articles.c.content_hash == content_hash(raw)]
        if raw.external_id is not None:
            same.append((articles.c.source == raw.source) & (articles.c.external_id == raw.external_id))
        return bool(self._connection.execute(select(exists().where(or_(*same)))).scalar_one())

    def add(
        self, raw: RawArticle, analysis: Analysis, bands: Iterable[int], now: datetime, duplicate_of: int | None = None
    ) -> int | None:
        """Adds an article with all that was understood of it; returns its id, or nothing if it is known already.

        Known: the same headline and body, or the same external id from the same source. `raw.published_on` must be set.
        """
        subject = subject_of(raw)
        row = {**_to_row(raw, analysis, subject, now), "duplicate_of": duplicate_of}
        added = self._insert(articles).values(row).on_conflict_do_nothing().returning(articles.c.id)
        article_id: int | None = self._connection.execute(added).scalar()
        if article_id is None:
            return None
        self._label(article_id, analysis, bands)
        self._count(analysis.terms)
        Search(self._connection).index(article_id, subject.text)
        return article_id

    def _label(self, article_id: int, analysis: Analysis, bands: Iterable[int]) -> None:
        labels = (
            (article_topics, [{"slug": slug} for slug in analysis.topics]),
            (article_places, [{"code": code} for code in analysis.places]),
            (fingerprint_bands, [{"band": band} for band in dict.fromkeys(bands)]),
        )
        for table, rows in labels:
            if rows:
                self._connection.execute(insert(table), [{**row, "article_id": article_id} for row in rows])

    def _count(self, found: frozenset[str]) -> None:
        if found:
            # One statement, whatever their number: a round trip for each term is most of the time PostgreSQL takes.
            listed = self._elements(sorted(found))
            counting = self._insert(terms).from_select(["term", "documents"], select(listed, literal(1)).where(true()))
            counting = counting.on_conflict_do_update(
                index_elements=[terms.c.term], set_={"documents": terms.c.documents + 1}
            )
            self._connection.execute(counting)

    def get(self, article_id: int) -> Article | None:
        """The article with this id."""
        row = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        return to_article(row) if row else None

    def count(self) -> int:
        """How many articles there are."""
        return self._connection.execute(select(func.count()).select_from(articles)).scalar_one()

    def unassigned(self) -> list[Article]:
        """The articles that no edition holds yet, in the order they came."""
        rows = self._connection.execute(select(articles).where(articles.c.edition_id.is_(None)).order_by(articles.c.id))
        return [to_article(row) for row in rows]

    def of_edition(self, edition_id: int) -> list[Article]:
        """The articles of an edition, in the order they came."""
        wanted = select(articles).where(articles.c.edition_id == edition_id).order_by(articles.c.id)
        return [to_article(row) for row in self._connection.execute(wanted)]

    def assign(self, edition_id: int, article_ids: Sequence[int]) -> None:
        """Puts articles into an edition."""
        for some in chunks(article_ids):
            self._connection.execute(update(articles).where(articles.c.id.in_(some)).values(edition_id=edition_id))

    def set_summary(self, article_id: int, summary: Summary) -> None:
        """Keeps a summary, as the places of its sentences in the body."""
        spans = [[sentence.start, sentence.end] for sentence in summary.sentences]
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(summary=spans))

    def similar(self, bands: Iterable[int]) -> list[tuple[int, bytes]]:
        """Articles that share a band, oldest first, with their fingerprints: the only ones worth comparing."""
        sharing = select(fingerprint_bands.c.article_id).where(fingerprint_bands.c.band.in_(list(bands)))
        wanted = select(articles.c.id, articles.c.fingerprint).where(articles.c.id.in_(sharing)).order_by(articles.c.id)
        return [(row.id, row.fingerprint) for row in self._connection.execute(wanted)]

    def background(self) -> Background:
        """In how many articles each term stands; terms of a single article count as unknown ones and are left out."""
        rows = self._connection.execute(select(terms.c.term, terms.c.documents).where(terms.c.documents > 1))
        return Background(self.count(), {row.term: row.documents for row in rows})
