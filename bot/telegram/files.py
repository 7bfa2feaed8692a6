"""Files that people send: a paper from an administrator, or what /export gave, to be taken in again."""

import logging
from collections.abc import Collection

from telegram import Chat, Update
from telegram import Document as TelegramDocument
from telegram import Message as TelegramMessage
from telegram.error import TelegramError

from bot import exports, messages
from bot.chat import Document, Reply, Request
from bot.telegram import asking
from bot.telegram.faults import address
from bot.texts import gettext_noop, texts_for

log = logging.getLogger(__name__)

_TOO_BIG = gettext_noop("Too big: Telegram gives bots at most 20 MB. Put it into LIWEN_INBOX, or use liwen ingest.")
_NOT_FETCHED = gettext_noop("Telegram did not hand the file over; please send it again.")


def is_wanted(message: TelegramMessage, admins: Collection[str]) -> bool:
    """Whether a file is to be fetched: an administrator's, or one that may be an export; from others nothing is."""
    file = message.document
    return file is not None and (_is_admins(message, admins) or _may_be_export(message, file))


def _is_admins(message: TelegramMessage, admins: Collection[str]) -> bool:
    return message.chat.type == Chat.PRIVATE and address(message.chat.id) in admins


def _may_be_export(message: TelegramMessage, file: TelegramDocument) -> bool:
    """In private by its name, in groups only under the command, and never one that is too large."""
    asked = (message.caption or "").startswith("/import")
    named = message.chat.type == Chat.PRIVATE and (file.file_name or "").lower().endswith(".json")
    return (asked or named) and (file.file_size or 0) <= exports.LARGEST


async def fetched(update: Update, message: TelegramMessage, admins: Collection[str]) -> Request | Reply:
    """The request that a wanted file makes, or what to say when Telegram does not hand it over."""
    file = message.document
    assert file is not None  # noqa: S101 - `is_wanted` says so
    name = file.file_name or file.file_unique_id
    try:
        content = bytes(await (await file.get_file()).download_as_bytearray())
    except TelegramError as error:
        log.warning("document %s not fetched: %s", name, error)
        language = message.from_user.language_code if message.from_user else None
        reason = _TOO_BIG if "too big" in str(error).lower() else _NOT_FETCHED
        return Reply(messages.text(texts_for(language or "").say(reason)))
    paper = _is_admins(message, admins) and not exports.is_export(content)
    return asking.request(update, message, "ingest" if paper else "import", "", document=Document(name, content))
