"""The order in which articles enter the archive: analyse → drop known, revise, link near-duplicates → store."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice

from digests.correcting import corrected, keep_up
from digests.errors import InputError, NotUnderstood, StorageError, TakenId
from digests.folding import fold
from digests.ingest.articles import LONGEST_ID
from digests.ingest.doors import Furniture, Item
from digests.ingest.linking import earlier_text, gather, is_same_story, links_of, unit
from digests.ingest.neighbours import Neighbours
from digests.model.news import RawArticle
from digests.storage import Database, Store
from digests.storage.articles import Draft
from digests.storage.related import Stored, text_hash
from digests.text.analyzer import Analyzer

log = logging.getLogger(__name__)

BATCH = 200
"""Items stored in one transaction: few enough that nobody waits long for the lock."""

LONGEST_NAME = 200
"""Characters of a paper's name that are kept: databases find by it, too."""

MOST_FAULTS = 1000
"""Faults that are kept of one reading; the others are counted."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of what a door delivered.

    `near_duplicates` counts those of `new` that another paper had before, `follow_ups` those that go on with an
    earlier story, `furniture` the lines of pages that are no news, `unread` what could not be read; `faults` says
    why, of the first thousand.
    """

    new: int = 0
    known: int = 0
    revised: int = 0
    near_duplicates: int = 0
    follow_ups: int = 0
    furniture: int = 0
    unread: int = 0
    faults: tuple[InputError, ...] = ()

    @property
    def articles(self) -> int:
        """How many articles were looked at."""
        return self.new + self.known + self.revised

    def __add__(self, other: "Ingested") -> "Ingested":
        return Ingested(
            self.new + other.new,
            self.known + other.known,
            self.revised + other.revised,
            self.near_duplicates + other.near_duplicates,
            self.follow_ups + other.follow_ups,
            self.furniture + other.furniture,
            self.unread + other.unread,
            (self.faults + other.faults)[:MOST_FAULTS],
        )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Brings raw articles into the archive."""

    database: Database
    analyzer: Analyzer

    def ingest(
        self, items: Iterable[Item], now: datetime, today: date, progress: Callable[[Ingested], None] | None = None
    ) -> Ingested:
        """Stores the articles that are not known yet; one without a day of its own gets `today`.

        A fault among the items is handed on and stops nothing. Each batch is a transaction, and understanding it
        happens before: run again after a kill, it ends the same. `progress` is told of each batch.
        Raises StorageError.
        """
        total = Ingested()
        reading = _Reading(self.database, self.analyzer, now)
        for batch in _batches(items):
            done = reading.take(batch, today)
            if progress is not None:
                progress(done)
            total += done
        return total


class _Reading:
    """One document on its way in; `met` are the articles of the archive that stand in it."""

    def __init__(self, database: Database, analyzer: Analyzer, now: datetime) -> None:
        self._database = database
        self._analyzer = analyzer
        self._now = now
        self._met: set[int] = set()

    def take(self, batch: Sequence[Item], today: date) -> Ingested:
        """Brings in what a batch holds."""
        faults = tuple(item for item in batch if isinstance(item, InputError))
        furniture = sum(item.lines for item in batch if isinstance(item, Furniture))
        raws = [_storable(item, today) for item in batch if isinstance(item, RawArticle)]
        return Ingested(furniture=furniture) + _unread(*faults) + self._bring(raws)

    def _bring(self, raws: Sequence[RawArticle]) -> Ingested:
        """Stores the articles in one transaction; if one of them cannot be taken, in halves without it."""
        met = set(self._met)
        try:
            return self._store(raws)
        except StorageError:
            raise
        except Exception as error:
            self._met = met
            if len(raws) == 1:
                log.exception("article %r of %r cannot be taken: %s", raws[0].title, raws[0].source, error)
                return _unread(NotUnderstood(raws[0].title, type(error).__name__))
            log.warning("%d articles cannot be taken together (%s): trying fewer", len(raws), type(error).__name__)
        half = len(raws) // 2
        return self._bring(raws[:half]) + self._bring(raws[half:])

    def _store(self, raws: Sequence[RawArticle]) -> Ingested:
        with self._database.read() as store:
            keep_up(store, self._analyzer)
            neighbours = Neighbours(store.related.newest())
            neighbours.load_texts(store.related, [text_hash(raw) for raw in raws])
        unread = [raw for raw in raws if not self._is_known(neighbours, raw)]
        done = Ingested(known=len(raws) - len(unread))
        return done + self._take_in(self._drafts(unread, neighbours), neighbours) if unread else done

    def _is_known(self, neighbours: Neighbours, raw: RawArticle) -> bool:
        known = neighbours.known(raw)
        if known is not None:
            self._met.add(known)
        return known is not None

    def _drafts(self, raws: Sequence[RawArticle], neighbours: Neighbours) -> list[Draft]:
        """The articles with all that their texts say, and their neighbours gathered: before anyone has to wait."""
        analysed = [(raw, self._analyzer.analyze(raw)) for raw in raws]
        with self._database.read() as store:
            background = store.articles.background_of({term for _, found in analysed for term in found.terms})
            told = (unit(dict(self._analyzer.story_terms(found, background))) for _, found in analysed)
            drafts = [store.articles.draft(*one, terms) for one, terms in zip(analysed, told, strict=True)]
            gather(neighbours, store.related, drafts)
        # The index takes articles that go back in time one by one, which is slow.
        return sorted(drafts, key=lambda draft: draft.raw.published_on or date.min)

    def _take_in(self, drafts: Sequence[Draft], neighbours: Neighbours) -> Ingested:
        """Stores articles one after the other, while nobody else does: each must see its like."""
        done, added = Ingested(), dict[int, Draft]()
        with self._database.begin() as store:
            store.articles.queue_up()
            neighbours.catch_up(store.related, [draft.text_hash for draft in drafts])
            for article_id, draft in zip(store.articles.reserve(len(drafts)), drafts, strict=True):
                done += self._enter(store, neighbours, draft, article_id, added)
            store.articles.insert(added, self._now)
            store.spellings.add(chain.from_iterable(map(_words, drafts)))
        return done

    def _enter(
        self, store: Store, neighbours: Neighbours, draft: Draft, article_id: int, added: dict[int, Draft]
    ) -> Ingested:
        raw, analysis = draft.raw, draft.analysis
        if self._is_known(neighbours, raw):
            return Ingested(known=1)
        earlier = earlier_text(neighbours, raw, analysis, self._met)
        if earlier is not None:
            return self._revise(store, neighbours, draft, earlier, added)
        links = links_of(neighbours, raw, analysis, draft.story_terms)
        self._met.add(article_id)
        added[article_id] = replace(draft, links=links)
        neighbours.put(added[article_id].stored(article_id))
        return Ingested(
            new=1, near_duplicates=int(links.duplicate_of is not None), follow_ups=int(links.follows is not None)
        )

    def _revise(
        self, store: Store, neighbours: Neighbours, draft: Draft, earlier: Stored, added: dict[int, Draft]
    ) -> Ingested:
        raw = draft.raw
        self._met.add(earlier.id)
        if not is_same_story(raw, draft.analysis, earlier):
            return _unread(TakenId(raw.external_id or "", raw.source, raw.title, earlier.headline))
        if earlier.id in added:  # what is revised must be whole
            store.articles.insert(added, self._now)
            added.clear()
        draft = store.articles.draft(raw, corrected(store, earlier.id, draft.analysis), draft.story_terms)
        store.articles.revise(earlier.id, draft, self._now)
        neighbours.revise(earlier, draft.revised(earlier))
        return Ingested(revised=1)


def _words(draft: Draft) -> Iterator[str]:
    """What readers may look for and misspell: an article's terms and who wrote it."""
    yield from draft.analysis.terms
    yield from map(fold, draft.raw.byline)


def _storable(raw: RawArticle, today: date) -> RawArticle:
    """The article with a day, and with names that an index holds: a long id stands for itself by its hash."""
    known_by = raw.external_id
    if known_by is not None and len(known_by) > LONGEST_ID:
        known_by = f"sha256:{hashlib.sha256(known_by.encode('utf-8', 'replace')).hexdigest()}"
    day = raw.published_on or today
    return replace(raw, published_on=day, external_id=known_by, source=raw.source[:LONGEST_NAME])


def _unread(*faults: InputError) -> Ingested:
    return Ingested(unread=len(faults), faults=faults)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
