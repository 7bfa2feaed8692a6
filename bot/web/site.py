"""The site: which page stands at which address, and what happens between a request and its answer."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands import Desk
from bot.metrics import PAGE_SECONDS
from bot.web import calendars, feeds, pages, pictures, searching, trending
from bot.web.answers import Answer, Kept
from bot.web.limits import A_SECOND, BURST, Guarded, Limited
from bot.web.page import FOLDER, STYLE, STYLE_PATH, Missing, Page, Viewing, missing, written
from bot.web.visit import Visit, visit_of
from digests.errors import StorageError

log = logging.getLogger(__name__)

THREADS = 4
"""Pages that are made at once; the next ones wait, and the bot's own work goes on beside them."""
A_DAY, FOR_EVER = 24 * 3600, 365 * 24 * 3600
ROBOTS = b"User-agent: *\nDisallow: /search\n"
"""Of searches there is no end."""

LARGEST = 1024 * 1024
"""Bytes of the largest thing that is taken from a messenger; Telegram's updates are a few kilobytes."""
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name

Making = Callable[..., Page | Answer]
Hook = Callable[[str, bytes], Awaitable[int]]
"""Takes a secret and what was brought with it, and returns the HTTP status that answers."""


class _Number(Convertor[int]):
    """A row's number in an address: of more digits than any has there is no page."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("number", _Number())

PAGES: Mapping[str, Making] = {
    "/": pages.front,
    "/editions/{number:number}": pages.edition,
    "/editions/{number:number}/card.png": pictures.edition,
    "/editions/{number:number}/{slug}": pages.digest,
    "/articles/{number:number}": pages.article,
    "/calendar": calendars.calendar,
    "/calendar/{month}": calendars.calendar,
    "/topics": pages.topics,
    "/topics/{slug}": pages.topic,
    "/places": pages.places,
    "/places/{code}": pages.place,
    "/search": searching.search,
    "/trends": trending.trends,
    "/trends.png": pictures.trends,
}
FEEDS: Mapping[str, Making] = {
    "/feed": feeds.newest,
    "/topics/{slug}/feed": feeds.topic,
    "/places/{code}/feed": feeds.place,
    "/search/feed": feeds.search,
}
FILES = {
    STYLE_PATH: Answer(STYLE, "text/css; charset=utf-8", max_age=FOR_EVER),
    "/icon.svg": Answer((FOLDER / "icon.svg").read_bytes(), "image/svg+xml", max_age=A_DAY),
    "/robots.txt": Answer(ROBOTS, "text/plain; charset=utf-8", max_age=A_DAY),
}


def site(
    desk: Desk,
    web_url: str | None = None,
    *,
    hooks: Mapping[str, Hook] | None = None,
    also: Sequence[Route] = (),
    burst: float = BURST,
    a_second: float = A_SECOND,
) -> Starlette:
    """All pages of what a desk's archive has published; `web_url` is the address under which readers know them.

    One address may ask for `burst` pages at once and for `a_second` a second for ever; `hooks`, by path, take what a
    messenger brings, at any rate, and so do the routes in `also`.
    """
    reception = _Reception(desk, web_url)
    fed = {f"{path}.{form}": partial(make, form=form) for path, make in FEEDS.items() for form in feeds.FORMS}
    making: dict[str, Making] = {**fed, **PAGES}
    brought = [Route(path, _brought(hook), methods=["POST"]) for path, hook in (hooks or {}).items()]
    routes = [Route(path, reception.endpoint(path, make)) for path, make in making.items()]
    routes += [Route(path, _file(answer)) for path, answer in FILES.items()]
    free = frozenset(route.path for route in (*brought, *also))
    limited = Middleware(Limited, time=time.monotonic, burst=burst, a_second=a_second, free=free)
    return Starlette(
        routes=[*brought, *also, *routes],
        middleware=[Middleware(Guarded), limited],
        exception_handlers={404: reception.nowhere},
    )


def _brought(hook: Hook) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        body = b""
        async for piece in request.stream():
            body += piece
            if len(body) > LARGEST:
                return Response(status_code=413)
        return Response(status_code=await hook(request.headers.get(SECRET, ""), body))

    return endpoint


def _file(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return answer.to(request)

    return endpoint


class _Reception:
    """Takes requests and has their answers made, off the event loop."""

    def __init__(self, desk: Desk, web_url: str | None) -> None:
        self._desk = desk
        self._web_url = web_url
        self._kept = Kept(time.monotonic)
        self._threads = CapacityLimiter(THREADS)

    def endpoint(self, path: str, make: Making) -> Callable[[Request], Awaitable[Response]]:
        """What answers at the address of a page."""

        async def endpoint(request: Request) -> Response:
            visit = visit_of(request, self._web_url)
            work = partial(self._make, path, make, visit, request.path_params)
            answer = await self._kept.get(visit.key, lambda: to_thread.run_sync(work, limiter=self._threads))
            return answer.to(request)

        return endpoint

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """The answer at an address that leads nowhere."""
        return self._missing(404, visit_of(request, self._web_url)).to(request)

    def _missing(self, status: int, visit: Visit) -> Answer:
        return missing(status, self._desk, visit)

    def _make(self, path: str, make: Making, visit: Visit, params: Mapping[str, Any]) -> Answer:
        """The answer, whatever happens: what is not there and what fails have their pages too."""
        try:
            with PAGE_SECONDS.labels(path).time(), self._desk.database.read() as store:
                viewing = Viewing(self._desk, store, visit)
                made = make(viewing, **params)
                return written(made, viewing) if isinstance(made, Page) else made
        except Missing as nothing:
            return self._missing(nothing.status, visit)
        except StorageError as error:
            log.error("page %s: %s", visit.path, error)
            return self._missing(503, visit)
        except Exception as error:
            log.exception("page %s: %s", visit.path, type(error).__name__)
            return self._missing(500, visit)
