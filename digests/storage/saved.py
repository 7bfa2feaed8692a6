"""Saved articles as rows: what a chat put aside to find it again."""

from datetime import datetime

from sqlalchemy import delete, func, select

from digests.model.readers import Saved
from digests.storage.noun import Noun
from digests.storage.rows import to_article
from digests.storage.tables.news import articles
from digests.storage.tables.readers import saved


class SavedArticles(Noun):
    """What chats put aside."""

    def add(self, chat_id: int, article_id: int, saved_at: datetime) -> bool:
        """Puts an article aside; tells whether it was not before. The article must exist."""
        row = {"chat_id": chat_id, "article_id": article_id, "saved_at": saved_at}
        added = self._insert(saved).values(row).on_conflict_do_nothing().returning(saved.c.article_id)
        return self._connection.execute(added).first() is not None

    def remove(self, chat_id: int, article_id: int) -> datetime | None:
        """Puts it aside no longer; returns when it had been, or nothing if it was not."""
        own = (saved.c.chat_id == chat_id, saved.c.article_id == article_id)
        found: datetime | None = self._connection.execute(
            delete(saved).where(*own).returning(saved.c.saved_at)
        ).scalar()
        return found

    def has(self, chat_id: int, article_id: int) -> bool:
        """Whether a chat has put an article aside."""
        own = (saved.c.chat_id == chat_id, saved.c.article_id == article_id)
        return self._connection.execute(select(saved.c.article_id).where(*own)).first() is not None

    def count(self, chat_id: int) -> int:
        """How many articles a chat has put aside."""
        return self._connection.execute(
            select(func.count()).select_from(saved).where(saved.c.chat_id == chat_id)
        ).scalar_one()

    def of(self, chat_id: int, *, skip: int = 0, limit: int | None = None) -> list[Saved]:
        """What a chat put aside, the last first: all, or `limit` of them behind the first `skip`."""
        wanted = select(articles, saved.c.saved_at).join(saved).where(saved.c.chat_id == chat_id)
        wanted = wanted.order_by(saved.c.saved_at.desc(), saved.c.article_id.desc()).offset(skip).limit(limit)
        return [Saved(to_article(row), row.saved_at) for row in self._connection.execute(wanted)]
