"""`liwen worker` in processes of its own, before PostgreSQL and Redis."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.config import load
from bot.jobs import DOCUMENTS, tasks_of
from bot.newsroom import Newsroom
from digests.ingest.doors import Label
from digests.storage import Database
from digests.storage.tables.sources import documents
from tests import ROOT

ARTICLES = 300
"""Of a document: several batches, so that it can be interrupted."""


@pytest.fixture
def settings(migrated_postgres: str, redis_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": migrated_postgres,
        "LIWEN_BROKER_URL": f"{redis_url}/15",
        "LIWEN_DATA_DIR": str(tmp_path / "data"),
    }


@contextmanager
def worker(settings: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker, ended with the block if it has not been before."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings}  # noqa: TID251
    running = subprocess.Popen([sys.executable, "-m", "bot", "worker"], cwd=folder, env=environment)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(20)


def until(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)


def page(folder: Path, number: int) -> Path:
    """A document of articles that are all different."""
    rows = [
        {
            "id": f"{number}.{n}",
            "title": f"第{number}号第{n}条通知",
            "text": f"第{number}号第{n}条通知的全文，{n * n}。",
        }
        for n in range(ARTICLES)
    ]
    file = folder / f"{number}.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return file


async def test_what_a_killed_worker_was_at_is_finished_by_another(settings: dict[str, str], tmp_path: Path) -> None:
    with Newsroom(load(settings, tmp_path, tmp_path)) as newsroom:
        database = newsroom.database
        for number in range(2):
            newsroom.documents.hand_over(page(tmp_path, number), (1, 1), Label())
        await kick(newsroom)
        with worker(settings, tmp_path) as first:
            until(lambda: any(held and not done for held, done in state(database)))
            first.send_signal(signal.SIGKILL)
            first.wait(10)
        assert not all(done for _, done in state(database))
        with database.begin() as store:  # a minute later
            left = update(documents).where(documents.c.outcome.is_(None)).values(claimed_until=newsroom.clock())
            store._connection.execute(left)
        with worker(settings, tmp_path):
            await kick(newsroom)
            until(lambda: all(done for _, done in state(database)))
        with database.read() as store:
            assert store.articles.count() == 2 * ARTICLES


async def kick(newsroom: Newsroom) -> None:
    """What any process does once a minute."""
    tasks = tasks_of(newsroom)
    await tasks.kick(DOCUMENTS)
    await tasks.close()


def state(database: Database) -> list[tuple[bool, bool]]:
    """Of each document whether somebody holds it, and whether it is read."""
    with database.read() as store:
        rows = store._connection.execute(select(documents.c.claimed_until, documents.c.outcome)).all()
    return [(until is not None, outcome is not None) for until, outcome in rows]
