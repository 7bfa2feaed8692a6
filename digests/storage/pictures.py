"""Pictures that were sent once, by what is on them, and how the messenger calls them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from digests.storage.noun import Noun
from digests.storage.tables import pictures

REMEMBERED = timedelta(days=30)
"""How long a name is kept: who wants an older picture has it drawn again."""


class Pictures(Noun):
    """The messenger's names of pictures."""

    def find(self, key: str) -> str | None:
        """The name of the picture with this key, if it was sent lately."""
        found: str | None = self._connection.execute(select(pictures.c.file_id).where(pictures.c.key == key)).scalar()
        return found

    def keep(self, key: str, file_id: str, now: datetime) -> None:
        """Keeps a picture's newest name, and forgets the old ones of others."""
        row = {"key": key, "file_id": file_id, "sent_at": now}
        kept = self._insert(pictures).values(row)
        newest = {"file_id": file_id, "sent_at": now}
        self._connection.execute(kept.on_conflict_do_update(index_elements=[pictures.c.key], set_=newest))
        self._connection.execute(delete(pictures).where(pictures.c.sent_at < now - REMEMBERED))
