"""What runs by itself: jobs at their times, and the tasks that they hand out; the truth of both is in the database."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from apscheduler.triggers.base import BaseTrigger

from bot import alarms, broadcasts, console, disk, notices, reports
from bot.chat import Transport
from bot.newsroom import Newsroom
from bot.scheduler import (
    ALARMS,
    ALERTS,
    BROADCASTS,
    EDITIONS,
    INBOX,
    JOBS,
    NOTICES,
    REPORTS,
    RETENTION,
    SOURCES,
    TIMETABLES,
    Job,
    edition_times,
    every,
)
from bot.tasks import Due, Task, Tasks, broker_at
from digests import builder
from digests.model.sources import Alarm

log = logging.getLogger(__name__)

DOCUMENTS, SUMMARIES = "documents", "summaries"
CHUNK = 200
"""Articles that one task summarises."""
MOST_ALERTED = 5000
"""Articles that are looked at for alerts at a time; the next ones two seconds later."""
MOST_DOCUMENTS = 500
"""Documents that are handed out at a time; the next ones when these are read."""


def tasks_of(newsroom: Newsroom) -> Tasks:
    """Everything that any process may do, by way of LIWEN_BROKER_URL or in this process alone."""
    tasks = [
        Task(SOURCES, lambda: _sources_due(newsroom), lambda ids: _ask(newsroom, ids)),
        Task(DOCUMENTS, lambda: _documents_due(newsroom), lambda ids: _read(newsroom, ids)),
        Task(SUMMARIES, lambda: _summaries_due(newsroom), lambda ids: _summarise(newsroom, ids)),
        Task(ALERTS, lambda: _alerts_due(newsroom), lambda ids: _alert(newsroom, ids)),
        Task(EDITIONS, lambda: _editions_due(newsroom), lambda _: _close(newsroom)),
    ]
    return Tasks(broker_at(newsroom.settings.broker), tasks, newsroom.clock)


def _sources_due(newsroom: Newsroom) -> Iterator[Due]:
    with newsroom.database.read() as store:
        for source_id, since in store.sources.due(newsroom.clock()):
            yield Due((source_id,), since)


def _ask(newsroom: Newsroom, source_ids: list[int]) -> None:
    newsroom.prepare()
    for source_id in source_ids:
        asked = newsroom.poller.poll(source_id)
        if asked is None:
            continue
        if asked.fault is not None:
            log.warning("source %s: %s", asked.source.name, asked.fault)
        elif asked.ingested.articles:
            log.info("source %s: %d new articles", asked.source.name, asked.ingested.new)


def _documents_due(newsroom: Newsroom) -> Iterator[Due]:
    with newsroom.database.read() as store:
        for document_id, since in store.documents.due(newsroom.clock(), MOST_DOCUMENTS):
            yield Due((document_id,), since)


def _read(newsroom: Newsroom, document_ids: list[int]) -> None:
    newsroom.prepare()
    for document_id in document_ids:
        done = newsroom.documents.read(document_id)
        if done is not None:
            log.info("document %d: %d new articles", document_id, done.new)


def _summaries_due(newsroom: Newsroom) -> Iterator[Due]:
    with newsroom.database.read() as store:
        waiting = store.articles.unsummarised()
    # By their numbers, so that what comes later changes no chunk but the last.
    for _, some in groupby(waiting, lambda article_id: article_id // CHUNK):
        yield Due(tuple(some))


def _summarise(newsroom: Newsroom, article_ids: list[int]) -> None:
    newsroom.prepare()
    made = builder.summarise(newsroom.database, newsroom.summarizer, article_ids)
    log.info("summaries: %d made", made)


def _alerts_due(newsroom: Newsroom) -> Iterator[Due]:
    with newsroom.database.read() as store:
        waiting = store.alerts.waiting(MOST_ALERTED)
    # By their numbers, so that what comes later changes no chunk but the last.
    for _, some in groupby(waiting, lambda article_id: article_id // CHUNK):
        yield Due(tuple(some))


def _alert(newsroom: Newsroom, article_ids: list[int]) -> None:
    newsroom.prepare()
    owed = newsroom.alerting.alert(article_ids, newsroom.clock())
    if owed:
        log.info("alerts: %d owed", owed)


def _editions_due(newsroom: Newsroom) -> Iterator[Due]:
    settings = newsroom.settings
    due = builder.due_closing(newsroom.database, settings.editions, settings.timezone, newsroom.clock())
    if due is not None:
        yield Due(since=due)


def _close(newsroom: Newsroom) -> None:
    closed = newsroom.ensure_editions()
    if closed is not None:
        counts = (closed.articles, closed.digests, closed.deliveries)
        log.info("edition closed: %d articles, %d digests, %d deliveries", *counts)


def jobs_of(newsroom: Newsroom, tasks: Tasks, transport: Transport) -> list[tuple[Job, BaseTrigger]]:
    """Every job of a bot or a console, and when it runs."""
    zone = newsroom.settings.timezone
    jobs = [*shared_jobs(newsroom, tasks), (inbox_job(newsroom, tasks), every(2, zone))]
    jobs.append((retention_job(newsroom), every(600, zone)))
    jobs.append((notices_job(newsroom, transport), every(10, zone)))
    jobs.append((broadcasts_job(newsroom, transport), every(10, zone)))
    settings = newsroom.settings
    if transport.scheme != console.SCHEME or not (settings.token and settings.admin_ids):
        # A console beside the bot must not take away what the administrators in Telegram are to be told.
        jobs.append((alarms_job(newsroom, transport), every(10, zone)))
        jobs.append((reports_job(newsroom, transport), every(60, zone)))
    return jobs


def shared_jobs(newsroom: Newsroom, tasks: Tasks) -> list[tuple[Job, BaseTrigger]]:
    """The jobs that any number of processes may have: what they hand out is done once."""
    zone = newsroom.settings.timezone
    return [
        (editions_job(tasks), edition_times(newsroom.settings.editions, zone)),
        (sources_job(newsroom, tasks), every(60, zone)),
        (alerts_job(tasks), every(2, zone)),
        (timetables_job(newsroom), every(10, zone)),
    ]


def editions_job(tasks: Tasks) -> Job:
    """The job that has the edition closed that is due, and summaries made before one is."""

    async def run() -> None:
        await tasks.kick(EDITIONS, SUMMARIES)

    return Job(EDITIONS, JOBS[EDITIONS], run)


def sources_job(newsroom: Newsroom, tasks: Tasks) -> Job:
    """The job that has the sources asked that are due, and documents read whose reader died."""

    async def run() -> None:
        await tasks.kick(SOURCES, DOCUMENTS)
        await asyncio.to_thread(newsroom.watch)

    return Job(SOURCES, JOBS[SOURCES], run)


def alerts_job(tasks: Tasks) -> Job:
    """The job that has those told at once who want that."""

    async def run() -> None:
        await tasks.kick(ALERTS)

    return Job(ALERTS, JOBS[ALERTS], run)


def inbox_job(newsroom: Newsroom, tasks: Tasks) -> Job:
    """The job that reads what was put into the watched folder, or has it read."""

    async def run() -> None:
        if newsroom.settings.inbox is None:
            return
        done = await asyncio.to_thread(newsroom.empty_inbox)
        for fault in done.faults:
            log.error("inbox: %s", fault)
        if done.articles:
            log.info("inbox: %d new articles, %d revised, %d known", done.new, done.revised, done.known)
        if tasks.shared:
            await tasks.kick(DOCUMENTS)

    return Job(INBOX, JOBS[INBOX], run)


def timetables_job(newsroom: Newsroom) -> Job:
    """The job that owes weekly editions, and ends pauses."""

    async def run() -> None:
        owed = await asyncio.to_thread(newsroom.ensure_timetables)
        if owed:
            log.info("weekly editions: %d owed", owed)

    return Job(TIMETABLES, JOBS[TIMETABLES], run)


def retention_job(newsroom: Newsroom) -> Job:
    """The job that removes what was kept long enough."""

    async def run() -> None:
        removed = await asyncio.to_thread(newsroom.prune)
        if removed:
            log.info("retention: %s removed", ", ".join(f"{rows} {kind}" for kind, rows in removed.items()))

    return Job(RETENTION, JOBS[RETENTION], run)


def alarms_job(newsroom: Newsroom, transport: Transport) -> Job:
    """The job that tells the administrators what they should know."""
    admins = newsroom.admins(transport.scheme)
    logged: set[Alarm] = set()

    async def run() -> None:
        await asyncio.to_thread(newsroom.watch_itself, transport.scheme)
        await alarms.tell(newsroom.database, transport, admins, logged)

    return Job(ALARMS, JOBS[ALARMS], run)


def reports_job(newsroom: Newsroom, transport: Transport) -> Job:
    """The job that tells the administrators what yesterday was like."""
    admins = newsroom.admins(transport.scheme)
    told: set[date] = set()

    async def run() -> None:
        on = newsroom.reported_day()
        if on is None or on in told:
            return
        day = await asyncio.to_thread(newsroom.day, on, transport.scheme)
        if await reports.tell(
            newsroom.database, transport, admins, day, disk.room(newsroom.settings), newsroom.clock()
        ):
            told.add(on)

    return Job(REPORTS, JOBS[REPORTS], run)


def broadcasts_job(newsroom: Newsroom, transport: Transport) -> Job:
    """The job that tells who sent a notice to many how far it is."""

    async def run() -> None:
        await broadcasts.tell(newsroom.database, transport, newsroom.clock())

    return Job(BROADCASTS, JOBS[BROADCASTS], run)


def notices_job(newsroom: Newsroom, transport: Transport) -> Job:
    """The job that tells who set up groups what became of them."""

    async def run() -> None:
        await notices.tell(newsroom.database, transport)

    return Job(NOTICES, JOBS[NOTICES], run)
