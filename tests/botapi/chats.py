"""What stands in the chats: every message with its text and buttons, and what happened, in order."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.validation import keyboard_of, shown


class Refused(Exception):
    """A call that Telegram refuses; `parameters` are its ResponseParameters."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters


@dataclass(slots=True)
class Shown:
    """A message as it stands in a chat now; `text` is the caption of a photo or file, named by `attached`.

    `told` is what updates say of it.
    """

    id: int
    chat: int
    thread: int | None
    text: str
    keyboard: list[list[dict[str, Any]]]
    attached: str = ""
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def buttons(self) -> Iterator[dict[str, Any]]:
        """Its buttons, row by row."""
        return (button for row in self.keyboard for button in row)


@dataclass(frozen=True, slots=True)
class Event:
    """Something a chat sees: `kind` is sent, edited, deleted, answered, alerted, inline or refused."""

    kind: str
    chat: int
    thread: int | None = None
    text: str = ""
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)


class Chats:
    """The messages of all chats, and the events that made them what they are."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._shown: dict[int, list[Shown]] = defaultdict(list)

    def of(self, chat: int) -> list[Shown]:
        """The bot's messages in a chat, oldest first."""
        return self._shown[chat]

    def add(self, number: int, parameters: Mapping[str, Any], attached: str = "") -> Shown:
        """A message that was sent."""
        thread = parameters.get("message_thread_id")
        text = str(parameters.get("caption" if attached else "text", ""))
        message = Shown(
            number,
            int(parameters["chat_id"]),
            int(thread) if thread else None,
            text,
            keyboard_of(parameters),
            attached,
            shown(parameters),
        )
        self._shown[message.chat].append(message)
        self._happened("sent", message)
        return message

    def edit(self, parameters: Mapping[str, Any], field_name: str | None) -> Shown:
        """Puts another text (`field_name` says which parameter has it; none: only other buttons) into a message."""
        message = self.find(int(parameters["chat_id"]), int(parameters["message_id"]), "edit")
        text = str(parameters[field_name]) if field_name else message.text
        keyboard = keyboard_of(parameters)
        if (text, keyboard) == (message.text, message.keyboard):
            raise Refused(400, "Bad Request: message is not modified: specified new message content and reply markup "
                          "are exactly the same as a current content and reply markup of the message")  # fmt: skip
        message.text, message.keyboard = text, keyboard
        message.told = (
            shown(parameters) if field_name else {**message.told, "reply_markup": {"inline_keyboard": keyboard}}
        )
        self._happened("edited", message)
        return message

    def delete(self, chat: int, number: int) -> None:
        """Takes a message away."""
        message = self.find(chat, number, "delete")
        self._shown[chat].remove(message)
        self._happened("deleted", message)

    def find(self, chat: int, number: int, purpose: str) -> Shown:
        """A message by its number; raises Refused."""
        found = next((message for message in self._shown[chat] if message.id == number), None)
        if found is None:
            raise Refused(400, f"Bad Request: message to {purpose} not found")
        return found

    def _happened(self, kind: str, message: Shown) -> None:
        text = f"[{message.attached}] {message.text}".strip() if message.attached else message.text
        self.events.append(Event(kind, message.chat, message.thread, text, message.keyboard))
