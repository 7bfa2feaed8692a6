"""`make bench`: how fast pages are read, and how fast near-duplicates are found among many articles."""

import argparse
import json
import random
import re
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from digests.errors import NothingFound
from digests.folding import fold
from digests.ingest.charset import decode
from digests.ingest.linking import gather, links_of
from digests.ingest.neighbours import Neighbours
from digests.ingest.pages import read_page
from digests.ingest.pipeline import Pipeline
from digests.model.news import Analysis, Article, RawArticle
from digests.seeds import read_lexicon
from digests.storage import Database, Store
from digests.storage.articles import Draft
from digests.text.analyzer import Analyzer
from digests.text.duplicates import bands, fingerprint
from tests import ROOT, postgres
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


def story_terms(text: str) -> dict[str, float]:
    """A dozen terms, some of which stand in one article of twenty, others in one of thousands."""
    random_ = random.Random(text[:40])  # noqa: S311
    return {f"词{int(20 * 1000 ** random_.random())}": 12**-0.5 for _ in range(12)}


def no_terms(_text: str) -> dict[str, float]:
    return {}


def bench_duplicates(articles: int, trials: int = 500) -> None:
    """Near-duplicates of new articles, half of them reprints, in a filled archive of either kind; and their plan."""
    with ExitStack() as stack:
        for name, url in _urls(stack):
            database = Database(url)
            database.migrate()
            random_ = random.Random(7)  # noqa: S311
            texts = [story(random_) for _ in range(articles)]
            _fill(database, texts)
            _seek(name, database, texts, trials)
            _explain(database, texts[articles // 2])
            database.close()


def _urls(stack: ExitStack) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{stack.enter_context(tempfile.TemporaryDirectory())}/bench.sqlite3"
    if postgres.binaries():
        folder = stack.enter_context(postgres.private_folder())
        yield "PostgreSQL", stack.enter_context(postgres.server(folder))


def _fill(database: Database, texts: list[str]) -> None:
    for start in range(0, len(texts), 1000):
        with database.begin() as store:
            for number, text in enumerate(texts[start : start + 1000], start):
                store.articles.add(raw_of(number, text), understood(text), NOW, story_terms=story_terms(text))


def _seek(name: str, database: Database, texts: list[str], trials: int) -> None:
    random_ = random.Random(8)  # noqa: S311
    tried = []
    for trial in range(trials):
        number = random_.randrange(len(texts))
        tried.append((number, texts[number][: 4 * len(texts[number]) // 5] if trial % 2 else story(random_)))
    for what, terms_of in (("near-duplicates", no_terms), ("near-duplicates or follow-ups", story_terms)):
        timed = [_timed(database, raw_of(number, text), terms_of(text)) for number, text in tried]
        spans, found = sorted(span for span, _ in timed), sum(reprint for _, reprint in timed)
        p50, p95 = statistics.median(spans), spans[int(0.95 * trials)]
        print(
            f"{name}: {what} among {len(texts):,}: p50 {p50:.2f} ms, p95 {p95:.2f} ms (each the best of three); "
            f"{found} of {trials // 2} reprints found"
        )


def _timed(database: Database, raw: RawArticle, terms: dict[str, float]) -> tuple[float, bool]:
    """Milliseconds, and whether it is a reprint; the best of three, for the machine does other things too."""
    analysis = understood(raw.body)
    spans = []
    for _ in range(3):
        with database.read() as store:
            draft = store.articles.draft(raw, analysis, terms)
            started = time.perf_counter()
            links = links_of(_neighbours(store, draft), raw, analysis, terms)
            spans.append(1000 * (time.perf_counter() - started))
    return min(spans), links.duplicate_of is not None


def _neighbours(store: Store, draft: Draft) -> Neighbours:
    neighbours = Neighbours(store.related.newest())
    neighbours.load_texts(store.related, [draft.text_hash])
    gather(neighbours, store.related, [draft])
    return neighbours


def _explain(database: Database, text: str) -> None:
    """Which tables the database reads from end to end to find what an article is related to: none, it should be."""
    statements: list[tuple[str, Any]] = []
    with database.read() as store:
        connection = store._connection
        draft = store.articles.draft(raw_of(0, text), understood(text), story_terms(text))
        event.listen(connection, "before_cursor_execute", lambda *a: statements.append((a[2], a[3])))
        _neighbours(store, draft)
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        for statement, values in statements[:]:
            for row in connection.exec_driver_sql(explain + statement, values):
                print("   ", row[-1][:120])


def bench_links(path: Path) -> None:
    """Precision and recall of links: JSON lines {"title","text","refs"}, refs being others' accounts of the same story.

    Each story comes on one day, a reprint with small edits in another paper, and its accounts a day later.
    """
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        pipeline = Pipeline(database, Analyzer(read_lexicon(ROOT / "seeds", home_region="3304")))
        stories = [_told(row.get("title", ""), row["text"], f"{n}", "甲报") for n, row in enumerate(rows)]
        reprints = [_reprint(story, number) for number, story in enumerate(stories)]
        accounts = [
            _told("", ref, f"{n}.{m}", "丙报", days=1)
            for n, row in enumerate(rows)
            for m, ref in enumerate(row["refs"])
        ]
        for some in (stories, reprints, accounts):
            pipeline.ingest(some, NOW, NOW.date())
        with database.read() as store:
            stored = {article.id: article for article in store.articles.unassigned()}
        database.close()
    _print_links("near-duplicates", stored, {a.id: a.duplicate_of for a in stored.values()}, "乙报", len(reprints))
    _print_links(
        "follow-ups", stored, {a.id: a.follows or a.duplicate_of for a in stored.values()}, "丙报", len(accounts)
    )


def _told(title: str, text: str, number: str, source: str, days: int = 0) -> RawArticle:
    """An article; one without a headline gets its first clause."""
    headline = title or re.split("[，。；：,;]", text)[0][:30]
    day = NOW.date() + timedelta(days=days)
    paragraphs = tuple(text.splitlines())
    return RawArticle(title=headline, paragraphs=paragraphs, external_id=number, source=source, published_on=day)


def _reprint(story: RawArticle, number: int) -> RawArticle:
    """The story in another paper: shortened by a fifth, or with every fortieth character lost, or as it was."""
    text = story.body
    edited = (text[: 4 * len(text) // 5], "".join(c for at, c in enumerate(text) if at % 40), text)[number % 3]
    return replace(story, title=f"转载：{story.title[:8]}", paragraphs=tuple(edited.splitlines()), source="乙报")


def _print_links(what: str, stored: dict[int, Article], links: dict[int, int | None], source: str, wanted: int) -> None:
    """Of the articles of one paper: how many are linked to their own story's, how many to another one's."""

    def story_of(article: Article) -> str:
        return str(article.external_id).partition(".")[0]

    made = [(stored[a], stored[b]) for a, b in links.items() if b is not None and stored[a].source == source]
    right = sum(story_of(article) == story_of(other) for article, other in made)
    print(f"{what}: {wanted} wanted, {len(made)} made, precision {right / len(made):.3f}, recall {right / wanted:.3f}")


def bench_pages() -> None:
    """Pages of each kind, in megabytes of UTF-8 a second of CPU time."""
    page = next((ROOT / "seeds" / "pages").glob("*.txt")).read_text(encoding="utf-8")
    kinds = {
        "the seed page, alone": [page] * 20,
        "a long text": ["\n\n".join([page] * 200)],
        "lines wrapped at 20": [wrapped(page, 20)] * 20,
        "50 MB": ["\n\n".join([page] * 3400)],
    }
    for kind, texts in kinds.items():
        report(kind, texts, rounds=3 if len(texts) > 1 else 1)


def bench_unread(folder: Path | None) -> None:
    """Pages that this process has not read before, each once: short lines of all kinds, and those of a folder.

    Others were read before, as in any import of some size: nothing but what they share is known already.
    """
    pages = [trap_page(seed).text for seed in range(400)]
    seconds_for(pages[:100])
    report("never read before, of short lines", pages[100:], rounds=1)
    if folder:
        report(f"never read before, of {folder.name}", [decode(p.read_bytes(), p.name) for p in folder.iterdir()], 1)


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
    parser.add_argument("--pages", type=Path, help="a folder of pages to read besides")
    parser.add_argument("--pairs", type=Path, help="only the links among these: JSON lines title, text, refs")
    arguments = parser.parse_args()
    if arguments.pairs:
        bench_links(arguments.pairs)
        return
    bench_unread(arguments.pages)
    bench_pages()
    bench_hostile()
    bench_duplicates(arguments.articles)


if __name__ == "__main__":
    main()
