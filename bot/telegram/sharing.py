"""Inline questions: what people type behind the bot's name in any chat, and the articles they may share there."""

import asyncio
import logging
from typing import Any

from telegram import (
    Bot,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.chat import Offer, Request
from bot.commands import Desk, sharing
from bot.telegram.faults import address

log = logging.getLogger(__name__)

CACHED = 60
"""Seconds for which Telegram may give the same answer again, to the same person: the paper comes twice a day."""
NOTICE = 64
"""Characters of a notice, which stands on a button."""


async def answer(bot: Bot, desk: Desk, query: InlineQuery) -> None:
    """Offers articles; an answer that comes too late, for the person typed on, is none."""
    person = query.from_user
    request = Request(address(person.id), "inline", query.query, person.language_code or "")
    found = await asyncio.to_thread(sharing.offers, desk, request, query.offset)
    notice = InlineQueryResultsButton(found.notice[:NOTICE], start_parameter="search") if found.notice else None
    try:
        await bot.answer_inline_query(
            query.id,
            [_result(offer) for offer in found.offers],
            cache_time=CACHED,
            is_personal=True,  # in the language of who asks
            next_offset=found.more,
            button=notice,
        )
    except TelegramError as error:
        log.info("inline question not answered: %s", error)


def _result(offer: Offer) -> InlineQueryResultArticle:
    content: Any = InputTextMessageContent(
        offer.message.html, ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
    )
    return InlineQueryResultArticle(offer.id, offer.title, content, description=offer.description)
