"""In Telegram: what is edited, what is sent, and what a restart and very old messages change about it."""

from typing import Any

from bot.commands import Desk
from tests.bot.test_telegram import running, until
from tests.fakes import FakeTelegram


async def test_back_puts_the_very_same_message_back_also_after_a_restart(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/start")
        server.say("/today")
        await until(lambda: len(server.texts("sendMessage")) == 2)
        digest = server.named("sendMessage")[1]
        server.press("read 1", on=digest)
        await until(lambda: server.named("editMessageText"))
    [article] = server.named("editMessageText")
    assert "公交新增三条线路" in article["text"]
    async with running(desk, server):
        server.press(action(article, "返回"), on=article)
        await until(lambda: len(server.named("editMessageText")) == 2)
    back = server.named("editMessageText")[1]
    assert back["text"] == digest["text"]
    assert back["reply_markup"] == digest["reply_markup"]


async def test_what_a_button_did_is_said_for_a_moment(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/today")
        await until(lambda: server.texts("sendMessage"))
        server.press("taste more 1 page:1", on=server.named("sendMessage")[0])
        await until(lambda: server.named("answerCallbackQuery"))
    assert server.named("answerCallbackQuery")[0]["text"] == "“交通新闻”会在你的摘要里排在前面。"


async def test_under_a_message_so_old_that_telegram_tells_nothing_of_it_a_button_is_answered_below(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/start")
        await until(lambda: server.texts("sendMessage"))
        server.press("read 1", date=0, text="")
        await until(lambda: len(server.texts("sendMessage")) == 2)
        server.press("topics transport", date=0, text="")
        await until(lambda: server.named("editMessageText"))
    assert "公交新增三条线路" in server.texts("sendMessage")[1]
    assert server.named("editMessageText")[0]["message_id"]


def action(message: dict[str, Any], label: str) -> str:
    rows = message["reply_markup"]["inline_keyboard"]
    return next(str(button["callback_data"]) for row in rows for button in row if button["text"] == label)
