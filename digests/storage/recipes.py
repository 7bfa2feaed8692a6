"""Recipes as rows: what sent messages were made of, kept once for all chats that got the same."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select

from digests.storage.noun import Noun
from digests.storage.tables.outbox import recipe_articles, recipes


class Recipes(Noun):
    """What messages were made of, as JSON."""

    def keep(self, content: Any, article_ids: Collection[int], now: datetime) -> int:
        """The number under which a recipe is kept, one for equal ones; `article_ids` are the articles that it shows."""
        mark = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
        keeping = self._insert(recipes).values(mark=mark, content=content, kept_at=now)
        # Written anew also when it is known: so it is not pruned while it is used.
        keeping = keeping.on_conflict_do_update(index_elements=[recipes.c.mark], set_={"kept_at": now})
        number = int(self._connection.execute(keeping.returning(recipes.c.id)).scalar_one())
        rows = [{"recipe_id": number, "article_id": article_id} for article_id in sorted(set(article_ids))]
        if rows:
            self._connection.execute(self._insert(recipe_articles).on_conflict_do_nothing(), rows)
        return number

    def get(self, recipe_id: int) -> Any:
        """A recipe by its number; None if it is not kept."""
        return self._connection.execute(select(recipes.c.content).where(recipes.c.id == recipe_id)).scalar()
