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

    Or an alert: the article `article_id`, told at once, and no edition. Or the broadcast `broadcast_id`.
    `attempts` counts tries that failed, `parts_sent` the messages of it that went out, of the `parts` it takes,
    `unknowns` the tries of which nobody knows whether they arrived; `doubtful` says that the last one was such.
    `contents` are its messages, fixed once the first of several went out. `claim` tells this claim of it from others,
    and `go_at` is when this claim's message may go. A `weekly` one owes the best of the week up to `edition_id`.
    `recipe_id` is what its messages were made of, which knew of the amendments up to `amended`; `message_ids` are the
    messenger's names for those that went out, None where nobody knows whether one arrived.
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
    broadcast_id: int | None = None
    weekly: bool = False
    recipe_id: int | None = None
    amended: int | None = None
    message_ids: tuple[int | None, ...] = ()

    @property
    def of_editions(self) -> bool:
        """Whether it is a digest."""
        return self.article_id is None and self.broadcast_id is None


class EditState(StrEnum):
    """An edit's life: pending → claimed → done, or gone (the chat is), lost (the message is), failed (our fault)."""

    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    GONE = "gone"
    LOST = "lost"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A delivery whose messages are to be put right, from `part` on; `recipe` (JSON) is what they were made of.

    There were to be `parts` of them; `message_ids` are the messenger's names for those that went out, None where
    nobody knows whether one arrived. `owed_at` is when what they show was amended last, `claim` tells this claim of it
    from others, and `go_at` is when its edit may go.
    """

    id: int
    delivery_id: int
    chat: Chat
    parts: int
    message_ids: tuple[int | None, ...]
    recipe: Any
    weekly: bool
    due_at: datetime
    part: int
    go_at: datetime
    attempts: int
    owed_at: datetime
    claim: int


class BroadcastState(StrEnum):
    """A broadcast's life: draft → sending → sent, or stopped."""

    DRAFT = "draft"
    SENDING = "sending"
    SENT = "sent"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """What an operator says to many chats of a `transport`; `content` is a stored message without its heading.

    To those who follow the canonical `query`, or to all if it is empty. `author` is the address of who is told how it
    goes, last at `told_at`; it may be nobody's. `owed` is to how many chats it was begun to be sent.
    """

    id: int
    author: str
    transport: str
    content: Any
    query: str
    state: BroadcastState = BroadcastState.DRAFT
    owed: int = 0
    begun_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """To how many chats a broadcast goes, how many of these it waits for (their quiet hours), and who is left out."""

    chats: int
    asleep: int = 0
    paused: int = 0
    left: int = 0
    silenced: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a broadcast is: chats it reached, those it waits for, and those it did not reach or may not have."""

    sent: int = 0
    waiting: int = 0
    gone: int = 0
    failed: int = 0
    unknown: int = 0


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
