"""Politeness: requests to one host begin some time apart, and none while it wants to be left alone."""

import threading
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from digests.ingest.fetcher.trouble import Trouble
from digests.model.sources import Visits
from digests.storage import Database

FORGOTTEN = timedelta(minutes=10)
"""How far from now a request is remembered; a clock that was set back makes nobody wait longer than that."""
PATIENCE = timedelta(minutes=3)
"""How long a request waits for its turn: four threads wait for half a minute each at most."""
LONGEST_WAIT = timedelta(days=1)
"""How long a host may ask to be left alone."""


class Book(Protocol):
    """What is known of each host, for all who ask it."""

    def change(self, host: str, changed: Callable[[Visits], Visits]) -> Visits:
        """Writes down what `changed` makes of what is known of the host, and returns it; nobody comes in between."""
        ...


class OwnBook:
    """A book of this process alone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: defaultdict[str, Visits] = defaultdict(Visits)

    def change(self, host: str, changed: Callable[[Visits], Visits]) -> Visits:
        """As Book says."""
        with self._lock:
            self._known[host] = changed(self._known[host])
            return self._known[host]


class SharedBook:
    """A book in the database, for all processes that work on it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def change(self, host: str, changed: Callable[[Visits], Visits]) -> Visits:
        """As Book says; raises StorageError."""
        with self._database.begin() as store:
            return store.hosts.change(host, changed)


class Turns:
    """When each host may be asked next."""

    def __init__(self, clock: Callable[[], datetime], sleep: Callable[[float], None], book: Book) -> None:
        self._clock = clock
        self._sleep = sleep
        self._book = book

    def wait(self, host: str, gap: float) -> None:
        """Returns when a request to the host may begin: `gap` seconds after the last one did.

        Raises Trouble if the host asked to be left alone for longer than one waits here.
        """
        now = self._clock()
        left = timedelta()

        def reserved(known: Visits) -> Visits:
            nonlocal left
            start = _start(known, now, timedelta(seconds=gap))
            left = start - now
            return known if left > PATIENCE else Visits(start, known.held_until)

        self._book.change(host, reserved)
        if left > PATIENCE:
            seconds = left.total_seconds()
            raise Trouble(f"it asked to be left alone for {_in_words(seconds)} more", wait=seconds)
        if left > timedelta():
            self._sleep(left.total_seconds())

    def hold(self, host: str, seconds: float) -> None:
        """Leaves a host alone for as long as it asked, whatever of it is wanted."""
        until = self._clock() + timedelta(seconds=seconds)
        self._book.change(host, lambda known: Visits(known.asked_at, max(until, known.held_until or until)))


def _start(known: Visits, now: datetime, gap: timedelta) -> datetime:
    """The next moment at which a host may be asked, from now on."""
    start = now
    if known.asked_at and abs(known.asked_at - now) < FORGOTTEN:
        start = max(start, known.asked_at + gap)
    if known.held_until and known.held_until - now <= LONGEST_WAIT:
        start = max(start, known.held_until)
    return start


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
