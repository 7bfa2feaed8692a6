"""A desk with an edition of four articles on it."""

import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli import main
from bot.commands import Desk
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Item
from digests.ingest.pipeline import Ingested, Pipeline
from digests.model import Sentence, Summary
from digests.rising import Trending
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from digests.trends import Trends
from tests.bot.shell import Ended, Liwen
from tests.fakes import FakeClock
from tests.samples import DAY, HOUR, NOW, add, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")


def desk_of(database: Database, lexicon: Lexicon, clock: Callable[[], datetime], *admins: str) -> Desk:
    """A desk whose administrators have these addresses, and that reads and stores documents as the real one does."""
    analyzer = cache(lambda: Analyzer(lexicon))

    def ingest(items: Iterable[Item]) -> Ingested:
        return Pipeline(database, analyzer()).ingest(items, NOW, DAY)

    def doors() -> Doors:
        return Doors(Calendar(SHANGHAI, DAY))

    trends, trending = Trends(analyzer).newest, Trending(analyzer)
    return Desk(database, lexicon, SHANGHAI, clock, frozenset(admins), doors, ingest, analyzer, trends, trending)


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


@pytest.fixture
def story_of_two_papers(desk: Desk) -> tuple[int, int]:
    """A story that stands in two papers of one edition: the first account and the other one."""
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        first = add(store, raw("公交夜班线开通"), "transport")
        again = add(store, raw("公交夜班线开通", source="嘉兴日报"), "transport", duplicate_of=first)
        store.articles.assign(edition.id, [first, again])
    return first, again


@pytest.fixture
def liwen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Liwen:
    """Runs the command line in an empty folder, with a standard input and settings."""
    monkeypatch.chdir(tmp_path)
    for name in ("TELEGRAM_TOKEN", "TELEGRAM_BOT_TOKEN", "BOT_TOKEN", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str | Path, stdin: str | bytes = "", **settings: str) -> Ended:
        runner = CliRunner()
        status = 0
        with runner.isolation(input=stdin, env=settings) as (out, err, *_):
            try:
                main([str(argument) for argument in arguments])
            except SystemExit as end:
                status = end.code if isinstance(end.code, int) else 1
            sys.stdout.flush()
            sys.stderr.flush()
            return Ended(status, out.getvalue().decode(), err.getvalue().decode())

    return run
