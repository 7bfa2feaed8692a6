"""Writes that many tasks ask for at once, committed together: a transaction for each of them would cost more."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from digests.errors import StorageError
from digests.storage import Database, Store

log = logging.getLogger(__name__)

PAUSES = (0.5, 2.0, 5.0)
"""Seconds before a write is tried again: what is known to have arrived must not become unknown."""
TOGETHER = 200
"""Writes in one transaction, at most."""

_T = TypeVar("_T")
Write = Callable[[Store], Any]


@dataclass(frozen=True, slots=True)
class _Entry:
    write: Write
    done: asyncio.Future[Any]


@dataclass(slots=True)
class _Attempt:
    """The last try of a batch: what its writes returned, and the number of its transaction if it came to the commit."""

    results: list[Any] = field(default_factory=list)
    number: int | None = None


class Ledger:
    """Commits writes in the order in which they come; whoever asked goes on when his is committed."""

    def __init__(self, database: Database, pauses: Sequence[float] = PAUSES) -> None:
        self._database = database
        self._pauses = pauses
        self._entries: list[_Entry] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, write: Callable[[Store], _T]) -> _T:
        """What `write` returns, once it is committed; raises what it raises, and StorageError when all tries failed."""
        done: asyncio.Future[_T] = asyncio.get_running_loop().create_future()
        self._entries.append(_Entry(write, done))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._commit_all())
        # Whoever is cancelled leaves his write behind: it is in a transaction with others.
        return await asyncio.shield(done)

    async def _commit_all(self) -> None:
        while self._entries:
            batch, self._entries = self._entries[:TOGETHER], self._entries[TOGETHER:]
            try:
                await self._commit(batch)
            except StorageError as error:
                for entry in batch:
                    _fail(entry, error)
            except Exception:  # noqa: BLE001 - one of them fails: each for itself then, so that it takes no other along
                for entry in batch:
                    await self._commit_alone(entry)

    async def _commit_alone(self, entry: _Entry) -> None:
        try:
            await self._commit([entry])
        except Exception as error:  # noqa: BLE001 - it is handed to whoever asked for the write
            _fail(entry, error)

    async def _commit(self, batch: list[_Entry]) -> None:
        attempt = _Attempt()
        for pause in (*self._pauses, None):
            try:
                await asyncio.to_thread(self._transaction, batch, attempt)
            except StorageError as error:
                if pause is None:
                    raise
                log.warning("not recorded, trying again in %g s: %s", pause, error)
                await asyncio.sleep(pause)
            else:
                for entry, result in zip(batch, attempt.results, strict=True):
                    if not entry.done.done():
                        entry.done.set_result(result)
                return

    def _transaction(self, batch: list[_Entry], attempt: _Attempt) -> None:
        """Writes a batch once, though we may not have heard that its commit was done."""
        if attempt.number is not None and self._database.committed(attempt.number):
            return
        attempt.number = None
        with self._database.begin() as store:
            attempt.results = [entry.write(store) for entry in batch]
            attempt.number = store.number()


def _fail(entry: _Entry, error: Exception) -> None:
    if not entry.done.done():
        entry.done.set_exception(error)
