"""`make bench-search`: how fast an archive is indexed and searched, in SQLite, PostgreSQL and tantivy side by side."""

import argparse
import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Literal

from sqlalchemy import insert, text

from digests.model import Analysis, RawArticle
from digests.query import parse
from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from digests.storage.articles import _to_row
from digests.storage.search.index import Entry, index_of
from digests.storage.search.indexing import entry
from digests.storage.tables import articles
from digests.text.snippets import snippet
from tests import postgres
from tests.benchmarks.archive import Press
from tests.conftest import ROOT

NOW = datetime(2024, 11, 13, tzinfo=UTC)
ANALYSIS = Analysis(("transport",), ("330402101",), frozenset(), b"\0" * 128)
BATCH = 2000
QUERIES = 100
Order = Literal["new", "best"]
ORDERS: tuple[Order, ...] = ("new", "best")
Ask = Callable[[str, Order], object]


def row(raw: RawArticle) -> dict[str, object]:
    """What is stored of an article, but for what no search asks for."""
    known = {"external_id": raw.external_id, "source": raw.source, "published_on": raw.published_on}
    return {**_to_row(raw, ANALYSIS), **known, "ingested_at": NOW, "summary": [], "revision": 0}


def printed(count: int) -> Iterator[list[RawArticle]]:
    """The archive's articles, in batches."""
    press = Press()
    for start in range(0, count, BATCH):
        yield [press.article(number) for number in range(start, min(start + BATCH, count))]


def fill(database: Database, count: int) -> None:
    """Stores and indexes the archive; says how fast, and how big the index is."""
    database.migrate()
    characters = size = 0
    tokens_seconds = index_seconds = index_cpu = 0.0
    at = 1
    for batch in printed(count):
        rows = [row(raw) for raw in batch]
        with database.begin() as store:
            connection = store._connection
            connection.execute(insert(articles), rows)
            began = time.process_time()
            entries = [entry(at + place, _subject(each)) for place, each in enumerate(rows)]
            tokens_seconds += time.process_time() - began
            store.index.add(at, _subject(rows[0]))
            seconds, cpu = time.perf_counter(), time.process_time()
            index_of(connection).add(entries[1:])
            index_seconds += time.perf_counter() - seconds
            index_cpu += time.process_time() - cpu
        at += len(rows)
        characters += sum(len(str(each["folded"])) for each in rows)
        size += sum(len(str(each["folded"]).encode()) for each in rows)
    print(
        f"{_kind(database)}: {count:,} articles of {characters // count} characters; indexed {count / index_cpu:,.0f}/s "
        f"of CPU here ({count / index_seconds:,.0f}/s by the clock), their tokens made {count / tokens_seconds:,.0f}/s; "
        f"index {_index_bytes(database) / size:.2f} of the text's bytes",
        flush=True,
    )


def _subject(stored: dict[str, object]) -> Entry:
    from digests.query import Subject

    return Subject(
        stored["folded"], stored["folded_byline"], stored["folded_source"], ("transport",), ("330402101",),
        stored["published_on"],
    )  # fmt: skip


def _kind(database: Database) -> str:
    return "PostgreSQL" if "://" in database.where else "SQLite"


def _index_bytes(database: Database) -> int:
    with database.read() as store:
        if _kind(database) == "SQLite":
            size = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'article_tokens%'"
        else:
            size = "SELECT pg_total_relation_size('article_tokens')"
        return int(store._connection.execute(text(size)).scalar_one())


def questions(count: int) -> dict[str, list[str]]:
    """Known items, by kind: each stands in some article, but for what stands in none."""
    press = Press()
    chosen = press.random.sample(range(count), min(count, QUERIES))
    again = Press()
    wanted = set(chosen)
    held = {number: again.article(number) for number in range(max(chosen) + 1)}
    some = [held[number] for number in wanted]
    bodies = [raw.body for raw in some]
    return {
        "common word": press.words[20 : 20 + QUERIES],
        "rare word": press.words[-QUERIES:],
        "two words": [f"{body[3:5]} {body[40:42]}" for body in bodies],
        "phrase": [f"“{body[at : at + 6]}”" for body in bodies for at in [_inside(body)]],
        "unknown name": [raw.reporters[0] for raw in some],
        "one character": [body[7] for body in bodies],
        "nothing": [press.name() + "瀣" for _ in some],
    }


def _inside(body: str) -> int:
    return next(at for at in range(len(body)) if not set(body[at : at + 6]) & set("，。\n"))


def asking(database: Database, lexicon: Lexicon) -> Ask:
    """Asks as a reader does: ten hits, with a snippet of each."""

    def ask(query: str, order: Order) -> object:
        wanted = parse(query, lexicon)
        with database.read() as store:
            found = store.search.find(wanted, order=order)
        return [snippet(article.body, wanted.words) for article in found.articles]

    return ask


def measure(asked: dict[str, list[str]], ask: Ask) -> dict[tuple[str, Order], tuple[float, float, float]]:
    """p50 and p95 by the clock and p95 of CPU time in milliseconds, by kind and order; each query's second asking."""
    found = {}
    for kind, queries in asked.items():
        for order in ORDERS:
            clock, cpu = [], []
            for query in queries:
                ask(query, order)
                began, began_cpu = time.perf_counter(), time.process_time()
                ask(query, order)
                clock.append(1000 * (time.perf_counter() - began))
                cpu.append(1000 * (time.process_time() - began_cpu))
            found[kind, order] = (statistics.median(clock), p95(clock), p95(cpu))
    return found


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def show(name: str, measured: dict[tuple[str, Order], tuple[float, float, float]]) -> None:
    """A table: milliseconds p50/p95 by the clock, p95 of CPU time in brackets."""
    print(f"\n{name}, ms p50/p95 (CPU p95)\n{'':16}{'newest first':>24}{'best first':>24}")
    for kind in dict.fromkeys(kind for kind, _ in measured):
        cells = ("{:.1f}/{:.1f} ({:.1f})".format(*measured[kind, order]) for order in ORDERS)
        print(f"{kind:16}" + "".join(f"{cell:>24}" for cell in cells), flush=True)


def bench_ingest(database: Database, asked: dict[str, list[str]], ask: Ask) -> None:
    """The same queries while another thread adds articles in transactions of 200."""
    stop = threading.Event()
    added = [0]

    def add() -> None:
        press = Press(seed=8)
        while not stop.is_set():
            batch = [press.article(10**7 + added[0] + number) for number in range(200)]
            with database.begin() as store:
                for raw in batch:
                    store.articles.add(raw, ANALYSIS, NOW)
            added[0] += len(batch)

    few = {kind: queries[:40] for kind, queries in asked.items()}
    show(f"{_kind(database)}, nothing else going on", measure(few, ask))
    thread = threading.Thread(target=add, daemon=True)
    thread.start()
    show(f"{_kind(database)}, during an ingest", measure(few, ask))
    stop.set()
    thread.join()
    print(f"({added[0]} articles were added meanwhile)")


def bench_tantivy(count: int, asked: dict[str, list[str]]) -> None:
    """tantivy over the same tokens: the texts stored, the day a fast field."""
    import tantivy

    from tests.benchmarks.peer import Peer

    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(folder)
        began = time.process_time()
        at = 0
        for batch in printed(count):
            for raw in batch:
                at += 1
                peer.add(at, raw)
        peer.commit()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        seconds = time.process_time() - began
        print(f"\ntantivy {tantivy.__version__}: printed, cut and indexed {count / seconds:,.0f}/s of CPU, {size / 1e6:,.0f} MB")
        show("tantivy", measure(asked, peer.ask))


@contextlib.contextmanager
def databases(kinds: list[str]) -> Iterator[list[Database]]:
    with contextlib.ExitStack() as stack:
        opened = []
        if "sqlite" in kinds:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            opened.append(Database(f"sqlite:///{folder}/bench.sqlite3"))
        if "postgresql" in kinds and postgres.binaries() is not None:
            place = stack.enter_context(postgres.private_folder())
            opened.append(Database(stack.enter_context(postgres.server(place))))
        for database in opened:
            stack.callback(database.close)
        yield opened


def main() -> None:
    """Builds the archives and prints the tables."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", default=["sqlite", "postgresql", "tantivy"])
    arguments = parser.parse_args()
    lexicon = read_lexicon(ROOT / "seeds", home_region="3304")
    asked = questions(arguments.articles)
    with databases(arguments.only) as opened:
        for database in opened:
            fill(database, arguments.articles)
            ask = asking(database, lexicon)
            show(_kind(database), measure(asked, ask))
            bench_ingest(database, asked, ask)
    if "tantivy" in arguments.only:
        bench_tantivy(arguments.articles, asked)


if __name__ == "__main__":
    main()
