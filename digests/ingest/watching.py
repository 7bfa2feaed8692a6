"""Notices sources that fall silent or fail, and raises one alarm for each."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from digests.model.sources import Health, Source
from digests.storage import Database

SILENT = "source_silent"
FAILING = "source_failing"
"""The kinds of alarm; their subject is the source's name, their detail the hour or the reason."""

FAILURES = 3
"""Failures in a row that are worth an alarm: one is a hiccup, and the next try comes soon."""
HISTORY = timedelta(days=28)
"""How far back it is learnt when a paper comes."""
LEAST_DAYS = 5
"""Days with the paper from which its hour can be told."""
GRACE = timedelta(hours=1)
"""How much later than ever before a paper may be."""


def health(source: Source, arrivals: Mapping[date, datetime], now: datetime, zone: ZoneInfo) -> Health:
    """How a source does; `arrivals` are the first articles of each day, as far back as HISTORY."""
    if source.failures:
        return Health.FAILING
    if source.checked_at is None:
        return Health.NEW
    return Health.SILENT if silent_since(source, arrivals, now, zone) else Health.OK


def silent_since(source: Source, arrivals: Mapping[date, datetime], now: datetime, zone: ZoneInfo) -> time | None:
    """The local hour by which the day's paper should have come and did not; nothing when all is well.

    The hour is the one the operator gave, else an hour after the latest at which it came so far (once it came on
    five days). On weekdays on which it never came, while it came on others, it is not missed.
    """
    local = now.astimezone(zone)
    came = {day: first.astimezone(zone) for day, first in arrivals.items() if first.astimezone(zone).date() == day}
    expected = source.expected_by or _learnt(list(came.values()))
    if expected is None or local.date() in came or local.time() <= expected:
        return None
    weekdays = {day.weekday() for day in came}
    weeks_known = bool(came) and min(came) <= local.date() - timedelta(days=14)
    return None if weeks_known and local.weekday() not in weekdays else expected


def _learnt(came: list[datetime]) -> time | None:
    if len(came) < LEAST_DAYS:
        return None
    latest = max(came, key=datetime.time)
    late = latest + GRACE
    return late.time().replace(second=0, microsecond=0) if late.date() == latest.date() else None


def watch(database: Database, now: datetime, zone: ZoneInfo) -> None:
    """Raises the alarms of papers that are silent or failing, and ends those that are over. Raises StorageError.

    A paper may have several sources: it fails when one of them does, and is over it when none does. Silence is over
    when something came, not when the day is.
    """
    with database.read() as store:
        sources = store.sources.all()
        arrivals = store.sources.arrivals(now.astimezone(zone).date() - HISTORY)
    silent = {s.name: hour for s in sources if (hour := silent_since(s, arrivals.get(s.name, {}), now, zone))}
    failing = {s.name: s.last_error for s in sources if s.failures >= FAILURES}
    troubled = {s.name for s in sources if s.failures}
    with database.begin() as store:
        for alarm in store.alarms.going_on():
            if alarm.kind not in (SILENT, FAILING):
                continue
            name, came = alarm.subject, arrivals.get(alarm.subject, {}).values()
            if all(source.name != name for source in sources):
                store.alarms.withdraw(alarm, now)
            elif any(first >= alarm.raised_at for first in came) if alarm.kind == SILENT else name not in troubled:
                store.alarms.end(alarm.kind, name, now)
        for name, hour in silent.items():
            store.alarms.raise_(SILENT, name, hour.isoformat("minutes"), now)
        for name, error in failing.items():
            store.alarms.raise_(FAILING, name, error, now)
