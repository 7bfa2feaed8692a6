"""A web site on 127.0.0.1 that answers each path as a test says, and a clock that its visitors' sleep moves."""

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpcore
import pytest

from digests.errors import NotFetched
from digests.ingest.fetcher import Fetcher
from tests.fakes import FakeClock

OPEN = "198.41.0.4"
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no authority; loading certifi's takes longer than most tests here."""


@dataclass(frozen=True)
class Reply:
    """What a path answers: a status, headers, a body; or, with `write`, whatever that writes to the connection."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    write: Callable[[BaseHTTPRequestHandler], None] | None = None


def redirect(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


def gzipped(body: bytes, **headers: str) -> Reply:
    return Reply(gzip.compress(body), headers={"Content-Encoding": "gzip", **headers})


def raw(*pieces: bytes) -> Reply:
    """Bytes as they are, instead of HTTP, then the end."""

    def write(handler: BaseHTTPRequestHandler) -> None:
        for piece in pieces:
            handler.wfile.write(piece)

    return Reply(write=write)


@dataclass
class Site:
    """`replies` by path: the last one of a list stays; `asked` holds what came, in order."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def on(self, path: str, *replies: Reply) -> str:
        """Says what a path answers, time after time; its address."""
        self.replies[path] = list(replies)
        return self.url + path

    def reply(self, path: str, headers: Mapping[str, str]) -> Reply:
        self.asked.append((path, headers))
        waiting = self.replies.get(path) or [Reply(status=404)]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """A site that runs until the block ends; with `tls` it speaks https."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply = site.reply(self.path, {name.lower(): value for name, value in self.headers.items()})
            try:
                _send(self, reply)
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002
            """Says nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield site
    finally:
        site.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 50

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor that hangs up, as those who refuse a certificate do, is no error here."""


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.write is not None:
        handler.close_connection = True
        reply.write(handler)
        return
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if "Content-Length" not in reply.headers:
        handler.send_header("Content-Length", str(len(reply.body)))
    handler.end_headers()
    handler.wfile.write(reply.body)


class Time:
    """A clock together with the sleep that moves it; `slept` holds the seconds of each sleep."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.clock.now += timedelta(seconds=seconds)

    @property
    def now(self) -> datetime:
        return self.clock.now


class Names:
    """A resolver without DNS: each name means its addresses, in turn those of a list; `asked` are the look-ups."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, Any, Any, Any, tuple[Any, ...]]]:
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(0, 0, 0, "", (address, port)) for address in answer]


class Detour(httpcore.SyncBackend):
    """Connects to 127.0.0.1 whatever it is told to, and keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def connect_tcp(self, host: str, port: int, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        self.told.append(host)
        return super().connect_tcp("127.0.0.1", port, *rest, **more)


def fault_of(fetcher: Fetcher, url: str) -> NotFetched:
    """Why an address is not fetched."""
    with pytest.raises(NotFetched) as caught:
        fetcher.fetch(url)
    return caught.value


def refused(fetcher: Fetcher, url: str) -> str:
    """The reason why an address is not fetched."""
    return fault_of(fetcher, url).reason
