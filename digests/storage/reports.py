"""Daily reports as rows: which were given to whom, so that nobody gets one twice."""

from datetime import date, datetime

from sqlalchemy import delete

from digests.storage.noun import Noun
from digests.storage.tables.sources import reports


class Reports(Noun):
    """The reports that were given."""

    def take(self, day: date, address: str, now: datetime) -> bool:
        """Notes that somebody gets the report on a day; says whether nobody had noted that before."""
        row = {"day": day, "address": address, "told_at": now}
        noting = self._insert(reports).values(row).on_conflict_do_nothing().returning(reports.c.day)
        return self._connection.execute(noting).first() is not None

    def give_back(self, day: date, address: str) -> None:
        """It certainly did not reach them: it is to be given again."""
        self._connection.execute(delete(reports).where(reports.c.day == day, reports.c.address == address))
