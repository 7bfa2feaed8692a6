"""Request, Reply, Transport, and what a failed send means."""

import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from digests.model.readers import Trouble

BUTTON_BYTES = 64
"""Longest `callback_data` in UTF-8 bytes (https://core.telegram.org/bots/api#inlinekeyboardbutton)."""


BUTTONS = 100
"""Most buttons under one message; with more, Telegram refuses it whole."""


class Mark(StrEnum):
    """How a piece of text is set apart; the value is Telegram's HTML tag."""

    BOLD = "b"
    ITALIC = "i"
    QUOTE = "blockquote"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with at most one mark or a `link`; as they never nest, a cut between any characters is sound."""

    text: str
    mark: Mark | None = None
    link: str = ""

    @property
    def marked(self) -> bool:
        """Whether Telegram counts it as an entity."""
        return self.mark is not None or bool(self.link)

    @property
    def stored(self) -> list[str | None]:
        """The span as JSON can keep it."""
        return [self.text, self.mark, self.link] if self.link else [self.text, self.mark]

    @classmethod
    def restored(cls, text: str, mark: str | None, link: str = "") -> "Span":
        """The span that was kept as `stored`."""
        return cls(text, Mark(mark) if mark else None, link)


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A button; `action` is a command line without its slash, so every transport can carry it out."""

    label: str
    action: str

    @property
    def fits(self) -> bool:
        """Whether Telegram can carry the action."""
        return len(self.action.encode()) <= BUTTON_BYTES


Rows = tuple[tuple[Button, ...], ...]
"""Buttons as they stand under a message."""


CAPTION = 1024
"""Longest text under a picture, in UTF-16 units (https://core.telegram.org/bots/api#sendphoto)."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that is drawn when it is wanted; pictures of the same `key` are the same, `alt` says what is on it."""

    key: str
    alt: str
    draw: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a chat shows it: text within Telegram's limits, and rows of buttons under it.

    The text of one with a picture is its caption. A picture is not stored: pushes have none.
    """

    spans: Spans
    buttons: Rows = ()
    picture: Picture | None = None

    @property
    def plain(self) -> str:
        """The text without marks."""
        return "".join(span.text for span in self.spans)

    @property
    def html(self) -> str:
        """The text in Telegram's HTML (https://core.telegram.org/bots/api#html-style), everything else escaped."""
        return "".join(map(_to_html, self.spans))

    @property
    def stored(self) -> dict[str, Any]:
        """The message as JSON can keep it."""
        buttons = [[[button.label, button.action] for button in row] for row in self.buttons]
        return {"spans": [span.stored for span in self.spans], "buttons": buttons}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Message":
        """The message that was kept as `stored`."""
        spans = tuple(Span.restored(*span) for span in stored["spans"])
        return cls(spans, tuple(tuple(Button(*button) for button in row) for row in stored["buttons"]))


def _to_html(span: Span) -> str:
    text = html.escape(span.text, quote=False)
    if not span.text.strip():
        return text
    if span.link:
        return f'<a href="{html.escape(span.link)}">{text}</a>'
    if span.mark is None:
        return text
    opening = "blockquote expandable" if span.mark is Mark.QUOTE else span.mark.value
    return f"<{opening}>{text}</{span.mark.value}>"


@dataclass(frozen=True, slots=True)
class Document:
    """A file that somebody sent, or a text forwarded as one."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked: a command (without slash) and its arguments, from a chat at `address`.

    `language` is what the person's app says; a chat that chose one of its own overrules it.
    `pressed` tells a pressed button, whose message is edited in place, from typed text; `shown` is that message, as far
    as the transport can say: of very old ones Telegram no longer tells what is in them.
    `quoted` is the message that it replies to, if that has a text.
    `title` is what the chat is called if many read there, `person` the address of the private chat of who asks, if
    that is known. `about` is the address of the channel that the command is about, when it is managed from `address`.
    """

    address: str
    command: str
    args: str = ""
    language: str = ""
    pressed: bool = False
    document: Document | None = None
    shown: Message | None = None
    quoted: Message | None = None
    title: str = ""
    person: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person is answered; `edit` puts the first message in place of the one whose button was pressed.

    `language` is that of the chat from now on, when the request was about it: its menu is to be in it.
    A `notice` (200 UTF-16 units at most) is shown over the chat to the one who pressed a button, and goes away.
    A `document` follows the messages. `quiet` rings no bell. After a `farewell` nothing is kept of the chat.
    """

    messages: tuple[Message, ...] = ()
    edit: bool = False
    notice: str = ""
    language: str = ""
    document: Document | None = None
    quiet: bool = False
    farewell: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """An article that a person may share in another chat: what a list shows of it, and the message it becomes."""

    id: str
    title: str
    description: str
    message: Message


@dataclass(frozen=True, slots=True)
class Offers:
    """What an inline question is answered with; `more` is the offset of those behind, if there are any."""

    offers: tuple[Offer, ...] = ()
    more: str = ""
    notice: str = ""


def command_and_args(line: str) -> tuple[str, str]:
    """The command's name, in lower case and without a slash, and its arguments, parted by white space of any width."""
    words = line.strip().removeprefix("/").split(maxsplit=1)
    return (words[0].lower() if words else ""), (words[1] if len(words) > 1 else "")


class SendError(Exception):
    """A send that did not succeed.

    SendError
    ├── Wait             refused for now: try again after `seconds`
    ├── Gone             the chat blocked us or is no more
    ├── Silenced         the chat is there, but we may not write in it
    │   ├── TopicClosed  a topic of a forum is closed; it may be opened again
    │   └── TopicGone    a topic of a forum is not there for us; the forum is
    ├── Moved            the chat lives at `address` now
    ├── Again            certainly not sent: the network or the server failed before
    ├── Unknown          it may or may not have arrived
    ├── Unchanged        the message says already what it is to say
    ├── Vanished         the message that is to be edited is no more, or may not be edited any more
    ├── MarkupRefused    the same text may go out plain
    └── Refused          our own fault: trying again cannot help
    """


class Wait(SendError):
    """Refused for now; `seconds` says for how long, at least."""

    def __init__(self, seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"told to wait {seconds:g} s")
        self.seconds = seconds


class Gone(SendError):
    """The chat blocked us, was deleted, or never was."""


class Silenced(SendError):
    """We are in the chat and may not write there: that can change at any time."""

    trouble = Trouble.SILENCED


class TopicClosed(Silenced):
    """Only the forum's administrators may write in the topic."""

    trouble = Trouble.CLOSED


class TopicGone(Silenced):
    """The topic was deleted, as a rule: Telegram says the same of some that bots cannot see for a while."""

    trouble = Trouble.DELETED


class Moved(SendError):
    """A group became a supergroup: the chat lives at `address` now."""

    def __init__(self, address: str) -> None:
        super().__init__(f"moved to {address}")
        self.address = address


class Again(SendError):
    """Certainly not sent: no connection, or the server said it did nothing."""


class Unknown(SendError):
    """The request went out and no clear answer came back."""


class Unchanged(SendError):
    """The message that is to be edited says that already; transports keep this to themselves."""


class Vanished(SendError):
    """The message that is to be edited was deleted, or is too old, or not ours."""


class MarkupRefused(SendError):
    """The marks were refused, not the text."""


class Refused(SendError):
    """Refused for a reason that lies with us."""


class TokenRefused(Exception):
    """Telegram does not know the token."""

    def __str__(self) -> str:
        return "TELEGRAM_TOKEN: Telegram does not know this token; @BotFather shows the right one under API Token"


class Transport(Protocol):
    """A way to chats. Implementations: bot/telegram.py and bot/console.py (and the fake in tests/fakes.py)."""

    scheme: str
    """What the addresses of its chats begin with, before the colon."""

    async def send(self, address: str, message: Message, *, plain: bool = False, bulk: bool = False) -> int | None:
        """Send one message, as plain text without marks if `plain`; raises SendError.

        `bulk` tells a push from an answer: it may be paid for. Returns the messenger's name for it, if it has any.
        """
        ...

    async def edit(self, address: str, message_id: int, message: Message, *, plain: bool = False) -> None:
        """Put a message in place of one that was sent; raises SendError. That it is the same already is no error."""
        ...


async def send(transport: Transport, address: str, message: Message, *, bulk: bool = False) -> int | None:
    """Send one message; if its marks are refused, the same text goes out plain. Raises the other SendErrors."""
    try:
        return await transport.send(address, message, bulk=bulk)
    except MarkupRefused:
        return await transport.send(address, message, plain=True, bulk=bulk)


async def edit(transport: Transport, address: str, message_id: int, message: Message) -> None:
    """Put a message in place of a sent one; if its marks are refused, the same text without. Raises as `send`."""
    try:
        await transport.edit(address, message_id, message)
    except MarkupRefused:
        await transport.edit(address, message_id, message, plain=True)


def rows(buttons: Iterable[Button], width: int) -> Rows:
    """Buttons in rows of `width`; those that Telegram could not carry are left out, and those past BUTTONS."""
    fitting = [button for button in buttons if button.fits][:BUTTONS]
    return tuple(tuple(fitting[at : at + width]) for at in range(0, len(fitting), width))
