"""Telegram brings updates by itself, to LIWEN_WEBHOOK_URL."""

import asyncio
import hashlib
import hmac
import json
import logging
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.chat import TokenRefused
from bot.telegram.intake import WANTED, Intake
from bot.telegram.polling import unless
from digests.errors import StorageError

log = logging.getLogger(__name__)

CONNECTIONS = 40
"""Updates that Telegram brings side by side."""
LONGEST_PAUSE = 60.0
"""Seconds before Telegram is told our address again after a fault; they double up to this."""


def secret_of(token: str) -> str:
    """What Telegram shows us so that we know it is Telegram; made of the token, so every process knows it."""
    return hmac.new(token.encode(), b"liwen webhook", hashlib.sha256).hexdigest()


class Webhook:
    """Takes updates that are brought; each is kept before it is accepted, else Telegram brings it again."""

    def __init__(self, bot: Bot, intake: Intake, url: str, token: str) -> None:
        self._bot = bot
        self._intake = intake
        self._url = url
        self._secret = secret_of(token)
        self._open = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; what Telegram brings afterwards it brings again to the next process."""
        await self._intake.resume()
        self._open = True
        try:
            await unless(stop, self._set())
            await stop.wait()
        finally:
            self._open = False

    async def _set(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._bot.set_webhook(
                    self._url, secret_token=self._secret, allowed_updates=WANTED, max_connections=CONNECTIONS
                )
                return
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                log.warning("webhook not set, trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def receive(self, secret: str, body: bytes) -> int:
        """Takes what was brought with a secret; returns the HTTP status: unless 200, Telegram brings it again."""
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return 403
        update = _update(body)
        if update is None:
            return 400
        if not self._open or self._intake.full:
            return 503
        try:
            new = await self._intake.keep([update])
        except StorageError as error:
            log.error("update not kept, Telegram brings it again: %s", error)
            return 503
        await self._intake.take(new)
        return 200


def _update(body: bytes) -> dict[str, Any] | None:
    """The update that was brought; nothing if it is none."""
    try:
        update = json.loads(body)
    except ValueError:
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None
