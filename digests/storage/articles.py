"""Articles as rows: adding those not known yet, reading them back, and counting their terms."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, text, true, update

from digests.model.news import Analysis, Article, Background, Links, RawArticle, Summary
from digests.query import Subject, subject_of
from digests.storage.noun import Noun, chunks
from digests.storage.related import Stored, content_hash, text_hash
from digests.storage.rows import STANDING, TOLD, to_article, to_subject
from digests.storage.search.index import Entry
from digests.storage.search.indexing import Indexing
from digests.storage.tables.news import EVERYWHERE, article_terms, articles, fingerprint_bands
from digests.storage.tables.news import revisions as revisions_table
from digests.storage.tables.news import terms as terms_table

_WAITING = (articles.c.edition_id.is_(None), STANDING)
_UNSUMMARISED = (*_WAITING, articles.c.summarised.is_(False))
_INGESTING = 5_411_302
"""The queue of those who add articles in PostgreSQL."""
_IDS = "articles_id_seq"
"""What gives out ids in PostgreSQL; in SQLite it is a row."""
_LAST_ID = text("SELECT seq FROM sqlite_sequence WHERE name = 'articles'")


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
    """An article as it will be written; `spelled` are its tokens as the index takes them.

    `links` say what it has to do with others, once that is known.
    """

    raw: RawArticle
    analysis: Analysis
    story_terms: Mapping[str, float]
    row: Mapping[str, Any]
    spelled: str
    links: Links = Links()  # noqa: RUF009 (frozen)

    @property
    def text_hash(self) -> str:
        """What its text is."""
        found: str = self.row["text_hash"]
        return found

    def stored(self, article_id: int) -> Stored:
        """What it is to others once it has been added."""
        return Stored(
            id=article_id,
            root=self.links.duplicate_of or article_id,
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
            self.stored(before.id),
            root=before.root,
            source=before.source,
            external_id=before.external_id,
            published_on=before.published_on,
        )


def _new_row(article_id: int, draft: Draft, now: datetime) -> dict[str, Any]:
    return {
        **draft.row,
        "id": article_id,
        "external_id": draft.raw.external_id,
        "source": draft.raw.source,
        "published_on": draft.raw.published_on,
        "ingested_at": now,
        "summary": [],
        "summarised": False,
        "points": {},
        "alerts_due": draft.raw.dated,
        "duplicate_of": draft.links.duplicate_of,
        "follows": draft.links.follows,
        "revision": 0,
    }


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
        draft = replace(self.draft(raw, analysis, story_terms), links=links)
        names = [] if raw.external_id is None else [raw.external_id]
        same_name = and_(articles.c.source == raw.source, articles.c.external_id.in_(names))
        same = select(articles.c.id).where(or_(articles.c.content_hash == draft.row["content_hash"], same_name))
        if self._connection.execute(same).first() is not None:
            return None
        article_id = self.reserve(1)[0]
        self.insert({article_id: draft}, now)
        return article_id

    def reserve(self, number: int) -> Sequence[int]:
        """Ids for so many new articles, in their order; for one whose turn it is to add some."""
        if self._postgresql:
            following = select(func.nextval(_IDS)).select_from(func.generate_series(1, number))
            return sorted(self._connection.execute(following).scalars())
        last = self._connection.execute(_LAST_ID).scalar() or 0
        return range(last + 1, last + 1 + number)

    def insert(self, added: Mapping[int, Draft], now: datetime) -> None:
        """Adds articles by their reserved ids and makes them findable: by texts, stories and words.

        All at once, for others wait meanwhile. None of them may be known already.
        """
        if not added:
            return
        self._put(articles, [_new_row(article_id, draft, now) for article_id, draft in added.items()])
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
        term, number = self._pairs({EVERYWHERE: len(added), **found})
        # One statement, whatever their number: a round trip for each term is most of the time PostgreSQL takes.
        counting = self._insert(terms_table).from_select(["term", "documents"], select(term, number).where(true()))
        counting = counting.on_conflict_do_update(
            index_elements=[terms_table.c.term],
            set_={"documents": terms_table.c.documents + counting.excluded.documents},
        )
        self._connection.execute(counting)

    def get(self, article_id: int) -> Article | None:
        """The article with this id, taken back or not."""
        row = self._connection.execute(select(articles).where(articles.c.id == article_id)).one_or_none()
        return to_article(row) if row else None

    def standing(self, article_id: int) -> Article | None:
        """The article with this id, unless it was taken back."""
        found = self.get(article_id)
        return found if found and found.retracted_at is None else None

    def count(self, printed_from: date | None = None) -> int:
        """How many articles there are; with a day, printed from then on."""
        counted = select(func.count()).select_from(articles)
        if printed_from is not None:
            counted = counted.where(articles.c.published_on >= printed_from)
        return self._connection.execute(counted).scalar_one()

    def unassigned(self) -> list[Article]:
        """The articles that no edition holds yet and nobody took back, in the order they came."""
        rows = self._connection.execute(select(articles).where(*_WAITING).order_by(articles.c.id))
        return [to_article(row) for row in rows]

    def of_edition(self, edition_id: int) -> list[Article]:
        """The articles that an edition tells, in the order they came."""
        return self.of_editions(edition_id, edition_id)

    def of_editions(self, first: int, last: int) -> list[Article]:
        """The articles that the editions from one id to another tell, in the order they came."""
        within = and_(articles.c.edition_id.between(first, last), TOLD)
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

    def set_spans(self, article_id: int, spans: Sequence[Sequence[int]]) -> None:
        """Keeps a summary by the places of its sentences in the body: [[start, end], …]."""
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(summary=spans))

    def unsummarised(self) -> list[int]:
        """The ids of the articles that wait for an edition without a summary of their text, in the order they came."""
        wanted = select(articles.c.id).where(*_UNSUMMARISED).order_by(articles.c.id)
        return list(self._connection.execute(wanted).scalars())

    def count_unsummarised(self) -> int:
        """How many these are."""
        return self._connection.execute(select(func.count()).where(*_UNSUMMARISED)).scalar_one()

    def retract(self, article_id: int, now: datetime | None) -> None:
        """Takes an article back: nobody is shown it any more. Without an instant it stands again."""
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(retracted_at=now))

    def drop(self, article_id: int, now: datetime | None) -> None:
        """Takes an article out of its edition, or of the one that it waits for. Without an instant it is in again."""
        self._connection.execute(update(articles).where(articles.c.id == article_id).values(dropped_at=now))

    def lock(self, article_id: int) -> Article | None:
        """The article with this id, which nobody else changes until the end of the transaction."""
        wanted = select(articles).where(articles.c.id == article_id).with_for_update()
        row = self._connection.execute(wanted).one_or_none()
        return to_article(row) if row else None

    def load(self, article_ids: Iterable[int]) -> dict[int, Article]:
        """Those of the articles that there are, by their ids, taken back or not."""
        found: dict[int, Article] = {}
        for some in chunks(sorted(set(article_ids))):
            rows = self._connection.execute(select(articles).where(articles.c.id.in_(some)))
            found |= {row.id: to_article(row) for row in rows}
        return found

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
        listed = self._elements(sorted({EVERYWHERE, *terms}))
        return self._background(
            select(terms_table.c.term, terms_table.c.documents).where(terms_table.c.term.in_(select(listed)))
        )

    def _background(self, wanted: Any) -> Background:
        counted = (terms_table.c.documents > 1) | (terms_table.c.term == EVERYWHERE)
        counts = {row.term: row.documents for row in self._connection.execute(wanted.where(counted))}
        return Background(counts.pop(EVERYWHERE, 0), counts)


def day_of(raw: RawArticle) -> date:
    """The article's day, which must be set."""
    if raw.published_on is None:
        raise ValueError("an article is stored after it has its day")
    return raw.published_on


def _reanchored(summary: Summary, body: str) -> list[list[int]]:
    """The places of a summary's sentences in another body, in its order; those that do not stand there are left out."""
    found = ((body.find(sentence.text), sentence) for sentence in summary.sentences)
    return sorted([at, at + len(sentence.text)] for at, sentence in found if at >= 0)
