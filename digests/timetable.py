"""When a chat is told: its hours, weekdays and quiet hours in a zone, as instants; pure, and safe when clocks change.

On a day of change, and where a zone skips a whole day: an hour that does not exist comes as much later as the clocks
jump (02:30 at 03:30), so it may fall together with a later hour, and both are one; an hour that comes twice counts the
first time; quiet hours end the first time that their end comes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
"""ISO weekdays: Monday is 1."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_SEARCHED = 10  # days: a week, and those that a zone may skip or that lie across midnight in UTC


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours, from `start` until before `end`, in which nothing comes; across midnight if `end` is the earlier one."""

    start: time
    end: time

    def holds(self, at: time) -> bool:
        """Whether a local time lies within; equal hours hold nothing."""
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Weekly:
    """When a chat gets the week's best: an ISO weekday and a local hour."""

    day: int
    at: time


@dataclass(frozen=True, slots=True)
class Timetable:
    """When digests come: at `times` on `days` of a zone; without times with each edition, without days never."""

    zone: ZoneInfo
    times: tuple[time, ...] = ()
    days: tuple[int, ...] = EVERY_DAY
    quiet: Quiet | None = None

    def due(self, closes_at: datetime) -> datetime | None:
        """When an edition comes that closed at this instant: at the first hour from then on, in UTC.

        Without hours of its own, a chat gets it at once, or at that hour of the next of its days.
        """
        local = closes_at.astimezone(self.zone)
        if not self.times and local.isoweekday() in self.days:
            return self.awake(closes_at)
        found = self._found(local.date(), self.times or (local.time(),), closes_at)
        return self.awake(found) if found else None

    def _found(self, first: date, times: Sequence[time], from_on: datetime) -> datetime | None:
        days = (first + ahead * _DAY for ahead in range(-1, _SEARCHED))
        chosen = (day for day in days if day.isoweekday() in self.days)
        hours = (instant for day in chosen for at in times if (instant := _instant(day, at, self.zone)) >= from_on)
        return min(hours, default=None)

    def awake(self, instant: datetime) -> datetime:
        """The instant itself, or the end of the quiet hours that it lies in, in UTC."""
        local = instant.astimezone(self.zone)
        if self.quiet is None or not self.quiet.holds(local.time()):
            return instant.astimezone(UTC)
        ends_on = local.date() + (_DAY if local.time() >= self.quiet.end else timedelta())
        return max(instant.astimezone(UTC), _instant(ends_on, self.quiet.end, self.zone))

    def hours(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every instant from `start` until before `end` at which a digest may come, in order; none without times."""
        due = self.due(start) if self.times else None
        while due is not None and due < end:
            yield due
            due = self.due(due + timedelta(microseconds=1))


def weekly_due(weekly: Weekly, zone: ZoneInfo, after: datetime) -> datetime:
    """The first instant after this one at which the week's best is due, in UTC."""
    first = after.astimezone(zone).date()
    days = (first + ahead * _DAY for ahead in range(-_SEARCHED, 2 * _SEARCHED))
    instants = (_instant(day, weekly.at, zone) for day in days if day.isoweekday() == weekly.day)
    return min(instant for instant in instants if instant > after)


def week_before(due: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the week began that ends at `due`, by the zone's clocks, in UTC."""
    local = due.astimezone(zone)
    return _instant(local.date() - _WEEK, local.time(), zone)


def day_of(instant: datetime, zone: ZoneInfo) -> datetime:
    """When the zone's day of an instant began, in UTC."""
    return _instant(instant.astimezone(zone).date(), time(), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    # The first of two, and past a gap by the offset before it: PEP 495 with fold 0.
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC)
