"""The three fakes: a clock, a transport, and a Telegram that answers as the real one does."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from telegram.request import BaseRequest, RequestData

from bot.chat import CAPTION, Message
from bot.splitter import units
from tests.botapi.validation import refusal, shown

_MAY_ALL = dict.fromkeys(
    ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
     "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
     "can_edit_stories", "can_delete_stories", "can_post_messages"), True
)  # fmt: skip
_MAY_WRITE = dict.fromkeys(
    ("is_member", "can_send_messages", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
     "can_send_polls", "can_send_other_messages", "can_add_web_page_previews", "can_send_audios", "can_send_documents",
     "can_react_to_messages", "can_send_photos", "can_send_videos",
     "can_send_video_notes", "can_send_voice_notes", "can_edit_tag"), True
)  # fmt: skip
_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
_MEMBERS: dict[str, dict[str, Any]] = {
    "kicked": {"until_date": 0},
    "left": {},
    "member": {},
    "administrator": _MAY_ALL,
    "restricted": {**_MAY_WRITE, "until_date": 0},
}


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = datetime(2024, 11, 13, 6, 30, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> datetime:
        """Moves on by a `timedelta`'s arguments."""
        self.now += timedelta(**span)
        return self.now


@dataclass
class FakeTransport:
    """Keeps what is sent; `faults` holds, by address, what the next sends there end in (nothing: they arrive).

    Sends to an address in `slow` take until its event is set. A message's number is its place among those sent, from 1;
    `edited` are the messages that were put in place of others, `edit_faults` what the next edits end in.
    """

    scheme: str = "telegram"
    sent: list[tuple[str, Message]] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    faults: dict[str, list[BaseException | None]] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    edited: list[tuple[str, int, Message]] = field(default_factory=list)
    edit_faults: dict[str, list[BaseException | None]] = field(default_factory=dict)

    async def edit(self, address: str, message_id: int, message: Message, *, plain: bool = False) -> None:
        """Is put in place, or raises the next fault of the address's edits."""
        self.before()
        await asyncio.sleep(0)
        faults = self.edit_faults.get(address, [])
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
        self.edited.append((address, message_id, message))

    async def send(self, address: str, message: Message, *, plain: bool = False, bulk: bool = False) -> int:
        """Arrives, or raises the next fault of the address."""
        self.before()
        await (self.slow[address].wait() if address in self.slow else asyncio.sleep(0))
        faults = self.faults.get(address, [])
        fault = faults.pop(0) if faults else None
        if fault is not None:
            raise fault
        self.sent.append((address, message))
        if plain:
            self.plain.append(message.plain)
        return len(self.sent)

    def to(self, address: str) -> list[str]:
        """The texts that arrived at an address."""
        return [message.plain for where, message in self.sent if where == address]


@dataclass(frozen=True)
class Fault:
    """An answer other than success: a status with its JSON, or an exception on the way."""

    status: int = 200
    description: str = ""
    parameters: dict[str, Any] | None = None
    body: bytes | None = None
    raises: BaseException | None = None


class FakeTelegram(BaseRequest):
    """A Bot API at python-telegram-bot's `BaseRequest`: it checks what it is sent as Telegram does, and keeps it.

    `updates` are delivered by getUpdates; `faults` holds, by method, how the next calls end; `delays`, in seconds,
    how long each takes to be answered; `files`, by id, what can be downloaded; `chats`, by id or name, what getChat
    tells; `photos` are the names of those it took.
    """

    def __init__(self, username: str = "liwen_bot") -> None:
        self.username = username
        self.updates: deque[dict[str, Any]] = deque()
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.faults: dict[str, list[Fault]] = {}
        self.admins: set[int] = set()
        self.url = ""
        self.revoked = False
        self.delays: dict[str, float] = {}
        self.files: dict[str, bytes] = {}
        self.photos: list[str] = []
        self.chats: dict[int | str, dict[str, Any]] = {}
        self._next_update = 1
        self._next_message = 1000

    @property
    def read_timeout(self) -> float | None:
        """None: nothing is waited for."""
        return None

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        """Answers one call of the Bot API, or the download of a file."""
        if "/file/bot" in url:
            return 200, self.files[url.rsplit("/", 1)[1]]
        self.url, name = url.rsplit("/", 1)
        return await self.call(name, dict(request_data.parameters) if request_data else {})

    async def call(self, name: str, parameters: dict[str, Any]) -> tuple[int, bytes]:
        """The status and body that answer a method's parameters."""
        await asyncio.sleep(self.delays.get(name, 0))
        if self.revoked:
            return _ended(Fault(401, "Unauthorized"))
        if name == "getUpdates":
            return await self._deliver(int(parameters.get("offset", 0)))
        self.calls.append((name, parameters))
        fault = self.faults[name].pop(0) if self.faults.get(name) else None
        if fault is not None:
            return _ended(fault)
        return self._answer(name, parameters)

    async def _deliver(self, offset: int) -> tuple[int, bytes]:
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        if not self.updates:
            await asyncio.sleep(0.01)
        return _ok(list(self.updates))

    def _answer(self, name: str, parameters: dict[str, Any]) -> tuple[int, bytes]:
        match name:
            case "getFile":
                file_id = str(parameters["file_id"])
                return _ok({"file_id": file_id, "file_unique_id": file_id, "file_path": f"documents/{file_id}"})
            case "getMe":
                return _ok({"id": 1, "is_bot": True, "first_name": "里闻", "username": self.username})
            case "sendMessage" | "editMessageText":
                refused = refusal(parameters)
                if refused:
                    return _ended(Fault(400, f"Bad Request: {refused}"))
                self._next_message += 1
                chat = {"id": int(parameters["chat_id"]), "type": "private"}
                return _ok({"message_id": self._next_message, "date": 1, "chat": chat, "text": parameters["text"]})
            case "sendPhoto":
                return self._photo(parameters)
            case "getChat":
                return self._chat(parameters["chat_id"])
            case "sendDocument":
                chat = {"id": int(parameters["chat_id"]), "type": "private"}
                return _ok({"message_id": 1, "date": 1, "chat": chat})
            case "getChatMember":
                user = int(parameters["user_id"])
                person = {"id": user, "is_bot": False, "first_name": "x"}
                if user not in self.admins:
                    return _ok({"status": "member", "user": person})
                return _ok({"status": "creator", "user": person, "is_anonymous": False})
        return _ok(True)

    def _photo(self, parameters: dict[str, Any]) -> tuple[int, bytes]:
        """Takes a picture that comes along as a file, or one that it named itself."""
        caption, photo = str(parameters.get("caption", "")), str(parameters.get("photo", ""))
        refused = refusal({"text": caption or "x", "parse_mode": parameters.get("parse_mode")})
        if refused or units(caption) > CAPTION:
            return _ended(Fault(400, f"Bad Request: {refused or 'message caption is too long'}"))
        if photo and photo not in self.photos:
            return _ended(Fault(400, "Bad Request: wrong file identifier/HTTP URL specified"))
        if not photo:
            photo = f"photo-{len(self.photos) + 1}"
            self.photos.append(photo)
        self._next_message += 1
        taken = {"file_id": photo, "file_unique_id": photo, "width": 1200, "height": 630}
        chat = {"id": int(parameters["chat_id"]), "type": "private"}
        return _ok({"message_id": self._next_message, "date": 1, "chat": chat, "photo": [taken], "caption": caption})

    def _chat(self, chat: int | str) -> tuple[int, bytes]:
        found = self.chats.get(chat)
        if found is None:
            return _ended(Fault(400, "Bad Request: chat not found"))
        gifts = dict.fromkeys(_GIFTS, True)
        return _ok({"accent_color_id": 0, "max_reaction_count": 1, "accepted_gift_types": gifts, **found})

    def say(self, text: str, chat: int = 7, kind: str = "private", user: int = 7, **more: Any) -> None:
        """A person writes."""
        self._update("message", self._message(text, chat, kind, user, **more))

    def press(
        self,
        action: str,
        chat: int = 7,
        kind: str = "private",
        user: int = 7,
        on: dict[str, Any] | None = None,
        **more: Any,
    ) -> None:
        """A person presses a button of a message sent or edited with `on`; of one too old: `date=0, text=""`.

        With `forum=True` the group is one.
        """
        content = {"text": "…", **(shown(on) if on else {}), **more}
        message = self._message(content.pop("text"), chat, kind, user, **content)
        query = {"id": "1", "from": message["from"], "chat_instance": "1", "data": action, "message": message}
        self._update("callback_query", query)

    def member(self, status: str, chat: int = 7, user: int = 7, kind: str = "private", **more: Any) -> None:
        """The bot's own membership changes, by a person's hand."""
        bot = {"id": 1, "is_bot": True, "first_name": "里闻"}
        change = {
            "chat": {"id": chat, "type": kind, **({} if kind == "private" else {"title": "邻里"})},
            "from": {"id": user, "is_bot": False, "first_name": "x", "language_code": "zh-hans"},
            "date": 1,
            "old_chat_member": {"status": "member", "user": bot},
            "new_chat_member": {"status": status, "user": bot, **_MEMBERS[status], **more},
        }
        self._update("my_chat_member", change)

    def _message(self, text: str, chat: int, kind: str, user: int, **more: Any) -> dict[str, Any]:
        self._next_message += 1
        language = more.pop("language", "zh-hans")
        forum = {"is_forum": True} if more.pop("forum", False) else {}
        return {
            "message_id": self._next_message,
            "date": 1,
            "chat": {"id": chat, "type": kind, **({} if kind == "private" else {"title": "邻里"}), **forum},
            "from": {"id": user, "is_bot": False, "first_name": "x", "language_code": language},
            **({"text": text} if text else {}),
            **more,
        }

    def _update(self, kind: str, content: dict[str, Any]) -> None:
        self.updates.append({"update_id": self._next_update, kind: content})
        self._next_update += 1

    def texts(self, *methods: str) -> list[str]:
        """The texts that were sent or edited, in order."""
        wanted = methods or ("sendMessage", "editMessageText")
        return [parameters["text"] for name, parameters in self.calls if name in wanted]

    def named(self, method: str) -> list[dict[str, Any]]:
        """The parameters of each call of a method."""
        return [parameters for name, parameters in self.calls if name == method]


def _ok(result: Any) -> tuple[int, bytes]:
    return 200, json.dumps({"ok": True, "result": result}).encode()


def _ended(fault: Fault) -> tuple[int, bytes]:
    if fault.raises is not None:
        raise fault.raises
    if fault.body is not None:
        return fault.status, fault.body
    answer: dict[str, Any] = {"ok": False, "error_code": fault.status, "description": fault.description}
    if fault.parameters:
        answer["parameters"] = fault.parameters
    return fault.status, json.dumps(answer).encode()
