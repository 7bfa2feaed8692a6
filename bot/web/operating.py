"""What an operator looks at: /health for what restarts a dead process, /metrics for Prometheus."""

from collections.abc import Callable

from anyio import to_thread
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.metrics import Health

_NEW = {"Cache-Control": "no-store"}


def routes(health: Callable[[], Health], registry: CollectorRegistry) -> list[Route]:
    """Answers at both addresses; `health` and what collects may block."""

    async def show_health(_: Request) -> Response:
        found = await to_thread.run_sync(health)
        told = {
            "status": "ok" if found.well else "failing",
            "database": found.database,
            "edition_late_seconds": round(found.edition_late, 1),
            "outbox_age_seconds": round(found.outbox_age, 1),
        }
        return JSONResponse(told, 200 if found.well else 503, _NEW)

    async def show_metrics(_: Request) -> Response:
        return Response(await to_thread.run_sync(generate_latest, registry), 200, _NEW, CONTENT_TYPE_LATEST)

    return [Route("/health", show_health), Route("/metrics", show_metrics)]
