"""An error that nobody expected, wherever it comes up, is in the log under a number that an administrator is told."""

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from bot import alarms, logs
from bot.app import note_errors
from bot.commands import Desk
from bot.config import load
from bot.delivery import Sender
from bot.logs import Collector
from bot.newsroom import Newsroom
from bot.scheduler import Job, scheduler
from bot.tasks import Due, Task, Tasks, broker_at
from digests.errors import DatabaseUnreachable
from digests.rising import Trending
from digests.storage import Database
from tests.bot.asking import said
from tests.bot.conftest import SHANGHAI
from tests.bot.owing import owe
from tests.bot.web.conftest import client
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW

WORDS = "读者写的话 123456789:AAAAAAAAAAAAAAAAAAAA"


@pytest.fixture
def collector() -> Iterator[Collector]:
    """What is logged while a test runs."""
    collector = Collector()
    logging.getLogger().addHandler(collector)
    yield collector
    logging.getLogger().removeHandler(collector)


def broken(*_: object) -> Any:
    raise ValueError(WORDS)


def places(collector: Collector) -> list[str]:
    return [found.place for found in collector.take()]


def test_in_a_command_the_reader_is_told_the_number_that_is_in_the_log(desk: Desk, collector: Collector) -> None:
    told = said(replace(desk, trends=broken), "/search")
    [found] = collector.take()
    assert found.number in told
    assert "broken" in found.place


async def test_in_a_job(collector: Collector) -> None:
    async def run() -> None:
        broken()

    made = scheduler([(Job("x", "", run), IntervalTrigger(seconds=0.02, timezone=SHANGHAI))], SHANGHAI)
    made.start()
    await asyncio.sleep(0.2)
    made.shutdown()
    assert places(collector) == places_of_broken()


def places_of_broken() -> list[str]:
    """Where `broken` raises."""
    try:
        broken()
    except ValueError as error:
        return [logs.place_of(error).partition(" < ")[0]]
    return []


async def test_in_a_task(collector: Collector) -> None:
    task = Task("x", lambda: [Due((1,))], broken)
    tasks = Tasks(broker_at(None), [task], FakeClock(NOW))
    await tasks.kick("x")
    await tasks.close()
    assert places(collector) == places_of_broken()


async def test_in_a_page(desk: Desk, collector: Collector) -> None:
    async with client(replace(desk, trending=Trending(broken))) as web:
        answer = await web.get("/trends")
    assert answer.status_code == 500
    assert WORDS not in answer.text
    assert places(collector) == places_of_broken()


async def test_in_a_delivery(
    database: Database, sender: Sender, transport: FakeTransport, collector: Collector
) -> None:
    owe(database, "telegram:1")
    transport.faults["telegram:1"] = [ValueError(WORDS)]
    await sender.send_due()
    assert len(collector.take()) == 1


def test_what_is_expected_to_go_wrong_at_times_is_none(collector: Collector) -> None:
    try:
        raise DatabaseUnreachable("news", "locked")
    except DatabaseUnreachable:
        logging.getLogger("bot").exception("away")
    logging.getLogger("bot").error("no exception")
    assert collector.take() == []


def test_the_same_error_at_the_same_place_is_one_and_never_tells_its_words(collector: Collector) -> None:
    for _ in range(3):
        with logged():
            broken()
    [found] = collector.take()
    assert WORDS not in found.place
    assert found.place.startswith("ValueError at ")


@contextmanager
def logged() -> Iterator[None]:
    try:
        yield
    except ValueError:
        logging.getLogger("bot").exception("failed")


async def test_the_number_is_in_the_log_line_and_in_what_the_first_administrator_is_told(
    tmp_path: Path, transport: FakeTransport
) -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    settings = load({"LIWEN_DATA_DIR": str(tmp_path), "LIWEN_ADMIN_IDS": "7,8"}, tmp_path, tmp_path)
    stop = asyncio.Event()
    with Newsroom(settings, FakeClock(NOW)) as newsroom:
        with logged():
            broken()
        stop.set()
        await note_errors(newsroom, stop)
        await alarms.tell(newsroom.database, transport, newsroom.admins("telegram"))
    line = next(json.loads(line) for line in stream.getvalue().splitlines() if "number" in line)
    [(address, message)] = transport.sent
    assert address == "telegram:7"
    assert line["number"] in message.plain
    assert WORDS not in message.plain + stream.getvalue()
