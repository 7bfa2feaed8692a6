"""A look at Telegram: whom it takes us for, what time it has, and whether somebody else gets our updates."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.chat import TokenRefused
from bot.telegram.http import HttpRequest

PATIENCE = 10.0
"""Seconds that an answer may take."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The bot's name, Telegram's time, and the webhook that is set with what was wrong with it last."""

    username: str
    told_at: datetime | None
    webhook: str
    pending: int
    fault: str


async def probe(token: str, api_url: str, proxy: str | None) -> Seen:
    """Asks getMe and getWebhookInfo; raises TokenRefused, ConnectionError."""
    request = HttpRequest(PATIENCE, 1, proxy)
    bot = Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)
    try:
        me, hook = await bot.get_me(), await bot.get_webhook_info()
    except InvalidToken:
        raise TokenRefused from None
    except TelegramError as error:
        raise ConnectionError(str(error)) from None
    finally:
        await request.shutdown()
    told_at = parsedate_to_datetime(request.date) if request.date else None
    return Seen(me.username or "", told_at, hook.url, hook.pending_update_count, hook.last_error_message or "")
