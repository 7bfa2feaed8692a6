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
    weekly: bool = False
    recipe_id: int | None = None
    amended: int | None = None
    message_ids: tuple[int | None, ...] = ()


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
