import asyncio
from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from bot.scheduler import EDITIONS, JOBS, Job, edition_times, scheduler
from digests.errors import DatabaseUnreachable

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_alarm_rings_at_each_hour_in_the_papers_zone_and_every_minute() -> None:
    trigger = edition_times([time(6, 30), time(17, 30)], SHANGHAI)
    now = datetime(2024, 11, 13, 6, 29, 30, tzinfo=SHANGHAI)
    rings: list[datetime] = []
    for _ in range(4):
        previous = rings[-1] if rings else None
        rings.append(trigger.get_next_fire_time(previous, rings[-1] + timedelta(microseconds=1) if rings else now))
    assert datetime(2024, 11, 13, 6, 30, tzinfo=SHANGHAI) in rings
    assert max(later - earlier for earlier, later in pairwise(rings)) <= timedelta(seconds=61)


async def test_a_job_runs_late_rather_than_never_and_a_fault_does_not_end_it(caplog: pytest.LogCaptureFixture) -> None:
    calls = 0

    async def run() -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise DatabaseUnreachable("news", "database is locked")

    from apscheduler.triggers.interval import IntervalTrigger

    made = scheduler([(Job(EDITIONS, JOBS[EDITIONS], run), IntervalTrigger(seconds=0.05, timezone=SHANGHAI))], SHANGHAI)
    made.start()
    [job] = made.get_jobs()
    assert (job.misfire_grace_time, job.coalesce) == (None, True)
    async with asyncio.timeout(5):
        while calls < 3:
            await asyncio.sleep(0.01)
    made.shutdown(wait=False)
    assert "database news: database is locked" in caplog.text
