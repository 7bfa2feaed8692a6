"""What a person asks: Telegram's messages and buttons become requests."""

from collections.abc import Collection
from typing import Any

from telegram import CallbackQuery, Chat, MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage
from telegram.ext import filters as only

from bot import chat
from bot.chat import Document, Request
from bot.commands import BY_NAME
from bot.telegram import links
from bot.telegram.content import shown
from bot.telegram.faults import address
from bot.texts import texts_for

PASTED, FORWARDED = 300, 100
"""Characters from which an administrator's text, or one that was forwarded, is taken for a paper, not a question."""


def request(update: Update, message: MaybeInaccessibleMessage, name: str, args: str, **more: Any) -> Request:
    """A command from the chat that a message stands in."""
    user = update.effective_user
    # Who writes as a group or a channel is nobody known: Telegram puts a bot of its own in that place.
    known = user is not None and not user.is_bot
    return Request(
        place(message),
        name,
        args,
        language=(user.language_code or "") if user else "",
        title=message.chat.title or "",
        person=address(user.id) if user and known else "",
        **more,
    )


def place(message: MaybeInaccessibleMessage) -> str:
    """The address of where a message stands: the General topic of a forum is the forum itself."""
    known = message if isinstance(message, TelegramMessage) and message.is_topic_message else None
    return address(message.chat.id, known.message_thread_id if known else None)


def pressed(update: Update, query: CallbackQuery) -> Request | None:
    """The request a button makes; none if it is not said which, or under which message."""
    if query.message is None or not query.data:
        return None
    known = shown(query.message) if isinstance(query.message, TelegramMessage) and query.message.text else None
    return request(update, query.message, *chat.command_and_args(query.data), pressed=True, shown=known)


def written(update: Update, message: TelegramMessage, username: str, admins: Collection[str]) -> Request | None:
    """The request a text or a place makes; in groups only commands, and only those meant for the bot of this name."""
    private = message.chat.type == Chat.PRIVATE
    if message.location is not None and private:
        return request(update, message, "near", f"{message.location.latitude} {message.location.longitude}")
    text = (message.text or "").strip()
    if not text.startswith("/"):
        if _is_page(message, text, admins):
            document = Document(texts_for("").say("your text"), text.encode())
            return request(update, message, "ingest", "", document=document)
        return request(update, message, "search", text) if private else None
    name, args = chat.command_and_args(text)
    name, _, bot = name.partition("@")
    if bot != username.lower() if bot else not private and name not in BY_NAME:
        return None
    if name == "start" and (carried := links.action(args)) is not None:
        name, args = carried
    replied = message.reply_to_message
    return request(update, message, name, args, quoted=shown(replied) if replied and replied.text else None)


def _is_page(message: TelegramMessage, text: str, admins: Collection[str]) -> bool:
    """Whether a text is a paper that an administrator forwards or pastes: too long for a question."""
    if address(message.chat.id) not in admins:
        return False
    return len(text) >= PASTED or (message.forward_origin is not None and len(text) >= FORWARDED)


def is_question(message: TelegramMessage) -> bool:
    """Whether a person waits for an answer: to a text, in private also to a picture, a sticker, a file."""
    if message.text:
        return True
    return message.chat.type == Chat.PRIVATE and not only.StatusUpdate.ALL.check_update(Update(0, message=message))
