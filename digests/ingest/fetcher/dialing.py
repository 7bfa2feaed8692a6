"""Connections: only to addresses that were checked, and only until a moment."""

import socket
import ssl
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore

from digests.ingest.fetcher.addresses import PRIVATE, is_open
from digests.ingest.fetcher.trouble import NO_SUCH_HOST, Unconnected, unresolved

Resolver = Callable[..., Sequence[tuple[Any, Any, Any, Any, tuple[Any, ...]]]]
"""As socket.getaddrinfo(host, port, type=…)."""


class Dialer(httpcore.NetworkBackend):
    """Looks a name up once, checks every address it has, and connects to those; all ends at a `deadline`.

    The connection goes to the very address that was checked, so a name that means something else a moment later
    (DNS rebinding) gains nothing; TLS still asks for the certificate of the name. `deadline` is by time.monotonic.
    """

    def __init__(
        self, deadline: float, resolver: Resolver, network: httpcore.NetworkBackend, *, anywhere: bool
    ) -> None:
        self._deadline = deadline
        self._resolver = resolver
        self._anywhere = anywhere
        self._opened: list[httpcore.NetworkStream] = []
        self._network = network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """The first connection that one of the host's addresses takes; raises Trouble and httpcore's errors."""
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._addresses(host, port):
            left = _left(self._deadline, timeout)
            try:
                stream = self._network.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                self._opened.append(stream)
                return _Ending(stream, self._deadline)
        raise failed or Unconnected(NO_SUCH_HOST)

    def close(self) -> None:
        """Ends the connections; httpcore forgets those whose talk with a SOCKS proxy fails."""
        for stream in self._opened:
            stream.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            answers = self._resolver(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            raise unresolved(error) from None
        except ValueError:  # labels of 64 characters or none
            raise Unconnected(NO_SUCH_HOST) from None
        addresses = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        if not self._anywhere and not all(map(is_open, addresses)):
            raise Unconnected(PRIVATE)
        return addresses


class _Ending(httpcore.NetworkStream):
    """A stream on which nothing is read or written after the deadline, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _Ending(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the whole request took too long")
    return left if timeout is None else min(left, timeout)
