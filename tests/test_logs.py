"""The logs of whole runs: what must never stand in them, and how much an idle day writes."""

import asyncio
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.config import load
from bot.delivery import Sender
from bot.jobs import jobs_of, tasks_of
from bot.newsroom import Newsroom
from bot.telegram import TelegramBot
from digests.model.outbox import DeliveryState
from digests.model.sources import SourceKind
from tests import ROOT
from tests.bot.owing import owe
from tests.botapi import BotApi, serving
from tests.fakes import FakeClock, FakeTelegram, FakeTransport
from tests.samples import NOW, pacer

TOKEN = "123456789:" + "Q" * 35
WORDS = "读者自己的悄悄话"
QUIET = 100
"""Lines of an idle day."""


def wait_for(api: BotApi, answers: int) -> None:
    deadline = time.monotonic() + 60
    while api.counts["sendMessage"] < answers and time.monotonic() < deadline:
        time.sleep(0.05)
    assert api.counts["sendMessage"] >= answers


def test_neither_token_nor_what_readers_write_is_in_any_output_even_when_all_goes_wrong(tmp_path: Path) -> None:
    api = BotApi(rate=0, chat_rate=0)
    with serving(api) as url:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDEVMODE": "1", "LOG_LEVEL": "DEBUG"}  # noqa: TID251
        environment |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "LIWEN_DATA_DIR": str(tmp_path)}
        environment.pop("DATABASE_URL", None)
        output = tmp_path / "output"
        with output.open("wb") as stream:
            running = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], env=environment, stdout=stream, stderr=stream, cwd=tmp_path
            )
            try:
                said = [
                    f"/follow {WORDS}",
                    WORDS,
                    f"/search {WORDS}",
                    f"/{WORDS}",
                    f"/time {WORDS}",
                    f'/search "{WORDS}',
                ]
                for number, line in enumerate(said, 1):
                    api.say(line, 7)
                    wait_for(api, number)
                # While the program runs one table goes and another refuses: statements fail with what they hold.
                _sabotage(tmp_path / "liwen.sqlite3")
                for number, line in enumerate(
                    (f"/follow {WORDS}2", f"/search {WORDS}", f"/today {WORDS}"), len(said) + 1
                ):
                    api.say(line, 7)
                    wait_for(api, number)
                running.send_signal(signal.SIGTERM)
                running.wait(30)
            finally:
                running.kill()
                running.wait()
    written = output.read_text(encoding="utf-8")
    assert "no such table" in written
    assert WORDS[:4] not in written
    assert WORDS not in written.encode().decode("unicode_escape", errors="replace")
    assert TOKEN.partition(":")[2] not in written


def _sabotage(file: Path) -> None:
    with sqlite3.connect(file, timeout=10) as connection:
        connection.execute("DROP TABLE articles")
        refused = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        connection.execute(f"CREATE TRIGGER refusing BEFORE INSERT ON subscriptions {refused}")
    connection.close()


@pytest.fixture
def written() -> io.StringIO:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    return stream


async def test_a_day_on_which_nothing_happens_but_a_dead_source_writes_little(
    written: io.StringIO, tmp_path: Path
) -> None:
    clock = FakeClock(NOW)
    settings = load({"LIWEN_DATA_DIR": str(tmp_path), "LIWEN_FETCH_PRIVATE": "true"}, tmp_path, tmp_path)
    with Newsroom(settings, clock) as newsroom:
        with newsroom.database.begin() as store:
            store.sources.add("http://127.0.0.1:1/rss", "晚报", SourceKind.FEED, clock.now, every=30)
        tasks = tasks_of(newsroom)
        jobs = [job for job, _ in jobs_of(newsroom, tasks, FakeTransport())]
        end = clock.now + timedelta(days=1)
        while clock.now < end:
            for job in jobs:
                await job.run()
            clock.advance(minutes=2)
        await tasks.close()
    lines = written.getvalue().splitlines()
    assert 0 < len(lines) < QUIET, written.getvalue()


class Unreachable(FakeTelegram):
    """A Telegram that is out of reach from a moment on, for a while."""

    def __init__(self, clock: FakeClock, begins: datetime, ends: datetime) -> None:
        super().__init__()
        self._clock, self._begins, self._ends = clock, begins, ends

    async def call(self, name: str, parameters: dict[str, Any]) -> tuple[int, bytes]:
        if self._begins <= self._clock() < self._ends:
            return 502, b'{"ok":false,"error_code":502,"description":"Bad Gateway"}'
        return await super().call(name, parameters)


async def test_a_day_without_telegram_is_said_at_once_then_every_hour_and_when_it_is_over(
    written: io.StringIO, tmp_path: Path
) -> None:
    clock, minute = FakeClock(NOW), timedelta(minutes=1)
    telegram = Unreachable(clock, NOW + minute, NOW + timedelta(days=1))
    variables = {"LIWEN_DATA_DIR": str(tmp_path), "LIWEN_ADMIN_IDS": "7", "TELEGRAM_TOKEN": TOKEN}

    async def sleep(seconds: float) -> None:
        """Waits on the fake clock."""
        until = clock() + timedelta(seconds=seconds)
        while clock() < until:
            await asyncio.sleep(0.001)

    with Newsroom(load(variables, tmp_path, tmp_path), clock) as newsroom:
        pace, stop = pacer(newsroom.database, clock), asyncio.Event()
        bot = TelegramBot(newsroom.desk, TOKEN, "http://127.0.0.1", pace, request=telegram, sleep=sleep)
        tasks = tasks_of(newsroom)
        jobs = [job for job, _ in jobs_of(newsroom, tasks, bot)]
        sender = Sender(newsroom.database, newsroom.lexicon, bot, newsroom.settings.timezone, pace)
        owe(newsroom.database, *(f"telegram:{number}" for number in range(1, 4)))
        running = asyncio.create_task(bot.run(stop))
        await asyncio.sleep(0.2)  # it logs in
        while clock() < NOW + timedelta(days=1, minutes=40):
            clock.advance(minutes=4)
            for job in jobs:
                await job.run()
            await sender.send_due()
            await asyncio.sleep(0.005)
        stop.set()
        await running
        await bot.close()
        await tasks.close()
        with newsroom.database.read() as store:
            assert set(store.deliveries.counts()) == {DeliveryState.SENT}
    lines = [json.loads(line)["event"] for line in written.getvalue().splitlines()]
    assert len(lines) < QUIET, written.getvalue()
    for what in ("Telegram cannot be reached", "pushes do not go out"):
        said = [line for line in lines if line.startswith(what)]
        assert said[0].startswith(f"{what}, tried until it works: ")
        assert 23 <= len(said) <= 27
        assert said[-1].endswith("it is over")
