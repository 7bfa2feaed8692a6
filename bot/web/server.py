"""uvicorn within our event loop: sites answer at their addresses until the program is to end."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp

from bot.errors import ConfigError

GRACE = 5
"""Seconds that answers under way get at the end."""
KEPT = 15
"""Seconds a connection is kept open for the next request."""
AT_ONCE = 500
"""Requests under way at which further ones are told to come later."""
PROXIES = "127.0.0.0/8,::1,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7"
"""Who may say for whom a request is made (X-Forwarded-For): proxies on this machine or in its private network."""


@dataclass(frozen=True, slots=True)
class Listener:
    """An address that is ours, and what answers there."""

    site: ASGIApp
    socket: socket.socket

    async def serve(self, stop: asyncio.Event) -> None:
        """Answers until `stop` is set, then ends what is under way."""
        server = _Server(_config(self.site))
        serving = asyncio.create_task(server.serve([self.socket]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        server.should_exit = True
        await serving


def listen(setting: str, address: str, site: ASGIApp) -> Listener:
    """Takes an address such as 127.0.0.1:8080 or [::]:8080; raises ConfigError, which names the setting."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        taken = socket.create_server((host, int(port)), family=family, backlog=1024)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError([f"{setting}: {address}: {reason.lower()}"]) from None
    # Without it the second half of an answer waits 40 ms for the receipt of the first; asyncio sets it only where a
    # socket names its protocol. Connections inherit it.
    taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return Listener(site, taken)


def _config(site: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=PROXIES,
        timeout_keep_alive=KEPT,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=AT_ONCE,
    )


class _Server(uvicorn.Server):
    """Leaves the signals to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
