"""One request and its answer, within the limits."""

import ssl
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass

import httpcore
import httpx

from digests.ingest.fetcher.addresses import PRIVATE, names_private
from digests.ingest.fetcher.dialing import Dialer, Resolver
from digests.ingest.fetcher.limits import Limits
from digests.ingest.fetcher.trouble import FAULTS, Trouble, Unconnected, told

Headers = list[tuple[bytes, bytes]]

_WITH_BODY = (200, 203)
_PROXIES = ("http", "https", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Answer:
    """A status (200–599), headers by lower-case name (the first of each), and the body of a success, decompressed."""

    status: int
    headers: Mapping[str, bytes]
    body: bytes = b""

    def text(self, name: str) -> str:
        """A header as text, each byte a character; empty if it is not there."""
        return self.headers.get(name, b"").decode("latin-1")


class Exchange:
    """Asks for addresses; every request has a connection of its own, so each one is checked, and none is stale.

    `anywhere`: private addresses too. Raises ValueError for a proxy that is none.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        resolver: Resolver,
        network: httpcore.NetworkBackend,
        anywhere: bool,
        proxy: str | None,
        tls: ssl.SSLContext | None,
        user_agent: str,
    ) -> None:
        self._limits = limits
        self._resolver = resolver
        self._network = network
        self._anywhere = anywhere
        self._proxy = _proxy(proxy) if proxy else None
        self._tls = tls or httpx.create_ssl_context()
        self._user_agent = user_agent.encode("ascii")

    def get(self, url: httpx.URL, headers: Headers, *, most: int, cut: bool = False) -> Answer:
        """The answer of one request; its body has at most `most` bytes: the rest is `cut` off, or Trouble is raised."""
        if self._proxy is not None and not self._anywhere and names_private(url.host):
            raise Unconnected(PRIVATE)
        deadline = time.monotonic() + self._limits.whole
        response: httpcore.Response | None = None
        try:
            with self._asked(url, headers, deadline) as response:
                return self._answer(response, most, cut=cut)
        except FAULTS as error:
            if time.monotonic() >= deadline:
                raise Trouble(f"not finished within {self._limits.whole:g} s") from None
            raise self._told(error, within_body=response is not None) from None

    @contextmanager
    def _asked(self, url: httpx.URL, headers: Headers, deadline: float) -> Iterator[httpcore.Response]:
        limits = self._limits
        own = [
            (b"Host", url.netloc),
            (b"User-Agent", self._user_agent),
            (b"Accept", b"*/*"),
            (b"Accept-Encoding", b"gzip, deflate"),
            (b"Connection", b"close"),
        ]
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        timeouts = {"connect": limits.connect, "read": limits.read, "write": limits.read, "pool": limits.connect}
        anywhere = self._anywhere or self._proxy is not None
        with (
            closing(Dialer(deadline, self._resolver, self._network, anywhere=anywhere)) as dialer,
            self._connections(dialer) as pool,
            pool.stream("GET", target, headers=own + headers, extensions={"timeout": timeouts}) as response,
        ):
            yield response

    def _connections(self, dialer: Dialer) -> httpcore.ConnectionPool:
        if self._proxy is None:
            return httpcore.ConnectionPool(ssl_context=self._tls, network_backend=dialer)
        proxy, auth = self._proxy
        if proxy.scheme.startswith(b"socks"):
            return httpcore.SOCKSProxy(proxy, auth, ssl_context=self._tls, network_backend=dialer)
        return httpcore.HTTPProxy(proxy, auth, ssl_context=self._tls, network_backend=dialer)

    def _answer(self, response: httpcore.Response, most: int, *, cut: bool) -> Answer:
        if len(response.headers) > self._limits.headers:
            raise Trouble(f"its answer has more than {self._limits.headers} headers")
        headers = {name.decode("latin-1").lower(): value for name, value in reversed(response.headers)}
        if response.status not in _WITH_BODY:
            return Answer(response.status, headers)
        announced = headers.get("content-length", b"")
        if not cut and announced.isdigit() and _number(announced) > most:
            raise _too_long(most)
        body = inflated(_collected(response.iter_stream(), most, cut=cut), _encoding(headers), most, cut=cut)
        return Answer(response.status, headers, body)

    def _told(self, error: BaseException, *, within_body: bool) -> Trouble:
        trouble = told(error, self._limits, within_body=within_body)
        if self._proxy is not None and isinstance(error, httpcore.ConnectError | httpcore.ConnectTimeout):
            return Unconnected(f"through the proxy: {trouble.reason}", again=trouble.again)
        return trouble


def _proxy(address: str) -> tuple[httpcore.URL, tuple[bytes, bytes] | None]:
    """The proxy, and its user and password, from an http, https or socks5 address."""
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        raise ValueError("the proxy's address cannot be read") from None
    if url.scheme not in _PROXIES or not url.host:
        raise ValueError("a proxy's address begins with http://, https:// or socks5:// and names a host")
    auth = (url.username.encode(), url.password.encode()) if url.userinfo else None
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"), auth


def _number(digits: bytes) -> int:
    return int(digits[:20])  # more of them would be a lot of work, and too large anyway


def _too_long(most: int) -> Trouble:
    return Trouble(f"its answer is longer than {most:,} bytes")


def _collected(pieces: Iterable[bytes], most: int, *, cut: bool) -> bytes:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > most:
            if cut:
                break
            raise _too_long(most)
    return bytes(body[:most])


def _encoding(headers: Mapping[str, bytes]) -> str:
    named = headers.get("content-encoding", b"").decode("latin-1").lower().split(",")
    return ",".join(name for name in map(str.strip, named) if name not in ("", "identity"))


def inflated(raw: bytes, encoding: str, most: int, *, cut: bool = False) -> bytes:
    """A body without its compression, at most `most` bytes, whatever it would grow to.

    `deflate` is read with and without zlib's frame, for servers send both. Raises Trouble.
    """
    if not encoding:
        return raw
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Trouble("its answer is compressed in a way that we did not ask for")
    inflater = zlib.decompressobj(_frame(raw, encoding))
    try:
        body = inflater.decompress(raw, most + 1)
    except zlib.error:
        raise Trouble("its answer is compressed wrongly") from None
    if len(body) > most and not cut:
        raise _too_long(most)
    if raw and len(body) <= most and not inflater.eof and not cut:
        raise Trouble("its answer breaks off in the middle", again=True)
    return body[:most]


def _frame(raw: bytes, encoding: str) -> int:
    """The wbits of zlib: a gzip header, a zlib header (RFC 1950, 2.2: a multiple of 31), or none."""
    if encoding != "deflate":
        return 16 + zlib.MAX_WBITS
    framed = len(raw) > 1 and raw[0] & 15 == 8 and int.from_bytes(raw[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if framed else -zlib.MAX_WBITS
