"""Addresses → bytes over HTTP, safely (limits, no private networks) and politely (robots.txt, one request a second)."""

import logging
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Self

import httpcore
import httpx

from digests.errors import NotFetched
from digests.ingest.fetcher.addresses import joined, parsed, shown
from digests.ingest.fetcher.dialing import Resolver
from digests.ingest.fetcher.exchange import Answer, Exchange, Headers
from digests.ingest.fetcher.limits import Limits
from digests.ingest.fetcher.robots import Robots
from digests.ingest.fetcher.trouble import Trouble, status_in_words
from digests.ingest.fetcher.turns import LONGEST_WAIT, Book, OwnBook, SharedBook, Turns

__all__ = ["USER_AGENT", "Fetched", "Fetcher", "Limits", "SharedBook"]

log = logging.getLogger(__name__)

USER_AGENT = "Liwen (digests of local newspapers; obeys robots.txt for Liwen)"
GAP = 1.0
"""Seconds between the starts of two requests to one host."""
PAUSE = 2.0
"""Seconds before the one retry."""
TOO_OFTEN = 60.0
"""Seconds for which a host is left alone that finds we come too often and does not say for how long."""

_REDIRECTS = (301, 302, 303, 307, 308)
_PASSING = (502, 503, 504)
_LONGEST_VALIDATOR = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What an address gave: `url` is where the redirects ended, `content` is none when it has not changed since."""

    url: str
    content: bytes | None
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""


class Fetcher:
    """Fetches addresses; threads may share it. `book` knows when each host was asked last: by default only here.

    `clock` tells the time (UTC), `sleep` waits; `proxy` is an http, https or socks5 address, which then looks up
    names itself, so that only private addresses given as numbers are refused; `allow_private` refuses none.
    `resolver` is as socket.getaddrinfo, `network` connects to what it found, `tls` says whom to trust (default:
    certifi's authorities).
    Raises ValueError for a proxy that is none.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None] = time.sleep,
        proxy: str | None = None,
        allow_private: bool = False,
        user_agent: str = USER_AGENT,
        limits: Limits | None = None,
        resolver: Resolver = socket.getaddrinfo,
        network: httpcore.NetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
        book: Book | None = None,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._limits = limits or Limits()
        self._turns = Turns(clock, sleep, book or OwnBook())
        self._exchange = Exchange(
            limits=self._limits,
            resolver=resolver,
            network=network or httpcore.SyncBackend(),
            anywhere=allow_private,
            proxy=proxy,
            tls=tls,
            user_agent=user_agent,
        )
        agent = user_agent.split("/")[0].split()[0]
        self._robots = Robots(self._read_robots, clock, agent, self._limits.robots)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is kept open between two requests."""

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """The bytes behind an address, or none if they are still those that `etag` or `last_modified` came with.

        Up to `limits.redirects` are followed, from https to http too: many papers' sites end there, and an address
        can be given as http anyway; it is logged. Each is checked as the first address is, robots.txt included.
        Raises NotFetched, and nothing else: its name is the address as given, without a password in it.
        """
        headers = _conditions(etag, last_modified)
        try:
            target, answer = self._followed(parsed(url), lambda target: self._permitted(target, headers))
            return self._fetched(target, answer, etag, last_modified)
        except Trouble as trouble:
            raise NotFetched(shown(url), trouble.reason, trouble.wait, missing=trouble.missing) from None

    def _permitted(self, url: httpx.URL, headers: Headers) -> Answer:
        delay = self._robots.delay(url)
        return self._tried(url, headers, max(GAP, delay), self._limits.body)

    def _read_robots(self, url: httpx.URL) -> tuple[int, bytes]:
        """A robots.txt, from wherever it is redirected to; too many redirects are a missing one (RFC 9309, 2.3.1.2)."""
        try:
            _, answer = self._followed(url, lambda target: self._tried(target, [], GAP, self._limits.robots, cut=True))
        except _Astray:
            return 404, b""
        if (wait := self._asked_to_wait(answer)) is not None:
            raise Trouble(status_in_words(answer.status), wait=wait)
        return answer.status, answer.body

    def _followed(self, url: httpx.URL, ask: Callable[[httpx.URL], Answer]) -> tuple[httpx.URL, Answer]:
        """Where the redirects end, and what is answered there."""
        visited = {url}
        for _ in range(self._limits.redirects + 1):
            answer = _asked(url, ask, redirected=len(visited) > 1)
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or location is None:
                return url, answer
            target = joined(url, location)
            if target in visited:
                raise _Astray("it redirects in a circle")
            if url.scheme == "https" and target.scheme == "http":
                log.info("%s redirects from https to http", url.host)
            visited.add(url := target)
        raise _Astray(f"it redirects more than {self._limits.redirects} times")

    def _tried(self, url: httpx.URL, headers: Headers, gap: float, most: int, *, cut: bool = False) -> Answer:
        """One request, and one more if the first ended in something that passes."""
        try:
            answer = self._once(url, headers, gap, most, cut=cut)
            if answer.status not in _PASSING or self._asked_to_wait(answer) is not None:
                return answer
        except Trouble as trouble:
            if not trouble.again:
                raise
        self._sleep(PAUSE)
        return self._once(url, headers, gap, most, cut=cut)

    def _once(self, url: httpx.URL, headers: Headers, gap: float, most: int, *, cut: bool) -> Answer:
        self._turns.wait(url.host, gap)
        answer = self._exchange.get(url, headers, most=most, cut=cut)
        if wait := self._asked_to_wait(answer):
            self._turns.hold(url.host, wait)
        return answer

    def _fetched(self, url: httpx.URL, answer: Answer, etag: str, last_modified: str) -> Fetched:
        if answer.status == 304 and (etag or last_modified):
            return Fetched(url=str(url), content=None, etag=etag, last_modified=last_modified)
        if answer.status not in (200, 203):
            missing = answer.status in (404, 410)
            raise Trouble(status_in_words(answer.status), wait=self._asked_to_wait(answer), missing=missing)
        return Fetched(
            url=str(url),
            content=answer.body,
            content_type=answer.text("content-type"),
            etag=_validator(answer.text("etag")),
            last_modified=_validator(answer.text("last-modified")),
        )

    def _asked_to_wait(self, answer: Answer) -> float | None:
        """The seconds of a Retry-After (a number or a date, RFC 9110, 10.2.3), at most a day."""
        if answer.status not in (429, 503):
            return None
        asked = seconds_until(answer.text("retry-after").strip(), self._clock())
        return TOO_OFTEN if asked is None and answer.status == 429 else asked


class _Astray(Trouble):
    """Redirects without an end."""


def _asked(url: httpx.URL, ask: Callable[[httpx.URL], Answer], *, redirected: bool) -> Answer:
    try:
        return ask(url)
    except Trouble as trouble:
        if not redirected:
            raise
        reason = f"redirected to {url.host}: {trouble.reason}"
        raise Trouble(reason, wait=trouble.wait, missing=trouble.missing) from None


def seconds_until(retry_after: str, now: datetime) -> float | None:
    """What a Retry-After asks for, from `now`: 0 to 86,400 seconds; none if it cannot be read."""
    longest = LONGEST_WAIT.total_seconds()
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:20]), longest)
    try:
        moment = parsedate_to_datetime(retry_after)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((moment - now).total_seconds(), 0.0), longest)
    except (ValueError, OverflowError):
        return None


def _conditions(etag: str, last_modified: str) -> Headers:
    """Validators as they were given; one that no header can hold is not sent, and the whole is fetched."""
    pairs = ((b"If-None-Match", etag), (b"If-Modified-Since", last_modified))
    return [(name, value.encode("latin-1")) for name, value in pairs if value and _fits(value)]


def _fits(value: str) -> bool:
    return all(" " <= char <= "\xff" and not "\x7f" <= char <= "\x9f" for char in value) and value == value.strip(" ")


def _validator(value: str) -> str:
    return value if len(value) <= _LONGEST_VALIDATOR and _fits(value) else ""
