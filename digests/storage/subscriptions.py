"""Chats and what they follow."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, Update, and_, bindparam, case, delete, func, literal, select, update

from digests.errors import TooManyWishes
from digests.model.readers import MOST_WISHES, Chat, ChatState, Style, Subscription
from digests.storage.columns import UtcDateTime
from digests.storage.noun import Noun
from digests.storage.paces import room_of
from digests.storage.tables.news import editions
from digests.storage.tables.readers import chats, subscriptions
from digests.timetable import Quiet, Timetable, Weekly

UNSET = datetime(1970, 1, 1, tzinfo=UTC)
"""When the week's best is due for a chat that has just chosen an hour for it: the next is still to be reckoned."""


def to_times(text: str) -> tuple[time, ...]:
    """The hours of a chat as they are stored, `07:30 18:00`."""
    return tuple(time.fromisoformat(word) for word in text.split())


def to_quiet(text: str) -> Quiet | None:
    """Quiet hours as they are stored, `22:00-07:00`."""
    start, _, end = text.partition("-")
    return Quiet(time.fromisoformat(start), time.fromisoformat(end)) if text else None


def to_weekly(text: str) -> Weekly | None:
    """When the week's best comes, as it is stored, `7 18:00`."""
    day, _, at = text.partition(" ")
    return Weekly(int(day), time.fromisoformat(at)) if text else None


def to_timetable(row: Any) -> Timetable:
    """What a row's `zone`, `times`, `days` and `quiet` say of when digests come."""
    return Timetable(ZoneInfo(row.zone), to_times(row.times), tuple(map(int, row.days)), to_quiet(row.quiet))


def _to_columns(chat: Chat) -> dict[str, Any]:
    """A chat's settings as they are stored."""
    quiet, weekly = chat.quiet, chat.weekly
    return {
        "language": chat.language,
        "zone": chat.zone,
        "times": " ".join(f"{at:%H:%M}" for at in chat.times),
        "days": "".join(map(str, chat.days)),
        "quiet": f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else "",
        "weekly": f"{weekly.day} {weekly.at:%H:%M}" if weekly else "",
        "says_nothing": chat.says_nothing,
        "paused": chat.paused,
        "paused_until": chat.paused_until,
        "state": chat.state.value,
        "converted": chat.converted,
        "style": chat.style.value,
        "tastes": dict(chat.tastes),
    }


def to_chat(row: Row[Any]) -> Chat:
    """A row that has every column of `chats` as a chat."""
    return Chat(
        id=row.id,
        address=row.address,
        language=row.language,
        zone=row.zone,
        times=to_times(row.times),
        days=tuple(map(int, row.days)),
        quiet=to_quiet(row.quiet),
        weekly=to_weekly(row.weekly),
        says_nothing=row.says_nothing,
        paused=row.paused,
        paused_until=row.paused_until,
        state=ChatState(row.state),
        covered=row.covered,
        converted=row.converted,
        style=Style(row.style),
        tastes=tuple(sorted(row.tastes.items())),
    )


# Made once: it is part of every delivery, and to build it costs more than to run it.
_COVER = (
    update(chats)
    .where(chats.c.id == bindparam("chat"), chats.c.covered < bindparam("edition"))
    .values(covered=bindparam("edition"))
)
# One that joins later is told of what comes next, not of everything there ever was.
_NEWEST = select(func.coalesce(func.max(editions.c.id), 0)).scalar_subquery()


class Chats(Noun):
    """Who is written to, and when."""

    def find(self, address: str) -> Chat | None:
        """The chat at an address."""
        row = self._connection.execute(select(chats).where(chats.c.address == address)).one_or_none()
        return to_chat(row) if row else None

    def all(self) -> list[Chat]:
        """Every chat, the first one first."""
        return [to_chat(row) for row in self._connection.execute(select(chats).order_by(chats.c.id))]

    def within(self, address: str) -> list[Chat]:
        """The chat at an address, and those of its forum topics, in the order in which they came."""
        wanted = chats.c.address.startswith(f"{address}:", autoescape=True) | (chats.c.address == address)
        return [to_chat(row) for row in self._connection.execute(select(chats).where(wanted).order_by(chats.c.id))]

    def find_or_add(self, address: str, language: str, zone: str, now: datetime) -> Chat:
        """The chat at an address; a new one has these settings and has been told of every edition so far."""
        new = Chat(id=0, address=address, language=language, zone=zone)
        row = {
            "address": address,
            "room": room_of(address),
            "covered": _NEWEST,
            "created_at": now,
            **_to_columns(new),
        }
        self._connection.execute(self._insert(chats).values(row).on_conflict_do_nothing())
        return to_chat(self._connection.execute(select(chats).where(chats.c.address == address)).one())

    def save(self, chat: Chat) -> None:
        """Keeps a chat's settings: language, characters, timetable, pause, state, style and tastes."""
        values = _to_columns(chat)
        same = and_(chats.c.weekly == values["weekly"], chats.c.zone == chat.zone)
        anew = literal(UNSET if chat.weekly else None, UtcDateTime)
        values["weekly_at"] = case((same, chats.c.weekly_at), else_=anew)
        self._connection.execute(update(chats).where(chats.c.id == chat.id).values(values))

    def catch_up(self, chat_id: int) -> None:
        """Counts every edition so far as told: what was missed does not come as a flood."""
        self._connection.execute(update(chats).where(chats.c.id == chat_id).values(covered=_NEWEST))

    def cover(self, chat_id: int, edition_id: int) -> None:
        """Counts the editions up to this one as told."""
        self._connection.execute(_COVER, {"chat": chat_id, "edition": edition_id})


class Subscriptions(Noun):
    """What chats follow, as canonical queries."""

    def of(self, chat_id: int) -> list[Subscription]:
        """What a chat follows, in the order it chose."""
        wanted = select(subscriptions).where(subscriptions.c.chat_id == chat_id).order_by(subscriptions.c.id)
        return [_to_subscription(row) for row in self._connection.execute(wanted)]

    def find(self, chat_id: int, query: str) -> Subscription | None:
        """What a chat follows under this canonical query."""
        wanted = select(subscriptions).where(subscriptions.c.chat_id == chat_id, subscriptions.c.query == query)
        row = self._connection.execute(wanted).one_or_none()
        return _to_subscription(row) if row else None

    def add(self, chat_id: int, query: str, now: datetime, since: int | None = None) -> bool:
        """Follows a query; tells whether it was not followed before. Raises TooManyWishes.

        The editions up to `since` are not owed: the newest of now, or of when a wish that was given up was made.
        """
        if self.room(chat_id) < 1 and self.find(chat_id, query) is None:
            raise TooManyWishes(MOST_WISHES)
        row = {"chat_id": chat_id, "query": query, "since": _NEWEST if since is None else since, "created_at": now}
        added = self._insert(subscriptions).values(row).on_conflict_do_nothing().returning(subscriptions.c.id)
        return self._connection.execute(added).scalar() is not None

    def room(self, chat_id: int) -> int:
        """How many queries more a chat may follow."""
        followed = select(func.count()).where(subscriptions.c.chat_id == chat_id)
        return MOST_WISHES - self._connection.execute(followed).scalar_one()

    def set_paused(self, wish: Subscription, *, paused: bool) -> None:
        """Lets a wish rest, or go on: then from the next edition, and what was missed is not owed."""
        since = {} if paused or not wish.paused else {"since": _NEWEST}
        self._connection.execute(_of(wish).values(paused=paused, **since))

    def set_alerts(self, wish: Subscription, since: datetime | None) -> None:
        """Has told at once what comes from then on, or leaves it to the digests."""
        self._connection.execute(_of(wish).values(alerts_since=since))

    def remove(self, chat_id: int, subscription_id: int) -> bool:
        """Stops following by id, never another chat's; tells whether there was such a one."""
        return self._remove(chat_id, subscriptions.c.id == subscription_id)

    def remove_query(self, chat_id: int, query: str) -> bool:
        """Stops following a query; tells whether it was followed."""
        return self._remove(chat_id, subscriptions.c.query == query)

    def _remove(self, chat_id: int, which: Any) -> bool:
        removed = delete(subscriptions).where(subscriptions.c.chat_id == chat_id, which).returning(subscriptions.c.id)
        return self._connection.execute(removed).first() is not None

    def followers(self) -> dict[str, int]:
        """How many chats follow each query that is followed and does not rest, in the order of the queries."""
        counted = select(subscriptions.c.query, func.count().label("chats")).group_by(subscriptions.c.query)
        counted = counted.where(subscriptions.c.paused.is_(False))
        return {row.query: row.chats for row in self._connection.execute(counted.order_by(subscriptions.c.query))}


def _of(wish: Subscription) -> Update:
    return update(subscriptions).where(subscriptions.c.id == wish.id, subscriptions.c.chat_id == wish.chat_id)


def _to_subscription(row: Row[Any]) -> Subscription:
    return Subscription(row.id, row.chat_id, row.query, row.since, row.paused, row.alerts_since)
