"""Originals as rows: messages that an article took the place of, kept so that a button puts them back."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from digests.storage.noun import Noun
from digests.storage.tables.readers import originals

KEPT = timedelta(days=400)
"""How long a message can be put back: until the next year's news is read."""


class Originals(Noun):
    """Messages to be put back, as JSON."""

    def keep(self, chat_id: int, content: Any, now: datetime) -> int:
        """The number under which a chat's message is kept, one for equal messages; forgets those older than KEPT."""
        own = originals.c.chat_id == chat_id
        self._connection.execute(delete(originals).where(own, originals.c.kept_at < now - KEPT))
        mark = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
        row = {"chat_id": chat_id, "mark": mark, "content": content, "kept_at": now}
        keeping = self._insert(originals).values(row)
        keeping = keeping.on_conflict_do_update(
            index_elements=[originals.c.chat_id, originals.c.mark], set_={"kept_at": now}
        )
        return int(self._connection.execute(keeping.returning(originals.c.id)).scalar_one())

    def get(self, original_id: int, chat_id: int) -> Any:
        """A chat's message by its number, never another chat's; None if it is not kept."""
        own = (originals.c.id == original_id, originals.c.chat_id == chat_id)
        return self._connection.execute(select(originals.c.content).where(*own)).scalar()

    def of(self, chat_id: int) -> list[Any]:
        """Every message that is kept for a chat, the oldest first."""
        wanted = select(originals.c.content).where(originals.c.chat_id == chat_id).order_by(originals.c.id)
        return list(self._connection.execute(wanted).scalars())
