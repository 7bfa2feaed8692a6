"""How fast messages may go: evenly over all, and slowly enough for each chat."""

import asyncio
from collections import OrderedDict

RATE = 27.0
"""Messages a second over all; Telegram allows 30, and answers to people need room too."""
CHAT_RATE = 1.0
"""Messages a second to one chat (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""


class Pace:
    """Spreads sends evenly (GCRA without burst): never more than `rate` in any second, nor `chat_rate` to one chat."""

    CHATS = 10_000

    def __init__(self, rate: float = RATE, chat_rate: float = CHAT_RATE) -> None:
        self._gap = 1 / rate
        self._chat_gap = 1 / chat_rate
        self._next = 0.0
        self._next_by_chat: OrderedDict[str, float] = OrderedDict()

    def hold(self, address: str, seconds: float) -> None:
        """Lets nothing go to this chat for so long: Telegram said so."""
        chat = _chat(address)
        until = asyncio.get_running_loop().time() + seconds
        self._next_by_chat[chat] = max(until, self._next_by_chat.get(chat, 0.0))

    def delay(self, address: str) -> float:
        """Seconds until something may go to this chat."""
        return max(0.0, self._next_by_chat.get(_chat(address), 0.0) - asyncio.get_running_loop().time())

    async def turn(self, address: str) -> None:
        """Returns when a message may go to this chat; the topics of a forum are one chat."""
        address = _chat(address)
        clock = asyncio.get_running_loop().time
        # First the chat, then the common slot: a chat that must wait holds no slot that others could use.
        await asyncio.sleep(max(0.0, self._next_by_chat.get(address, 0.0) - clock()))
        at = self._next = max(clock(), self._next + self._gap)
        self._next_by_chat[address] = at + self._chat_gap
        self._next_by_chat.move_to_end(address)
        if len(self._next_by_chat) > self.CHATS:
            self._next_by_chat.popitem(last=False)
        await asyncio.sleep(max(0.0, at - clock()))


def _chat(address: str) -> str:
    """An address without its forum topic."""
    return ":".join(address.split(":")[:2])
