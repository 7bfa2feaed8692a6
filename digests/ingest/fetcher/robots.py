"""What a site's robots.txt (RFC 9309) lets us fetch, and how fast; each is read once an hour."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
from protego import Protego

from digests.ingest.fetcher.trouble import Trouble, Unconnected, status_in_words
from digests.ingest.fetcher.turns import LONGEST_WAIT

KEPT = timedelta(hours=1)
UNREADABLE_FOR = timedelta(minutes=5)
"""How long a site is left alone whose robots.txt cannot be read: until then all is forbidden (RFC 9309, 2.3.1.4)."""

UNCONNECTED_FOR = timedelta(seconds=30)
"""How long a host without a connection is taken to be without: other pages of the same edition need not try."""

LONGEST_DELAY = 30.0
MOST_SITES = 256

_NEVER = datetime.min.replace(tzinfo=UTC)

_AGENT = re.compile(r"\s*user[-\s]*agent\b[\s:]*([^#]*)", re.IGNORECASE)


@dataclass
class _Site:
    """What is known of one scheme, host and port, and until when; whoever reads its robots.txt holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    until: datetime = _NEVER
    known: Protego | Trouble = field(default_factory=lambda: Unconnected("not asked yet"))


class Robots:
    """The rules of the sites that were visited last.

    `read` fetches a robots.txt with its redirects: its status and its bytes, of which `most` are looked at.
    `agent` is the product token that rules may name.
    """

    def __init__(
        self, read: Callable[[httpx.URL], tuple[int, bytes]], clock: Callable[[], datetime], agent: str, most: int
    ) -> None:
        self._read = read
        self._clock = clock
        self._agent = agent.lower()
        self._most = most
        self._lock = threading.Lock()
        self._sites: dict[str, _Site] = {}

    def delay(self, url: httpx.URL) -> float:
        """The seconds that a site wants between requests, at most 30, 0 if it says nothing.

        Raises Trouble if its rules forbid the address or cannot be read; the latter is remembered for five minutes.
        """
        rules = self._rules(url)
        if not rules.can_fetch(str(url), self._agent):
            raise Trouble("its robots.txt forbids it")
        return min(LONGEST_DELAY, rules.crawl_delay(self._agent) or 0.0)

    def _rules(self, url: httpx.URL) -> Protego:
        site = self._site(f"{url.scheme}://{url.netloc.decode('ascii')}")
        with site.lock:
            now = self._clock()
            # A clock that was set back by days makes nothing last for days.
            if not now < site.until <= now + LONGEST_WAIT:
                site.known, span = self._look(url)
                site.until = self._clock() + span
            if isinstance(site.known, Trouble):
                raise _repeated(site.known, (site.until - self._clock()).total_seconds())
            return site.known

    def _site(self, origin: str) -> _Site:
        with self._lock:
            site = self._sites.pop(origin, None) or _Site()
            self._sites[origin] = site
            if len(self._sites) > MOST_SITES:
                del self._sites[next(iter(self._sites))]
            return site

    def _look(self, url: httpx.URL) -> tuple[Protego | Trouble, timedelta]:
        """The rules, or why there are none, and how long that holds."""
        try:
            status, content = self._read(url.copy_with(raw_path=b"/robots.txt"))
        except Unconnected as trouble:
            return trouble, UNCONNECTED_FOR
        except Trouble as trouble:
            asked = timedelta(seconds=trouble.wait or 0)
            return Trouble(f"its robots.txt cannot be read: {trouble.reason}"), max(asked, UNREADABLE_FOR)
        if status == 429 or status >= 500:
            return Trouble(f"its robots.txt cannot be read: {status_in_words(status)}"), UNREADABLE_FOR
        return Protego.parse(self._ours(content) if status == 200 else ""), KEPT

    def _ours(self, content: bytes) -> str:
        """The text with every agent that is not us renamed to one other.

        Protego keeps a copy of each rule for each agent of its group: ten thousand agents over ten thousand rules
        fit into half a megabyte, and would take gigabytes.
        """
        text = content.decode("utf-8-sig", "replace")
        if len(content) >= self._most:
            text = text.rpartition("\n")[0]  # half a path forbids more than the whole one
        return "\n".join(self._renamed(line) for line in text.splitlines())

    def _renamed(self, line: str) -> str:
        found = _AGENT.match(line)
        if found is None:
            return line
        name = found.group(1).strip().lower()
        ours = name == "*" or name.split("/")[0] == self._agent
        return f"User-agent: {(name if name == '*' else self._agent) if ours else 'other'}"


def _repeated(trouble: Trouble, left: float) -> Trouble:
    """The trouble for one who asks again; a host that cannot be reached asked nobody to wait."""
    return Unconnected(trouble.reason) if isinstance(trouble, Unconnected) else Trouble(trouble.reason, wait=left)
