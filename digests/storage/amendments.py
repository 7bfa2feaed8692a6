"""Amendments as rows: an editor's word on an article, the newest of each kind."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Row, delete, func, insert, select

from digests.model.news import Act, Amendment
from digests.storage.noun import Noun, chunks
from digests.storage.tables.news import amendments

_AMENDING = 5_411_308
"""The queue of those who amend in PostgreSQL: amendments become known in the order of their numbers."""


class Amendments(Noun):
    """What editors changed."""

    def queue_up(self) -> None:
        """Waits for its turn to amend; for the first step of a transaction that does."""
        self._queue_up(_AMENDING)

    def newest(self) -> int:
        """The number of the last one, greater after each change; 0 for none."""
        found: int | None = self._connection.execute(select(func.max(amendments.c.id))).scalar()
        return found or 0

    def of(self, article_id: int) -> Mapping[Act, Amendment]:
        """The amendments of an article, told or not, oldest first."""
        return {amendment.act: amendment for amendment in self._of([article_id]).get(article_id, ())}

    def having(self, act: Act, article_ids: Iterable[int]) -> set[int]:
        """Those of these articles that have an amendment of a kind."""
        found: set[int] = set()
        for some in chunks(sorted(set(article_ids))):
            own = (amendments.c.act == act.value, amendments.c.article_id.in_(some))
            found.update(self._connection.execute(select(amendments.c.article_id).where(*own)).scalars())
        return found

    def announced(self, article_ids: Iterable[int]) -> Mapping[int, tuple[Amendment, ...]]:
        """Of those of these articles that have any, what readers are told was changed, oldest first."""
        told: dict[int, tuple[Amendment, ...]] = {}
        for some in chunks(sorted(set(article_ids))):
            for article_id, found in self._of(some).items():
                told[article_id] = tuple(amendment for amendment in found if amendment.announced)
        return told

    def _of(self, article_ids: Iterable[int]) -> Mapping[int, list[Amendment]]:
        wanted = select(amendments).where(amendments.c.article_id.in_(list(article_ids))).order_by(amendments.c.id)
        found: dict[int, list[Amendment]] = defaultdict(list)
        for row in self._connection.execute(wanted):
            found[row.article_id].append(_to_amendment(row))
        return found

    def add(self, article_id: int, amendment: Amendment) -> None:
        """Keeps an amendment in place of the earlier one of its kind."""
        self.remove(article_id, amendment.act)
        row = {
            "article_id": article_id,
            "act": amendment.act.value,
            "words": amendment.words,
            "before": amendment.before,
            "announced": amendment.announced,
            "made_at": amendment.made_at,
        }
        self._connection.execute(insert(amendments).values(row))

    def remove(self, article_id: int, act: Act) -> None:
        """Forgets an article's amendment of a kind; another one must follow, so that `newest` tells of the change."""
        own = (amendments.c.article_id == article_id, amendments.c.act == act.value)
        self._connection.execute(delete(amendments).where(*own))

    def latest(self, limit: int) -> list[tuple[int, Amendment]]:
        """The last ones with the numbers of their articles, newest first."""
        wanted = select(amendments).order_by(amendments.c.id.desc()).limit(limit)
        return [(row.article_id, _to_amendment(row)) for row in self._connection.execute(wanted)]


def _to_amendment(row: Row[Any]) -> Amendment:
    return Amendment(Act(row.act), row.words, row.made_at, row.announced, row.before)
