"""`make bench-following`: matching articles against many followed queries, alerts and an edition for them."""

import argparse
import gc
import random
import resource
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import accumulate
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from digests.alerting import Alerting
from digests.builder import close_edition
from digests.following import Following
from digests.model.news import Analysis, Article, Background, RawArticle, Sentence, Summary
from digests.query import parse, subject_of
from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from digests.storage.tables.readers import chats, subscriptions
from tests import ROOT

NOW = datetime(2024, 11, 13, tzinfo=UTC)
SYLLABLES = (
    "市区镇村路桥河湖公交学校医院企业项目建设发展服务群众居民记者昨天今年目前通过进行开展推进工作活动现场负责人表示"
    "余新城南秀洲嘉兴海宁平湖桐乡农业种植葡萄水稻果园垃圾分类停车充电养老托育早餐菜场公园绿道灯光地铁轻轨航空"
)
PAPERS = ("南湖晚报", "嘉兴日报", "浙江日报")
TOO_COMMON = 100
"""The commonest words, such as 今天, that stand in most articles: nobody follows them."""
CHARACTERS = 800
"""Of an article's body: what a story in a local paper has."""


class Town:
    """A town's language: words with Zipf's frequencies, out of which both its articles and its readers' wishes come."""

    def __init__(self, lexicon: Lexicon, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311
        self._lexicon = lexicon
        sizes = self._random.choices((2, 3, 4), (60, 25, 15), k=60_000)
        self._words = list(dict.fromkeys("".join(self._random.choices(SYLLABLES, k=size)) for size in sizes))
        weights = [1 / (rank + 2) for rank in range(len(self._words))]
        self._cumulated = list(accumulate(weights))
        self._people = ["".join(self._random.choices(SYLLABLES, k=3)) for _ in range(2000)]
        self._places = [code for code in lexicon.places if len(code) > 4]

    def _word(self) -> str:
        return self._random.choices(self._words, cum_weights=self._cumulated)[0]

    def _wished(self) -> str:
        at = self._random.uniform(self._cumulated[TOO_COMMON], self._cumulated[-1])
        return self._words[bisect(self._cumulated, at, hi=len(self._words) - 1)]

    def _topic(self) -> str:
        return self._random.choice(list(self._lexicon.topics))

    def article(self, number: int) -> Article:
        """An article with one to three topics and places."""
        body = ""
        while len(body) < CHARACTERS:
            body += self._word() + self._random.choice(("", "", "", "，", "。"))
        return Article(
            id=number,
            title="".join(self._word() for _ in range(5)),
            paragraphs=(body,),
            reporters=(self._random.choice(self._people),),
            source=self._random.choice(PAPERS),
            page=str(1 + number % 16),
            published_on=date(2024, 11, 13),
            topics=tuple({self._topic() for _ in range(self._random.randint(1, 3))}),
            places=tuple(self._random.choices(self._places, k=self._random.randint(1, 3))),
            ingested_at=NOW,
        )

    def wish(self) -> str:
        """A query as readers follow them: half are one word; topics, places, people, phrases, OR and - are the rest."""
        make: Callable[[], str] = self._random.choices(
            (
                self._wished,
                lambda: f"{self._wished()} {self._wished()}",
                lambda: f"{self._wished()} -{self._wished()}",
                lambda: f"{self._wished()} OR {self._wished()}",
                lambda: f'"{self._wished()}{self._wished()}"',
                lambda: f"topic:{self._topic()} {self._wished()}",
                lambda: f"place:{self._random.choice(self._places)} {self._wished()}",
                lambda: f"place:{self._random.choice(self._places)} topic:{self._topic()}",
                lambda: f"by:{self._random.choice(self._people)}",
                lambda: f"topic:{self._topic()} -{self._wished()}",
            ),
            (50, 10, 6, 6, 5, 8, 8, 3, 2, 2),
        )[0]
        return make()

    def wishes(self, count: int) -> list[str]:
        """So many different canonical queries; the places come first, each of which somebody follows."""
        found = dict.fromkeys(f"place:{code}" for code in self._places[:count])
        while len(found) < count:
            found[parse(self.wish(), self._lexicon).canonical] = None
        return list(found)[:count]


def percentiles(seconds: Sequence[float]) -> str:
    """The median and the 95th percentile in milliseconds."""
    ordered = sorted(1000 * second for second in seconds)
    return f"p50 {statistics.median(ordered):.2f} ms, p95 {ordered[int(0.95 * len(ordered))]:.2f} ms"


def megabytes() -> int:
    """The memory that this process has now (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize() // 2**20


def bench_matching(lexicon: Lexicon, wishes: Sequence[str], articles: Sequence[Article]) -> None:
    """Builds the index, asks it for each article, and lets a walk over all queries check some of the answers."""
    gc.collect()
    before, started = megabytes(), time.process_time()
    parsed = {text: parse(text, lexicon) for text in wishes}
    read = time.process_time() - started
    following = Following()
    for text, query in parsed.items():
        following.add(text, query)
    built, memory = time.process_time() - started, megabytes() - before
    seconds, found = [], []
    for article in articles:
        started = time.process_time()
        found.append(following.matching(subject_of(article)))
        seconds.append(time.process_time() - started)
    walked = []
    for article, names in list(zip(articles, found, strict=True))[:5]:
        subject = subject_of(article)
        started = time.process_time()
        true = {text for text, query in parsed.items() if query.accepts(subject)}
        walked.append(time.process_time() - started)
        if true != set(names):
            raise SystemExit("the index and the walk disagree")
    started = time.process_time()
    for text in wishes[:1000]:
        following.remove(text)
        following.add(text, parsed[text])
    changed = (time.process_time() - started) / 1000
    print(
        f"{len(wishes):>7,} queries: {percentiles(seconds)} an article ({statistics.mean(map(len, found)):.0f} true), "
        f"walking over all {1000 * statistics.median(walked):.0f} ms; built in {built:.2f} s ({read:.2f} s reading), "
        f"{memory} MB; one removed and added {1e6 * changed:.0f} µs"
    )


class FirstSentence:
    """Summaries that cost nothing: how long making them takes is measured elsewhere."""

    def summarize(self, _title: str, body: str, _background: Background) -> Summary:
        """The beginning of the body."""
        return Summary((Sentence(body[:60], 0),))


def bench_closing(lexicon: Lexicon, wishes: Sequence[str], articles: Sequence[Article]) -> None:
    """Closes an edition in SQLite; every query has a follower of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        with database.begin() as store:
            _readers(store, wishes)
            for article in articles:
                raw = RawArticle(**{name: getattr(article, name) for name in RawArticle.__dataclass_fields__})
                understood = Analysis(article.topics, article.places, frozenset(), b"\0" * 8)
                store.articles.add(replace(raw, title=f"{article.title}{article.id}"), understood, NOW)
        wall, cpu = time.perf_counter(), time.process_time()
        closed = close_edition(database, FirstSentence(), lexicon, NOW, empty=False)  # type: ignore[arg-type]
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        database.close()
    if closed is not None:
        print(
            f"closing an edition of {closed.articles} articles for {len(wishes):,} queries (SQLite): {cpu:.1f} s CPU, "
            f"{wall:.1f} s; {closed.digests:,} digests, {closed.deliveries:,} deliveries"
        )


def bench_alerting(lexicon: Lexicon, wishes: Sequence[str], articles: Sequence[Article]) -> None:
    """Owes alerts in SQLite, an article at a time; every query has a follower of its own who wants them."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        with database.begin() as store:
            _readers(store, wishes, alerts_since=NOW)
        alerting = Alerting(database, lexicon, ZoneInfo("Asia/Shanghai"), most=5)
        _owed(database, alerting, articles[0])  # the first one makes the index
        seconds, owed = [], 0
        for article in articles[1:]:
            took, made = _owed(database, alerting, article)
            seconds.append(took)
            owed += made
        database.close()
    print(
        f"alerting of an article, {len(wishes):,} queries (SQLite): {percentiles(seconds)} CPU, "
        f"{owed / len(seconds):.0f} alerts each"
    )


def _owed(database: Database, alerting: Alerting, article: Article) -> tuple[float, int]:
    with database.begin() as store:
        raw = RawArticle(**{name: getattr(article, name) for name in RawArticle.__dataclass_fields__})
        understood = Analysis(article.topics, article.places, frozenset(), b"\0" * 8)
        added = store.articles.add(replace(raw, title=f"{article.title}{article.id}"), understood, NOW)
    started = time.process_time()
    made = alerting.alert([added] if added else [], NOW)
    return time.process_time() - started, made


def _readers(store: object, wishes: Sequence[str], alerts_since: datetime | None = None) -> None:
    connection = store._connection  # type: ignore[attr-defined]
    rows = [
        {"address": f"telegram:{number}", "language": "zh-Hans", "zone": "Asia/Shanghai", "times": "", "paused": False,
         "state": "active", "covered": 0, "created_at": NOW}
        for number in range(len(wishes))
    ]  # fmt: skip
    connection.execute(insert(chats), rows)
    chosen = {"since": 0, "created_at": NOW, "alerts_since": alerts_since}
    followed = [{"chat_id": n, "query": text, **chosen} for n, text in enumerate(wishes, 1)]
    connection.execute(insert(subscriptions), followed)


def main() -> None:
    """Runs all; `--queries` is the largest number of followed queries."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--only", choices=("matching", "alerting", "closing"), help="one part alone")
    chosen = parser.parse_args()
    most = chosen.queries
    lexicon = read_lexicon(ROOT / "seeds", home_region="3304")
    town = Town(lexicon, 7)
    articles = [town.article(number) for number in range(1, 501)]
    wishes = town.wishes(most)
    if chosen.only in (None, "matching"):
        for count in sorted({min(count, most) for count in (1_000, 10_000, most)}):
            bench_matching(lexicon, wishes[:count], articles)
    if chosen.only in (None, "alerting"):
        bench_alerting(lexicon, wishes, articles[:60])
    if chosen.only in (None, "closing"):
        bench_closing(lexicon, wishes, articles[:100])


if __name__ == "__main__":
    main()
