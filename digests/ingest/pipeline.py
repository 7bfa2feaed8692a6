"""The order in which articles enter the archive: analyse → drop known, link near-duplicates → store."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice

from digests.model import Analysis, RawArticle
from digests.storage import Database, Store
from digests.text.analyzer import Analyzer
from digests.text.duplicates import THRESHOLD, bands, similarity

log = logging.getLogger(__name__)

BATCH = 200
"""Articles stored in one transaction: few enough that nobody waits long for the lock."""


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of the articles: `near_duplicates` counts those of `new` that another paper had before.

    `failed` counts those that a fault of ours (it is in the log) kept out; the others do not suffer from it.
    """

    new: int = 0
    known: int = 0
    near_duplicates: int = 0
    failed: int = 0

    def __add__(self, other: "Ingested") -> "Ingested":
        return Ingested(
            self.new + other.new,
            self.known + other.known,
            self.near_duplicates + other.near_duplicates,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Brings raw articles into the archive."""

    database: Database
    analyzer: Analyzer

    def ingest(self, raws: Iterable[RawArticle], now: datetime, today: date) -> Ingested:
        """Stores the articles that are not known yet; one without a day of its own gets `today`.

        Each batch is a transaction, and understanding it happens before: run again after a kill, it ends the same.
        Raises StorageError.
        """
        total = Ingested()
        for batch in _batches(raws):
            dated = [replace(raw, published_on=raw.published_on or today) for raw in batch]
            with self.database.read() as store:
                unread = [raw for raw in dated if not store.articles.known(raw)]
            understood = [(raw, analysis) for raw in unread if (analysis := self._understand(raw)) is not None]
            total += Ingested(known=len(dated) - len(unread), failed=len(unread) - len(understood))
            with self.database.begin() as store:
                store.articles.queue_up()
                for raw, analysis in understood:
                    total += _store(store, raw, analysis, now)
        return total

    def _understand(self, raw: RawArticle) -> Analysis | None:
        try:
            return self.analyzer.analyze(raw)
        except Exception as error:
            log.exception("article %r from %r cannot be understood: %s", raw.title, raw.source, type(error).__name__)
            return None


def _batches(raws: Iterable[RawArticle]) -> Iterator[list[RawArticle]]:
    waiting = iter(raws)
    while batch := list(islice(waiting, BATCH)):
        yield batch


def _store(store: Store, raw: RawArticle, analysis: Analysis, now: datetime) -> Ingested:
    pieces = bands(analysis.fingerprint)
    similar = store.articles.similar(pieces)
    alike = (known for known, other in similar if similarity(analysis.fingerprint, other) >= THRESHOLD)
    duplicate_of = next(alike, None)
    added = store.articles.add(raw, analysis, pieces, now, duplicate_of)
    return Ingested(known=1) if added is None else Ingested(new=1, near_duplicates=int(duplicate_of is not None))
