"""A desk with an edition of four articles on it."""

from collections.abc import Callable, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands import Desk
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Item
from digests.ingest.pipeline import Ingested, Pipeline
from digests.model import Sentence, Summary
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.fakes import FakeClock
from tests.samples import DAY, NOW, add, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")


def desk_of(database: Database, lexicon: Lexicon, clock: Callable[[], datetime], *admins: str) -> Desk:
    """A desk whose administrators have these addresses, and that reads and stores documents as the real one does."""

    def ingest(items: Iterable[Item]) -> Ingested:
        return Pipeline(database, Analyzer(lexicon)).ingest(items, NOW, DAY)

    return Desk(database, lexicon, SHANGHAI, clock, frozenset(admins), lambda: Doors(Calendar(SHANGHAI, DAY)), ingest)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def empty_desk(database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return desk_of(database, lexicon, clock)


@pytest.fixture
def desk(empty_desk: Desk) -> Desk:
    with empty_desk.database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        bus = add(store, raw("公交新增三条线路"), "transport", "livelihood", places=("330402101", "3304"))
        loan = raw("公交数据换来贷款", "“没想到数据能贷款。”公交公司说。", correspondents=("吴言斐",), truncated=True)
        money = add(store, loan, "economy", places=("330402",))
        heron = raw("归巢", "几只鹭鸟飞到树丛栖息。", reporters=(), photographers=("王嘉宁",), page="第04版")
        birds = add(store, heron)
        visit = add(store, raw("领导赴余新镇调研", "要求做好规划。"), "politics", places=("330402101",))
        store.articles.set_summary(bus, Summary((Sentence("公交新增三条线路，方便市民出行。", 0),)))
        store.articles.assign(edition.id, [bus, money, birds, visit])
    return empty_desk
