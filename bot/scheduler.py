"""Only *when*: APScheduler as an alarm clock for work whose truth lies in the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import time
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from digests.errors import DigestsError

log = logging.getLogger(__name__)

SWEEP = 60
"""Seconds between calls that catch up what an alarm missed (a suspended laptop, a database that was away)."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that becomes due; `run` must be idempotent, for it is also called when nothing is."""

    name: str
    description: str
    run: Callable[[], Awaitable[None]]


EDITIONS, SOURCES, INBOX, ALERTS, ALARMS = "editions", "sources", "inbox", "alerts", "alarms"
RETENTION, TIMETABLES, NOTICES = "retention", "timetables", "notices"
BROADCASTS, REPORTS = "broadcasts", "reports"
JOBS = {
    EDITIONS: "closes an edition at each hour of LIWEN_EDITIONS; once a minute it catches up a missed one",
    SOURCES: "once a minute asks the sources that are due, and notices those that are silent",
    INBOX: "every two seconds reads what was put into LIWEN_INBOX",
    TIMETABLES: "every ten seconds owes the weekly editions whose hour it is, and ends pauses that were to end",
    RETENTION: "every ten minutes removes what was kept as long as the LIWEN_KEEP_ settings say, a little at a time",
    ALERTS: "every two seconds owes what came in to those who want to be told at once",
    ALARMS: "every ten seconds looks at outbox and disk, and tells the administrators what began or is over",
    REPORTS: "once a minute looks whether the administrators are yet to be told what yesterday was like (LIWEN_REPORT)",
    BROADCASTS: "every ten seconds tells who sent a notice to all how far it is",
    NOTICES: "every ten seconds tells who set up a group where the bot may no longer write",
}
"""Every job by name, and what it does."""


def edition_times(times: Sequence[time], zone: ZoneInfo) -> BaseTrigger:
    """Fires at each edition's hour in the paper's zone, and every minute besides."""
    # A hand-built trigger does not take the scheduler's zone: each gets its own.
    alarms = [CronTrigger(hour=at.hour, minute=at.minute, timezone=zone) for at in times]
    return OrTrigger([*alarms, IntervalTrigger(seconds=SWEEP, timezone=zone)])


def every(seconds: int, zone: ZoneInfo) -> BaseTrigger:
    """Fires again and again, the first time after as many seconds."""
    return IntervalTrigger(seconds=seconds, timezone=zone)


def scheduler(jobs: Sequence[tuple[Job, BaseTrigger]], zone: ZoneInfo) -> AsyncIOScheduler:
    """A scheduler, not yet started, for these jobs; late ones run late rather than never, and once."""
    made = AsyncIOScheduler(timezone=zone, job_defaults={"misfire_grace_time": None, "coalesce": True})
    for job, trigger in jobs:
        made.add_job(_guarded(job), trigger, id=job.name, name=job.name)
    return made


def _guarded(job: Job) -> Callable[[], Awaitable[None]]:
    """The job, with the faults that the next call may find mended logged in one line."""

    async def run() -> None:
        try:
            await job.run()
        except DigestsError as error:
            log.error("job %s: %s", job.name, error)
        except asyncio.CancelledError:
            # The scheduler ends its jobs with itself, and would log a stack trace for it.
            log.info("job %s ends with the program", job.name)

    return run
