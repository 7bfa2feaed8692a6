"""Asking the bot at a desk, as a person does, and reading what it says."""

from bot import commands
from bot.chat import Message, Reply, Request
from bot.commands import Desk
from tests.botapi.validation import refusal

ME = "telegram:7"


def ask(
    desk: Desk,
    line: str,
    language: str = "zh-hans",
    address: str = ME,
    *,
    pressed: bool = False,
    shown: Message | None = None,
) -> Reply:
    """What is answered to a line, or to a button `pressed` under the message `shown`."""
    name, _, args = line.removeprefix("/").partition(" ")
    return commands.answer(desk, Request(address, name, args, language, pressed, shown=shown))


def said(desk: Desk, line: str, language: str = "zh-hans", address: str = ME) -> str:
    reply = ask(desk, line, language, address)
    assert reply.messages
    for message in reply.messages:
        assert refusal({"text": message.html, "parse_mode": "HTML"}) == ""
    return "\n".join(message.plain for message in reply.messages)


def follow(desk: Desk, query: str, address: str = ME) -> None:
    """As who pressed the button under a look at a query."""
    ask(desk, f"wish add {query}", address=address, pressed=True)


def buttons(reply: Reply) -> dict[str, str]:
    return {button.label: button.action for message in reply.messages for row in message.buttons for button in row}


def followed(desk: Desk, address: str = ME) -> list[str]:
    with desk.database.read() as store:
        chat = store.chats.find(address)
        return [s.query for s in store.subscriptions.of(chat.id)] if chat else []
