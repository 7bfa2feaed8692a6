"""The order in which articles enter the archive: analyse → drop known, revise, link near-duplicates → store."""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain, islice

from digests.correcting import corrected, keep_up
from digests.errors import InputError, NotUnderstood, StorageError, TakenId
from digests.folding import fold
from digests.ingest.articles import LONGEST_ID
from digests.ingest.doors import Furniture, Item
from digests.ingest.linking import earlier_text, is_same_story, links_of, unit
from digests.model import Analysis, RawArticle
from digests.storage import Database, Store
from digests.storage.related import Stored
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
class Understood:
    """An article with all that its text says; `story_terms` are a unit vector."""

    raw: RawArticle
    analysis: Analysis
    story_terms: Mapping[str, float]


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
            unread = [raw for raw in raws if not self._is_known(store, raw)]
        done = Ingested(known=len(raws) - len(unread))
        understood = self._understand(unread)  # takes long: before anyone else has to wait
        if understood:
            with self._database.begin() as store:
                store.articles.queue_up()
                # The index takes articles that go back in time one by one, which is slow.
                for one in sorted(understood, key=lambda one: one.raw.published_on or date.min):
                    done += self._enter(store, one)
                store.spellings.add(chain.from_iterable(map(_words, understood)))
        return done

    def _is_known(self, store: Store, raw: RawArticle) -> bool:
        known = store.related.known(raw)
        if known is not None:
            self._met.add(known)
        return known is not None

    def _understand(self, raws: Sequence[RawArticle]) -> list[Understood]:
        analysed = [(raw, self._analyzer.analyze(raw)) for raw in raws]
        with self._database.read() as store:
            background = store.articles.background_of({term for _, found in analysed for term in found.terms})
        return [
            Understood(raw, found, unit(dict(self._analyzer.story_terms(found, background)))) for raw, found in analysed
        ]

    def _enter(self, store: Store, one: Understood) -> Ingested:
        raw, analysis = one.raw, one.analysis
        if self._is_known(store, raw):
            return Ingested(known=1)
        earlier = earlier_text(store, raw, analysis, self._met)
        if earlier is not None:
            return self._revise(store, one, earlier)
        links = links_of(store, raw, analysis, one.story_terms)
        added = store.articles.add(raw, analysis, self._now, links, one.story_terms)
        if added is None:
            return Ingested(known=1)
        self._met.add(added)
        return Ingested(
            new=1, near_duplicates=int(links.duplicate_of is not None), follow_ups=int(links.follows is not None)
        )

    def _revise(self, store: Store, one: Understood, earlier: Stored) -> Ingested:
        self._met.add(earlier.id)
        if not is_same_story(one.raw, one.analysis, earlier):
            return _unread(TakenId(one.raw.external_id or "", one.raw.source, one.raw.title, earlier.headline))
        analysis = corrected(store, earlier.id, one.analysis)
        store.articles.revise(earlier.id, one.raw, analysis, self._now, one.story_terms)
        return Ingested(revised=1)


def _words(one: Understood) -> Iterator[str]:
    """What readers may look for and misspell: an article's terms and who wrote it."""
    yield from one.analysis.terms
    yield from map(fold, one.raw.byline)


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
