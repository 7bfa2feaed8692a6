import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from bot.app import pacer_of, run_telegram, serve
from bot.chat import TokenRefused
from bot.config import load
from bot.jobs import editions_job, jobs_of, tasks_of
from bot.newsroom import Newsroom, system_clock
from bot.scheduler import ALARMS, JOBS
from bot.telegram import TelegramBot
from digests.errors import SchemaMismatch
from digests.model.outbox import DeliveryState
from tests import ROOT
from tests.bot.test_telegram import until
from tests.fakes import FakeTelegram, FakeTransport, Fault
from tests.httpserver import serving
from tests.samples import follow

TOKEN = "123456789:" + "A" * 35


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return Newsroom(load({"LIWEN_DATA_DIR": f"{tmp_path}/data"}, tmp_path, tmp_path))


def wait_for(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_clock_knows_its_zone() -> None:
    assert system_clock().tzinfo is not None


def test_an_empty_archive_begins_with_the_seed_page_once(newsroom: Newsroom) -> None:
    with newsroom:
        newsroom.read_seed_pages()
        newsroom.read_seed_pages()
        closed = newsroom.ensure_editions()
        assert newsroom.ensure_editions() is None
    assert closed is not None
    assert closed.articles == 6


def test_an_old_schema_names_the_command(newsroom: Newsroom, tmp_path: Path) -> None:
    with newsroom:
        assert newsroom.build() is None
    connection = sqlite3.connect(tmp_path / "data" / "liwen.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    with Newsroom(newsroom.settings) as old, pytest.raises(SchemaMismatch, match="liwen migrate"):
        old.build()


def test_the_bot_runs_over_http_until_it_is_told_to_stop(tmp_path: Path) -> None:
    server = FakeTelegram()
    server.say("/today")
    with serving(server) as url:
        settings = load({"LIWEN_DATA_DIR": f"{tmp_path}/data", "TELEGRAM_API_URL": url}, tmp_path, tmp_path)

        def stop() -> None:
            wait_for(server.texts)
            os.kill(os.getpid(), signal.SIGTERM)

        thread = threading.Thread(target=stop)
        thread.start()
        with Newsroom(settings) as newsroom:
            run_telegram(newsroom, TOKEN)
        thread.join()
    assert "共 6 篇" in server.texts()[0]


def test_a_token_telegram_refuses_ends_the_program(newsroom: Newsroom, tmp_path: Path) -> None:
    server = FakeTelegram()
    server.faults["getMe"] = [Fault(401, "Unauthorized")]
    with serving(server) as url:
        settings = load({"LIWEN_DATA_DIR": f"{tmp_path}/data", "TELEGRAM_API_URL": url}, tmp_path, tmp_path)
        with Newsroom(settings) as refused, pytest.raises(TokenRefused):
            run_telegram(refused, TOKEN)


def test_a_push_from_another_process_is_noticed_within_two_seconds_and_sigterm_ends_all(tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin", "LIWEN_DATA_DIR": f"{tmp_path}/data"}
    server = FakeTelegram()
    with serving(server) as url:
        bot = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"], cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            env={**environment, "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url},
        )  # fmt: skip
        try:
            server.say("/wish add 长廊")
            wait_for(server.texts, 30)
            (tmp_path / "new.jsonl").write_text('{"title": "运河边新建长廊", "text": "运河边新建长廊，今天开放。"}\n')
            subprocess.run(
                [sys.executable, "-m", "bot", "ingest", "new.jsonl"], cwd=tmp_path, env=environment, check=True
            )
            done = subprocess.run(
                [sys.executable, "-m", "bot", "build"], cwd=tmp_path, env=environment, check=True,
                capture_output=True, text=True,
            )  # fmt: skip
            assert "deliveries 1" in done.stdout
            wait_for(lambda: len(server.texts()) == 2, 2)
        finally:
            bot.send_signal(signal.SIGTERM)
            _, said = bot.communicate(timeout=10)
    assert bot.returncode == 0
    assert "运河边新建长廊" in server.texts()[1]
    assert TOKEN not in said
    assert "Traceback" not in said


async def test_the_editions_job_closes_what_is_due_once_and_says_so(
    newsroom: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    with newsroom:
        newsroom.read_seed_pages()
        job = editions_job(tasks_of(newsroom))
        assert job.name in JOBS
        await job.run()
        await job.run()
    assert [record.message for record in caplog.records if "edition closed" in record.message] == [
        "edition closed: 6 articles, 7 digests, 0 deliveries"
    ]


@pytest.mark.parametrize(
    ("scheme", "token", "admins", "tells"),
    [
        ("telegram", TOKEN, "1", True),
        ("console", TOKEN, "1", False),
        ("console", "", "1", True),
        ("console", TOKEN, "", True),
    ],
)
def test_a_console_beside_the_bot_takes_no_alarm_from_its_administrators(
    tmp_path: Path, scheme: str, token: str, admins: str, tells: bool
) -> None:
    environment = {"LIWEN_DATA_DIR": f"{tmp_path}/data", "TELEGRAM_TOKEN": token, "LIWEN_ADMIN_IDS": admins}
    newsroom = Newsroom(load(environment, tmp_path, tmp_path))
    jobs = {job.name for job, _ in jobs_of(newsroom, tasks_of(newsroom), FakeTransport(scheme=scheme))}
    assert (ALARMS in jobs) is tells


async def test_told_to_stop_it_finishes_and_records_the_push_that_is_on_its_way(tmp_path: Path) -> None:
    server = FakeTelegram()
    with serving(server) as url:
        settings = load({"LIWEN_DATA_DIR": f"{tmp_path}/data", "TELEGRAM_API_URL": url}, tmp_path, tmp_path)
        with Newsroom(settings) as newsroom:
            newsroom.read_seed_pages()
            follow(newsroom.database, "telegram:7", "公交")
            newsroom.build()
            server.delays["sendMessage"] = 1.5
            pace, stop = pacer_of(newsroom, "telegram"), asyncio.Event()
            running = asyncio.create_task(serve(newsroom, TelegramBot(newsroom.desk, TOKEN, url, pace), stop, pace))
            await until(lambda: newsroom_counts(newsroom) == {DeliveryState.SENDING: 1})
            stop.set()
            await asyncio.wait_for(running, 10)
            assert newsroom_counts(newsroom) == {DeliveryState.SENT: 1}
    assert len(server.texts()) == 1


def newsroom_counts(newsroom: Newsroom) -> dict[DeliveryState, int]:
    with newsroom.database.read() as store:
        return store.deliveries.counts()
