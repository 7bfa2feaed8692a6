"""Telegram's updates, however they come: each is kept in the database before Telegram is told that we have it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, Update

from bot.ledger import Ledger
from bot.telegram.lanes import Lanes
from digests.errors import StorageError

log = logging.getLogger(__name__)

WANTED = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
"""The kinds of updates that we ask for."""
BACKLOG = 5000
"""Updates under way at which no more are taken: they are safe with Telegram for a day."""
FLOOD = 500
"""Updates of one chat under way at which further ones are dropped: answered one a second, nobody waits for them."""
TRIES = 3
"""An update that was being answered when so many processes died is the cause: it is dropped."""

Answer = Callable[[Update], Awaitable[None]]


class Intake:
    """Keeps updates and has them answered, those of one chat in their order; what a dead process left comes first."""

    def __init__(self, bot: Bot, ledger: Ledger, lanes: Lanes, clock: Callable[[], datetime], answer: Answer) -> None:
        self._bot = bot
        self._ledger = ledger
        self._lanes = lanes
        self._clock = clock
        self._answer = answer
        self._under_way = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    @property
    def full(self) -> bool:
        """Whether so many are under way that no more are to be taken."""
        return not self._has_room.is_set()

    async def room(self) -> None:
        """Waits until more may be taken."""
        await self._has_room.wait()

    async def resume(self) -> int | None:
        """Takes up what an earlier process left unanswered; returns the number of the next update, if it is known."""
        left, following = await self._ledger.write(lambda store: store.updates.resume(TRIES, self._clock()))
        if left:
            log.info("%d updates were left unanswered: they are answered now", len(left))
        await self.take([waiting.content for waiting in left], left_over=True)
        return following

    async def keep(self, received: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that are new, once they are committed; raises StorageError."""
        if not received:
            return []
        numbered = {int(update["update_id"]): update for update in received}
        new = await self._ledger.write(lambda store: store.updates.add(list(numbered.items()), self._clock()))
        return [numbered[number] for number in new]

    async def take(self, received: Sequence[dict[str, Any]], *, left_over: bool = False) -> None:
        """Lines up updates that are kept to be answered."""
        dropped = []
        for content in received:
            lane = _lane(content)
            if self._lanes.length(lane) >= FLOOD:
                dropped.append(content["update_id"])
                continue
            self._count(1)
            self._lanes.put(lane, partial(self._work, content, left_over=left_over))
        if dropped:
            log.warning("%d updates dropped: %d of their chat wait to be answered", len(dropped), FLOOD)
            await self._ledger.write(lambda store: store.updates.done(dropped))

    async def _work(self, content: dict[str, Any], *, left_over: bool) -> None:
        number = content["update_id"]
        try:
            if left_over:
                await self._ledger.write(lambda store: store.updates.begin(number))
            update = Update.de_json(content, self._bot)
            if update is not None:
                await self._answer(update)
        except asyncio.CancelledError:
            # The program is to end, and not by this: the next process answers it.
            if left_over:
                await self._ledger.write(lambda store: store.updates.put_off(number))
            raise
        except Exception as error:
            # Whoever asks such a thing again gets no further; all others do.
            log.exception("update %s not answered: %s", number, type(error).__name__)
        finally:
            self._count(-1)
        try:
            await self._ledger.write(lambda store: store.updates.done([number]))
        except StorageError as error:
            log.error("update %s may be answered again: %s", number, error)

    def _count(self, change: int) -> None:
        self._under_way += change
        if self._under_way < BACKLOG:
            self._has_room.set()
        else:
            self._has_room.clear()


def _lane(content: dict[str, Any]) -> str:
    """The chat that an update is about."""
    for kind in ("message", "callback_query", "my_chat_member"):
        about = content.get(kind) or {}
        chat = about.get("chat") or about.get("message", {}).get("chat") or about.get("from") or {}
        if "id" in chat:
            return str(chat["id"])
    return ""
