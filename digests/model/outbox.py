"""What is owed to a chat, and how fast messages may go."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from digests.model.readers import Chat


class DeliveryState(StrEnum):
    """A delivery's life: pending → claimed → sending → sent, or gone, failed, unknown (it may have arrived)."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    GONE = "gone"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A digest owed to a chat: every edition after the chat's last one up to `edition_id`, due at `due_at`.

    Or an alert: the article `article_id`, told at once, and no edition.
    `attempts` counts tries that failed, `parts_sent` the messages of it that went out, of the `parts` it takes,
    `unknowns` the tries of which nobody knows whether they arrived; `doubtful` says that the last one was such.
    `contents` are its messages, fixed once the first of several went out. `claim` tells this claim of it from others,
    and `go_at` is when this claim's message may go. A `weekly` one owes the best of the week up to `edition_id`.
    """

    id: int
    chat: Chat
    edition_id: int
    due_at: datetime
    state: DeliveryState
    go_at: datetime
    attempts: int = 0
    parts: int = 0
    parts_sent: int = 0
    unknowns: int = 0
    doubtful: bool = False
    contents: Any = None
    claim: int = 0
    article_id: int | None = None
    weekly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast messages may go: `rate` a second over all, and for each room the gap between two of them.

    A group besides takes no more than `group_budget` in any minute, up to `group_burst` of them on end.
    """

    rate: float = 27.4
    burst: float = 1.0
    gap: timedelta = timedelta(seconds=1)
    group_budget: int = 20
    group_burst: int = 5
