"""What every answer carries to keep readers safe, and how often one address may ask."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BURST, A_SECOND = 60, 4.0
"""Requests that an address may make at once, and then for ever: a reader turns a page every few seconds, and a page
is two requests."""
REMEMBERED = 20_000
"""Addresses that are remembered, those seen last."""

HEADERS = {
    # Style and pictures of our own, forms to ourselves, and nothing else: no script could run even if one got in.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Guarded:
    """Puts the headers on every answer of a site."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, guarded)


class Limited:
    """Lets each address ask so often and no oftener: a bucket that holds BURST and fills again."""

    def __init__(
        self,
        app: ASGIApp,
        time: Callable[[], float],
        *,
        burst: float = BURST,
        a_second: float = A_SECOND,
        free: Collection[str] = (),
    ) -> None:
        """`time` in seconds, of any clock that never goes back; the paths in `free` may be asked for at any rate."""
        self._app = app
        self._free = free
        self._time = time
        self._burst = burst
        self._a_second = a_second
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or says when to come again."""
        free = scope["type"] != "http" or scope["path"] in self._free
        wait = 0.0 if free else self._take(network(scope["client"][0] if scope["client"] else ""))
        if wait <= 0:
            await self._app(scope, receive, send)
            return
        refusal = PlainTextResponse("too many requests\n", 429, {"Retry-After": str(int(wait) + 1)})
        await refusal(scope, receive, send)

    def _take(self, who: str) -> float:
        """Takes one from an address's bucket; returns the seconds until there will be one, 0 if there was."""
        now = self._time()
        left, at = self._left.pop(who, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._a_second)
        self._left[who] = (left - 1 if left >= 1 else left), now
        if len(self._left) > REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) / self._a_second


def network(address: str) -> str:
    """Whom an address belongs to: in IPv6 a household has 64 bits of them, but for IPv4's, which come as ::ffff:…"""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or int(parsed) >> 64)
