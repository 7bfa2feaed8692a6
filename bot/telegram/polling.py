"""Telegram's updates, one by one: each is kept in the database before Telegram is told that we have it."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from functools import partial
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, TelegramError

from bot.chat import TokenRefused
from bot.ledger import Ledger
from bot.telegram.lanes import Lanes
from digests.errors import StorageError

log = logging.getLogger(__name__)

WAITED = 50
"""Seconds that a request for updates is kept open when there are none."""
BATCH = 100
"""Updates that Telegram gives at once, at most."""
BACKLOG = 5000
"""Updates under way at which no more are fetched: they are safe with Telegram for a day."""
FLOOD = 50
"""Updates of one chat under way at which further ones are dropped: answered one a second, nobody waits for more."""
TRIES = 3
"""An update that was being answered when so many processes died is the cause: it is dropped."""
CONFIRMING = 2.0
"""Seconds that telling Telegram what we have may take at the end."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds before Telegram is asked again after a fault; they double with each."""

_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.INLINE_QUERY, Update.MY_CHAT_MEMBER]
_VITAL = ("migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_reopened")
Answer = Callable[[Update], Awaitable[None]]


class RawBot(Bot):
    """A bot that also gives updates as Telegram sent them: one that the library cannot read keeps no other from us."""

    async def raw_updates(self, offset: int | None, limit: int, seconds: int) -> list[dict[str, Any]]:
        """Updates from the number `offset` on, waited for so many seconds; raises TelegramError."""
        wanted = {"offset": offset, "limit": limit, "timeout": seconds, "allowed_updates": _UPDATES}
        patience = seconds + (self._request[0].read_timeout or 0)
        fetched: list[dict[str, Any]] = await self._post("getUpdates", wanted, read_timeout=patience)
        return fetched


class Polling:
    """Fetches updates and has them answered, those of one chat in their order; what a dead process left comes first."""

    def __init__(
        self, bot: RawBot, ledger: Ledger, lanes: Lanes, clock: Callable[[], datetime], answer: Answer, drop: Answer
    ) -> None:
        """`drop` is given the first of a chat's updates that is dropped, until those before are answered."""
        self._bot = bot
        self._ledger = ledger
        self._lanes = lanes
        self._clock = clock
        self._answer = answer
        self._drop = drop
        self._flooded: set[str] = set()
        self._offset: int | None = None
        self._under_way = 0
        self._has_room = asyncio.Event()
        self._has_room.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; raises TokenRefused when Telegram no longer knows the token."""
        if not await unless(stop, self._run()):
            await self._confirm()

    async def _run(self) -> None:
        await self._resume()
        pause = FIRST_PAUSE
        while True:
            try:
                await self._take(await self._kept(await self._fetch(WAITED)))
                pause = FIRST_PAUSE
            except InvalidToken:
                raise TokenRefused from None
            except Conflict:
                log.error("another bot polls with this token: this one steps back for a while; stop one of the two")
                pause = LONGEST_PAUSE * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
                await asyncio.sleep(pause)
            except (TelegramError, StorageError) as error:
                log.warning("no updates, asking again in %g s: %s", pause, error)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _resume(self) -> None:
        """Takes up what an earlier process left unanswered."""
        left, self._offset = await self._ledger.write(lambda store: store.updates.resume(TRIES, self._clock()))
        if left:
            log.info("%d updates were left unanswered: they are answered now", len(left))
        await self._take([waiting.content for waiting in left], left_over=True)

    async def _fetch(self, seconds: int) -> list[dict[str, Any]]:
        await self._has_room.wait()
        return await self._bot.raw_updates(self._offset, BATCH, seconds)

    async def _kept(self, fetched: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Those that are new, once they are committed: the next request tells Telegram that we have them."""
        if not fetched:
            return []
        numbered = {int(update["update_id"]): update for update in fetched}
        new = await self._ledger.write(lambda store: store.updates.add(list(numbered.items()), self._clock()))
        self._offset = max(numbered) + 1
        return [numbered[number] for number in new]

    async def _take(self, received: list[dict[str, Any]], *, left_over: bool = False) -> None:
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
