"""Replies → the chats that asked: each message in its turn, and again when it was certainly not sent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from itertools import chain, repeat

from telegram import MaybeInaccessibleMessage

from bot.chat import Again, MarkupRefused, Message, Moved, Reply, SendError, Wait
from bot.outage import Outage
from bot.pace import Pacer
from bot.telegram.lanes import Lanes
from bot.telegram.outgoing import Outgoing

log = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 20.0, 60.0)
"""Seconds before an answer that was certainly not sent is tried again; after the last one, as often as it takes."""

_Send = Callable[[str], Awaitable[None]]


class Answers:
    """Brings replies to those who asked."""

    def __init__(
        self,
        outgoing: Outgoing,
        pacer: Pacer,
        lanes: Lanes,
        moved: Callable[[str, str], None],
        pauses: Sequence[float],
        outage: Outage,
    ) -> None:
        """`moved` is told that a chat lives at another address now; answers that wait stand aside in `lanes`."""
        self._outgoing = outgoing
        self._pacer = pacer
        self._lanes = lanes
        self._moved = moved
        self._pauses = pauses
        self._outage = outage

    async def show(self, where: str, reply: Reply, asked: MaybeInaccessibleMessage) -> None:
        """Shows a reply, its first message in place of the one whose button was pressed if the reply says so."""
        remaining = list(reply.messages)
        try:
            if reply.edit and remaining and await self._edit(where, asked, remaining[0]):
                remaining = remaining[1:]
            for part in remaining:
                await self._patiently(where, partial(self._send, part, quiet=reply.quiet))
            if (document := reply.document) is not None:
                await self._patiently(where, lambda there: self._outgoing.send_document(there, document))
        except SendError as error:
            log.warning("answer not sent: %s: %s", type(error).__name__, error)
        if reply.farewell:
            await self._pacer.forget(where)

    async def _edit(self, where: str, old: MaybeInaccessibleMessage, message: Message) -> bool:
        try:
            await self._pacer.turn(where, self._lanes.aside)
        except Wait:
            return False
        return await self._outgoing.edit(where, old, message)

    async def _send(self, message: Message, where: str, *, quiet: bool) -> None:
        """Sends a message; if its marks are refused, the same text goes out plain."""
        try:
            await self._outgoing.send(where, message, quiet=quiet)
        except MarkupRefused:
            await self._outgoing.send(where, message, quiet=quiet, plain=True)

    async def _patiently(self, where: str, send: _Send) -> None:
        """Sends when it is the chat's turn, however long that takes; also to where the chat has moved."""
        pauses = chain(self._pauses, repeat(self._pauses[-1]))
        while True:
            try:
                await self._pacer.turn(where, self._lanes.aside)
                await send(where)
                return
            except Moved as moved:
                await asyncio.to_thread(self._moved, where, moved.address)
                where = moved.address
            except (Wait, Again) as fault:
                pause = next(pauses)
                if isinstance(fault, Again):
                    self._outage.failed(fault)
                log.debug("answer not sent, trying again in %g s: %s", pause, fault)
                async with self._lanes.aside():
                    await asyncio.sleep(pause)
