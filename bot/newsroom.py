"""The news engine with its settings applied: what commands, jobs and tasks work with. Owns the clock."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from bot import alarms, console, disk, logs, reports
from bot.commands import Desk
from bot.metrics import Health
from bot.reader import Reader
from digests import builder
from digests.alerting import Alerting
from digests.builder import Closed
from digests.errors import SchemaMismatch, StorageError
from digests.ingest import files, watching
from digests.ingest.addresses import read_address
from digests.ingest.dates import Calendar
from digests.ingest.documents import Documents
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.fetcher import Fetcher, SharedBook
from digests.ingest.inbox import Inbox, Stamp
from digests.ingest.introducing import Introduced, introduce
from digests.ingest.pipeline import Ingested, Pipeline
from digests.ingest.polling import Poller
from digests.rising import Trending
from digests.storage import Database
from digests.storage.retention import ARTICLES, moments
from digests.trends import Trends

log = logging.getLogger(__name__)

BREATH = 0.09
"""Seconds between two steps of pruning, so that nine tenths of the time are everybody else's."""
REINDEXED = 500
"""Articles that are indexed in one transaction."""


def system_clock() -> datetime:
    """The present instant, aware. The only clock there is; everyone else is told the time."""
    return datetime.now(UTC)  # noqa: TID251


@dataclass(frozen=True)
class Newsroom(Reader, AbstractContextManager["Newsroom"]):
    """The news engine with its settings applied; what is costly to make is made when first needed."""

    clock: Callable[[], datetime] = system_clock
    making: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def database(self) -> Database:
        """The archive, its tables made if there are none; raises StorageError."""
        database = Database(self.settings.database)
        try:
            database.check()
        except SchemaMismatch as mismatch:
            if mismatch.found is not None:
                database.close()
                raise
            database.migrate()
        return database

    def warn(self) -> None:
        """Says in the log what makes everything slow, and what to do."""
        with self.database.read() as store:
            if store.index.outdated:
                log.warning("the search index is of another version, so searching is slow: liwen reindex")

    @cached_property
    def stopping(self) -> threading.Event:
        """Set when the program is to end: what takes long looks at it now and then."""
        return threading.Event()

    def _pause(self, seconds: float) -> None:
        self.stopping.wait(seconds)

    @cached_property
    def fetcher(self) -> Fetcher:
        """Brings what stands at addresses; kind to their servers."""
        settings = self.settings
        return Fetcher(
            clock=self.clock,
            sleep=self._pause,
            proxy=settings.fetch_proxy,
            allow_private=settings.fetch_private,
            book=SharedBook(self.database),
        )

    @property
    def doors(self) -> Doors:
        """Reads documents of every kind, with the paper's calendar of today."""
        zone = self.settings.timezone
        return Doors(Calendar(zone, self.clock().astimezone(zone).date()))

    def read_address(self, url: str, label: Label) -> Iterator[Item]:
        """What stands at an address."""
        return read_address(self.fetcher.fetch, self.doors, url, label)

    def introduce(self, url: str) -> Introduced:
        """What kind of source stands at an address, and what it is called; raises InputError's children."""
        return introduce(self.fetcher.fetch, self.doors, url)

    @cached_property
    def poller(self) -> Poller:
        """Asks the sources; made once, for it remembers pages without an article."""
        return Poller(
            database=self.database,
            pipeline=Pipeline(self.database, self.analyzer),
            doors=lambda: self.doors,
            fetcher=self.fetcher,
            zone=self.settings.timezone,
            clock=self.clock,
            stopping=self.stopping.is_set,
        )

    @cached_property
    def alerting(self) -> Alerting:
        """Owes alerts; made once, for its index of what is followed is kept up."""
        settings = self.settings
        return Alerting(self.database, self.lexicon, settings.timezone, settings.alerts)

    @cached_property
    def trends(self) -> Trends:
        """What the newest edition speaks of; made once, for it remembers that."""
        return Trends(lambda: self.analyzer)

    def watch(self) -> None:
        """Raises and ends the alarms of sources."""
        watching.watch(self.database, self.clock(), self.settings.timezone)

    def watch_itself(self, transport: str) -> None:
        """Raises and ends the alarms of the outbox of a transport and of this machine's disk."""
        now, settings = self.clock(), self.settings
        with self.database.read() as store:
            outbox = alarms.outbox(store, transport, settings.rate, now, settings.timezone)
        alarms.watch(self.database, (outbox, alarms.disk(disk.room(settings))), now)

    def note_errors(self) -> None:
        """Has the first administrator told of the errors that this process logged and nobody expected."""
        found = logs.UNEXPECTED.take()
        try:
            alarms.note(self.database, found, self.clock())
        except StorageError as error:
            log.error("%d unexpected errors are in the log alone: %s", len(found), error)

    def reported_day(self) -> date | None:
        """The day on which a report is due: yesterday, once it is LIWEN_REPORT."""
        local = self.clock().astimezone(self.settings.timezone)
        due = self.settings.report is not None and local.time() >= self.settings.report
        return local.date() - timedelta(days=1) if due else None

    def day(self, on: date, transport: str) -> reports.Day:
        """What a day was like."""
        with self.database.read() as store:
            return reports.day_of(store, on, transport, self.settings.timezone, self.clock())

    @cached_property
    def inbox(self) -> Inbox | None:
        """LIWEN_INBOX, if there is one; made once, for it remembers what cannot be moved away."""
        folder = self.settings.inbox
        read = self.documents.hand_over if self.settings.broker else self._read_file
        return Inbox(folder, read) if folder else None

    def _read_file(self, file: Path, _stamp: Stamp, label: Label) -> Ingested:
        return self.ingest(files.read_path(self.doors, file, label))

    @property
    def documents(self) -> Documents:
        """Files that any process may read."""
        return Documents(self.database, lambda: self.doors, self.ingest, self.clock)

    def empty_inbox(self) -> Ingested:
        """Reads what lies in LIWEN_INBOX, if there is one."""
        return self.inbox.empty(self.clock()) if self.inbox else Ingested()

    def ingest(self, items: Iterable[Item], progress: Callable[[Ingested], None] | None = None) -> Ingested:
        """Understands and stores articles; those without a date get today's, in the paper's zone."""
        now = self.clock()
        pipeline = Pipeline(self.database, self.analyzer)
        return pipeline.ingest(items, now, now.astimezone(self.settings.timezone).date(), progress)

    def build(self) -> Closed | None:
        """Closes the edition now and builds its digests; nothing if no article waits."""
        return builder.close_edition(self.database, self.summarizer, self.lexicon, self.clock(), empty=False)

    def ensure_editions(self) -> Closed | None:
        """Closes the edition that is due, if it is not closed yet."""
        settings = self.settings
        return builder.ensure_editions(
            self.database, self.summarizer, self.lexicon, settings.editions, settings.timezone, self.clock()
        )

    def health(self) -> Health:
        """Whether all goes on."""
        now, settings = self.clock(), self.settings
        try:
            due = builder.due_closing(self.database, settings.editions, settings.timezone, now)
            with self.database.read() as store:
                owed = store.deliveries.waiting_since(now)
        except StorageError:
            return Health(database=False)
        late, age = ((now - since).total_seconds() if since else 0.0 for since in (due, owed))
        return Health(True, max(0.0, late), max(0.0, age))

    def ensure_timetables(self) -> int:
        """Ends pauses, and owes the weekly editions that are due; returns to how many."""
        return builder.ensure_timetables(self.database, self.clock())

    def prepare(self) -> None:
        """Makes what is costly to make, once, when several threads will ask for it. Raises StorageError, SeedsError."""
        with self.making:
            _ = self.analyzer, self.summarizer, self.poller, self.alerting

    def reindex(self, progress: Callable[[int, int], None]) -> int:
        """Makes the search's index anew and returns of how many articles; begun before, it goes on from there.

        Each step is a transaction, so readers go on and writers wait for one step at most.
        """
        with self.database.read() as store:
            total, done = store.articles.count(), store.index.built
        progress(done, total)
        going_on = True
        while going_on:
            with self.database.begin() as store:
                going_on = store.index.rebuild(REINDEXED)
                done = store.index.built or done
            progress(done, total)
            self._pause(0.01)  # lets a writer in
        return done

    def prune(self) -> Counter[str]:
        """Removes what was kept long enough, and says how many rows of each kind; writers go on in between."""
        removed: Counter[str] = Counter()
        now = self.clock()
        for kind, before in moments(self.settings.keep, now):
            while not self.stopping.is_set():
                with self.database.begin() as store:
                    some = store.retention.prune(kind, before, now)
                if some == 0:
                    break
                removed[kind] += some
                if kind == ARTICLES:
                    with self.database.begin() as store:
                        store.index.merge()
                self._pause(BREATH)
        return removed

    def read_seed_pages(self) -> None:
        """Fills an empty archive with the pages of seeds/, so that there is something to see at once."""
        with self.database.read() as store:
            if store.articles.count():
                return
        for page in self.lexicon.pages:
            label = Label(source=page.source, published_on=page.published_on)
            for fault in self.ingest(files.read_path(self.doors, page.file, label)).faults:
                log.error("%s", fault)

    @cached_property
    def trending(self) -> Trending:
        """What rose; made once, for it remembers."""
        return Trending(lambda: self.analyzer)

    def admins(self, scheme: str) -> tuple[str, ...]:
        """The addresses of the administrators; who sits at the console is one."""
        if scheme == console.SCHEME:
            return (console.ADDRESS,)
        return tuple(f"{scheme}:{number}" for number in self.settings.admin_ids)

    @property
    def desk(self) -> Desk:
        """What commands work with."""
        admins = frozenset(address for scheme in (console.SCHEME, "telegram") for address in self.admins(scheme))
        zone = self.settings.timezone
        return Desk(
            self.database,
            self.lexicon,
            zone,
            self.clock,
            admins,
            lambda: self.doors,
            self.ingest,
            lambda: self.analyzer,
            self.trends.newest,
            self.trending,
            self.settings.alerts,
            self.settings.web_url,
            self.settings.keep,
            lambda: self.summarizer,
            self.settings.rate,
            self.settings.editions,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "database" in self.__dict__:
            self.database.close()
