"""Where scripts are played: a Bot API server, the bot with its sender and an archive, a clock, and the people."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import alarms, broadcasts, notices, reports
from bot.commands import Desk
from bot.delivery import Sender
from bot.disk import Room
from bot.telegram import TelegramBot
from digests import builder
from digests.alerting import Alerting
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Item
from digests.ingest.pipeline import Ingested, Pipeline
from digests.rising import Trending
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from digests.text.summarizer import Summarizer
from digests.trends import Trends
from tests.botapi import BotApi, start
from tests.botapi.chats import Event
from tests.botapi.people import chat, person
from tests.fakes import FakeClock
from tests.samples import pacer

SHANGHAI = ZoneInfo("Asia/Shanghai")
TOKEN = "123456789:" + "A" * 35
PATIENCE = 20.0
"""Seconds after which a bot that does not answer fails the script."""


@dataclass
class Cast:
    """Persons and chats by the names that a script gives them, with Telegram's ids; topics of a forum too."""

    languages: dict[str, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def add_person(self, name: str, language: str) -> None:
        """A person: persons have positive ids, from 11 on."""
        self.ids[name], self.languages[name] = 10 + next(self._numbers), language

    def add_chat(self, name: str, kind: str) -> None:
        """A group, forum or channel: their ids are those of supergroups and channels."""
        self.ids[name], self.kinds[name] = -1_000_000_000_000 - next(self._numbers), kind

    def user(self, name: str) -> dict[str, Any]:
        """A person as updates tell of one."""
        return person(self.ids[name], self.languages[name])

    def place(self, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A chat (`街坊群`, `论坛/交通`) as updates tell of it, and what more a message there has."""
        where, _, topic = name.partition("/")
        kind = self.kinds.get(where, "private")
        made = chat(self.ids[where], {"private": "private", "channel": "channel"}.get(kind, "supergroup"), where)
        if kind == "forum":
            made["is_forum"] = True
        thread = self.topics.setdefault(topic, 100 + len(self.topics)) if topic else None
        return made, {"message_thread_id": thread} if thread else {}

    def name(self, event: Event) -> str:
        """What a script calls the chat of an event."""
        chat_name = next((name for name, number in self.ids.items() if number == event.chat), str(event.chat))
        topic = next((f"/{name}" for name, number in self.topics.items() if number == event.thread), "")
        return chat_name + topic


@dataclass
class Stage:
    """Everything that a script plays with."""

    database: Database
    lexicon: Lexicon
    analyzer: Analyzer
    api: BotApi
    clock: FakeClock
    bot: TelegramBot
    sender: Sender
    desk: Desk
    cast: Cast = field(default_factory=Cast)
    room: Room = field(default_factory=lambda: Room(Path("/data"), 50 * 10**9, 100 * 10**9))
    reported: date | None = None  # a day of which the operators are to be told

    def ingest(self, items: Sequence[Item]) -> None:
        """Takes in articles, as of now, and owes them to those who want to be told at once."""
        now = self.clock()
        Pipeline(self.database, self.analyzer).ingest(items, now, now.astimezone(SHANGHAI).date())
        with self.database.read() as store:
            waiting = store.alerts.waiting(most=1000)
        Alerting(self.database, self.lexicon, SHANGHAI, self.desk.alerts).alert(waiting, now)

    def close_edition(self) -> None:
        """Closes the edition with what has come in, empty or not."""
        builder.close_edition(self.database, Summarizer(), self.lexicon, self.clock(), empty=True)

    async def settle(self) -> None:
        """Waits until the bot has answered all that people did, and sends what is due."""
        async with asyncio.timeout(PATIENCE):
            while self.api.updates or self.bot.busy:
                await asyncio.sleep(0.003)
            builder.ensure_timetables(self.database, self.clock())
            while await self.sender.send_due():
                pass
            await notices.tell(self.database, self.bot)
            await broadcasts.tell(self.database, self.bot, self.clock())
            await self._tell_operators()

    async def _tell_operators(self) -> None:
        operators = sorted(self.desk.admins)
        alarms.watch(self.database, [alarms.disk(self.room)], self.clock())
        await alarms.tell(self.database, self.bot, operators)
        if self.reported:
            with self.database.read() as store:
                day = reports.day_of(store, self.reported, "telegram", SHANGHAI, self.clock())
            await reports.tell(self.database, self.bot, operators, day, self.room, self.clock())


@asynccontextmanager
async def playing(
    database: Database, lexicon: Lexicon, analyzer: Analyzer, now: datetime, operators: Sequence[int] = ()
) -> AsyncIterator[Stage]:
    """A stage whose bot answers until the block ends."""
    api, clock = BotApi(rate=0, chat_rate=0, group_rate=0), FakeClock(now)
    runner, port = await start(api)

    def doors() -> Doors:
        return Doors(Calendar(SHANGHAI, clock().astimezone(SHANGHAI).date()))

    def ingest(items: Any) -> Ingested:
        today = clock().astimezone(SHANGHAI).date()
        return Pipeline(database, analyzer).ingest(items, clock(), today)

    admins = frozenset(f"telegram:{number}" for number in operators)
    trends, trending = Trends(lambda: analyzer).newest, Trending(lambda: analyzer)
    desk = Desk(database, lexicon, SHANGHAI, clock, admins, doors, ingest, lambda: analyzer, trends, trending)
    pace = pacer(database, clock)
    bot = TelegramBot(desk, TOKEN, f"http://127.0.0.1:{port}", pace)
    sender = Sender(database, lexicon, bot, SHANGHAI, pace)
    stop = asyncio.Event()
    answering = asyncio.create_task(bot.run(stop))
    try:
        yield Stage(database, lexicon, analyzer, api, clock, bot, sender, desk)
    finally:
        stop.set()
        await answering
        await bot.close()
        await runner.cleanup()
