"""`make bench-pruning`: how long old articles keep SQLite's writers waiting while they are removed."""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from digests.storage import Database, Store
from digests.storage.retention import ARTICLES
from digests.storage.tables.news import article_terms, articles, fingerprint_bands
from tests.benchmarks.archive import Press
from tests.benchmarks.search import NOW, fill

BANDS, TERMS = 32, 16
"""What an article has of each; without them its rows are too few."""
AT_ONCE = 2000
CHECKPOINT = 30
"""Transactions between two checkpoints, which are made when the lock is free again and so are not counted."""
Step = Callable[[Store], int | None]


def complete(database: Database, number: int) -> None:
    """Gives articles the bands and terms that they would have; each came in ten seconds after the one before."""
    press = Press(seed=5)
    for first in range(1, number + 1, AT_ONCE):
        some = range(first, min(first + AT_ONCE, number + 1))
        with database.begin() as store:
            store._connection.execute(insert(fingerprint_bands), [*_bands(press, some)])
            store._connection.execute(insert(article_terms), [*_terms(press, some)])
            for each in some:
                came = NOW - timedelta(seconds=10 * (number - each))
                store._connection.execute(articles.update().where(articles.c.id == each).values(ingested_at=came))


def _bands(press: Press, ids: Sequence[int]) -> Iterator[dict[str, int]]:
    for each in ids:
        yield from ({"band": band, "article_id": each} for band in {press.random.getrandbits(31) for _ in range(BANDS)})


def _terms(press: Press, ids: Sequence[int]) -> Iterator[dict[str, object]]:
    for each in ids:
        for term in {press.random.choice(press.words) for _ in range(TERMS)}:
            yield {"term": term, "published_on": NOW.date(), "article_id": each, "weight": 0.3}


def hold(database: Database, step: Step) -> tuple[float, float, int | None]:
    """One transaction: seconds of CPU and of the clock from its lock to its commit, and what the step returned."""
    with database.begin() as store:
        wall, cpu = time.perf_counter(), time.process_time()
        done = step(store)
    return time.process_time() - cpu, time.perf_counter() - wall, done


def percentiles(name: str, seconds: Sequence[float]) -> str:
    """The median, the 99th percentile and the longest in milliseconds."""
    ordered = sorted(1000 * each for each in seconds)
    last = len(ordered) - 1
    return f"{name} p50 {ordered[last // 2]:.1f} p99 {ordered[last * 99 // 100]:.1f} max {ordered[last]:.1f} ms"


def measure(database: Database, seconds: float) -> None:
    """Prunes as the bot does, for so many seconds of CPU or until nothing is left; says how long transactions took."""
    removing: list[tuple[float, float, int | None]] = []
    merging: list[tuple[float, float, int | None]] = []
    _pragma(database, "wal_autocheckpoint=0")
    ends = time.process_time() + seconds
    while time.process_time() < ends:
        removing.append(hold(database, lambda store: store.retention.prune(ARTICLES, NOW, NOW)))
        merging.append(hold(database, lambda store: store.index.merge()))
        if not removing[-1][2]:
            break
        if len(removing) % CHECKPOINT == 0:
            _pragma(database, "wal_checkpoint")
    for name, held in (("removing", removing), ("merging", merging)):
        cpu, wall = [each[0] for each in held], [each[1] for each in held]
        print(f"{name}: {len(held)} transactions; {percentiles('CPU', cpu)}; {percentiles('clock', wall)}")
    print(f"{sum(each[2] or 0 for each in removing)} articles removed")


def _pragma(database: Database, pragma: str) -> None:
    """Outside of a transaction; the pool hands out the same connection again."""
    with database._writing.connect() as connection:
        connection.connection.cursor().execute(f"PRAGMA {pragma}")


def main() -> None:
    """Prints a line for each kind of transaction."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20, help="of CPU, to prune for")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        with closing(database):
            fill(database, arguments.articles)
            complete(database, arguments.articles)
            measure(database, arguments.seconds)


if __name__ == "__main__":
    main()
