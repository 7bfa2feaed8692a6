"""Groups, channels and topics of forums: who set them up, who administers them, whether we may write there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, delete, select, update

from digests.model.readers import Chat, Trouble
from digests.storage.noun import Noun
from digests.storage.subscriptions import to_chat
from digests.storage.tables.outbox import deliveries
from digests.storage.tables.readers import administrators, chats, groups

SILENCED: Select[Any] = select(groups.c.chat_id).where(groups.c.silenced_at.is_not(None))
"""The chats that we may not write to, as part of other queries."""


@dataclass(frozen=True, slots=True)
class Group:
    """A chat in which many read (a group, a channel, a forum's topic) and what it is called."""

    chat: Chat
    title: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person (the address of a private chat) who set a group up is yet to be told, once."""

    group: Group
    person: str
    trouble: Trouble


def _to_group(row: Row[Any]) -> Group:
    return Group(to_chat(row), row.title)


class Groups(Noun):
    """What else there is to know of chats in which many read."""

    def set_up(self, chat_id: int, title: str, person: str) -> None:
        """A person changed something in a group; empty: it is not known what it is called, or who it was."""
        row = {"chat_id": chat_id, "title": title, "set_by": person, "trouble": "", "told": False}
        known = {name: row[name] for name in ("title", "set_by") if row[name]}
        self._connection.execute(self._insert(groups).values(row).on_conflict_do_nothing())
        if known:
            self._connection.execute(update(groups).where(groups.c.chat_id == chat_id).values(known))

    def silence(self, chat_id: int, trouble: Trouble, now: datetime) -> datetime:
        """We may not write there; returns since when. Whoever set it up is to be told if that is news."""
        self.set_up(chat_id, "", "")
        news = update(groups).where(groups.c.chat_id == chat_id, groups.c.silenced_at.is_(None))
        self._connection.execute(news.values(trouble=trouble.value, silenced_at=now, told=False))
        since: datetime = self._connection.execute(
            select(groups.c.silenced_at).where(groups.c.chat_id == chat_id)
        ).scalar_one()
        return since

    def unsilence(self, chat_id: int, now: datetime) -> bool:
        """We may write there again, and what waited is due; tells whether that is news."""
        freed = update(groups).where(groups.c.chat_id == chat_id, groups.c.silenced_at.is_not(None))
        freed = freed.values(trouble="", silenced_at=None).returning(groups.c.chat_id)
        if self._connection.execute(freed).first() is None:
            return False
        waited = update(deliveries).where(
            deliveries.c.chat_id == chat_id,
            deliveries.c.state == "pending",
            deliveries.c.claims > 0,
            deliveries.c.due_at <= now,
        )
        self._connection.execute(waited.values(next_at=now))
        return True

    def told_in(self, room: str, message_id: int) -> str | None:
        """The address, a forum's or one of its topics, whose digest the messenger calls so; nothing if none is kept."""
        told = select(chats.c.address, deliveries.c.message_ids).join(deliveries, deliveries.c.chat_id == chats.c.id)
        rows = self._connection.execute(told.where(chats.c.room == room, deliveries.c.message_ids.is_not(None)))
        return next((row.address for row in rows if message_id in (row.message_ids or ())), None)

    def trouble(self, chat_id: int) -> Trouble | None:
        """Why we may not write there; nothing if we may."""
        wanted = select(groups.c.trouble).where(groups.c.chat_id == chat_id)
        return Trouble(found) if (found := self._connection.execute(wanted).scalar()) else None

    def notices(self) -> list[Notice]:
        """What those who set groups up are yet to be told."""
        wanted = select(chats, groups.c.title, groups.c.set_by, groups.c.trouble).join(groups)
        # Not by the chat: every chat would be read, lest they have to be sorted.
        wanted = wanted.where(groups.c.silenced_at.is_not(None), ~groups.c.told).order_by(groups.c.silenced_at)
        return [Notice(_to_group(row), row.set_by, Trouble(row.trouble)) for row in self._connection.execute(wanted)]

    def told(self, notice: Notice) -> None:
        """A notice was given, or cannot be."""
        given = (groups.c.chat_id == notice.group.chat.id, groups.c.trouble == notice.trouble.value)
        self._connection.execute(update(groups).where(*given).values(told=True))

    def admit(self, chat_id: int, person: str) -> None:
        """A person administers a channel."""
        row = {"chat_id": chat_id, "person": person, "managing": False}
        self._connection.execute(self._insert(administrators).values(row).on_conflict_do_nothing())

    def dismiss(self, chat_id: int, person: str) -> None:
        """A person does not administer a channel any more."""
        self._connection.execute(delete(administrators).where(*_is(chat_id, person)))

    def administered(self, person: str) -> list[Group]:
        """The channels that a person is known to administer, by what they are called."""
        return [_to_group(row) for row in self._connection.execute(_channels(person).order_by(groups.c.title))]

    def manage(self, person: str, chat_id: int | None) -> None:
        """From now on what a person says in private is about this channel, or about that private chat again."""
        chosen = administrators.c.chat_id == (chat_id or 0)
        own = administrators.c.person == person
        self._connection.execute(update(administrators).where(own).values(managing=chosen))

    def managed(self, person: str) -> Group | None:
        """The channel that what a person says in private is about."""
        row = self._connection.execute(_channels(person).where(administrators.c.managing)).first()
        return _to_group(row) if row else None

    def at(self, address: str) -> Group | None:
        """The group at an address."""
        wanted = select(chats, groups.c.title).join(groups).where(chats.c.address == address)
        row = self._connection.execute(wanted).one_or_none()
        return _to_group(row) if row else None

    def channel(self, chat_id: int) -> Group | None:
        """A channel by its id, whoever asks: what may be done with it is another question."""
        known = select(administrators.c.chat_id).where(administrators.c.chat_id == chat_id)
        wanted = select(chats, groups.c.title).join(groups).where(chats.c.id.in_(known))
        row = self._connection.execute(wanted).one_or_none()
        return _to_group(row) if row else None


def _is(chat_id: int, person: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return administrators.c.chat_id == chat_id, administrators.c.person == person


def _channels(person: str) -> Select[Any]:
    wanted = select(chats, groups.c.title).join(groups).join(administrators, administrators.c.chat_id == chats.c.id)
    return wanted.where(administrators.c.person == person)
