"""The order in which articles enter the archive: analyse → drop known, revise, link near-duplicates → store."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from digests.errors import InputError, NotUnderstood, TakenId
from digests.ingest.doors import Furniture, Item
from digests.ingest.linking import earlier_text, is_same_story, links_of, unit
from digests.model import Analysis, Background, RawArticle
from digests.storage import Database, Store
from digests.text.analyzer import Analyzer

log = logging.getLogger(__name__)

BATCH = 200
"""Items stored in one transaction: few enough that nobody waits long for the lock."""

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


Understood = tuple[RawArticle, Analysis]


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
        for batch in _batches(items):
            done = self._take(batch, now, today)
            if progress is not None:
                progress(done)
            total += done
        return total

    def _take(self, batch: Sequence[Item], now: datetime, today: date) -> Ingested:
        raws = [replace(raw, published_on=raw.published_on or today) for raw in batch if isinstance(raw, RawArticle)]
        faults = tuple(item for item in batch if isinstance(item, InputError))
        furniture = sum(item.lines for item in batch if isinstance(item, Furniture))
        with self.database.read() as store:
            unread = [raw for raw in raws if not store.related.known(raw)]
        done = Ingested(known=len(raws) - len(unread), furniture=furniture) + _unread(*faults)
        understood: list[Understood] = []
        for raw in unread:
            try:
                understood.append((raw, self.analyzer.analyze(raw)))
            except Exception as error:
                log.exception("article %r of %r cannot be understood: %s", raw.title, raw.source, type(error).__name__)
                done += _unread(NotUnderstood(raw.title, type(error).__name__))
        return done + self._store(understood, now) if understood else done

    def _store(self, understood: Sequence[Understood], now: datetime) -> Ingested:
        done = Ingested()
        with self.database.begin() as store:
            store.articles.queue_up()
            terms = {term for _, analysis in understood for term in analysis.terms}
            background = store.articles.background_of(terms)
            # The index takes articles that go back in time one by one, which is slow.
            for raw, analysis in sorted(understood, key=lambda pair: pair[0].published_on or date.min):
                done += self._enter(store, raw, analysis, background, now)
        return done

    def _enter(
        self, store: Store, raw: RawArticle, analysis: Analysis, background: Background, now: datetime
    ) -> Ingested:
        if store.related.known(raw):
            return Ingested(known=1)
        key_terms = unit(dict(self.analyzer.key_terms(raw, background)))
        earlier = earlier_text(store, raw, analysis, now)
        if earlier is not None:
            if not is_same_story(raw, analysis, earlier):
                return _unread(TakenId(raw.external_id or "", raw.source, raw.title, earlier.headline))
            store.articles.revise(earlier.id, raw, analysis, now, key_terms)
            return Ingested(revised=1)
        links = links_of(store, raw, analysis, key_terms)
        if store.articles.add(raw, analysis, now, links, key_terms) is None:
            return Ingested(known=1)
        return Ingested(
            new=1, near_duplicates=int(links.duplicate_of is not None), follow_ups=int(links.follows is not None)
        )


def _unread(*faults: InputError) -> Ingested:
    return Ingested(unread=len(faults), faults=faults)


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while batch := list(islice(waiting, BATCH)):
        yield batch
