"""What is out of reach, in few lines: said when it begins, once an hour as it goes on, and when it is over."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

HOUR = timedelta(hours=1)
CALM = timedelta(minutes=1)
"""Without a failure after which it is over: one that works and fails in turn goes on."""


@dataclass(slots=True)
class Outage:
    """What is out of reach or not, named by what does not work (`no updates`)."""

    what: str
    clock: Callable[[], datetime]
    _since: datetime | None = None
    _failed_at: datetime | None = None
    _said_at: datetime | None = None
    _tries: int = 0

    def failed(self, reason: object) -> None:
        """A try failed; says so if it is the first, or an hour after it was last said."""
        now = self.clock()
        self._failed_at, self._tries = now, self._tries + 1
        if self._since is None or self._said_at is None:
            self._since = self._said_at = now
            log.warning("%s, tried until it works: %s", self.what, reason)
        elif now - self._said_at >= HOUR:
            self._said_at = now
            log.warning("%s for %s, %d tries: %s", self.what, _span(now - self._since), self._tries, reason)

    def worked(self) -> None:
        """A try worked; says that it is over if it went on before."""
        now = self.clock()
        if self._since is None or (self._failed_at is not None and timedelta() <= now - self._failed_at < CALM):
            return
        log.warning("%s for %s, %d tries: it is over", self.what, _span(now - self._since), self._tries)
        self._since = self._said_at = None
        self._tries = 0


def _span(span: timedelta) -> str:
    """A span to the minute, such as 1:05:00."""
    return str(timedelta(minutes=span // timedelta(minutes=1)))
