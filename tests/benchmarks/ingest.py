"""`make bench`: how fast pages are read, and how fast near-duplicates are found among many articles."""

import argparse
import random
import resource
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from digests.ingest.linking import links_of
from digests.ingest.pages import read_page
from digests.model import Analysis, RawArticle
from digests.storage import Database
from digests.text.duplicates import bands, fingerprint
from tests.conftest import ROOT

SYLLABLES = (
    "市区镇村路桥河湖公交学校医院企业项目建设发展服务群众居民记者昨天今年目前通过进行开展推进工作活动现场负责人表示"
)
NOW = datetime(2024, 11, 13, tzinfo=UTC)


def story(random_: random.Random) -> str:
    """A text of about 300 characters that shares words, and no story, with the others."""
    words = ["".join(random_.choices(SYLLABLES, k=random_.randint(2, 5))) for _ in range(85)]
    return "，".join(words)


def raw_of(number: int, text: str) -> RawArticle:
    day = date(2024, 1, 1) + timedelta(days=number // 300)
    return RawArticle(title=text[:16], paragraphs=(text,), source=f"报{number % 5}", published_on=day)


def understood(text: str) -> Analysis:
    mark = fingerprint(text)
    return Analysis((), (), frozenset(), mark, bands(mark))


def bench_duplicates(articles: int) -> None:
    """Fills an archive, then looks for the near-duplicates of 500 new articles, half of them reprints."""
    random_ = random.Random(7)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        texts = [story(random_) for _ in range(articles)]
        for start in range(0, articles, 1000):
            with database.begin() as store:
                for number in range(start, min(start + 1000, articles)):
                    store.articles.add(raw_of(number, texts[number]), understood(texts[number]), NOW)
        seconds, found = [], 0
        with database.read() as store:
            for trial in range(500):
                number = random_.randrange(articles)
                text = texts[number][: 4 * len(texts[number]) // 5] if trial % 2 else story(random_)
                raw, analysis = raw_of(number, text), understood(text)
                started = time.perf_counter()
                found += links_of(store, raw, analysis, {}).duplicate_of is not None
                seconds.append(time.perf_counter() - started)
        database.close()
    ordered = sorted(1000 * second for second in seconds)
    p50, p95 = statistics.median(ordered), ordered[int(0.95 * len(ordered))]
    print(f"near-duplicates among {articles:,}: p50 {p50:.2f} ms, p95 {p95:.2f} ms; {found} of 250 reprints found")


def bench_pages() -> None:
    """The seed page alone and many times over."""
    page = next((ROOT / "seeds" / "pages").glob("*.txt")).read_text(encoding="utf-8")
    for times in (1, 20, 500):
        text = "\n\n".join([page] * times)
        seconds = []
        for _ in range(5 if times < 100 else 1):
            started = time.perf_counter()
            read_page(text)
            seconds.append(time.perf_counter() - started)
        size = len(text.encode())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(
            f"pages: {size / 1e6:.2f} MB in {min(seconds):.2f} s, {size / min(seconds) / 1e6:.2f} MB/s, peak {peak} MB"
        )


def main() -> None:
    """Runs both; `--articles` is the size of the archive."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=100_000)
    arguments = parser.parse_args()
    bench_pages()
    bench_duplicates(arguments.articles)


if __name__ == "__main__":
    main()
