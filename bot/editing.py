"""Sent messages put right: made again of their recipes when something that they show was amended."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot import chat, metrics
from bot.chat import Gone, Message, Moved, Refused, SendError, Silenced, Transport, Vanished, Wait
from bot.look import Look
from bot.pace import Pacer
from bot.recipes import Recipe, made_again
from digests.errors import StorageError
from digests.model.outbox import Edit, EditState
from digests.model.readers import Chat
from digests.storage import Database, Store
from digests.storage.deliveries import asked_again

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(minutes=10)
"""Between two tries of an edit that did not get through."""
_ENDS: dict[type[SendError], EditState] = {
    Gone: EditState.GONE,
    Vanished: EditState.LOST,
    Refused: EditState.FAILED,
}


@dataclass(frozen=True, slots=True)
class Editor:
    """Puts messages right through a transport. To do it twice changes nothing, so what is in doubt is done again."""

    database: Database
    transport: Transport
    pacer: Pacer
    look: Callable[[Chat], Look]
    pause: timedelta

    async def edit(self, edit: Edit, stop: asyncio.Event) -> None:
        """One message of an edit to its end; whatever happens to it, the others go on."""
        try:
            try:
                await self._put_right(edit, stop)
            except SendError as fault:
                metrics.count_edit(fault)
                log.warning("edit %d not done: %s: %s", edit.id, type(fault).__name__, fault)
                await self.pacer.ledger.write(partial(self._settle, edit=edit, fault=fault))
            except StorageError:
                raise
            except Exception as error:
                log.exception("edit %d cannot be made", edit.id)
                reason = repr(error)
                await self.pacer.ledger.write(lambda store: store.edits.end(edit, EditState.FAILED, reason))
        except Exception as error:  # noqa: BLE001
            # The row stays as it is; when its lease ends it is taken up again.
            log.error("edit %d not recorded: %s", edit.id, error)

    async def _put_right(self, edit: Edit, stop: asyncio.Event) -> None:
        made, amended = await asyncio.to_thread(self._made, edit)
        await self.pacer.until(edit.go_at)
        now, write = self.pacer.clock(), self.pacer.ledger.write
        if stop.is_set():
            return await write(lambda store: store.edits.wait(edit, now, "stopped"))
        if not made or not edit.message_ids:
            return await write(lambda store: store.edits.end(edit, EditState.LOST, "nothing is known of what was sent"))
        name = edit.message_ids[edit.part]
        if name is not None:
            await self.pacer.depart()
            await chat.edit(self.transport, edit.chat.address, name, made[edit.part])
            metrics.count_edit()
        next_at = self.pacer.clock() + self.pacer.pace.gap
        return await write(lambda store: store.edits.arrived(edit, next_at, amended))

    def _made(self, edit: Edit) -> tuple[Sequence[Message], int]:
        """The messages as they are to be now, and the newest amendment that they know of."""
        if edit.recipe is None:
            return (), 0
        with self.database.read() as store:
            recipe, amended = Recipe.restored(edit.recipe), store.amendments.newest()
            to, parts = edit.chat, max(edit.parts, len(edit.message_ids))
            made = made_again(store, self.look(to), to, recipe, parts, due_at=edit.due_at, weekly=edit.weekly)
            return made, amended

    def _settle(self, store: Store, *, edit: Edit, fault: SendError) -> None:
        now, reason = self.pacer.clock(), str(fault)
        if isinstance(fault, Moved):
            store.belongings.move(edit.chat.address, fault.address)
            return store.edits.wait(edit, now, reason)
        if isinstance(fault, Wait):
            return store.edits.wait(edit, now + timedelta(seconds=fault.seconds), reason)
        if isinstance(fault, Silenced):
            next_at = asked_again(edit.owed_at, now)
            if next_at is None:
                return store.edits.end(edit, EditState.LOST, reason)
            return store.edits.again(edit, next_at, reason)
        if type(fault) in _ENDS:
            return store.edits.end(edit, _ENDS[type(fault)], reason)
        pause = min(self.pause * 2 ** min(edit.attempts, 10), LONGEST_PAUSE)
        return store.edits.again(edit, now + pause, reason)
