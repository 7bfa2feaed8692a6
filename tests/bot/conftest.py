"""A desk with an edition of four articles on it."""

from zoneinfo import ZoneInfo

import pytest

from bot.commands import Desk
from digests.model import Sentence, Summary
from digests.seeds import Lexicon
from digests.storage import Database
from tests.fakes import FakeClock
from tests.samples import NOW, add, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def empty_desk(database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return Desk(database, lexicon, SHANGHAI, clock)


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
