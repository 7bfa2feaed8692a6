"""Our messages as Telegram takes them, and Telegram's copies of them as ours again."""

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, MessageEntity
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode

from bot.chat import Button, Mark, Message, Rows, Span, Spans

_MARKS = {
    MessageEntity.BOLD: Mark.BOLD,
    MessageEntity.ITALIC: Mark.ITALIC,
    MessageEntity.BLOCKQUOTE: Mark.QUOTE,
    MessageEntity.EXPANDABLE_BLOCKQUOTE: Mark.QUOTE,
}


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


def shown(message: TelegramMessage) -> Message:
    """A message of ours as it stands in the chat: what was sent, with its marks and buttons."""
    return Message(_spans(message.text or "", message.entities), _rows(message.reply_markup))


def _spans(text: str, entities: tuple[MessageEntity, ...]) -> Spans:
    units = text.encode("utf-16-le")  # in which Telegram counts

    def piece(start: int, end: int | None) -> str:
        return units[2 * start : None if end is None else 2 * end].decode("utf-16-le")

    spans: list[Span] = []
    behind = 0
    for entity in sorted(entities, key=lambda entity: entity.offset):
        # Telegram adds some of its own: commands, addresses, telephone numbers.
        if (entity.type in _MARKS or entity.url) and entity.offset >= behind:
            end = entity.offset + entity.length
            spans += [
                Span(piece(behind, entity.offset)),
                Span(piece(entity.offset, end), _MARKS.get(entity.type), entity.url or ""),
            ]
            behind = end
    return tuple(span for span in (*spans, Span(piece(behind, None))) if span.text)


def _rows(markup: InlineKeyboardMarkup | None) -> Rows:
    keys = markup.inline_keyboard if markup else ()
    return tuple(tuple(Button(key.text, str(key.callback_data)) for key in row if key.callback_data) for row in keys)
