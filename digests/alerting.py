"""Alerts: looks at what came in and owes it at once to those who want that, in one transaction."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from digests.following import Following
from digests.model.news import Article
from digests.query import subject_of
from digests.seeds import Lexicon
from digests.storage import Database

YESTERDAY = timedelta(days=1)
"""How long before today an article was printed at most that is news: what comes from an archive alerts nobody."""


class Alerting:
    """Owes alerts; made once, for its index of what is followed is kept up rather than made anew."""

    def __init__(self, database: Database, lexicon: Lexicon, zone: ZoneInfo, most: int) -> None:
        """`zone` is the paper's; a chat gets at most so many alerts in any day."""
        self._database = database
        self._lexicon = lexicon
        self._zone = zone
        self._most = most
        self._following = Following()
        self._indexing = threading.Lock()

    def alert(self, article_ids: Sequence[int], now: datetime) -> int:
        """Owes those of these articles that nobody has looked at yet, are news, and wait for an edition.

        Returns how many alerts that makes. Called twice, or by two processes at once, it ends the same; after a kill
        the articles are still due. Which wishes an article meets is found out before anyone has to wait.
        """
        first_day = now.astimezone(self._zone).date() - YESTERDAY
        with self._database.read() as store:
            followed = store.alerts.followed()
            found = store.alerts.due(article_ids, first_day) if followed else []
        wishes = self._wishes(found, followed)
        owed = 0
        with self._database.begin() as store:
            store.alerts.queue_up()
            taken = store.alerts.take(article_ids)
            for article in found:
                # One that was revised since it was read stays for the digest.
                if taken.get(article.id) == article.revision:
                    owed += store.alerts.owe(article, wishes[article.id], now, self._most)
        return owed

    def _wishes(self, found: Sequence[Article], followed: Sequence[str]) -> dict[int, list[str]]:
        if not found:
            return {}
        with self._indexing:
            self._following.keep_up(followed, self._lexicon)
            return {article.id: self._following.matching(subject_of(article)) for article in found}
