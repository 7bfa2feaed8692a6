"""Alarms → administrators: each is told once when it begins, and once when it is over."""

import asyncio
import logging
from collections.abc import Iterable, MutableSet, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import messages
from bot.chat import Transport
from bot.disk import LEAST, Room
from bot.logs import Unexpected
from bot.reasons import reason
from bot.telling import reaches, texts_of
from bot.texts import Texts, gettext_noop, texts_for
from digests.model.sources import Alarm
from digests.storage import Database, Store

log = logging.getLogger(__name__)

OUTBOX, DISK, UNEXPECTED = "outbox_late", "disk_full", "unexpected"
"""The kinds of alarm that are raised here; those of sources are in digests/ingest/watching.py."""
LATE = timedelta(minutes=10)
"""How long something may wait in the outbox, beyond what a message to every reader takes at the token's rate."""
AGAIN = timedelta(days=1)
"""After which an error that comes up again is told again."""
MOST_ERRORS = 10
"""Kinds of errors that are told in that time; further ones are in the log alone."""
_ENOUGH = 0.06  # an alarm that comes and goes with each file tells nothing

_BEGUN = {
    "source_silent": gettext_noop("⚠️ {subject}: no paper by {detail} today."),
    "source_failing": gettext_noop("⚠️ {subject} failed several times in a row: {detail}"),
    OUTBOX: gettext_noop("⚠️ The outbox is late: what was due at {detail} has not gone out. liwen doctor says more."),
    DISK: gettext_noop(
        "⚠️ The disk is nearly full: {detail} free at {subject}. Make room, or lower LIWEN_KEEP_ARTICLES."
    ),
    UNEXPECTED: gettext_noop("⚠️ Something unexpected, number {detail}: {subject}\nThe log has it under this number."),
}
_OVER = {
    "source_silent": gettext_noop("✅ {subject} has come; the alarm is over."),
    "source_failing": gettext_noop("✅ {subject} answers again."),
    OUTBOX: gettext_noop("✅ The outbox goes out on time again."),
    DISK: gettext_noop("✅ There is room on the disk again, at {subject}."),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is watched: whether it calls for an alarm, and whether it is well again; between them nothing."""

    kind: str
    subject: str
    detail: str
    bad: bool
    well: bool


def outbox(store: Store, transport: str, rate: float, now: datetime, zone: ZoneInfo) -> Condition:
    """Whether what is due waits longer than the pace explains; the detail is since when, in the paper's zone."""
    since = store.deliveries.waiting_since(now, transport)
    age = now - since if since else timedelta()
    # Counting readers takes long where there are many, so it is done when it matters.
    bad = age > LATE and age > LATE + timedelta(seconds=store.statistics.reachable(transport) / rate)
    due = f"{(since or now).astimezone(zone):%m-%d %H:%M}"
    return Condition(OUTBOX, transport, due, bad, age < LATE / 2)


def disk(room: Room) -> Condition:
    """Whether there is too little room; the detail says how much."""
    detail = f"{room.free / 1e9:.1f} GB ({room.share:.0%})"
    return Condition(DISK, str(room.folder), detail, room.share < LEAST, room.share >= _ENOUGH)


def watch(database: Database, conditions: Iterable[Condition], now: datetime) -> None:
    """Raises the alarms that are called for, and ends those that are over. Writes only then; raises StorageError."""
    with database.read() as store:
        going_on = store.alarms.going_on()
    known = {(alarm.kind, alarm.subject) for alarm in going_on}
    changed = [each for each in conditions if (each.well if (each.kind, each.subject) in known else each.bad)]
    old = [alarm for alarm in going_on if alarm.kind == UNEXPECTED and alarm.raised_at < now - AGAIN]
    if not changed and not old:
        return
    with database.begin() as store:
        for each in changed:
            if each.bad:
                store.alarms.raise_(each.kind, each.subject, each.detail, now)
            else:
                store.alarms.end(each.kind, each.subject, now)
        for alarm in old:
            store.alarms.withdraw(alarm, now)


def note(database: Database, found: Sequence[Unexpected], now: datetime) -> None:
    """Has the first administrator told of errors that nobody expected, each once in AGAIN. Raises StorageError."""
    if not found:
        return
    with database.begin() as store:
        room = MOST_ERRORS - sum(alarm.kind == UNEXPECTED for alarm in store.alarms.going_on())
        for each in found:
            if room > 0 and store.alarms.raise_(UNEXPECTED, each.place, each.number, now):
                room -= 1


async def tell(
    database: Database, transport: Transport, admins: Sequence[str], logged: MutableSet[Alarm] | None = None
) -> None:
    """Tells every administrator what is untold, the first one alone of errors; what reached none of them is told later.

    It is in the log too, for there may be no administrator; those that are in `logged` stand there already.
    Raises StorageError.
    """
    logged = set() if logged is None else logged
    for alarm in await asyncio.to_thread(_untold, database):
        if alarm not in logged:
            log.warning("alarm: %s", _wording(alarm, texts_for("")))
            logged.add(alarm)
        told = admins[:1] if alarm.kind == UNEXPECTED else admins
        reached = [await _reaches(database, transport, address, alarm) for address in told]
        if not told or any(reached):
            await asyncio.to_thread(_told, database, alarm)


async def _reaches(database: Database, transport: Transport, address: str, alarm: Alarm) -> bool:
    texts = await texts_of(database, address)
    return await reaches(transport, address, messages.text(_wording(alarm, texts)))


def _wording(alarm: Alarm, texts: Texts) -> str:
    wordings = _OVER if alarm.over_at else _BEGUN
    return texts.say(wordings[alarm.kind], subject=alarm.subject, detail=reason(texts, alarm.detail))


def _untold(database: Database) -> list[Alarm]:
    with database.read() as store:
        return store.alarms.untold()


def _told(database: Database, alarm: Alarm) -> None:
    with database.begin() as store:
        store.alarms.told(alarm)
