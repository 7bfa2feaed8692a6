import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from python_socks import ProxyConnectionError
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat import (
    Again,
    Gone,
    MarkupRefused,
    Message,
    Moved,
    Refused,
    SendError,
    Silenced,
    Span,
    TokenRefused,
    TopicClosed,
    TopicGone,
    Unknown,
    Wait,
)
from bot.commands import Desk
from bot.telegram import TelegramBot, fault
from tests.fakes import FakeTelegram, Fault
from tests.samples import pacer

TOKEN = "123456789:" + "A" * 35
KEY = ConnectionKey("api", 443, True, True, None, None, None)


def caused(error: TelegramError, cause: BaseException) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (RetryAfter(7), Wait),
        (ChatMigrated(-1009), Moved),
        (Forbidden("bot was blocked by the user"), Gone),
        (BadRequest("Chat not found"), Gone),
        (BadRequest("Not enough rights to send text messages to the chat"), Silenced),
        (BadRequest("Need administrator rights in the channel chat"), Silenced),
        (BadRequest("CHAT_WRITE_FORBIDDEN"), Silenced),
        (BadRequest("TOPIC_CLOSED"), TopicClosed),
        (BadRequest("Message thread not found"), TopicGone),
        (Forbidden("bot is not a member of the channel chat"), Gone),
        (BadRequest("Can't parse entities: unsupported start tag"), MarkupRefused),
        (BadRequest("Message is too long"), Refused),
        (InvalidToken("Unauthorized"), Again),
        (caused(NetworkError("x"), aiohttp.ClientConnectorError(KEY, OSError("refused"))), Again),
        (caused(NetworkError("x"), aiohttp.ClientConnectorDNSError(KEY, OSError("no such name"))), Again),
        (caused(NetworkError("x"), ProxyConnectionError(1, "refused")), Again),
        (caused(TimedOut(), aiohttp.ConnectionTimeoutError("slow or busy")), Again),
        (NetworkError("Bad Gateway"), Again),
        (NetworkError("Too Many Requests: later"), Wait),
        (caused(TimedOut(), aiohttp.SocketTimeoutError("slow")), Unknown),
        (caused(TimedOut(), TimeoutError()), Unknown),
        (caused(NetworkError("x"), aiohttp.ClientOSError("reset")), Unknown),
        (caused(NetworkError("x"), aiohttp.ServerDisconnectedError()), Unknown),
        (caused(NetworkError("x"), aiohttp.ClientPayloadError("cut short")), Unknown),
        (NetworkError("Internal Server Error"), Unknown),
        (TelegramError("Invalid server response"), Unknown),
        (Conflict("other getUpdates"), Unknown),
    ],
)
def test_each_error_means_what_it_means_for_the_message(error: TelegramError, meaning: type[SendError]) -> None:
    assert type(fault(error, "telegram:-9")) is meaning


def test_a_moved_forum_topic_keeps_its_thread() -> None:
    moved = fault(ChatMigrated(-1009), "telegram:-9:5")
    assert isinstance(moved, Moved)
    assert moved.address == "telegram:-1009:5"


@asynccontextmanager
async def running(desk: Desk, server: FakeTelegram, **more: Any) -> AsyncIterator[TelegramBot]:
    bot = TelegramBot(
        desk, TOKEN, "http://127.0.0.1:8081", pacer(desk.database, desk.clock), request=server, pauses=[0.05], **more
    )
    stop = asyncio.Event()
    task = asyncio.create_task(bot.run(stop))
    try:
        yield bot
    finally:
        stop.set()
        await task
        await bot.close()


async def until(condition: Callable[[], object], seconds: float = 5) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def test_a_conversation_in_a_private_chat(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/start")
        await until(lambda: len(server.texts()) == 1)
        server.press("topics transport")
        await until(lambda: server.named("editMessageText"))
        server.say("公交")
        await until(lambda: len(server.texts("sendMessage")) == 2)
    assert "里闻" in server.texts()[0]
    keyboard = server.named("editMessageText")[0]["reply_markup"]["inline_keyboard"]
    assert {"text": "✓ 交通", "callback_data": "topics transport"} in [button for row in keyboard for button in row]
    assert "“公交”共 2 篇" in server.texts("sendMessage")[1]
    assert server.named("answerCallbackQuery")
    assert server.url == f"http://127.0.0.1:8081/bot{TOKEN}"


async def test_the_menu_is_set_in_each_language(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["setMyCommands"] = [Fault(429, "Too Many Requests", {"retry_after": 1})]
    async with running(desk, server):
        await until(lambda: len(server.named("setMyCommands")) == 3)
    menus = {call.get("language_code"): call["commands"] for call in server.named("setMyCommands")}
    assert set(menus) == {None, "zh", "en"}
    assert {"command": "today", "description": "the newest edition; add a topic or place: /today transport"} in menus[
        "en"
    ]
    assert "read" not in {command["command"] for command in menus["zh"]}


async def test_a_chat_whose_language_telegrams_menus_do_not_know_gets_one_of_its_own(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/start", language="zh-hant")
        await until(lambda: len(server.named("setMyCommands")) == 4)
        server.say("/lang en", language="zh-hant")
        await until(lambda: len(server.named("setMyCommands")) == 5)
    hant, english = server.named("setMyCommands")[3:]
    assert hant["scope"] == english["scope"] == {"type": "chat", "chat_id": 7}
    assert "選擇要訂閱的主題" in str(hant["commands"])
    assert "choose topics to follow" in str(english["commands"])


async def test_a_message_that_cannot_be_edited_is_sent_anew_unless_nothing_changed(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["answerCallbackQuery"] = [Fault(400, "query is too old")]
    server.faults["editMessageText"] = [
        Fault(400, "Bad Request: message is not modified"),
        Fault(400, "Bad Request: message can't be edited"),
        Fault(500, "Internal Server Error"),
    ]
    async with running(desk, server):
        for expected in (0, 1, 2):
            server.press("topics transport")
            await until(lambda n=expected: len(server.named("editMessageText")) == n + 1)  # type: ignore[misc]
        await until(lambda: len(server.named("sendMessage")) == 2)
    assert len(server.named("editMessageText")) == 3


async def test_a_fault_of_ours_is_answered_with_a_number_and_no_stack_trace(desk: Desk) -> None:
    class Broken:
        def __getattr__(self, name: str) -> None:
            raise RuntimeError("secret detail")

    server = FakeTelegram()
    faulty = replace(desk, lexicon=Broken())  # type: ignore[arg-type]
    async with running(faulty, server):
        server.say("/start")
        await until(server.texts)
    assert "编号" in server.texts()[0]
    assert "secret" not in server.texts()[0]


async def test_a_token_telegram_does_not_know_is_one_clear_line(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["getMe"] = [Fault(401, "Unauthorized")]
    bot = TelegramBot(desk, TOKEN, "http://127.0.0.1", pacer(desk.database, desk.clock), request=server, pauses=[0.05])
    with pytest.raises(TokenRefused, match="@BotFather"):
        await bot.run(asyncio.Event())
    await bot.close()


async def test_a_token_that_is_revoked_ends_the_bot(desk: Desk) -> None:
    server = FakeTelegram()
    bot = TelegramBot(desk, TOKEN, "http://127.0.0.1", pacer(desk.database, desk.clock), request=server, pauses=[0.05])
    task = asyncio.create_task(bot.run(asyncio.Event()))
    await until(lambda: server.named("setMyCommands"))
    server.revoked = True
    with pytest.raises(TokenRefused):
        await asyncio.wait_for(task, 5)
    await bot.close()


async def test_beginning_to_poll_ends_when_told_to_stop(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["deleteWebhook"] = [Fault(502, "Bad Gateway")] * 99
    stop = asyncio.Event()
    bot = TelegramBot(desk, TOKEN, "http://127.0.0.1", pacer(desk.database, desk.clock), request=server, pauses=[0.05])
    task = asyncio.create_task(bot.run(stop))
    await until(lambda: server.named("deleteWebhook"))
    stop.set()
    await asyncio.wait_for(task, 2)
    await bot.close()
    assert server.texts() == []


async def test_a_picture_is_answered_too(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("", sticker={"file_id": "1", "file_unique_id": "1", "type": "regular", "width": 1, "height": 1,
                                "is_animated": False, "is_video": False})  # fmt: skip
        await until(server.texts)
    assert "想搜什么" in server.texts()[0]


async def test_an_unreachable_telegram_is_waited_for(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["getMe"] = [Fault(429, "Too Many Requests", {"retry_after": 1})]
    async with running(desk, server):
        await until(lambda: server.named("setMyCommands"))
        server.say("/help")
        await until(server.texts)
    assert len(server.named("getMe")) >= 2


async def test_waiting_for_telegram_ends_when_told_to_stop(desk: Desk) -> None:
    server = FakeTelegram()
    server.faults["getMe"] = [Fault(502, "Bad Gateway")] * 9
    stop = asyncio.Event()
    task = asyncio.create_task(
        TelegramBot(
            desk, TOKEN, "http://127.0.0.1", pacer(desk.database, desk.clock), request=server, pauses=[0.05]
        ).run(stop)
    )
    await until(lambda: server.named("getMe"))
    stop.set()
    await asyncio.wait_for(task, 1)
    assert server.named("sendMessage") == []


async def test_as_a_transport_it_raises_what_a_fault_means(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server) as bot:
        await until(lambda: server.named("setMyCommands"))
        server.faults["sendMessage"] = [Fault(403, "Forbidden: user is deactivated"), Fault(200, body=b"<html>")]
        with pytest.raises(Gone):
            await bot.send("telegram:1", Message((Span("x"),)))
        with pytest.raises(Unknown):
            await bot.send("telegram:1", Message((Span("x"),)))
        await bot.send("telegram:1:2", Message((Span("x"),)), plain=True)
    assert server.named("sendMessage")[-1]["message_thread_id"] == 2


PAGE = "公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n\n线路下月开通，经过余新镇。\n"


def document(name: str = "page.txt") -> dict[str, object]:
    return {"file_id": "f1", "file_unique_id": "u1", "file_name": name, "file_size": 100}


async def test_a_document_from_an_administrator_is_previewed_and_kept_by_a_button(desk: Desk) -> None:
    server = FakeTelegram()
    server.files["f1"] = PAGE.encode()
    async with running(replace(desk, admins=frozenset({"telegram:7"})), server):
        server.say("", document=document())
        await until(server.texts)
        assert "page.txt：读出 1 篇" in server.texts()[0]
        server.press("ingest accept 1")
        await until(lambda: len(server.texts()) == 2)
        assert "新 1 篇" in server.texts()[1]


async def test_a_paper_that_an_administrator_forwards_is_previewed_and_a_question_is_searched(desk: Desk) -> None:
    server = FakeTelegram()
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "x"}
    async with running(replace(desk, admins=frozenset({"telegram:7"})), server):
        server.say(PAGE * 3, forward_origin=origin)
        await until(server.texts)
        assert "读出" in server.texts()[0]
        server.say("公交")
        await until(lambda: len(server.texts()) == 2)
        assert "读出" not in server.texts()[1]


async def test_a_document_from_anyone_else_is_not_even_fetched(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("", document=document())
        await until(server.texts)
        assert "读出" not in server.texts()[0]
        assert server.named("getFile") == []


@pytest.mark.parametrize(("why", "said"), [("file is too big", "20 MB"), ("wrong file_id", "再发一次")])
async def test_a_document_that_telegram_does_not_hand_over_is_said(desk: Desk, why: str, said: str) -> None:
    server = FakeTelegram()
    server.faults["getFile"] = [Fault(400, f"Bad Request: {why}")]
    async with running(replace(desk, admins=frozenset({"telegram:7"})), server):
        server.say("", document=document())
        await until(server.texts)
        assert said in server.texts()[0]
