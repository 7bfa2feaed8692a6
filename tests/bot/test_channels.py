"""Channels are managed from their administrators' private chats."""

from itertools import product

from bot.chat import BUTTONS, Button, Message, Reply, Span
from bot.commands import COMMANDS, Desk
from bot.commands.channels import marked
from bot.splitter import UNITS, units
from bot.telegram.links import action, link
from bot.texts import texts_for
from digests.model.readers import Chat
from digests.storage.groups import Group
from tests.bot.asking import followed
from tests.bot.test_groups import answered, at
from tests.bot.test_telegram import running, until
from tests.fakes import FakeTelegram

CHANNEL, OTHER = -1007, -1008


def number(desk: Desk, address: str = "telegram:-1007") -> int:
    chat = at(desk, address)
    assert chat is not None
    return chat.id


def actions(server: FakeTelegram) -> list[str]:
    """What the buttons of the last message do."""
    sent = [parameters for name, parameters in server.calls if name in ("sendMessage", "editMessageText")][-1]
    rows = (sent.get("reply_markup") or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]


async def test_a_channel_is_managed_in_private_until_done(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.member("administrator", CHANNEL, user=7, kind="channel")
        await until(lambda: at(desk, "telegram:-1007"))
        own = f"@{number(desk)}"
        server.say("/channels")
        assert "哪个频道" in await answered(server, 1)
        assert actions(server) == [f"channels {number(desk)}"]
        server.press(f"channels {number(desk)}")
        assert "频道：邻里" in await answered(server, 2)
        assert actions(server) == [f"{own} topics", f"{own} places", f"{own} list", "done"]
        server.say("/wish add 公交")
        assert "频道：邻里" in await answered(server, 3)
        server.press(f"{own} topics transport")
        assert "频道：邻里" in await answered(server, 4)
        assert f"{own} topics transport" in actions(server)
        server.press("topics economy")
        assert "频道" not in await answered(server, 5)
        server.press("done")
        assert "邻里" in await answered(server, 6)
        server.say("/wish add 贷款")
        assert "频道" not in await answered(server, 7)
        server.press(f"{own} list")
        assert "频道：邻里" in await answered(server, 8)
    assert followed(desk, "telegram:-1007") == ["公交", "topic:transport"]
    assert followed(desk, "telegram:7") == ["topic:economy", "贷款"]


async def test_a_channel_is_introduced_by_its_name_or_by_a_post_of_it(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    for key, chat in (("@linli", CHANNEL), (OTHER, OTHER)):
        server.chats[key] = {"id": chat, "type": "channel", "title": f"频道{chat}"}
    origin = {"type": "channel", "date": 1, "chat": {"id": OTHER, "type": "channel"}, "message_id": 5}
    async with running(desk, server):
        server.say("/channels @linli")
        assert "哪个频道" in await answered(server, 1)
        server.say("今天停水", forward_origin=origin)
        await answered(server, 2)
        assert actions(server) == [f"channels {number(desk)}", f"channels {number(desk, 'telegram:-1008')}"]
        server.say("/channels @nobody")
        assert "不认识" in await answered(server, 3)
        server.say("/channels @linli", 9, user=9)
        assert "不认识" in await answered(server, 4)
    with desk.database.read() as store:
        assert store.groups.administered("telegram:9") == []


async def test_who_is_no_administrator_any_more_manages_nothing_from_then_on(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.member("administrator", CHANNEL, user=7, kind="channel")
        await until(lambda: at(desk, "telegram:-1007"))
        server.press(f"channels {number(desk)}")
        await answered(server, 1)
        server.admins = set()
        server.say("/wish add 公交")
        assert "不认识" in await answered(server, 2)
        server.say("/wish add 公交")
        assert "频道" not in await answered(server, 3)
    assert followed(desk, "telegram:-1007") == []
    assert followed(desk, "telegram:7") == ["公交"]


async def test_forged_buttons_that_name_another_ones_channel_are_refused(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.member("administrator", CHANNEL, user=7, kind="channel")
        await until(lambda: at(desk, "telegram:-1007"))
        own = number(desk)
        for forged in (
            f"channels {own}",
            f"@{own} follow 公交",
            f"@{own} forget yes",
            "@99 topics transport",
            "@x list",
        ):
            before = len(server.texts())
            server.press(forged, 9, user=9)
            await answered(server, before + 1)
    assert at(desk, "telegram:-1007") is not None
    assert followed(desk, "telegram:-1007") == []


async def test_whatever_data_a_stranger_forges_over_telegram_a_channel_stays_as_it_is(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    words = ("", "yes", "apply", "transport", "公交", "#1", "1")
    forged = product(("", "@1 ", "@2 "), (command.name for command in COMMANDS), words)
    async with running(desk, server):
        server.member("administrator", CHANNEL, user=7, kind="channel")
        await until(lambda: at(desk, "telegram:-1007"))
        server.press(f"@{number(desk)} follow 公交")
        await answered(server, 1)
        with desk.database.read() as store:
            before = store.belongings.of(number(desk))
        for stranger, data in enumerate(forged, 100):
            server.press("".join(data[:2]) + f" {data[2]}", stranger, user=stranger)
        await until(lambda: len(server.named("answerCallbackQuery")) == stranger - 98, 60)
        with desk.database.read() as store:
            assert store.belongings.of(number(desk)) == before


async def test_a_button_under_a_post_opens_the_bot_and_writes_nothing_in_the_channel(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.press("read 1", CHANNEL, "channel", user=9)
        await until(lambda: server.named("answerCallbackQuery"))
        url = server.named("answerCallbackQuery")[0]["url"]
        assert server.texts() == []
        start = url.removeprefix("https://t.me/liwen_bot?start=")
        server.say(f"/start {start}", 9, user=9)
        assert "公交新增三条线路" in await answered(server, 1)


def test_a_link_carries_no_command_that_changes_anything() -> None:
    for harmless in ("read 1", "more 11-12 topic:transport"):
        start = link("liwen_bot", harmless).partition("?start=")[2]
        assert action(start) == tuple(harmless.split(maxsplit=1))
    for harmful in ("forget yes", "topics transport", "export", "ingest accept 1", "nothing"):
        assert action(link("liwen_bot", harmful).partition("?start=")[2]) is None
    for broken in ("go_", "go_%%%", "go_/w==", "topic_transport", ""):
        assert action(broken) is None
    assert link("liwen_bot", "search " + "公" * 30) == "https://t.me/liwen_bot"


def test_a_full_message_keeps_within_telegrams_limits_when_it_says_which_channel_it_is_about() -> None:
    rows = tuple((Button(str(n), f"topics {'x' * 52}{n:03}"),) for n in range(BUTTONS))
    chat = Chat(id=10**9, address="telegram:-1007", language="zh-Hans", zone="Asia/Shanghai")
    reply = marked(texts_for(""), Group(chat, "邻" * 128), Reply((Message((Span("x" * UNITS),), rows),)))
    [message] = reply.messages
    assert units(message.plain) <= UNITS
    buttons = [button for row in message.buttons for button in row]
    assert len(buttons) <= BUTTONS
    assert all(button.fits for button in buttons)
    assert buttons[-1].action == "done"
