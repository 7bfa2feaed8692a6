"""Wiring: makes every object once, starts and stops them in order, and owns the clock."""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Protocol, Self

from apscheduler.triggers.base import BaseTrigger

from bot import alarms, console
from bot.chat import Transport
from bot.commands import Desk
from bot.console import Console, lines_of
from bot.delivery import Sender
from bot.ledger import Ledger
from bot.pace import Pacer
from bot.reader import Reader
from bot.scheduler import ALARMS, EDITIONS, INBOX, JOBS, SOURCES, Job, edition_times, every, scheduler
from digests import builder
from digests.builder import Closed
from digests.errors import DigestsError, SchemaMismatch
from digests.ingest import files, watching
from digests.ingest.addresses import read_address
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.fetcher import Fetcher, SharedBook
from digests.ingest.inbox import Inbox
from digests.ingest.introducing import Introduced, introduce
from digests.ingest.pipeline import Ingested, Pipeline
from digests.ingest.polling import Asked, Poller
from digests.storage import Database

log = logging.getLogger(__name__)


REINDEXED = 500
"""Articles that are indexed in one transaction."""


def system_clock() -> datetime:
    """The present instant, aware. The only clock there is; everyone else is told the time."""
    return datetime.now(UTC)  # noqa: TID251


@dataclass(frozen=True)
class Newsroom(Reader, AbstractContextManager["Newsroom"]):
    """The news engine with its settings applied; what is costly to make is made when first needed."""

    clock: Callable[[], datetime] = system_clock

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
        with database.read() as store:
            if store.index.outdated:
                log.warning("the search index is of another version, so searching is slow: liwen reindex")
        return database

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

    def poll(self) -> list[Asked]:
        """Asks the sources that are due, and raises and ends their alarms."""
        asked = self.poller.poll()
        watching.watch(self.database, self.clock(), self.settings.timezone)
        return asked

    @cached_property
    def inbox(self) -> Inbox | None:
        """LIWEN_INBOX, if there is one; made once, for it remembers what cannot be moved away."""
        folder = self.settings.inbox
        return Inbox(folder, lambda: self.doors, self.ingest) if folder else None

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

    def read_seed_pages(self) -> None:
        """Fills an empty archive with the pages of seeds/, so that there is something to see at once."""
        with self.database.read() as store:
            if store.articles.count():
                return
        for page in self.lexicon.pages:
            label = Label(source=page.source, published_on=page.published_on)
            for fault in self.ingest(files.read_path(self.doors, page.file, label)).faults:
                log.error("%s", fault)

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
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if "database" in self.__dict__:
            self.database.close()


class Front(Transport, Protocol):
    """A transport that also takes requests: Telegram or the console."""

    async def run(self, stop: asyncio.Event) -> None:
        """Takes requests until there are no more or `stop` is set, then finishes those in flight."""
        ...

    async def close(self) -> None:
        """Lets go of its connections; nothing can be sent any more."""
        ...


def pacer_of(newsroom: Newsroom, transport: str) -> Pacer:
    """The pace of a transport, as the settings want it, and the ledger that its steps are written through."""
    return Pacer(Ledger(newsroom.database), transport, newsroom.clock, newsroom.settings.pace)


def run_console(newsroom: Newsroom) -> None:
    """The whole bot in the terminal, until the input ends or Ctrl-C."""
    standard_input = sys.stdin  # none, if whoever started us closed it
    source = lines_of(standard_input.fileno()) if standard_input else iter(())
    interactive = bool(standard_input and standard_input.isatty())
    front = Console(newsroom.desk, source, sys.stdout, interactive=interactive)
    pacer = pacer_of(newsroom, front.scheme)
    asyncio.run(_until_told(lambda stop: serve(newsroom, front, stop, pacer)))


def run_telegram(newsroom: Newsroom, token: str) -> None:
    """The bot in Telegram, until SIGTERM or Ctrl-C; raises TokenRefused."""
    bot, pacer = _telegram(newsroom, token)
    asyncio.run(_until_told(lambda stop: serve(newsroom, bot, stop, pacer)))


def run_worker(newsroom: Newsroom, token: str) -> None:
    """One more process that empties the outbox, until SIGTERM or Ctrl-C; all of them keep one pace."""
    bot, pacer = _telegram(newsroom, token)
    asyncio.run(_until_told(lambda stop: push(newsroom, bot, stop, pacer)))


def _telegram(newsroom: Newsroom, token: str) -> tuple[Front, Pacer]:
    # Imported here: it costs a second and 40 MB that the console and the commands do without.
    from bot.telegram import TelegramBot

    settings = newsroom.settings
    pacer = pacer_of(newsroom, TelegramBot.scheme)
    proxy, paid = settings.telegram_proxy, settings.paid_broadcast
    return TelegramBot(newsroom.desk, token, settings.telegram_api_url, pacer, proxy, paid=paid), pacer


async def _until_told(run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(stop)


async def push(newsroom: Newsroom, transport: Front, stop: asyncio.Event, pacer: Pacer) -> None:
    """Sends digests, takes no requests."""
    try:
        await _sender(newsroom, transport, pacer).run(stop)
    finally:
        await transport.close()


async def serve(newsroom: Newsroom, front: Front, stop: asyncio.Event, pacer: Pacer) -> None:
    """Catches up what is due, then serves requests and sends digests; told to stop, finishes what is in flight."""
    await asyncio.to_thread(_catch_up, newsroom)
    alarm = scheduler(jobs_of(newsroom, front), newsroom.settings.timezone)
    alarm.start()
    sending = asyncio.create_task(_sender(newsroom, front, pacer).run(stop))
    taking = asyncio.create_task(front.run(stop))
    try:
        # Neither goes on without the other: a bot that answers but no longer pushes looks well and is not.
        await asyncio.wait({sending, taking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        newsroom.stopping.set()
        alarm.shutdown(wait=False)
        # What is in flight ends before the connections do.
        ended = await asyncio.gather(sending, taking, return_exceptions=True)
        await front.close()
    for error in ended:
        if isinstance(error, BaseException):
            raise error


def _catch_up(newsroom: Newsroom) -> None:
    newsroom.read_seed_pages()
    newsroom.ensure_editions()


def editions_job(newsroom: Newsroom) -> Job:
    """The job that closes the edition that is due."""

    async def run() -> None:
        closed = await asyncio.to_thread(newsroom.ensure_editions)
        if closed is not None:
            counts = (closed.articles, closed.digests, closed.deliveries)
            log.info("edition closed: %d articles, %d digests, %d deliveries", *counts)

    return Job(EDITIONS, JOBS[EDITIONS], run)


def jobs_of(newsroom: Newsroom, transport: Transport) -> list[tuple[Job, BaseTrigger]]:
    """Every job, and when it runs."""
    zone = newsroom.settings.timezone
    jobs = [
        (editions_job(newsroom), edition_times(newsroom.settings.editions, zone)),
        (sources_job(newsroom), every(60, zone)),
        (inbox_job(newsroom), every(2, zone)),
    ]
    settings = newsroom.settings
    if transport.scheme != console.SCHEME or not (settings.token and settings.admin_ids):
        # A console beside the bot must not take away what the administrators in Telegram are to be told.
        jobs.append((alarms_job(newsroom, transport), every(10, zone)))
    return jobs


def sources_job(newsroom: Newsroom) -> Job:
    """The job that asks the sources that are due."""

    async def run() -> None:
        # A daemon of its own: asyncio waits for the threads it lends, and a slow server would hold up the end.
        thread = threading.Thread(target=_poll, args=(newsroom,), daemon=True, name=SOURCES)
        thread.start()
        while thread.is_alive():  # noqa: ASYNC110 - a thread sets no event of asyncio's
            await asyncio.sleep(0.1)

    return Job(SOURCES, JOBS[SOURCES], run)


def _poll(newsroom: Newsroom) -> None:
    try:
        for asked in newsroom.poll():
            if asked.fault is not None:
                log.warning("source %s: %s", asked.source.name, asked.fault)
            elif asked.ingested.articles:
                log.info("source %s: %d new articles", asked.source.name, asked.ingested.new)
    except DigestsError as error:
        log.error("job %s: %s", SOURCES, error)


def inbox_job(newsroom: Newsroom) -> Job:
    """The job that reads what was put into the watched folder."""

    async def run() -> None:
        if newsroom.settings.inbox is None:
            return
        done = await asyncio.to_thread(newsroom.empty_inbox)
        for fault in done.faults:
            log.error("inbox: %s", fault)
        if done.articles:
            log.info("inbox: %d new articles, %d revised, %d known", done.new, done.revised, done.known)

    return Job(INBOX, JOBS[INBOX], run)


def alarms_job(newsroom: Newsroom, transport: Transport) -> Job:
    """The job that tells the administrators what they should know."""
    admins = newsroom.admins(transport.scheme)

    async def run() -> None:
        await alarms.tell(newsroom.database, transport, admins)

    return Job(ALARMS, JOBS[ALARMS], run)


def _sender(newsroom: Newsroom, transport: Transport, pacer: Pacer) -> Sender:
    settings = newsroom.settings
    return Sender(
        newsroom.database,
        newsroom.lexicon,
        transport,
        settings.timezone,
        pacer,
        resend=settings.unknown == "resend",
    )
