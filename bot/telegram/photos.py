"""Pictures in Telegram: one that was sent before is named by the name Telegram gave it, not drawn and sent again."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from telegram import Bot
from telegram.error import BadRequest

from bot.chat import Picture
from digests.storage import Database

log = logging.getLogger(__name__)


class Photos:
    """Sends pictures for one bot: Telegram's names of files are each bot's own."""

    def __init__(self, bot: Bot, database: Database, clock: Callable[[], datetime]) -> None:
        self._bot = bot
        self._database = database
        self._clock = clock

    async def send(self, picture: Picture, wanted: dict[str, Any]) -> None:
        """Sends a picture with what `sendMessage` would be told, its text as caption; raises TelegramError."""
        more = {name: value for name, value in wanted.items() if name not in ("text", "link_preview_options")}
        more["caption"] = wanted["text"]
        key = f"{self._bot.id} {picture.key}"
        if await self._sent_by_name(key, more):
            return
        drawn = await asyncio.to_thread(picture.draw)
        sent = await self._bot.send_photo(photo=drawn, filename="liwen.png", **more)
        if sent.photo:
            await asyncio.to_thread(self._keep, key, sent.photo[-1].file_id)

    async def _sent_by_name(self, key: str, more: dict[str, Any]) -> bool:
        name = await asyncio.to_thread(self._find, key)
        if name is None:
            return False
        try:
            await self._bot.send_photo(photo=name, **more)
        except BadRequest as error:
            if "file" not in str(error).lower():
                raise
            log.info("a picture's name is no longer known, it is sent anew: %s", error)
            return False
        return True

    def _find(self, key: str) -> str | None:
        with self._database.read() as store:
            return store.pictures.find(key)

    def _keep(self, key: str, file_id: str) -> None:
        with self._database.begin() as store:
            store.pictures.keep(key, file_id, self._clock())
