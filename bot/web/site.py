"""The site: which page stands at which address, and what happens between a request and its answer."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.commands import Desk
from bot.web import calendars, feeds, pages, searching, trending
from bot.web.answers import Answer, Kept
from bot.web.limits import A_SECOND, BURST, Guarded, Limited
from bot.web.page import FOLDER, STYLE, STYLE_PATH, Look, Missing, Page, missing, written
from bot.web.visit import Visit, visit_of
from digests.errors import StorageError

log = logging.getLogger(__name__)

THREADS = 4
"""Pages that are made at once; the next ones wait, and the bot's own work goes on beside them."""
A_DAY, FOR_EVER = 24 * 3600, 365 * 24 * 3600
ROBOTS = b"User-agent: *\nDisallow: /search\n"
"""Of searches there is no end."""

Making = Callable[..., Page | Answer]

PAGES: Mapping[str, Making] = {
    "/": pages.front,
    "/editions/{number:int}": pages.edition,
    "/editions/{number:int}/{slug}": pages.digest,
    "/articles/{number:int}": pages.article,
    "/calendar": calendars.calendar,
    "/calendar/{month}": calendars.calendar,
    "/topics": pages.topics,
    "/topics/{slug}": pages.topic,
    "/places": pages.places,
    "/places/{code}": pages.place,
    "/search": searching.search,
    "/trends": trending.trends,
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


def site(desk: Desk, web_url: str | None = None, *, burst: float = BURST, a_second: float = A_SECOND) -> Starlette:
    """All pages of what a desk's archive has published; `web_url` is the address under which readers know them.

    One address may ask `burst` times at once and `a_second` times a second for ever.
    """
    reception = _Reception(desk, web_url)
    fed = {f"{path}.{form}": partial(make, form=form) for path, make in FEEDS.items() for form in feeds.FORMS}
    making: dict[str, Making] = {**fed, **PAGES}
    routes = [Route(path, reception.endpoint(make)) for path, make in making.items()]
    routes += [Route(path, _file(answer)) for path, answer in FILES.items()]
    guards = [Middleware(Guarded), Middleware(Limited, time=time.monotonic, burst=burst, a_second=a_second)]
    return Starlette(routes=routes, middleware=guards, exception_handlers={404: reception.nowhere})


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

    def endpoint(self, make: Making) -> Callable[[Request], Awaitable[Response]]:
        """What answers at the address of a page."""

        async def endpoint(request: Request) -> Response:
            visit = visit_of(request, self._web_url)
            work = partial(self._make, make, visit, request.path_params)
            answer = await self._kept.get(visit.key, lambda: to_thread.run_sync(work, limiter=self._threads))
            return answer.to(request)

        return endpoint

    async def nowhere(self, request: Request, _: Exception) -> Response:
        """The answer at an address that leads nowhere."""
        return self._missing(404, visit_of(request, self._web_url)).to(request)

    def _missing(self, status: int, visit: Visit) -> Answer:
        return missing(status, self._desk, visit)

    def _make(self, make: Making, visit: Visit, params: Mapping[str, Any]) -> Answer:
        """The answer, whatever happens: what is not there and what fails have their pages too."""
        try:
            with self._desk.database.read() as store:
                look = Look(self._desk, store, visit)
                made = make(look, **params)
                return written(made, look) if isinstance(made, Page) else made
        except Missing as nothing:
            return self._missing(nothing.status, visit)
        except StorageError as error:
            log.error("page %s: %s", visit.path, error)
            return self._missing(503, visit)
        except Exception as error:
            log.exception("page %s: %s", visit.path, type(error).__name__)
            return self._missing(500, visit)
