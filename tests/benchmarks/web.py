"""`make bench-web`: how many pages a second an archive serves, how soon the first byte comes, and what it all weighs.

Needs `hey` (apt-get install hey) for the load; without it only single visits are timed.
"""

import argparse
import asyncio
import gzip
import http.client
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from bot.config import load
from bot.newsroom import Newsroom
from bot.web.page import STYLE
from bot.web.server import listen
from bot.web.site import site
from digests.storage import Database
from tests import ROOT
from tests.benchmarks.archive import A_DAY
from tests.benchmarks.search import fill
from tests.httpserver import free_port

TOPICS = (
    "politics",
    "economy",
    "livelihood",
    "society",
    "education",
    "health",
    "culture",
    "sports",
    "transport",
    "tech",
)
TICKS = os.sysconf("SC_CLK_TCK")
COLD = 200
"""Pages that nobody asked for before, one after another."""


def publish(database: Database) -> None:
    """Closes the archive in two editions a day and gives every article a topic and a summary of two sentences."""
    with database.begin() as store:
        run = store._connection.execute
        run(text("INSERT INTO editions (closes_at) SELECT DISTINCT published_on || ' 09:30:00' FROM articles"))
        run(text("INSERT INTO editions (closes_at) SELECT DISTINCT published_on || ' 22:30:00' FROM articles"))
        run(text("UPDATE articles SET summary = '[[0, 60], [90, 150]]', summarised = 1"))
        for number, topic in enumerate(TOPICS):
            run(
                text("UPDATE articles SET topics = :topics WHERE id % :all = :number"),
                {"topics": json.dumps([topic]), "all": len(TOPICS), "number": number},
            )
        run(
            text(
                "UPDATE articles SET edition_id = (SELECT e.id FROM editions e WHERE e.closes_at ="
                " articles.published_on || CASE articles.id % 2 WHEN 0 THEN ' 09:30:00' ELSE ' 22:30:00' END)"
            )
        )


def serve(folder: Path, port: int) -> None:
    """The site alone, and no limit to how often one may ask."""
    with Newsroom(load({"LIWEN_DATA_DIR": str(folder)}, folder, folder)) as newsroom:
        pages = site(newsroom.desk, burst=1e9)
        asyncio.run(listen("the benchmark", f"127.0.0.1:{port}", pages).serve(asyncio.Event()))


@contextmanager
def serving(*command: str, port: int) -> Iterator[int]:
    """A process that serves; yields its number once it answers."""
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT)
    try:
        deadline = time.monotonic() + 120
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"{' '.join(command)} does not serve")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        return visit(port, "/robots.txt")[0] == 200
    except OSError:
        return False


def visit(port: int, path: str) -> tuple[int, float, bytes]:
    """One visit: status, milliseconds to the first byte, body as it came."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
    answer = connection.getresponse()
    milliseconds = (time.perf_counter() - began) * 1000
    body = answer.read()
    connection.close()
    return answer.status, milliseconds, body


def processor_seconds(process: int) -> float:
    """Seconds of processor that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def megabytes(process: int, kind: str = "VmRSS") -> float:
    """Memory of a process, now or at most (VmHWM)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(rf"{kind}:\s+(\d+)", status)[0]) / 1024


def measure_load(process: int, port: int, path: str, requests: int, at_once: int) -> None:
    """Requests a second by `hey`, their 95th percentile, and the processor time that each takes."""
    visit(port, path)
    requests -= requests % at_once  # hey makes as many for each of them
    before = processor_seconds(process)
    command = ["hey", "-n", str(requests), "-c", str(at_once), "-H", "Accept-Language: zh-CN"]
    done = subprocess.run([*command, f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True)
    taken = (processor_seconds(process) - before) / requests * 1000
    rate = float(re.findall(r"Requests/sec:\s+([\d.]+)", done.stdout)[0])
    percentiles = dict(re.findall(r"(\d+)%+ in ([\d.]+) secs", done.stdout))
    good = re.findall(r"\[200\]\s+(\d+) responses", done.stdout)
    print(
        f"{path}: {rate:,.0f} requests/s, p50 {float(percentiles['50']) * 1000:.1f} ms,"
        f" p95 {float(percentiles['95']) * 1000:.1f} ms with {at_once} at once; {taken:.2f} ms of processor each;"
        f" {good[0]} of {requests} answered 200",
        flush=True,
    )


def measure_visits(port: int, name: str, paths: list[str]) -> None:
    """Milliseconds to the first byte of visits one after another."""
    times = sorted(visit(port, path)[1] for path in paths)
    p95 = times[int(0.95 * (len(times) - 1))]
    print(
        f"{name}: first byte after {statistics.median(times):.1f} ms, p95 {p95:.1f} ms ({len(paths)} visits)",
        flush=True,
    )


def weigh(port: int, paths: list[str]) -> None:
    """What pages weigh, plain and packed."""
    for path in paths:
        _, _, body = visit(port, path)
        plain = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        print(f"{path}: {len(plain):,} bytes, {len(body):,} packed", flush=True)
    print(f"style: {len(STYLE):,} bytes, {len(gzip.compress(STYLE, 6)):,} packed", flush=True)


def main() -> None:
    """Fills an archive, serves it and measures; bounded by the numbers given."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--requests", type=int, default=5_000)
    options.add_argument("--archive", type=Path, help="keep the archive in this folder, or use the one there")
    options.add_argument("--serve", nargs=2, metavar=("FOLDER", "PORT"), help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.serve:
        return serve(Path(arguments.serve[0]), int(arguments.serve[1]))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.archive or Path(temporary)
        if not (folder / "liwen.sqlite3").exists():
            _make(folder, arguments.articles)
        _measure(folder, arguments.articles, arguments.requests)
    return None


def _make(folder: Path, articles: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    database = Database(f"sqlite:///{folder}/liwen.sqlite3")
    fill(database, articles)
    publish(database)
    database.close()


def _measure(folder: Path, articles: int, requests: int) -> None:
    chance, port = random.Random(7), free_port()  # noqa: S311
    with serving("-m", "tests.benchmarks.web", "--serve", str(folder), str(port), port=port) as process:
        print(f"load average {os.getloadavg()[0]:.1f} at {datetime.now(UTC):%H:%M}", flush=True)  # noqa: TID251
        front, article = "/", f"/articles/{articles // 2}"
        weigh(port, ["/", article, "/topics/transport", "/calendar", "/search?q=%E5%85%AC%E4%BA%A4", "/trends"])
        fresh = chance.sample(range(1, articles), COLD)
        measure_visits(port, "articles not asked for before", [f"/articles/{number}" for number in fresh])
        editions = chance.sample(range(1, 2 * articles // A_DAY), min(COLD, 2 * articles // A_DAY - 1))
        measure_visits(port, "editions not asked for before", [f"/editions/{number}" for number in editions])
        for path in (front, article):
            measure_visits(port, f"{path} kept", [path] * COLD)
        if shutil.which("hey"):
            for path in (front, article):
                measure_load(process, port, path, requests, 16)
        else:
            print("no hey here: apt-get install hey", flush=True)
        print(f"memory {megabytes(process):.0f} MB, at most {megabytes(process, 'VmHWM'):.0f} MB", flush=True)
        print(f"load average {os.getloadavg()[0]:.1f}", flush=True)


if __name__ == "__main__":
    main()
