"""`make bench-search`: how fast an archive is indexed and searched, in SQLite, PostgreSQL and tantivy side by side."""

import argparse
import contextlib
import multiprocessing
import re
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import insert, text

from digests.model.news import Analysis, RawArticle
from digests.query import Subject, parse
from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from digests.storage.articles import _to_row
from digests.storage.search.index import index_of
from digests.storage.tables.news import articles
from digests.text.snippets import snippet
from tests import ROOT, postgres
from tests.benchmarks.archive import Press

NOW = datetime(2024, 11, 13, tzinfo=UTC)
ANALYSIS = Analysis(("transport",), ("330402101",), frozenset(), b"\0" * 128)
BATCH = 2000
QUERIES = 100
Order = Literal["new", "best"]
ORDERS: tuple[Order, ...] = ("new", "best")
Ask = Callable[[str, Order], object]


def row(raw: RawArticle) -> dict[str, Any]:
    """What is stored of an article, but for what no search asks for."""
    known = {"external_id": raw.external_id, "source": raw.source, "published_on": raw.published_on}
    return {**_to_row(raw, ANALYSIS), **known, "ingested_at": NOW, "summary": [], "revision": 0}


def printed(number: int) -> Iterator[list[RawArticle]]:
    """The archive's articles, in batches."""
    press = Press()
    for start in range(0, number, BATCH):
        yield [press.article(at) for at in range(start, min(start + BATCH, number))]


def fill(database: Database, number: int) -> None:
    """Stores and indexes the archive; says how fast, and how big the index is."""
    database.migrate()
    characters = size = 0
    tokens_seconds = index_seconds = index_cpu = 0.0
    at = 1
    for batch in printed(number):
        rows = [row(raw) for raw in batch]
        with database.begin() as store:
            store._connection.execute(insert(articles), rows)
            began = time.process_time()
            entries = [store.index.entry(at + place, _subject(each)) for place, each in enumerate(rows)]
            tokens_seconds += time.process_time() - began
        seconds, cpu = time.perf_counter(), time.process_time()
        with database.begin() as store:  # to its end: much of the work is done when it is committed
            index_of(store._connection).add(entries)
        index_seconds += time.perf_counter() - seconds
        index_cpu += time.process_time() - cpu
        at += len(rows)
        characters += sum(len(str(each["folded"])) for each in rows)
        size += sum(len(str(each["folded"]).encode()) for each in rows)
    print(
        f"{_kind(database)}: {number:,} articles of {characters // number} characters; "
        f"tokens made {number / tokens_seconds:,.0f}/s, "
        f"indexed {number / index_cpu:,.0f}/s of CPU here ({number / index_seconds:,.0f}/s by the clock); "
        f"index {_index_bytes(database) / size:.2f} of the text's bytes",
        flush=True,
    )
    tidy(database)
    print(f"tidied up: {_index_bytes(database) / size:.2f}", flush=True)


def tidy(database: Database) -> None:
    """Joins the index's pieces, as `liwen reindex` does at its end."""
    going_on = True
    while going_on:
        with database.begin() as store:
            going_on = index_of(store._connection).tidy()


def _subject(stored: dict[str, Any]) -> Subject:
    texts = (stored["folded"], stored["folded_byline"], stored["folded_source"])
    return Subject(*texts, ANALYSIS.topics, ANALYSIS.places, stored["published_on"])


def _kind(database: Database) -> str:
    return "PostgreSQL" if "://" in database.where else "SQLite"


def _index_bytes(database: Database) -> int:
    with database.read() as store:
        if _kind(database) == "SQLite":
            size = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'article_tokens%'"
        else:
            size = "SELECT pg_total_relation_size('article_tokens')"
        return int(store._connection.execute(text(size)).scalar_one())


def questions(number: int) -> dict[str, list[str]]:
    """Known items, by kind: each stands in some article, but for what stands in none."""
    press = Press()
    wanted = set(press.random.sample(range(number), QUERIES))
    again = Press()
    printed_so_far = (again.article(at) for at in range(max(wanted) + 1))
    some = [raw for at, raw in enumerate(printed_so_far) if at in wanted]
    runs = [[run for run in re.split("[，。\\n]", raw.body) if len(run) > 6] for raw in some]
    return {
        "common word": press.words[20 : 20 + QUERIES],
        "rare word": press.words[-QUERIES:],
        "two words": [f"{run[0][:2]} {run[-1][-2:]}" for run in runs],
        "phrase": [f"“{run[1][:6]}”" for run in runs],
        "unknown name": [raw.reporters[0] for raw in some],
        "one character": [run[2][3] for run in runs],
        "nothing": [press.name() + "瀣" for _ in some],
    }


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


def bench_ingest(database: Database, url: str, asked: dict[str, list[str]], ask: Ask) -> None:
    """The same queries while another process adds articles in transactions of 200."""
    few = {kind: queries[:40] for kind, queries in asked.items()}
    show(f"{_kind(database)}, nothing else going on", measure(few, ask))
    ingest = multiprocessing.get_context("spawn").Process(target=_add, args=(url,), daemon=True)
    before = _count(database)
    ingest.start()
    while ingest.is_alive() and _count(database) == before:  # a process needs a second before it adds anything
        time.sleep(0.05)
    before = _count(database)
    show(f"{_kind(database)}, during an ingest", measure(few, ask))
    print(f"({_count(database) - before} articles were added meanwhile)", flush=True)
    ingest.terminate()
    ingest.join()


def _count(database: Database) -> int:
    with database.read() as store:
        return store.articles.count()


def _add(url: str) -> None:
    database, press = Database(url), Press(seed=8)
    for start in count(10**7, 200):
        batch = [press.article(number % 10**6) for number in range(start, start + 200)]
        with database.begin() as store:
            for raw in batch:
                store.articles.add(replace(raw, external_id=f"late-{raw.external_id}"), ANALYSIS, NOW)


def bench_tantivy(number: int, asked: dict[str, list[str]]) -> None:
    """Tantivy over the same bigrams."""
    from tests.benchmarks.peer import Peer

    with tempfile.TemporaryDirectory() as folder:
        peer = Peer(folder)
        seconds = 0.0
        for batch in printed(number):
            began = time.process_time()
            for raw in batch:
                peer.add(raw)
            seconds += time.process_time() - began
        peer.commit()
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
        print(f"\ntantivy: cut and indexed {number / seconds:,.0f}/s of CPU; {size / 1e6:,.0f} MB with the texts")
        show("tantivy", measure(asked, peer.ask))


@contextlib.contextmanager
def databases(kinds: list[str]) -> Iterator[list[tuple[str, Database]]]:
    """Empty databases of these kinds, with their URLs, for as long as they are needed."""
    with contextlib.ExitStack() as stack:
        urls = []
        if "sqlite" in kinds:
            urls.append(f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/bench.sqlite3")
        if "postgresql" in kinds and postgres.binaries() is not None:
            urls.append(stack.enter_context(postgres.server(stack.enter_context(postgres.private_folder()))))
        yield [(url, stack.enter_context(contextlib.closing(Database(url)))) for url in urls]


def main() -> None:
    """Builds the archives and prints the tables."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--only", nargs="*", default=["sqlite", "postgresql", "tantivy"])
    arguments = parser.parse_args()
    lexicon = read_lexicon(ROOT / "seeds", home_region="3304")
    asked = questions(arguments.articles)
    with databases(arguments.only) as opened:
        for url, database in opened:
            fill(database, arguments.articles)
            ask = asking(database, lexicon)
            show(_kind(database), measure(asked, ask))
            bench_ingest(database, url, asked, ask)
    if "tantivy" in arguments.only:
        bench_tantivy(arguments.articles, asked)


if __name__ == "__main__":
    main()
