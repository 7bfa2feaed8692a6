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

WANTED = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER]
"""The kinds of updates that we ask for."""
BACKLOG = 5000
"""Updates under way at which no more are taken: they are safe with Telegram for a day."""
FLOOD = 50
"""Updates of one chat under way at which further ones are dropped: answered one a second, nobody waits for more."""
TRIES = 3
"""An update that was being answered when so many processes died is the cause: it is dropped."""

_VITAL = ("migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_reopened")
Answer = Callable[[Update], Awaitable[None]]


class Intake:
    """Keeps updates and has them answered, those of one chat in their order; what a dead process left comes first."""

    def __init__(
        self, bot: Bot, ledger: Ledger, lanes: Lanes, clock: Callable[[], datetime], answer: Answer, drop: Answer
    ) -> None:
        """`drop` is given the first of a chat's updates that is dropped, until those before are answered."""
        self._bot = bot
        self._ledger = ledger
        self._lanes = lanes
        self._clock = clock
        self._answer = answer
        self._drop = drop
        self._flooded: set[str] = set()
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
            if self._lanes.length(lane) >= FLOOD and not _is_vital(content):
                dropped.append(content["update_id"])
                self._tell(lane, content)
                continue
            self._count(1)
            self._lanes.put(lane, partial(self._work, content, left_over=left_over))
        if dropped:
            log.info("%d updates dropped: %d of their chat wait to be answered", len(dropped), FLOOD)
            await self._ledger.write(lambda store: store.updates.done(dropped))

    def _tell(self, lane: str, content: dict[str, Any]) -> None:
        """Tells a chat once that some of what it asks is dropped: at once, beside its lane."""
        if lane in self._flooded:
            return
        self._flooded.add(lane)

        async def drop() -> None:
            await self._guarded(self._drop, content)

        async def calm() -> None:
            self._flooded.discard(lane)

        self._lanes.put(f"{lane} flooded", drop)
        self._lanes.put(lane, calm)

    async def _work(self, content: dict[str, Any], *, left_over: bool) -> None:
        number = content["update_id"]

        async def answer(update: Update) -> None:
            if left_over:
                await self._ledger.write(lambda store: store.updates.begin(number))
            try:
                await self._answer(update)
            except asyncio.CancelledError:
                # The program is to end, and not by this: the next process answers it.
                if left_over:
                    await self._ledger.write(lambda store: store.updates.put_off(number))
                raise

        try:
            await self._guarded(answer, content)
        finally:
            self._count(-1)
        try:
            await self._ledger.write(lambda store: store.updates.done([number]))
        except StorageError as error:
            log.error("update %s may be answered again: %s", number, error)

    async def _guarded(self, answer: Answer, content: dict[str, Any]) -> None:
        """Has an update answered; whoever asks what we cannot answer gets no further, all others do."""
        try:
            update = Update.de_json(content, self._bot)
            if update is not None:
                await answer(update)
        except Exception as error:
            log.exception("update %s not answered: %s", content["update_id"], type(error).__name__)

    def _count(self, change: int) -> None:
        self._under_way += change
        if self._under_way < BACKLOG:
            self._has_room.set()
        else:
            self._has_room.clear()


def _is_vital(content: dict[str, Any]) -> bool:
    """Whether an update tells what became of a chat, rather than what somebody asks."""
    return "my_chat_member" in content or any(key in content.get("message", {}) for key in _VITAL)


def _lane(content: dict[str, Any]) -> str:
    """The chat that an update is about."""
    for kind in ("message", "callback_query", "inline_query", "my_chat_member"):
        about = content.get(kind) or {}
        chat = about.get("chat") or about.get("message", {}).get("chat") or about.get("from") or {}
        if "id" in chat:
            return str(chat["id"])
    return ""
