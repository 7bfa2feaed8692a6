"""Waits for the instants at which messages may go; which they are, all processes settle in the database."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.chat import Wait
from bot.ledger import Ledger
from digests.model import Pace
from digests.storage.paces import PATIENCE, room_of


@dataclass(frozen=True, slots=True)
class Pacer:
    """The pace of one transport (`telegram`), for answers to people; pushes get their instants with their claims."""

    ledger: Ledger
    transport: str
    clock: Callable[[], datetime]
    pace: Pace

    async def turn(self, address: str) -> None:
        """Returns when an answer may go to this chat; raises Wait when that is too far off to wait for."""
        now = self.clock()
        at = await self.ledger.write(lambda store: store.paces.turn(self.transport, room_of(address), now, self.pace))
        if at is None:
            raise Wait(PATIENCE.total_seconds(), "its room is full")
        await self.until(at)

    async def hold(self, address: str, seconds: float) -> None:
        """Lets nothing go to this chat for so long: Telegram said so."""
        now = self.clock()
        until = now + timedelta(seconds=seconds)
        await self.ledger.write(lambda store: store.paces.hold(self.transport, room_of(address), now, until))

    async def until(self, at: datetime) -> None:
        """Returns at an instant, or at once when it has passed."""
        await asyncio.sleep(max(0.0, (at - self.clock()).total_seconds()))
