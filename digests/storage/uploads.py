"""Uploads as rows: documents that wait for an administrator's word."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from digests.model import Upload
from digests.storage.noun import Noun
from digests.storage.tables import uploads


class Uploads(Noun):
    """Documents that are looked at before they count."""

    def add(self, chat_id: int, name: str, content: bytes, now: datetime) -> Upload:
        """Keeps a document for a chat."""
        row = {"chat_id": chat_id, "name": name, "content": content, "source": "", "created_at": now}
        added = self._connection.execute(insert(uploads).values(row).returning(uploads.c.id)).scalar_one()
        return Upload(id=added, chat_id=chat_id, name=name, content=content, source="", published_on=None)

    def get(self, upload_id: int, chat_id: int) -> Upload | None:
        """A chat's document by its number; nobody else's."""
        return self._find(uploads.c.id == upload_id, uploads.c.chat_id == chat_id)

    def named(self, chat_id: int, name: str) -> Upload | None:
        """The chat's newest document of this name."""
        return self._find(uploads.c.chat_id == chat_id, uploads.c.name == name)

    def _find(self, *which: ColumnElement[bool]) -> Upload | None:
        newest = select(uploads).where(*which).order_by(uploads.c.id.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        if row is None:
            return None
        return Upload(
            id=row.id,
            chat_id=row.chat_id,
            name=row.name,
            content=row.content,
            source=row.source,
            published_on=row.published_on,
        )

    def set_date(self, upload: Upload, published_on: date) -> Upload:
        """Notes the day a document was printed."""
        self._connection.execute(update(uploads).where(uploads.c.id == upload.id).values(published_on=published_on))
        return replace(upload, published_on=published_on)

    def set_source(self, upload: Upload, source: str) -> Upload:
        """Notes the paper a document comes from."""
        self._connection.execute(update(uploads).where(uploads.c.id == upload.id).values(source=source))
        return replace(upload, source=source)

    def remove(self, upload_id: int) -> None:
        """Forgets a document."""
        self._connection.execute(delete(uploads).where(uploads.c.id == upload_id))

    def forget(self, before: datetime) -> None:
        """Forgets the documents that came before a moment."""
        self._connection.execute(delete(uploads).where(uploads.c.created_at < before))

    def count(self, chat_id: int) -> int:
        """How many documents of a chat wait."""
        wanted = select(func.count()).select_from(uploads).where(uploads.c.chat_id == chat_id)
        return self._connection.execute(wanted).scalar_one()
