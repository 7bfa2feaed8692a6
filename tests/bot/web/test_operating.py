import asyncio
import json
import re
import socket
import sys
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import ConfigError
from bot.metrics import Health, registry
from bot.web import operating
from bot.web.server import listen
from digests.storage import Database
from tests import ROOT
from tests.fakes import FakeClock
from tests.httpserver import free_port
from tests.samples import NOW


def looks(database: Database, health: Health) -> Starlette:
    return Starlette(routes=operating.routes(lambda: health, registry(database, FakeClock(NOW))))


@pytest.mark.parametrize(
    ("health", "status", "told"),
    [
        (Health(True), 200, "ok"),
        (Health(True, 12.34, 5000.0), 200, "ok"),
        (Health(True, 301.0), 503, "failing"),
        (Health(False), 503, "failing"),
    ],
)
async def test_health_says_whether_a_restart_is_called_for(
    database: Database, health: Health, status: int, told: str
) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(looks(database, health)), base_url="http://x"
    ) as operator:
        answer = await operator.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (status, told)
    assert answer.json()["database"] is health.database
    assert answer.headers["cache-control"] == "no-store"


async def test_a_server_answers_until_it_is_told_to_stop_and_its_address_is_its_own(database: Database) -> None:
    address, stop = f"127.0.0.1:{free_port()}", asyncio.Event()
    site = looks(database, Health(True))
    serving = asyncio.create_task(listen("LIWEN_METRICS_ADDRESS", address, site).serve(stop))
    with pytest.raises(ConfigError, match=r"LIWEN_WEB_ADDRESS: 127.0.0.1:\d+: address already in use"):
        listen("LIWEN_WEB_ADDRESS", address, site)
    async with httpx.AsyncClient(base_url=f"http://{address}") as operator:
        metrics = (await operator.get("/metrics")).text
    stop.set()
    await serving
    assert "liwen_database_up 1.0" in metrics
    assert "# TYPE liwen_send_seconds histogram" in metrics
    again = listen("LIWEN_WEB_ADDRESS", address, site).socket
    assert again.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)  # else an answer takes 40 ms
    again.close()


def test_an_address_that_nobody_can_have_is_named_with_its_setting() -> None:
    with pytest.raises(ConfigError, match=r"LIWEN_WEB_ADDRESS: 192.0.2.1:80: "):
        listen("LIWEN_WEB_ADDRESS", "192.0.2.1:80", Starlette())


@pytest.mark.parametrize(("health", "well"), [(Health(True), True), (Health(False), False)])
async def test_a_container_asks_its_own_process_how_it_is(database: Database, health: Health, well: bool) -> None:
    check = re.search(r"^HEALTHCHECK .*? CMD (.+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert check is not None
    address, stop = f"127.0.0.1:{free_port()}", asyncio.Event()
    serving = asyncio.create_task(listen("LIWEN_METRICS_ADDRESS", address, looks(database, health)).serve(stop))
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "LIWEN_METRICS_ADDRESS": address}
    asking = await asyncio.create_subprocess_exec(
        *json.loads(check[1]), env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    assert (await asking.wait() == 0) is well
    stop.set()
    await serving
