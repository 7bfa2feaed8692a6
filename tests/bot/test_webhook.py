import asyncio
import json
import os
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bot.app import run_telegram
from bot.commands import Desk
from bot.config import load
from bot.newsroom import Newsroom
from bot.telegram import TelegramBot
from bot.telegram.webhook import Webhook, secret_of
from tests.bot.test_app import TOKEN, wait_for
from tests.bot.test_telegram import until
from tests.fakes import FakeTelegram, Fault
from tests.httpserver import free_port, serving
from tests.samples import pacer

URL = "https://news.example/telegram"
SECRET = secret_of(TOKEN)
TODAY = "里闻 · 2024年11月13日"


@asynccontextmanager
async def brought_to(desk: Desk, server: FakeTelegram) -> AsyncIterator[tuple[TelegramBot, Webhook]]:
    """A bot that updates are brought to, and its end of it."""
    bot = TelegramBot(
        desk, TOKEN, "http://127.0.0.1:1", pacer(desk.database, desk.clock), request=server, webhook_url=URL
    )
    assert bot.webhook is not None
    stop = asyncio.Event()
    running = asyncio.create_task(bot.run(stop))
    try:
        yield bot, bot.webhook
    finally:
        stop.set()
        await running
        await bot.close()


def next_update(server: FakeTelegram, line: str) -> bytes:
    server.say(line)
    return json.dumps(server.updates.pop()).encode()


async def test_what_telegram_brings_is_kept_and_answered_once(desk: Desk) -> None:
    server = FakeTelegram()
    async with brought_to(desk, server) as (_, webhook):
        await until(lambda: server.named("setWebhook"))
        update = next_update(server, "/today")
        assert [await webhook.receive(SECRET, update) for _ in range(3)] == [200, 200, 200]
        await until(server.texts)
        await asyncio.sleep(0.05)
    assert len(server.texts()) == 1
    (wanted,) = server.named("setWebhook")
    assert (wanted["url"], wanted["secret_token"]) == (URL, SECRET)
    assert not server.named("deleteWebhook")


async def test_only_telegram_knows_the_secret_and_only_updates_are_taken(desk: Desk) -> None:
    server = FakeTelegram()
    async with brought_to(desk, server) as (_, webhook):
        await until(lambda: server.named("setWebhook"))
        update = next_update(server, "/today")
        assert await webhook.receive("", update) == 403
        assert await webhook.receive("Ünicode", update) == 403
        for garbage in (b"", b"[]", b"{}", b'{"update_id": "1"}', b"\xff"):
            assert await webhook.receive(SECRET, garbage) == 400
    assert not server.texts()


async def test_what_cannot_be_kept_is_not_accepted(desk: Desk) -> None:
    server = FakeTelegram()
    async with brought_to(desk, server) as (_, webhook):
        await until(lambda: server.named("setWebhook"))
        update = next_update(server, "/today")
        with desk.database.begin() as store:
            store._connection.execute(text("ALTER TABLE updates RENAME TO gone"))
        with suppress(ProgrammingError):  # which the server answers with 500
            assert await webhook.receive(SECRET, update) == 503
        with desk.database.begin() as store:
            store._connection.execute(text("ALTER TABLE gone RENAME TO updates"))
        assert await webhook.receive(SECRET, update) == 200
        await until(server.texts)
    assert [TODAY in text for text in server.texts()] == [True]


async def test_before_the_bot_is_there_and_behind_its_end_telegram_is_told_to_come_again(desk: Desk) -> None:
    server = FakeTelegram()
    update = next_update(server, "/today")
    async with brought_to(desk, server) as (_, webhook):
        assert await webhook.receive(SECRET, update) == 503
        await until(lambda: server.named("setWebhook"))
    assert await webhook.receive(SECRET, update) == 503


async def test_what_a_dead_process_left_is_answered_first(desk: Desk) -> None:
    server = FakeTelegram()
    left = json.loads(next_update(server, "/today"))
    with desk.database.begin() as store:
        store.updates.add([(left["update_id"], left)], desk.clock())
    async with brought_to(desk, server):
        await until(server.texts)
    assert [TODAY in text for text in server.texts()] == [True]


async def test_the_address_is_told_again_after_a_fault(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["setWebhook"] = [Fault(502, "Bad Gateway")]
    async with brought_to(desk, server):
        await until(lambda: len(server.named("setWebhook")) == 2)
    refused, taken = server.named("setWebhook")
    assert taken == refused


def test_pages_webhook_and_the_operator_s_looks_share_a_server_until_sigterm(tmp_path: Path) -> None:
    server, port, found = FakeTelegram(), free_port(), dict[str, Any]()
    address = f"127.0.0.1:{port}"

    def visit() -> None:
        wait_for(lambda: server.named("setWebhook"))
        with httpx.Client(base_url=f"http://{address}", timeout=30) as web:
            found["front"] = web.get("/").text
            found["health"] = web.get("/health").json()
            found["metrics"] = web.get("/metrics").text
            refused = web.post("/telegram", content=b"{}")
            update = next_update(server, "/today")
            secret = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
            taken = web.post("/telegram", content=update, headers=secret)
            large = web.post("/telegram", content=b"x" * 2_000_000, headers=secret)
            found["statuses"] = [refused.status_code, taken.status_code, large.status_code]
        wait_for(server.texts)
        os.kill(os.getpid(), signal.SIGTERM)

    with serving(server) as url:
        settings = {
            "LIWEN_DATA_DIR": f"{tmp_path}/data",
            "TELEGRAM_API_URL": url,
            "LIWEN_WEB_ADDRESS": address,
            "LIWEN_METRICS_ADDRESS": address,
            "LIWEN_WEBHOOK_URL": URL,
        }
        visitor = threading.Thread(target=visit)
        visitor.start()
        with Newsroom(load(settings, tmp_path, tmp_path)) as newsroom:
            run_telegram(newsroom, TOKEN)
        visitor.join()
    assert "善居工程" in found["front"]
    assert found["health"]["status"] == "ok"
    assert "liwen_database_up 1.0" in found["metrics"]
    assert found["statuses"] == [403, 200, 413]
    assert "共 6 篇" in server.texts()[0]
