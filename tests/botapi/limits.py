"""Telegram's limits: how many messages it takes in any second over all and of a chat, in any minute of a group."""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

EARLY = 0.05
"""Seconds by which a wait may be cut short before it counts as ignored: clocks differ."""


@dataclass
class Limits:
    """Messages in any second over all, in any second to a chat, in any minute to a group; 0: no limit."""

    rate: int
    chat_rate: int
    group_rate: int
    counts: Counter[str]
    _window: deque[float] = field(default_factory=deque)
    _waits: dict[int, float] = field(default_factory=dict)

    def over(self, chat: int, now: float, times: Sequence[float]) -> int:
        """Seconds to wait if a limit is passed; `times` are those of the messages that the chat got."""
        if now < self._waits.get(chat, 0.0) - EARLY:
            self.counts["waits ignored"] += 1
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if self.rate and len(self._window) >= self.rate:
            self.counts["429 over all"] += 1
            return 1
        if self.chat_rate and sum(at > now - 1 + EARLY for at in times[-self.chat_rate :]) >= self.chat_rate:
            self.counts["429 of a chat"] += 1
            return 1
        if self.group_rate and chat < 0 and sum(at > now - 60 for at in times[-self.group_rate :]) >= self.group_rate:
            self.counts["429 of a group"] += 1
            return int(times[-self.group_rate] + 60 - now) + 1
        return 0

    def wait(self, chat: int, until: float) -> None:
        """A chat was told to wait."""
        self._waits[chat] = until

    def accepted(self, now: float) -> None:
        """A message was taken."""
        self._window.append(now)
