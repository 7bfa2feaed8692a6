"""What people do, as the updates that Telegram makes of it."""

import itertools
from collections import deque
from typing import Any

from tests.botapi.chats import Shown

BOT = {"id": 1, "is_bot": True, "first_name": "里闻", "username": "liwen_bot"}


def person(number: int, language: str = "zh-hans") -> dict[str, Any]:
    """A user as updates tell of one."""
    return {"id": number, "is_bot": False, "first_name": "x", "language_code": language}


def chat(number: int, kind: str = "", title: str = "x") -> dict[str, Any]:
    """A chat as updates tell of one: private with a positive number, else a supergroup unless told otherwise."""
    if number > 0:
        return {"id": number, "type": "private", "first_name": "x"}
    return {"id": number, "type": kind or "supergroup", "title": title}


class People:
    """Lines up updates; `asked` are the callback queries that wait to be answered, by id, with their chats."""

    def __init__(self) -> None:
        self.updates: deque[dict[str, Any]] = deque()
        self.asked: dict[str, int] = {}
        self._numbers = itertools.count(1)

    def next_number(self) -> int:
        """A number that no message and no update has."""
        return next(self._numbers)

    def write(self, text: str, user: dict[str, Any], where: dict[str, Any], **more: Any) -> None:
        """Somebody writes, or shares what `more` says (location, document); a `message_thread_id` is a topic's."""
        content = {**({"text": text} if text else {}), **more}
        if "message_thread_id" in more:
            content["is_topic_message"] = True
        message = {"message_id": self.next_number(), "date": 1, "chat": where, "from": user, **content}
        self._line_up("message", message)

    def press(self, shown: Shown, button: dict[str, Any], user: dict[str, Any], where: dict[str, Any]) -> str:
        """Somebody presses a button under a message; returns the query's id."""
        topic = {"message_thread_id": shown.thread, "is_topic_message": True} if shown.thread else {}
        message = {"message_id": shown.id, "date": 1, "chat": where, "from": BOT, **shown.told, **topic}
        query = str(self.next_number())
        self.asked[query] = shown.chat
        content = {"id": query, "from": user, "chat_instance": "1", "data": button["callback_data"], "message": message}
        self._line_up("callback_query", content)
        return query

    def ask_inline(self, text: str, user: dict[str, Any], offset: str = "") -> str:
        """Somebody types `@bot text` in any chat; returns the query's id."""
        query = str(self.next_number())
        self.asked[query] = int(user["id"])
        self._line_up("inline_query", {"id": query, "from": user, "query": text, "offset": offset})
        return query

    def membership(self, status: str, before: str, user: dict[str, Any], where: dict[str, Any]) -> None:
        """The bot is taken in (`member`, `administrator`), put out (`left`, `kicked`) or blocked (`kicked`).

        An `administrator silent` may not post.
        """
        change = {
            "chat": where,
            "from": user,
            "date": 1,
            "old_chat_member": {"user": BOT, **_status(before)},
            "new_chat_member": {"user": BOT, **_status(status)},
        }
        self._line_up("my_chat_member", change)

    def _line_up(self, kind: str, content: dict[str, Any]) -> None:
        self.updates.append({"update_id": self.next_number(), kind: content})


def _status(status: str) -> dict[str, Any]:
    rights = ("can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
              "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users",
              "can_post_stories", "can_edit_stories", "can_delete_stories")  # fmt: skip
    more: dict[str, Any] = {"until_date": 0} if status == "kicked" else {}
    if status.startswith("administrator"):
        # Of a channel the right to post is one by itself.
        status, _, restricted = status.partition(" ")
        more = {**dict.fromkeys(rights, False), "can_post_messages": not restricted}
    return {"status": status, **more}
