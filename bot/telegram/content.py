"""Our messages as Telegram takes them."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode

from bot.chat import Message


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """A message's buttons as Telegram's; their actions are the callback data."""
    rows = [[InlineKeyboardButton(b.label, callback_data=b.action) for b in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def content(message: Message, *, plain: bool) -> dict[str, Any]:
    """What Telegram's methods that send or edit take of a message."""
    return {
        "text": message.plain if plain else message.html,
        "parse_mode": None if plain else ParseMode.HTML,
        "reply_markup": keyboard(message),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
