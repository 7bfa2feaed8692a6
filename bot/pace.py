"""Waits for the instants at which messages may go; which they are, all processes settle in the database."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.chat import Wait
from bot.ledger import Ledger
from digests.model.outbox import Pace
from digests.storage import Store
from digests.storage.paces import PATIENCE, is_group, room_of

ON_END = 3
"""Private chats that are told to wait one after the other, none accepting between them: it is us all that must."""


@dataclass(slots=True)
class Pacer:
    """The pace of one transport (`telegram`), for answers to people; pushes get their instants with their claims."""

    ledger: Ledger
    transport: str
    clock: Callable[[], datetime]
    pace: Pace
    _refused: set[str] = field(default_factory=set)
    _departed: deque[float] = field(default_factory=deque)

    async def turn(self, address: str, aside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext) -> None:
        """Returns when an answer may go to this chat; raises Wait when that is too far off to wait for.

        It waits within `aside` if it has to for longer than between two messages.
        """
        while True:
            now, room = self.clock(), room_of(address)
            at = await self.ledger.write(partial(self._turn, room=room, now=now))
            if at is None:
                raise Wait(PATIENCE.total_seconds(), "its room is full")
            if at == now:
                return
            async with (aside if at > now + self.pace.gap else nullcontext)():
                await self.until(at)
            # While it waited, Telegram may have said to wait for longer.
            if not await self.ledger.write(partial(self._held, room=room, at=at)):
                return

    def _turn(self, store: Store, *, room: str, now: datetime) -> datetime | None:
        return store.paces.turn(self.transport, room, now, self.pace)

    def _held(self, store: Store, *, room: str, at: datetime) -> bool:
        return store.paces.told_to_wait(self.transport, room, at)

    async def depart(self) -> None:
        """Returns when a push may really go: on a busy machine those that are late must not run into those on time."""
        clock = asyncio.get_running_loop().time
        while len(self._departed) > self.pace.rate:
            if (early := self._departed[0] + 1 - clock()) > 0:
                await asyncio.sleep(early)
            else:
                self._departed.popleft()
        self._departed.append(clock())

    async def hold(self, address: str, seconds: float) -> None:
        """Lets nothing go to this chat for so long: Telegram said so, not whether it meant the chat or all.

        A chat's own limit is the likelier one, a group's by far. ON_END private chats in a row mean us all.
        """
        now, room = self.clock(), room_of(address)
        until = now + timedelta(seconds=seconds)
        if not is_group(room):
            self._refused.add(room)
        everybody = len(self._refused) >= ON_END

        def write(store: Store) -> None:
            store.paces.hold(self.transport, now, until, room)
            if everybody:
                store.paces.hold(self.transport, now, until)

        await self.ledger.write(write)

    def accepted(self) -> None:
        """A message was taken: those who were told to wait were meant themselves."""
        self._refused.clear()

    async def forget(self, address: str) -> None:
        """Keeps no trace of when a chat was written to, if nothing else is stored about it."""
        await self.ledger.write(lambda store: store.belongings.forget_pace(address))

    async def until(self, at: datetime) -> None:
        """Returns at an instant, or at once when it has passed; if the clock is put back, after PATIENCE."""
        await asyncio.sleep(max(0.0, min(at - self.clock(), PATIENCE).total_seconds()))
