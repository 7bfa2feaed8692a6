"""The whole way: from the newspaper page to the message on a reader's phone."""

import asyncio
import html
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import serve
from bot.config import load
from bot.newsroom import Newsroom
from bot.telegram import TelegramBot
from digests.ingest.charset import decode
from digests.ingest.doors import Label
from tests import ROOT
from tests.bot.test_telegram import TOKEN, until
from tests.fakes import FakeClock, FakeTelegram, Fault
from tests.samples import pacer

GOLDEN = ROOT / "tests" / "golden" / "digest.html"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(datetime(2024, 11, 12, 12, 0, tzinfo=UTC))


@pytest.fixture
def newsroom(empty_url: str, tmp_path: Path, clock: FakeClock) -> Newsroom:
    # As a newsroom that has been in use: no page comes with it.
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    (tmp_path / "seeds" / "sources.toml").write_text("")
    settings = load({"DATABASE_URL": empty_url, "LIWEN_SEEDS_DIR": f"{tmp_path}/seeds"}, tmp_path, tmp_path)
    return Newsroom(settings, clock)


@pytest.fixture
def printed(seed_page: Path) -> bytes:
    return seed_page.read_bytes()


async def test_from_the_page_to_the_phone(
    newsroom: Newsroom, clock: FakeClock, printed: bytes, request: pytest.FixtureRequest
) -> None:
    server, pace = FakeTelegram(), pacer(newsroom.database, newsroom.clock)
    bot = TelegramBot(
        newsroom.desk, TOKEN, "http://127.0.0.1:8081", pacer(newsroom.database, newsroom.clock), request=server
    )
    stop = asyncio.Event()
    serving = asyncio.create_task(serve(newsroom, bot, stop, pace))

    # Evening: a reader starts the bot and chooses two topics and a word.
    server.say("/start")
    await until(server.texts)
    for action in ("topics politics", "topics livelihood"):
        server.press(action)
    server.press("wish add 公交")
    await until(lambda: len(server.texts()) == 4)

    # Night: the paper comes in, as another process would bring it.
    newsroom.ingest(newsroom.doors.read(printed, "page.txt", Label(source="南湖晚报")))
    before = len(server.calls)

    # Morning: the edition closes, by an alarm that rings every minute; here the test rings it.
    clock.now = datetime(2024, 11, 12, 22, 30, tzinfo=UTC)
    closed = await asyncio.to_thread(newsroom.ensure_editions)
    assert closed is not None
    assert (closed.articles, closed.deliveries) == (6, 1)
    await until(lambda: len(server.calls) > before)
    await asyncio.sleep(0.1)
    stop.set()
    await serving
    newsroom.__exit__()

    pushed = [call for call in server.calls[before:] if call[0] == "sendMessage"]
    assert len(pushed) == 1
    message = pushed[0][1]
    assert message["chat_id"] == 7
    if request.config.getoption("golden"):
        GOLDEN.write_text(f"{message['text']}\n", encoding="utf-8")
    assert message["text"] == GOLDEN.read_text(encoding="utf-8").rstrip("\n")
    paper = "".join(decode(printed, "page.txt").split())
    for quote in re.findall(r"<blockquote expandable>(.*?)</blockquote>", message["text"], re.DOTALL):
        for sentence in html.unescape(quote).split("\n"):
            assert "".join(sentence.split()) in paper


async def test_a_bot_that_was_down_at_the_hour_pushes_once_it_is_back(
    newsroom: Newsroom, clock: FakeClock, printed: bytes
) -> None:
    server, pace = FakeTelegram(), pacer(newsroom.database, newsroom.clock)

    def bot() -> TelegramBot:
        return TelegramBot(
            newsroom.desk, TOKEN, "http://127.0.0.1:8081", pacer(newsroom.database, newsroom.clock), request=server
        )

    stop = asyncio.Event()
    serving = asyncio.create_task(serve(newsroom, bot(), stop, pace))
    server.press("wish add 公交")
    await until(server.texts)
    newsroom.ingest(newsroom.doors.read(printed, "page.txt"))
    stop.set()
    await serving

    # It was down at the hour; the next start catches up, once, and Telegram is away for a moment.
    clock.now = datetime(2024, 11, 13, 1, 0, tzinfo=UTC)
    server.faults["sendMessage"] = [Fault(502, "Bad Gateway")]
    for minutes in (0, 1, 2):
        clock.advance(minutes=minutes)
        stop = asyncio.Event()
        serving = asyncio.create_task(serve(newsroom, bot(), stop, pace))
        await asyncio.sleep(0.5)
        stop.set()
        await serving
    newsroom.__exit__()
    digests = [text for text in server.texts() if "里闻 ·" in text]
    assert len(digests) == 2
    assert len(set(digests)) == 1
