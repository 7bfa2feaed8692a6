"""Asks the sources that are due, brings in what is new, and notes how each of them does."""

import logging
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from digests.errors import InputError, NotFetched, StorageError
from digests.ingest.addresses import Fetch, in_full, is_announcement, named
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.fetcher import Fetched, Fetcher
from digests.ingest.pipeline import Ingested, Pipeline
from digests.model import RawArticle, Source, SourceKind
from digests.storage import Database

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=30)
"""How long nobody else asks a source that is being asked; a large edition takes ten minutes at one page a second."""
AT_ONCE = 4
"""Sources asked together, so that a slow one holds up three others at most; one host is asked once a second anyway."""
SPREAD = 0.1
"""By how much of their interval sources are asked earlier or later, lest all come at once."""
LONGEST_BACK_OFF = timedelta(days=1)
FRESH = timedelta(days=3)
"""What a feed printed longer ago when it is asked for the first time is not news."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking a source came to: what was brought in, or why it gave nothing."""

    source: Source
    ingested: Ingested
    fault: InputError | None = None


@dataclass(frozen=True, slots=True)
class Poller:
    """Asks sources; any number of processes may do so on one database: claims keep them apart."""

    database: Database
    pipeline: Pipeline
    doors: Callable[[], Doors]
    fetcher: Fetcher
    zone: ZoneInfo
    stopping: Callable[[], bool] = lambda: False

    def poll(self, now: datetime) -> list[Asked]:
        """Asks every source that is due, and returns what each came to. Raises StorageError."""
        with self.database.begin() as store:
            due = store.sources.claim(now, LEASE)
        waiting, asked = deque(due), deque[Asked]()

        def work() -> None:
            while waiting:
                asked.append(self.ask(waiting.popleft(), now))

        # Daemons: a server that drips may take a minute, and the end of the program does not wait for it.
        threads = [threading.Thread(target=_quietly, args=(work,), daemon=True) for _ in range(min(AT_ONCE, len(due)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return list(asked)

    def ask(self, source: Source, now: datetime) -> Asked:
        """Asks one source, whether it is due or not; told to stop, it leaves it to the next start."""
        if self.stopping():
            with self.database.begin() as store:
                store.sources.give_back(source.id, now)
            return Asked(source, Ingested())
        today = now.astimezone(self.zone).date()
        ask = self._feed if source.kind is SourceKind.FEED else self._epaper
        try:
            asked = ask(source, now, today)
        except InputError as fault:
            with self.database.begin() as store:
                store.sources.failed(source.id, now, now + back_off(source, fault), reason_of(fault))
            return Asked(source, Ingested(), fault)
        for unread in asked.ingested.faults:
            log.info("source %s: %s", source.name, unread)
        return asked

    def _feed(self, source: Source, now: datetime, today: date) -> Asked:
        fetched = self.fetcher.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
        done = Ingested()
        if fetched.content is not None:
            items = self.doors().read(fetched.content, fetched.url, Label(source=source.name), fetched.content_type)
            done = self._bring(self._news(source, items, today), now, today)
        return self._note(source, now, done, fetched)

    def _epaper(self, source: Source, now: datetime, today: date) -> Asked:
        from digests.ingest.epapers import day_of, read_edition

        day = today if day_of(source.url) else None  # without a day in it, the address leads to the newest edition
        # What is known is not asked for again: an edition is asked for many times a day.
        items = read_edition(self.fetcher.fetch, source.url, day, skip=lambda address: self._has(source, address))
        return self._note(source, now, self._bring(named(items, Label(source=source.name)), now, today), None)

    def _news(self, source: Source, items: Iterable[Item], today: date) -> Iterator[Item]:
        """A feed's entries, new announcements in full; of a source's first answer only the fresh ones.

        An announcement of what the archive holds is no newer text of it.
        """
        fetch: Fetch = self.fetcher.fetch
        for item in items:
            if not isinstance(item, RawArticle):
                yield item
            elif source.arrived_at is None and item.published_on is not None and item.published_on <= today - FRESH:
                continue
            elif not is_announcement(item):
                yield item
            elif not self._has(source, item.external_id or ""):
                yield in_full(fetch, self.doors(), item)

    def _has(self, source: Source, external_id: str) -> bool:
        with self.database.read() as store:
            return store.related.has_id(source.name, external_id)

    def _bring(self, items: Iterable[Item], now: datetime, today: date) -> Ingested:
        return self.pipeline.ingest(takewhile(lambda _: not self.stopping(), items), now, today)

    def _note(self, source: Source, now: datetime, done: Ingested, fetched: Fetched | None) -> Asked:
        # Told to stop in the middle, it goes on where it was when it starts again.
        next_at = now if self.stopping() else now + spread(source, now)
        etag, last_modified = (fetched.etag, fetched.last_modified) if fetched else ("", "")
        arrived = bool(done.new or done.revised)
        with self.database.begin() as store:
            store.sources.answered(source.id, now, next_at, etag=etag, last_modified=last_modified, arrived=arrived)
        return Asked(source, done)


def _quietly(work: Callable[[], None]) -> None:
    """Works until there is nothing left; a database that went away ends it with one line, others go on later."""
    with suppress(IndexError):  # another thread took the last one
        try:
            work()
        except StorageError as error:
            log.error("sources: %s", error)


def reason_of(fault: InputError) -> str:
    """Why, without the address that stands beside it anyway."""
    return str(getattr(fault, "reason", fault))


def spread(source: Source, now: datetime) -> timedelta:
    """The source's interval, a little shorter or longer, by chance that a test can foresee."""
    chance = zlib.crc32(f"{source.url}{now.isoformat()}".encode()) / 2**32
    return timedelta(minutes=source.every) * (1 - SPREAD + 2 * SPREAD * chance)


def back_off(source: Source, fault: InputError) -> timedelta:
    """How long a source that failed is left in peace: twice as long each time, at least what its server asked for."""
    pause = timedelta(minutes=source.every << min(source.failures, 10))
    asked = timedelta(seconds=fault.wait or 0) if isinstance(fault, NotFetched) else timedelta(0)
    return max(min(pause, LONGEST_BACK_OFF), asked)
