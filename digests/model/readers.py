"""Who is told: chats, what they follow and what they put aside."""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from digests.model.news import Article
from digests.timetable import EVERY_DAY, Quiet, Timetable, Weekly

MOST_WISHES = 500
"""Queries that a chat follows: more nobody looks through, and every digest must."""


class ChatState(StrEnum):
    """Whether a chat can be written to: blocked chats keep everything and are left in peace."""

    ACTIVE = "active"
    BLOCKED = "blocked"


class Style(StrEnum):
    """How much of each article a digest shows: headline and summary, or the headline alone."""

    FULL = "full"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat and its timetable; `address` names it for its transport, e.g. `telegram:12345`.

    Without `times` a digest goes out with each edition, without `days` (ISO weekdays) none does; `weekly` is when the
    week's best comes. A pause ends by itself at `paused_until`, if that is set. With `says_nothing` a chat is told, in
    a line, of a day without news. `covered` is the newest edition it has been told of.
    `converted` says that articles come in the simplified or traditional characters of its language, not the paper's.
    `tastes` are canonical queries that it wants more (above 0) or less of, each with how many steps, in their order.
    """

    id: int
    address: str
    language: str
    zone: str
    times: tuple[time, ...] = ()
    days: tuple[int, ...] = EVERY_DAY
    quiet: Quiet | None = None
    weekly: Weekly | None = None
    says_nothing: bool = False
    paused: bool = False
    paused_until: datetime | None = None
    state: ChatState = ChatState.ACTIVE
    covered: int = 0
    converted: bool = False
    style: Style = Style.FULL
    tastes: tuple[tuple[str, int], ...] = ()

    @property
    def timetable(self) -> Timetable:
        """When digests come."""
        return Timetable(ZoneInfo(self.zone), self.times, self.days, self.quiet)


class Trouble(StrEnum):
    """Why a group gets no digests: we may not write there, its topic is closed for now, or is no more."""

    SILENCED = "silenced"
    CLOSED = "closed"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Something a chat follows; `query` is canonical, so equal wishes are equal texts.

    `since` is the newest edition when it was chosen. With `alerts_since` what came from then on is told at once.
    """

    id: int
    chat_id: int
    query: str
    since: int = 0
    paused: bool = False
    alerts_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """An article that a chat put aside, and when."""

    article: Article
    saved_at: datetime
