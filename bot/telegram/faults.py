"""Where a chat is in Telegram, and what python-telegram-bot's errors mean for a message that was being sent there."""

from typing import Any

import aiohttp
from python_socks import ProxyConnectionError, ProxyError, ProxyTimeoutError
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.chat import (
    Again,
    Gone,
    MarkupRefused,
    Moved,
    Refused,
    SendError,
    Silenced,
    TopicClosed,
    TopicGone,
    Unchanged,
    Unknown,
    Vanished,
    Wait,
)

SCHEME = "telegram"
# Telegram's own words for what became of a chat; everything else with status 400 is our fault.
_FATES: tuple[tuple[type[SendError], tuple[str, ...]], ...] = (
    (Unchanged, ("message is not modified",)),
    (Vanished, ("message to edit not found", "message can't be edited", "message_id_invalid")),
    (TopicClosed, ("topic_closed",)),
    (TopicGone, ("topic_deleted", "message thread not found")),
    (Silenced, ("not enough rights", "have no rights", "no write access", "need administrator rights",
                "chat_write_forbidden",
                "chat_restricted", "chat_send_plain_forbidden", "user_banned_in_channel", "chat_admin_required")),
    (Gone, ("chat not found", "user is deactivated", "group chat was deactivated", "bot was kicked", "not a member",
            "peer_id_invalid")),
)  # fmt: skip
_MARKUP = ("can't parse entities", "entity", "entities")
# aiohttp's errors before a request is on its way: no connection, or none free in time.
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError,
             aiohttp.InvalidURL, ProxyConnectionError, ProxyError, ProxyTimeoutError)  # fmt: skip


def address(chat_id: int, thread: int | None = None) -> str:
    """The address of a chat, or of one topic of a forum."""
    return f"{SCHEME}:{chat_id}" if thread is None else f"{SCHEME}:{chat_id}:{thread}"


def target(where: str) -> dict[str, Any]:
    """What Telegram's methods call an address."""
    _, chat_id, *thread = where.split(":")
    return {"chat_id": int(chat_id), "message_thread_id": int(thread[0]) if thread else None}


def fault(error: TelegramError, where: str) -> SendError:
    """What one of python-telegram-bot's errors means for the message that was being sent to `where`.

    Not by its class tree: there, a refused message and one that may have arrived are both NetworkError.
    """
    reason = str(error)
    match error:
        case RetryAfter():
            seconds = error.retry_after
            return Wait(seconds if isinstance(seconds, int | float) else seconds.total_seconds(), reason)
        case ChatMigrated():
            return Moved(":".join([SCHEME, str(error.new_chat_id), *where.split(":")[2:]]))
        case Forbidden():
            return Gone(reason)
        case BadRequest():
            return _refusal(reason)
        case InvalidToken():
            return Again(reason)
        case NetworkError():
            return _network_fault(error, reason)
        case _:
            return Unknown(reason)


def _refusal(reason: str) -> SendError:
    lower = reason.lower()
    for fate, wordings in _FATES:
        if any(words in lower for words in wordings):
            return fate(reason)
    return MarkupRefused(reason) if any(words in lower for words in _MARKUP) else Refused(reason)


def _network_fault(error: NetworkError, reason: str) -> SendError:
    if isinstance(error.__cause__, _NOT_SENT) or "bad gateway" in reason.lower():
        return Again(reason)
    if "too many requests" in reason.lower():
        return Wait(5, reason)
    return Unknown(reason)
