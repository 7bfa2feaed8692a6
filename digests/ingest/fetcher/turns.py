"""Politeness: requests to one host begin some time apart, whichever thread makes them."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

FORGOTTEN = timedelta(minutes=10)
"""How far from now a request is remembered; a clock that was set back makes nobody wait longer than that."""


class Turns:
    """When each host was, or will next be, asked."""

    def __init__(self, clock: Callable[[], datetime], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._starts: dict[str, datetime] = {}

    def wait(self, host: str, gap: float) -> None:
        """Returns when a request to the host may begin: `gap` seconds after the last one did."""
        left = self._reserve(host, timedelta(seconds=gap))
        if left > 0:
            self._sleep(left)

    def _reserve(self, host: str, gap: timedelta) -> float:
        """The seconds until the turn that is now ours."""
        with self._lock:
            now = self._clock()
            near = {host: start for host, start in self._starts.items() if abs(start - now) < FORGOTTEN}
            start = max(now, near[host] + gap) if host in near else now
            self._starts = {**near, host: start}
            return (start - now).total_seconds()
