"""Files that become rows, so that any process may read them: handed over, read once, and told what came of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from digests.errors import InputError
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.files import read_file
from digests.ingest.pipeline import Ingested
from digests.model.sources import Document
from digests.storage import Database

LEASE = timedelta(minutes=1)
"""How long nobody else reads a document that is being read; each batch of its articles renews it."""
MOST_TRIES = 3
"""What ended so many processes is not read again."""

Ingest = Callable[[Iterable[Item], Callable[[Ingested], None]], Ingested]
"""Stores articles, and tells of each batch."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents of one database; any number of processes may read them."""

    database: Database
    doors: Callable[[], Doors]
    ingest: Ingest
    clock: Callable[[], datetime]

    def hand_over(self, file: Path, stamp: tuple[int, int], label: Label) -> Ingested | None:
        """Makes a file a row; once that is read, what it came to, and the row is gone. Raises StorageError."""
        name, state = str(file), ":".join(map(str, stamp))
        with self.database.begin() as store:
            found = store.documents.find(name, state)
            if found is None:
                try:
                    content = read_file(file)
                except InputError as fault:
                    return Ingested(unread=1, faults=(fault,))
                store.documents.add(name, state, content, label.source, label.published_on, self.clock())
                return None
            document_id, outcome = found
            if outcome is not None:
                store.documents.remove(document_id)
        return None if outcome is None else _restored(outcome)

    def read(self, document_id: int) -> Ingested | None:
        """Reads a document and notes what it came to; nothing if another process does. Raises StorageError."""
        with self.database.begin() as store:
            document = store.documents.claim(document_id, self.clock(), LEASE)
        if document is None:
            return None
        done = self._taken(document)
        with self.database.begin() as store:
            store.documents.finish(document.id, _stored(done))
        return done

    def _taken(self, document: Document) -> Ingested:
        if document.tries > MOST_TRIES:
            fault = InputError(f"{document.name}: not read again, for it ended {MOST_TRIES} processes")
            return Ingested(unread=1, faults=(fault,))
        label = Label(source=document.source, published_on=document.published_on)
        try:
            items = self.doors().read(document.content, document.name, label)
            return self.ingest(items, lambda _: self._renew(document.id))
        except InputError as fault:
            return Ingested(unread=1, faults=(fault,))

    def _renew(self, document_id: int) -> None:
        with self.database.begin() as store:
            store.documents.renew(document_id, self.clock() + LEASE)


def _stored(done: Ingested) -> dict[str, Any]:
    counts = {field.name: getattr(done, field.name) for field in fields(done)}
    return {**counts, "faults": [str(fault) for fault in done.faults]}


def _restored(outcome: dict[str, Any]) -> Ingested:
    return Ingested(**{**outcome, "faults": tuple(InputError(fault) for fault in outcome["faults"])})
