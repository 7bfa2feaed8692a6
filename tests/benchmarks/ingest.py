"""`make bench`: how fast pages are read, and how fast near-duplicates are found among many articles."""

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from digests.errors import NothingFound
from digests.folding import fold
from digests.ingest.linking import links_of
from digests.ingest.pages import read_page
from digests.model import Analysis, RawArticle
from digests.storage import Database
from digests.text.duplicates import bands, fingerprint
from tests.conftest import ROOT
from tests.digests.ingest.trapgen import trap_page

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
    """Pages of each kind, in megabytes of UTF-8 a second of CPU time."""
    page = next((ROOT / "seeds" / "pages").glob("*.txt")).read_text(encoding="utf-8")
    kinds = {
        "the seed page, alone": [page] * 20,
        "400 short pages, one by one": [trap_page(seed).text for seed in range(400)],
        "a long text": ["\n\n".join([page] * 200)],
        "lines wrapped at 20": [wrapped(page, 20)] * 20,
        "50 MB": ["\n\n".join([page] * 3400)],
    }
    for kind, texts in kinds.items():
        report(kind, texts, rounds=3 if len(texts) > 1 else 1)


def wrapped(text: str, width: int) -> str:
    return "\n".join(line[at : at + width] for line in text.split("\n") for at in range(0, len(line) or 1, width))


def bench_hostile() -> None:
    """Files that are no pages end in bounded time and memory, too."""
    megabytes = 10
    for kind, text in {
        "one line": "嘉" * (megabytes * 350_000),
        "blank lines and a word": "\n" * 100_000 + "嘉兴",
        "NULs": "\0" * (megabytes * 1_000_000),
        "open brackets": "（" * (megabytes * 350_000),
        "short lines": "嘉\n" * (megabytes * 25_000),
    }.items():
        report(kind, [text], rounds=1)


def report(kind: str, texts: Sequence[str], rounds: int) -> None:
    size = sum(len(text.encode()) for text in texts)
    best = min(seconds_for(texts) for _ in range(rounds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"pages, {kind}: {size / 1e6:.2f} MB in {best:.2f} s, {size / best / 1e6:.2f} MB/s, peak {peak} MB", flush=True
    )


def seconds_for(texts: Sequence[str]) -> float:
    """CPU time of reading them."""
    started = time.process_time()
    for text in texts:
        fold.cache_clear()
        with suppress(NothingFound):
            read_page(text)
    return time.process_time() - started


def main() -> None:
    """Runs all; `--articles` is the size of the archive."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=100_000)
    arguments = parser.parse_args()
    bench_pages()
    bench_hostile()
    bench_duplicates(arguments.articles)


if __name__ == "__main__":
    main()
