"""Telegram is asked for updates, again and again."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Bot
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.chat import TokenRefused
from bot.outage import Outage
from bot.telegram.intake import WANTED, Intake
from digests.errors import StorageError

log = logging.getLogger(__name__)

WAITED = 50
"""Seconds that a request for updates is kept open when there are none."""
BATCH = 100
"""Updates that Telegram gives at once, at most."""
CONFIRMING = 2.0
"""Seconds that telling Telegram what we have may take at the end."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before Telegram is asked again after a fault; they double with each."""

Sleep = Callable[[float], Awaitable[None]]


class RawBot(Bot):
    """A bot that also gives updates as Telegram sent them: one that the library cannot read keeps no other from us."""

    async def raw_updates(self, offset: int | None, limit: int, seconds: int) -> list[dict[str, Any]]:
        """Updates from the number `offset` on, waited for so many seconds; raises TelegramError."""
        wanted = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": WANTED}
        patience = seconds + (self._request[0].read_timeout or 0)
        fetched: list[dict[str, Any]] = await self._post("getUpdates", wanted, read_timeout=patience)
        return fetched


class Polling:
    """Asks for updates; the next request tells Telegram that we have the last ones."""

    def __init__(self, bot: RawBot, intake: Intake, outage: Outage, sleep: Sleep) -> None:
        self._bot = bot
        self._intake = intake
        self._outage = outage
        self._sleep = sleep
        self._offset: int | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; raises TokenRefused when Telegram no longer knows the token."""
        if not await unless(stop, self._run()):
            await self._confirm()

    async def _run(self) -> None:
        self._offset = await self._intake.resume()
        pause = FIRST_PAUSE
        while True:
            try:
                await self._fetch()
                self._outage.worked()
                pause = FIRST_PAUSE
            except InvalidToken:
                raise TokenRefused from None
            except Conflict:
                log.error("another bot polls with this token: this one steps back for a while; stop one of the two")
                pause = LONGEST_PAUSE * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
                await self._sleep(pause)
            except (TelegramError, StorageError) as error:
                self._outage.failed(error)
                await self._sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _fetch(self) -> None:
        await self._intake.room()
        fetched = await self._bot.raw_updates(self._offset, BATCH, WAITED)
        new = await self._intake.keep(fetched)
        if fetched:
            self._offset = max(int(update["update_id"]) for update in fetched) + 1
        await self._intake.take(new)

    async def _confirm(self) -> None:
        """Tells Telegram what we have, so that the next process is not given it again."""
        if self._offset is None:
            return
        try:
            await asyncio.wait_for(self._bot.raw_updates(self._offset, 1, 0), CONFIRMING)
        except (TelegramError, TimeoutError) as error:
            log.info("updates not confirmed: %s", error)


async def unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Does the work, or gives it up when `stop` is set; tells whether it was done, and raises what it raises."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return False
