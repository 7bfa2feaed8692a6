"""Hosts as rows: when each was asked last, and until when it asked to be left alone, for all processes."""

from collections.abc import Callable

from sqlalchemy import select, update

from digests.model.sources import Visits
from digests.storage.noun import Noun
from digests.storage.tables.sources import hosts


class Hosts(Noun):
    """The hosts that news was asked of."""

    def change(self, host: str, changed: Callable[[Visits], Visits]) -> Visits:
        """Writes down what `changed` makes of what is known of a host, and returns it; others wait meanwhile."""
        self._connection.execute(self._insert(hosts).values(host=host).on_conflict_do_nothing())
        known = select(hosts.c.asked_at, hosts.c.held_until).where(hosts.c.host == host).with_for_update()
        visits = changed(Visits(*self._connection.execute(known).one()))
        values = {"asked_at": visits.asked_at, "held_until": visits.held_until}
        self._connection.execute(update(hosts).where(hosts.c.host == host).values(values))
        return visits
