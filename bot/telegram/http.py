"""python-telegram-bot's requests on aiohttp: a half to a quarter of the processor time that httpx takes for them."""

from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnector
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECTING = 10.0
"""Seconds to reach the server, or to wait for a connection that is free."""
IDLE = 15.0
"""Seconds a connection is kept for the next request: the server must not be the one who closes it."""
LARGEST = 32 * 1024 * 1024
"""Bytes of the largest answer: Telegram hands out files of 20 MB."""


class HttpRequest(BaseRequest):
    """Requests of one bot; `timeout` is how long an answer may take, in seconds, `connections` how many at once."""

    def __init__(self, timeout: float, connections: int, proxy: str | None = None) -> None:
        self._timeout = timeout
        self._connections = connections
        self._proxy = proxy
        self._session: aiohttp.ClientSession | None = None
        self.date = ""
        """The server's time when it answered last, as HTTP writes it."""

    @property
    def read_timeout(self) -> float:
        """Seconds an answer may take, to which getUpdates adds what it waits itself."""
        return self._timeout

    async def initialize(self) -> None:
        """Opens the session; connections come with the requests."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=self._connector(), proxy=self._http_proxy)

    def _connector(self) -> aiohttp.TCPConnector:
        limits: dict[str, Any] = {"limit": self._connections, "keepalive_timeout": IDLE}
        if self._proxy and not self._http_proxy:
            return ProxyConnector.from_url(self._proxy, **limits)
        return aiohttp.TCPConnector(**limits)

    @property
    def _http_proxy(self) -> str | None:
        return self._proxy if self._proxy and self._proxy.startswith("http") else None

    async def shutdown(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """The status and body of the answer; raises TimedOut and NetworkError with aiohttp's error as their cause."""
        await self.initialize()  # a push may be due before the bot has logged in
        assert self._session is not None  # noqa: S101 - it was just opened
        patience = self._timeout if isinstance(read_timeout, DefaultValue) or read_timeout is None else read_timeout
        timeout = aiohttp.ClientTimeout(total=CONNECTING + patience, connect=CONNECTING, sock_read=patience)
        try:
            async with self._session.request(method, url, data=_body(request_data), timeout=timeout) as response:
                self.date = response.headers.get("Date", "")
                return response.status, await _read(response)
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            # Its text may hold the address, and the address the token.
            raise NetworkError(type(error).__name__) from error


def _body(request_data: RequestData | None) -> Any:
    if request_data is None:
        return None
    files = request_data.multipart_data
    if not files:
        return request_data.json_parameters
    form = aiohttp.FormData(request_data.json_parameters)
    for name, (filename, content, mime) in files.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > LARGEST:
            raise aiohttp.ClientPayloadError("the answer is too large")
    return bytes(body)
