"""What is measured, for Prometheus: counted where it happens, or asked of the database when somebody looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.chat import SendError, Wait
from digests.errors import StorageError
from digests.storage import Database

REGISTRY = CollectorRegistry()
"""What this process counts."""

SENDS = Counter("liwen_sends", "Tries to push a message, by what came of it.", ["outcome"], registry=REGISTRY)
WAITS = Counter("liwen_waits_seconds", "Seconds that Telegram told pushes to wait.", registry=REGISTRY)
EDITS = Counter("liwen_edits", "Tries to put a sent message right, by what came of it.", ["outcome"], registry=REGISTRY)
SEND_SECONDS = Histogram("liwen_send_seconds", "How long Telegram took to answer a push.", registry=REGISTRY)
COMMAND_SECONDS = Histogram(
    "liwen_command_seconds",
    "How long a command took, /search among them, without the way to Telegram.",
    ["command"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
TASK_SECONDS = Histogram(
    "liwen_task_seconds",
    "How long a task took: sources, documents, summaries or editions.",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800),
    registry=REGISTRY,
)
PAGE_SECONDS = Histogram(
    "liwen_page_seconds",
    "How long a web page took to make; one that is kept is not made again.",
    ["page"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=REGISTRY,
)
LATE = 300.0
"""Seconds after which an edition that is due and not closed means that nobody closes any."""


def count_send(fault: SendError | None = None) -> None:
    """Counts a try to push a message: it arrived, or what befell it."""
    SENDS.labels("arrived" if fault is None else type(fault).__name__.lower()).inc()
    if isinstance(fault, Wait):
        WAITS.inc(fault.seconds)


def count_edit(fault: SendError | None = None) -> None:
    """Counts a try to put a sent message right: it was, or what befell it."""
    EDITS.labels("done" if fault is None else type(fault).__name__.lower()).inc()
    if isinstance(fault, Wait):
        WAITS.inc(fault.seconds)


class Archive(Collector):
    """What the rows say, asked at each look and by index only: a long history makes it no slower."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every gauge; without its database only that it is down."""
        up = GaugeMetricFamily("liwen_database_up", "1 when the database answers.")
        gauges: list[GaugeMetricFamily] = []
        try:
            gauges = self._asked()
            up.add_metric([], 1)
        except StorageError:
            up.add_metric([], 0)
        yield up
        yield from gauges

    def _asked(self) -> list[GaugeMetricFamily]:
        now = self._clock()
        with self._database.read() as store:
            unfinished, waiting = store.deliveries.unfinished(), store.deliveries.waiting_since(now)
            documents, handed = store.documents.waiting()
            sources, failing, asked = store.sources.health()
            newest, update = store.editions.newest(), store.updates.oldest()
            unsummarised = store.articles.count_unsummarised()
            edits, amended = store.edits.unfinished(), store.edits.oldest()

        health = {"well": sources - failing, "failing": failing}

        def age(since: datetime | None) -> float:
            return max(0.0, (now - since).total_seconds()) if since else 0.0

        return [
            _gauge("liwen_deliveries", "Deliveries that have not come to an end.", unfinished, "state"),
            _gauge("liwen_outbox_age_seconds", "How long the delivery waits that is due longest.", age(waiting)),
            _gauge("liwen_edits_owed", "Deliveries whose messages are to be put right.", edits),
            _gauge("liwen_edits_age_seconds", "How long the edit waits that is due longest.", age(amended)),
            _gauge("liwen_updates_age_seconds", "How long the oldest unanswered update waits.", age(update)),
            _gauge("liwen_documents", "Documents that wait to be read.", documents),
            _gauge("liwen_documents_age_seconds", "How long the oldest of them waits.", age(handed)),
            _gauge("liwen_articles_unsummarised", "Articles without a summary, of the next edition.", unsummarised),
            _gauge(
                "liwen_edition_age_seconds",
                "How long ago an edition closed.",
                age(newest.closes_at if newest else None),
            ),
            _gauge("liwen_sources", "Sources, by how they did the last time.", health, "state"),
            _gauge("liwen_sources_age_seconds", "How long the source waits that is due longest.", age(asked)),
        ]


def _gauge(name: str, meaning: str, values: dict[str, int] | float, label: str = "") -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, meaning, labels=[label] if label else None)
    if isinstance(values, dict):
        for key, value in values.items():
            gauge.add_metric([key], value)
    else:
        gauge.add_metric([], values)
    return gauge


def registry(database: Database, clock: Callable[[], datetime]) -> CollectorRegistry:
    """All that Prometheus is told: what this process counts and what the database says."""
    everything = CollectorRegistry()
    everything.register(REGISTRY)
    everything.register(Archive(database, clock))
    return everything


@dataclass(frozen=True, slots=True)
class Health:
    """Whether all goes on: the database answers, and for how many seconds an edition and a delivery have been due."""

    database: bool
    edition_late: float = 0.0
    outbox_age: float = 0.0

    @property
    def well(self) -> bool:
        """Whether nothing calls for a restart; a long outbox does not, for it would be no shorter afterwards."""
        return self.database and self.edition_late < LATE
