"""Articles as rows: adding those not known yet, reading them back, and counting their terms."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, true, update

from digests.model.news import Analysis, Article, Background, Links, RawArticle, Summary
from digests.query import Subject, subject_of
from digests.storage.noun import Noun, chunks
from digests.storage.related import Stored, content_hash, text_hash
from digests.storage.rows import to_article, to_subject
from digests.storage.search.index import Entry
from digests.storage.search.indexing import Indexing
from digests.storage.tables.news import article_terms, articles, fingerprint_bands
from digests.storage.tables.news import revisions as revisions_table
from digests.storage.tables.news import terms as terms_table

_UNSUMMARISED = (articles.c.edition_id.is_(None), articles.c.summarised.is_(False))
_EVERYWHERE = ""
"""The term whose number is how many articles were ever counted: those that were removed still tell what is common."""
_INGESTING = 5_411_302
"""The queue of those who add articles in PostgreSQL."""


def _to_row(raw: RawArticle, analysis: Analysis) -> dict[str, Any]:
    """What of a row comes from the text."""
    subject = subject_of(raw)
    return {
        "content_hash": content_hash(raw),
        "text_hash": text_hash(raw),
        "page": raw.page,
        "section": raw.section,
        "url": raw.url,
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
        "folded": subject.text,
        "folded_byline": subject.byline,
        "folded_source": subject.source,
    }


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as it will be written; `spelled` are its tokens as the index takes them."""

    raw: RawArticle
    analysis: Analysis
    story_terms: Mapping[str, float]
    row: Mapping[str, Any]
    spelled: str

    @property
    def text_hash(self) -> str:
        """What its text is."""
        found: str = self.row["text_hash"]
        return found

    def stored(self, article_id: int, links: Links) -> Stored:
        """What it is to others once it has been added."""
        return Stored(
            id=article_id,
            root=links.duplicate_of or article_id,
            source=self.raw.source,
            page=self.raw.page,
            external_id=self.raw.external_id,
            headline=self.raw.headline,
            published_on=day_of(self.raw),
            text_hash=self.text_hash,
            fingerprint=self.analysis.fingerprint,
            story_terms=self.story_terms,
        )

    def revised(self, before: Stored) -> Stored:
        """What the article is to others whose text it took the place of."""
        return replace(
            self.stored(before.id, Links(before.root if before.root != before.id else None)),
            source=before.source,
            external_id=before.external_id,
            published_on=before.published_on,
        )


def _to_subject(row: Mapping[str, Any], day: date | None) -> Subject:
    """What of an article queries are held against; its texts are folded already."""
    return Subject(row["folded"], row["folded_byline"], row["folded_source"], row["topics"], row["places"], day)


class Articles(Noun):
    """The archive."""

    @cached_property
    def _index(self) -> Indexing:
        return Indexing(self._connection)

    def queue_up(self) -> None:
        """Waits for its turn to add articles; for the first step of a transaction that adds several.

        Two that count the same terms in a different order would wait for each other in a circle, and two that
        bring the same story would not see each other's.
        """
        self._queue_up(_INGESTING)

    def draft(self, raw: RawArticle, analysis: Analysis, story_terms: Mapping[str, float] | None = None) -> Draft:
        """An article as it will be written: what takes time is reckoned here, before others have to wait.

        `raw.published_on` must be set; `story_terms` are a unit vector.
        """
        row = _to_row(raw, analysis)
        return Draft(raw, analysis, story_terms or {}, row, self._index.spelled(_to_subject(row, raw.published_on)))

    def add(
        self,
        raw: RawArticle,
        analysis: Analysis,
        now: datetime,
        links: Links = Links(),  # noqa: B008 (frozen)
        story_terms: Mapping[str, float] | None = None,
    ) -> int | None:
        """Adds an article with all that was understood of it; returns its id, or nothing if it is known already.

        Known: the same text from the same source, or the same external id from it. `raw.published_on` must be set.
        """
        draft = self.draft(raw, analysis, story_terms)
        article_id = self.insert(draft, now, links)
        if article_id is not None:
            self.label({article_id: draft})
        return article_id

    def insert(self, draft: Draft, now: datetime, links: Links) -> int | None:
        """Adds the row of an article alone; `label` must follow in the same transaction. Returns as `add`."""
        row = {
            **draft.row,
            "external_id": draft.raw.external_id,
            "source": draft.raw.source,
            "published_on": draft.raw.published_on,
            "ingested_at": now,
            "summary": [],
            "summarised": False,
            "points": {},
            "alerts_due": draft.raw.dated,
            "duplicate_of": links.duplicate_of,
            "follows": links.follows,
            "revision": 0,
        }
        adding = self._insert(articles).on_conflict_do_nothing().returning(articles.c.id)
        article_id: int | None = self._connection.execute(adding, row).scalar()
        return article_id

    def label(self, added: Mapping[int, Draft]) -> None:
        """Makes articles that were just inserted findable: by their texts, their stories and their words."""
        if not added:
            return
        self._mark(added)
        self._count(added.values())
        self._index.add([Entry(article_id, day_of(draft.raw), draft.spelled) for article_id, draft in added.items()])

    def revise(self, article_id: int, draft: Draft, now: datetime) -> None:
        """Replaces an article's text and all that was understood of it, and keeps what it was as a revision.

        Its id, source, external id, day and edition stay. Of its summary those sentences stay that still stand in
        the text, word for word. How often its terms stand in the archive is not counted again.
        """
        before = self._connection.execute(select(articles).where(articles.c.id == article_id)).one()
        self._keep(before, now)
        spans = _reanchored(to_article(before).summary, draft.raw.body)
        changed = {**draft.row, "summary": spans, "revision": before.revision + 1, "revised_at": now}
        changed["summarised"] = before.edition_id is not None  # what was told stays; else it is summarised anew
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(changed))
        for table in (fingerprint_bands, article_terms):
            self._connection.execute(delete(table).where(table.c.article_id == article_id))
        self._mark({article_id: replace(draft, raw=replace(draft.raw, published_on=before.published_on))})
        after = _to_subject(draft.row, before.published_on)
        self._index.replace(to_subject(before), self._index.entry(article_id, after))

    def remove(self, article_ids: Sequence[int]) -> None:
        """Forgets articles, and makes search forget them; how common their words are is not."""
        for some in chunks(article_ids):
            which = articles.c.id.in_(some)
            for row in self._connection.execute(select(articles).where(which)).all():
                self._index.remove(row.id, to_subject(row))
            self._connection.execute(delete(articles).where(which))

    def _keep(self, before: Any, now: datetime) -> None:
        kept = {name: getattr(before, name) for name in ("revision", "text_hash", "kicker", "title", "subtitle")}
        row = {**kept, "article_id": before.id, "paragraphs": before.paragraphs, "replaced_at": now}
        self._connection.execute(insert(revisions_table).values(row))

    def _mark(self, drafts: Mapping[int, Draft]) -> None:
        bands = [
            {"band": band, "article_id": article_id}
            for article_id, draft in drafts.items()
            for band in dict.fromkeys(draft.analysis.bands)
        ]
        told = [
            {"term": term, "published_on": draft.raw.published_on, "article_id": article_id, "weight": weight}
            for article_id, draft in drafts.items()
            for term, weight in draft.story_terms.items()
        ]
        self._put(fingerprint_bands, bands)
        self._put(article_terms, told)

    def _count(self, added: Collection[Draft]) -> None:
        found = Counter(term for draft in added for term in draft.analysis.terms)
        term, number = self._pairs({_EVERYWHERE: len(added), **found})
        # One statement, whatever their number: a round trip for each term is most of the time PostgreSQL takes.
        counting = self._insert(terms_table).from_select(["term", "documents"], select(term, number).where(true()))
        counting = counting.on_conflict_do_update(
            index_elements=[terms_table.c.term],
            set_={"documents": terms_table.c.documents + counting.excluded.documents},
        )
        self._connection.execute(counting)

    def get(self, article_id: int) -> Article | None:
        """The article with this id."""
        row = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        return to_article(row) if row else None

    def count(self, printed_from: date | None = None) -> int:
        """How many articles there are; with a day, printed from then on."""
        counted = select(func.count()).select_from(articles)
        if printed_from is not None:
            counted = counted.where(articles.c.published_on >= printed_from)
        return self._connection.execute(counted).scalar_one()

    def unassigned(self) -> list[Article]:
        """The articles that no edition holds yet, in the order they came."""
        rows = self._connection.execute(select(articles).where(articles.c.edition_id.is_(None)).order_by(articles.c.id))
        return [to_article(row) for row in rows]

    def of_edition(self, edition_id: int) -> list[Article]:
        """The articles of an edition, in the order they came."""
        wanted = select(articles).where(articles.c.edition_id == edition_id).order_by(articles.c.id)
        return [to_article(row) for row in self._connection.execute(wanted)]

    def of_editions(self, first: int, last: int) -> list[Article]:
        """The articles of the editions from one id to another that were not taken back, in the order they came."""
        within = and_(articles.c.edition_id.between(first, last), articles.c.retracted_at.is_(None))
        return [
            to_article(row) for row in self._connection.execute(select(articles).where(within).order_by(articles.c.id))
        ]

    def assign(self, edition_id: int, article_ids: Sequence[int]) -> None:
        """Puts articles into an edition."""
        for some in chunks(article_ids):
            self._connection.execute(update(articles).where(articles.c.id.in_(some)).values(edition_id=edition_id))

    def set_summary(self, article_id: int, summary: Summary, revision: int | None = None) -> None:
        """Keeps a summary, as the places of its sentences in the body; with a revision, only if it is still that."""
        spans = [[sentence.start, sentence.end] for sentence in summary.sentences]
        made = update(articles).where(articles.c.id == article_id).values(summary=spans, summarised=True)
        if revision is not None:
            made = made.where(articles.c.revision == revision)
        self._connection.execute(made)

    def unsummarised(self) -> list[int]:
        """The ids of the articles that wait for an edition without a summary of their text, in the order they came."""
        wanted = select(articles.c.id).where(*_UNSUMMARISED).order_by(articles.c.id)
        return list(self._connection.execute(wanted).scalars())

    def count_unsummarised(self) -> int:
        """How many these are."""
        return self._connection.execute(select(func.count()).where(*_UNSUMMARISED)).scalar_one()

    def retract(self, article_id: int, now: datetime) -> None:
        """Takes an article back: pages show it no more."""
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(retracted_at=now))

    def set_topics(self, article_id: int, topics: Sequence[str]) -> None:
        """Gives an article these topics, best first, in place of its own."""
        before = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        if before is None:
            return
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(topics=tuple(topics)))
        subject = to_subject(before)
        self._index.replace(subject, self._index.entry(article_id, replace(subject, topics=tuple(topics))))

    def set_points(self, article_id: int, points: Iterable[tuple[str, float]]) -> None:
        """Keeps what makes an article important."""
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(points=dict(points)))

    def background(self) -> Background:
        """In how many articles each term stands; terms of a single article count as unknown ones and are left out."""
        return self._background(select(terms_table.c.term, terms_table.c.documents))

    def background_of(self, terms: Iterable[str]) -> Background:
        """The same, of these terms only."""
        listed = self._elements(sorted({_EVERYWHERE, *terms}))
        return self._background(
            select(terms_table.c.term, terms_table.c.documents).where(terms_table.c.term.in_(select(listed)))
        )

    def _background(self, wanted: Any) -> Background:
        counted = (terms_table.c.documents > 1) | (terms_table.c.term == _EVERYWHERE)
        counts = {row.term: row.documents for row in self._connection.execute(wanted.where(counted))}
        return Background(counts.pop(_EVERYWHERE, 0), counts)


def day_of(raw: RawArticle) -> date:
    """The article's day, which must be set."""
    if raw.published_on is None:
        raise ValueError("an article is stored after it has its day")
    return raw.published_on


def _reanchored(summary: Summary, body: str) -> list[list[int]]:
    """The places of a summary's sentences in another body, in its order; those that do not stand there are left out."""
    found = ((body.find(sentence.text), sentence) for sentence in summary.sentences)
    return sorted([at, at + len(sentence.text)] for at, sentence in found if at >= 0)
