"""Everything that is stored about a chat, table by table: handed out, moved along, and deleted for good."""

from typing import Any

from sqlalchemy import Table, delete, exists, literal, select, update

from digests.model.readers import Chat
from digests.storage.noun import Noun
from digests.storage.paces import room_of
from digests.storage.subscriptions import Chats
from digests.storage.tables import metadata
from digests.storage.tables.outbox import broadcasts, deliveries, paces
from digests.storage.tables.readers import administrators, chats, groups

_MOVING = 5_411_307
BELONGING = [table for table in metadata.sorted_tables if any(key.column.table is chats for key in table.foreign_keys)]
"""Every table whose rows belong to a chat, by their `chat_id`."""


class Belongings(Noun):
    """What a chat has, wherever it is kept; a table that comes to refer to chats is seen to without more words."""

    def of(self, chat_id: int) -> dict[str, list[dict[str, Any]]]:
        """Every row about a chat by its table, as it is stored."""
        rows = {
            table.name: select(table).where(table.c.chat_id == chat_id).order_by(*table.primary_key)
            for table in BELONGING
        }
        rows[chats.name] = select(chats).where(chats.c.id == chat_id)
        return {name: [dict(row._mapping) for row in self._connection.execute(wanted)] for name, wanted in rows.items()}

    def move(self, old_address: str, new_address: str) -> None:
        """A group lives elsewhere now, with all topics of its forum; what chats have that are there is taken over."""
        # Telegram says it twice, in the old chat and in the new one: between two looks of the second word's transaction
        # the first's would make the chat its own predecessor.
        self._queue_up(_MOVING)
        old_room, new_room = room_of(old_address), room_of(new_address)
        if old_room != new_room:
            for chat in Chats(self._connection).within(old_room):
                self._move(chat, new_room + chat.address.removeprefix(old_room))

    def _move(self, chat: Chat, new_address: str) -> None:
        there = Chats(self._connection).find(new_address)
        if there is not None:
            self._lock_deliveries(there, chat)
            for table in BELONGING:
                self._take_over(table, there.id, chat.id)
            self._connection.execute(delete(chats).where(chats.c.id == there.id))
        moved = {"address": new_address, "room": room_of(new_address)}
        self._connection.execute(update(chats).where(chats.c.id == chat.id).values(moved))

    def _take_over(self, table: Table, from_id: int, to_id: int) -> None:
        """Copies a chat's rows to another one, but for those it has; what one was sent says nothing of the other."""
        if table is deliveries:
            return
        kept = [column for column in table.c if column.name not in ("id", "chat_id")]
        rows = select(literal(to_id), *kept).where(table.c.chat_id == from_id)
        taken = self._insert(table).from_select(["chat_id", *(column.name for column in kept)], rows)
        self._connection.execute(taken.on_conflict_do_nothing())

    def forget(self, chat: Chat) -> None:
        """Deletes a chat, everything about it, and wherever else it is named."""
        self._lock_deliveries(chat)
        self._connection.execute(delete(chats).where(chats.c.id == chat.id))
        self._connection.execute(delete(administrators).where(administrators.c.person == chat.address))
        self._connection.execute(update(groups).where(groups.c.set_by == chat.address).values(set_by=""))
        self._connection.execute(update(broadcasts).where(broadcasts.c.author == chat.address).values(author=""))
        self.forget_pace(chat.address)

    def _lock_deliveries(self, *owed: Chat) -> None:
        """Before the chats, as whoever sends one has it: in the other order the two could wait for each other."""
        theirs = deliveries.c.chat_id.in_([chat.id for chat in owed])
        wanted = select(deliveries.c.id).where(theirs).order_by(deliveries.c.id)
        self._connection.execute(wanted.with_for_update()).all()

    def forget_pace(self, address: str) -> None:
        """Deletes when a room was last written to, unless a topic of its forum is still there."""
        room = room_of(address)
        used = exists().where(chats.c.room == room)
        self._connection.execute(delete(paces).where(paces.c.key == room, ~used))
