"""The site of a desk, asked as a browser asks it."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from bot.commands import Desk
from bot.web.limits import BURST
from bot.web.site import site


def client(desk: Desk, web_url: str | None = "https://news.example", burst: float = BURST) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(site(desk, web_url, burst=burst))
    return httpx.AsyncClient(transport=transport, base_url="https://news.example")


@pytest_asyncio.fixture
async def web(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    """The desk's site, with an edition of four articles."""
    async with client(desk, burst=1000) as asking:
        yield asking
