"""Replies → the chats that asked: each message in its turn, and again when it was certainly not sent."""

import asyncio
import logging
from collections.abc import Callable

from telegram import Message as TelegramMessage

from bot import chat
from bot.chat import Again, Message, Moved, Reply, SendError, Transport, Wait
from bot.pace import Pacer
from bot.telegram.outgoing import Outgoing
from digests.storage.paces import PATIENCE

log = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 20.0)
"""Seconds before an answer that was certainly not sent is tried again."""


class Answers:
    """Brings replies to those who asked."""

    def __init__(
        self, transport: Transport, outgoing: Outgoing, pacer: Pacer, moved: Callable[[str, str], None]
    ) -> None:
        """`moved` is told that a chat lives at another address now."""
        self._transport = transport
        self._outgoing = outgoing
        self._pacer = pacer
        self._moved = moved

    async def show(self, where: str, reply: Reply, asked: TelegramMessage) -> None:
        """Shows a reply, its first message in place of the one whose button was pressed if the reply says so."""
        remaining = list(reply.messages)
        try:
            if reply.edit and await self._edit(where, asked, remaining[0]):
                remaining = remaining[1:]
            for part in remaining:
                await self._send_patiently(where, part)
        except SendError as error:
            log.warning("answer not sent: %s: %s", type(error).__name__, error)

    async def _edit(self, where: str, shown: TelegramMessage, message: Message) -> bool:
        await self._pacer.turn(where)
        return await self._outgoing.edit(where, shown, message)

    async def _send_patiently(self, where: str, message: Message) -> None:
        """Sends an answer when its turn has come, and again when it was certainly not sent or the chat has moved."""
        for pause in PAUSES:
            try:
                await self._pacer.turn(where)
                await chat.send(self._transport, where, message)
                return
            except Moved as moved:
                await asyncio.to_thread(self._moved, where, moved.address)
                where = moved.address
            except Wait as wait:
                if wait.seconds > PATIENCE.total_seconds():
                    raise
            except Again as fault:
                log.info("answer not sent, trying again in %g s: %s", pause, fault)
                await asyncio.sleep(pause)
        await self._pacer.turn(where)
        await chat.send(self._transport, where, message)
