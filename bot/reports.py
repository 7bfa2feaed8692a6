"""Figures → administrators: all that is counted, when they ask, and in few lines what a day was like."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot import figures, messages
from bot.chat import Transport
from bot.disk import Room
from bot.telling import reaches, texts_of
from bot.texts import Texts
from digests.ingest import watching
from digests.model.sources import Health
from digests.storage import Database, Store

MOST = 20
"""Topics and places that are named; of the others it is said how many there are."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a day was like: deliveries by how they ended, articles by paper, who came and left; and how it is now.

    `waiting` is how long what is due waits in the outbox, `failing` and `silent` are the papers that do not do well.
    """

    on: date
    deliveries: Mapping[str, int]
    articles: Mapping[str, int]
    came: int
    left: int
    readers: Mapping[str, int]
    failing: Sequence[str]
    silent: Sequence[str]
    waiting: timedelta


def day_of(store: Store, on: date, transport: str, zone: ZoneInfo, now: datetime) -> Day:
    """What a day in `zone` was like, as far as rows tell: who had everything deleted is not counted."""
    start, end = figures.day(on, zone)
    came, left = store.statistics.come_and_gone(start, end)
    since = store.deliveries.waiting_since(now, transport)
    health = _health(store, zone, now)
    return Day(
        on=on,
        deliveries=store.statistics.deliveries(start, end),
        articles={source: count for day, source, count in store.statistics.articles(on) if day == on},
        came=came,
        left=left,
        readers=store.statistics.readers(),
        failing=[name for name, how in health if how is Health.FAILING],
        silent=[name for name, how in health if how is Health.SILENT],
        waiting=now - since if since else timedelta(),
    )


def _health(store: Store, zone: ZoneInfo, now: datetime) -> list[tuple[str, Health]]:
    arrivals = store.sources.arrivals(now.astimezone(zone).date() - watching.HISTORY)
    return [(one.name, watching.health(one, arrivals.get(one.name, {}), now, zone)) for one in store.sources.all()]


def daily(texts: Texts, day: Day, room: Room) -> str:
    """A day in a few lines."""
    number = texts.number
    minutes = int(day.waiting.total_seconds() // 60)
    waiting = texts.count("the oldest waits for {count} minute", "the oldest waits for {count} minutes", minutes)
    return "\n".join(
        [
            texts.say("Liwen on {date}", date=texts.date(day.on)),
            texts.say("Pushes: {counts}", counts=_deliveries(texts, day.deliveries)),
            texts.say("Articles: {counts}", counts=_counts(texts, day.articles)),
            texts.say(
                "Readers: {came} came, {left} left; now {active}, paused {paused}",
                came=number(day.came),
                left=number(day.left),
                active=number(day.readers["active"]),
                paused=number(day.readers["paused"]),
            ),
            *_sources(texts, day),
            texts.say("Outbox: {state}", state=waiting if minutes else texts.say("nothing is late")),
            texts.say("Disk: {free} GB free ({share})", free=f"{room.free / 1e9:.1f}", share=f"{room.share:.0%}"),
        ]
    )


def _sources(texts: Texts, day: Day) -> Iterable[str]:
    if day.failing:
        yield texts.say("Sources that fail: {names}", names=messages.enumeration(texts, dict.fromkeys(day.failing)))
    if day.silent:
        yield texts.say("Papers that are late: {names}", names=messages.enumeration(texts, dict.fromkeys(day.silent)))
    if not day.failing and not day.silent:
        yield texts.say("Sources: all well")


def _deliveries(texts: Texts, counts: Mapping[str, int]) -> str:
    """How the deliveries of a day ended; none: that there were none."""
    if not counts["owed"]:
        return texts.say("none")
    kinds = (
        (texts.say_in("pushes", "sent"), "sent"),
        (texts.say_in("pushes", "late"), "late"),
        (texts.say_in("pushes", "tried again"), "retried"),
        (texts.say_in("pushes", "reader gone"), "gone"),
        (texts.say_in("pushes", "failed"), "failed"),
        (texts.say_in("pushes", "may not have arrived"), "ambiguous"),
    )
    return _counts(
        texts, {texts.say_in("pushes", "owed"): counts["owed"], **{name: counts[key] for name, key in kinds}}
    )


def _counts(texts: Texts, counts: Mapping[str, int]) -> str:
    named = [f"{name} {texts.number(count)}" for name, count in counts.items()]
    return messages.enumeration(texts, named) if named else texts.say("none")


def overview(texts: Texts, found: Mapping[str, Any]) -> str:
    """All that is counted (`figures`), as lines."""
    readers = found["readers"]
    return "\n".join(
        [
            texts.say(
                "Readers: {active}, paused {paused}, left {left}",
                active=texts.number(readers["active"]),
                paused=texts.number(readers["paused"]),
                left=texts.number(readers["blocked"]),
            ),
            texts.say("They follow: {counts}", counts=_followed(texts, found["subscriptions"])),
            texts.say("Yesterday's pushes: {counts}", counts=_deliveries(texts, found["deliveries yesterday"])),
            texts.say("Articles of the last days:"),
            *_papers(texts, found["articles"]),
        ]
    )


def _followed(texts: Texts, rows: Sequence[Mapping[str, Any]]) -> str:
    """Topics and places; what else is followed is counted, for its words are readers'."""
    named = {texts.chinese(row["name"]): row["readers"] for row in rows if row["name"]}
    others = sum(row["readers"] for row in rows if not row["name"])
    shown = dict(list(named.items())[:MOST])
    rest = {texts.say("others"): len(named) - MOST} if len(named) > MOST else {}
    return _counts(texts, {**shown, **rest, **({texts.say("own words"): others} if others else {})})


def _papers(texts: Texts, rows: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    for on, papers in groupby(rows, key=lambda row: row["day"]):
        counts = {row["source"] or texts.say("no source"): row["articles"] for row in papers}
        yield f"{texts.date(date.fromisoformat(on))} · {_counts(texts, counts)}"


async def tell(
    database: Database, transport: Transport, admins: Sequence[str], day: Day, room: Room, now: datetime
) -> bool:
    """Gives every administrator the report on a day, once whatever restarts; False: somebody is yet to get it.

    It is noted before it goes out: a process that dies at that instant leaves a day without it rather than with two.
    Raises StorageError.
    """
    all_told = True
    for address in admins:
        if await asyncio.to_thread(_take, database, day.on, address, now):
            shown = messages.text(daily(await texts_of(database, address), day, room))
            if not await reaches(transport, address, shown):
                await asyncio.to_thread(_give_back, database, day.on, address)
                all_told = False
    return all_told


def _take(database: Database, on: date, address: str, now: datetime) -> bool:
    with database.begin() as store:
        return store.reports.take(on, address, now)


def _give_back(database: Database, on: date, address: str) -> None:
    with database.begin() as store:
        store.reports.give_back(on, address)
