"""`make demo-cluster`: PostgreSQL, Redis, a bot and two workers on this machine; one of them is killed as it works."""

import argparse
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from digests.storage import Database
from digests.storage.tables.news import articles
from digests.storage.tables.sources import documents
from tests import ROOT, postgres, redis
from tests.benchmarks.ingest import story
from tests.benchmarks.stage import Liwen, Process, Server, family_seconds

ARTICLES = 50
"""Articles of one document."""


@dataclass
class Logged(Process):
    """A program whose log is kept in a file."""

    log: Path = Path()

    def start(self) -> "Logged":
        """Starts it."""
        with self.log.open("a", encoding="utf-8") as file:
            command = [sys.executable, "-m", *self.arguments]
            environment = {"PYTHONPATH": str(ROOT), **self.environment}
            self.running = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=subprocess.DEVNULL, stderr=file, text=True
            )
        return self

    def read(self) -> list[int]:
        """The documents that it read, in its order."""
        return [int(found) for found in re.findall(r"document (\d+): ", self.log.read_text(encoding="utf-8"))]


@dataclass
class Cluster:
    """What the play is made of."""

    database: Database
    inbox: Path
    bot: Logged
    workers: Sequence[Logged]
    postgres: int
    redis: int

    def put(self, number: int, seed: int) -> None:
        """Puts documents into the watched folder."""
        random_ = random.Random(seed)  # noqa: S311
        for name in range(number):
            texts = [story(random_) for _ in range(ARTICLES)]
            rows = [{"id": f"{seed}.{name}.{n}", "title": text[:12], "text": text} for n, text in enumerate(texts)]
            lines = "\n".join(map(json.dumps, rows))
            (self.inbox / f"{seed}-{name:04}.jsonl").write_text(lines, encoding="utf-8")

    def state(self) -> tuple[int, int, int]:
        """How many documents are read, are being read, and wait."""
        with self.database.read() as store:
            rows = store._connection.execute(select(documents.c.outcome.is_not(None), documents.c.claimed_until)).all()
        done = sum(read for read, _ in rows)
        held = sum(not read and until is not None for read, until in rows)
        return done, held, len(rows) - done - held

    def stored(self) -> int:
        """How many articles the archive holds."""
        with self.database.read() as store:
            return store._connection.execute(select(func.count()).select_from(articles)).scalar_one()

    def spent(self) -> dict[str, float]:
        """Seconds of a processor that each took so far."""
        return {
            "workers": sum(worker.processor_seconds() for worker in self.workers),
            "PostgreSQL": family_seconds(self.postgres),
            "Redis": family_seconds(self.redis),
            "the bot": self.bot.processor_seconds(),
            "this play": time.process_time(),
        }

    def put_away(self) -> int:
        """How many documents were read and put away."""
        done = self.inbox / "done"
        return len(list(done.glob("*.jsonl"))) if done.is_dir() else 0


@contextmanager
def cluster(workers: int) -> Iterator[Cluster]:
    """PostgreSQL, Redis, a Bot API server, a bot and so many workers, all ended with it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        private = stack.enter_context(postgres.private_folder())
        url = stack.enter_context(postgres.server(private))
        broker = stack.enter_context(redis.server(folder))
        telegram = stack.enter_context(Server(folder, ["--seconds", "900"]))
        database = Database(url)
        stack.callback(database.close)
        database.migrate()
        inbox = folder / "inbox"
        inbox.mkdir()
        settings = {"LIWEN_BROKER_URL": broker, "LIWEN_INBOX": str(inbox), "LOG_LEVEL": "INFO"}
        liwen = Liwen(folder, telegram.url, url, settings)
        started = [_logged(liwen.process("run"), "bot")]
        for number in range(1, workers + 1):
            plain = liwen.process("worker")
            tokenless = {name: value for name, value in plain.environment.items() if name != "TELEGRAM_TOKEN"}
            started.append(_logged(Process(plain.arguments, tokenless, folder), f"worker {number}"))
        for process in started:
            stack.callback(process.end, signal.SIGTERM)
            process.start()
        print(
            f"PostgreSQL, Redis at {broker}, bot {started[0].pid}, workers {[p.pid for p in started[1:]]}", flush=True
        )
        servers = (_number(private / "cluster" / "postmaster.pid"), _number(folder / "redis.pid"))
        yield Cluster(database, inbox, started[0], started[1:], *servers)


def _number(file: Path) -> int:
    """The number of the process that wrote the file."""
    return int(file.read_text(encoding="utf-8").split()[0])


def _logged(process: Process, name: str) -> Logged:
    return Logged(process.arguments, process.environment, process.folder, log=process.folder / f"{name}.log")


def play(stage: Cluster, number: int, limit: float) -> bool:
    """Kills a worker while it reads documents; tells whether the other one read them all."""
    first, second = stage.workers
    stage.put(number, 5)
    print(f"{number} documents of {ARTICLES} articles each in the watched folder", flush=True)
    began = time.monotonic()
    _until(lambda: min(len(first.read()), len(second.read())) >= 3, limit)
    first.end(signal.SIGKILL)
    before = (len(first.read()), len(second.read()))
    done, held, waiting = stage.state()
    print(
        f"{time.monotonic() - began:5.1f} s  worker 1 is killed: it had read {before[0]}, worker 2 {before[1]}; "
        f"{held} documents are held by the two, {waiting} wait",
        flush=True,
    )
    while stage.put_away() < number and time.monotonic() - began < limit:
        time.sleep(5)
        done, held, waiting = stage.state()
        print(
            f"{time.monotonic() - began:5.1f} s  worker 2 has read {len(second.read())}; "
            f"put away {stage.put_away()}, read {done}, held {held}, waiting {waiting}",
            flush=True,
        )
    return _judge(stage, number)


def _until(condition: object, limit: float, pause: float = 0.05) -> None:
    deadline = time.monotonic() + limit
    while not condition() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(pause)


def _judge(stage: Cluster, number: int) -> bool:
    first, second = (set(worker.read()) for worker in stage.workers)
    expected, stored = number * ARTICLES, stage.stored() - _seeds(stage)
    twice = sum(times > 1 for times in Counter(stage.workers[0].read() + stage.workers[1].read()).values())
    well = stage.put_away() == number and stored == expected
    print(
        f"worker 1 finished {len(first)}, worker 2 {len(second)} documents, {twice} of them twice; "
        f"{stored} of {expected} articles stored: {'nothing lost' if well else 'NOT ALL'}"
    )
    return well


def _seeds(stage: Cluster) -> int:
    """The articles that the bot began with."""
    with stage.database.read() as store:
        seeds = select(func.count()).select_from(articles).where(articles.c.external_id.is_(None))
        return store._connection.execute(seeds).scalar_one()


def measure(number: int, limit: float) -> None:
    """How much sooner two workers are done than one, and what each took; documents wait before they start to count."""
    spans, shares = [], []
    for workers in (1, 2):
        with cluster(workers) as stage:
            _until(lambda stage=stage: _seeds(stage) > 0, limit)
            stage.put(4, 6)  # dictionaries are loaded with these
            _until(lambda stage=stage: stage.put_away() == 4, limit)
            time.sleep(3)
            for old in (stage.inbox / "done").glob("*"):
                old.unlink()
            stage.put(number, 7)
            _until(lambda stage=stage: sum(stage.state()) == number, limit)
            started, before = time.monotonic(), stage.spent()
            _until(lambda stage=stage: stage.state()[0] + stage.put_away() >= number, limit, pause=0.2)
            spans.append(time.monotonic() - started)
            shares.append({who: seconds - before[who] for who, seconds in stage.spent().items()})
            told = ", ".join(f"{who} {seconds:.1f}" for who, seconds in shares[-1].items())
            print(f"{workers} worker(s): {number} documents in {spans[-1]:.1f} s; seconds of a processor: {told}")
    # One worker is a process of Python: it is busy for its own seconds at least, and then two share what there is.
    most = 2 * shares[0]["workers"] / sum(shares[1].values())
    print(f"two workers are {spans[0] / spans[1]:.2f} times as quick as one; two processors allow {most:.2f} times")


def main() -> None:
    """Plays; ends with 1 when something was lost, and with 2 when PostgreSQL or Redis is absent."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--documents", type=int, default=60)
    options.add_argument("--limit", type=float, default=400.0, help="seconds")
    options.add_argument("--measure", action="store_true", help="how much two workers gain, instead")
    chosen = options.parse_args()
    if postgres.binaries() is None:
        sys.exit("no PostgreSQL here (initdb, postgres, pg_ctl; Debian has it: apt-get install postgresql)")
    if redis.binary() is None:
        sys.exit(redis.ABSENT)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started ends with it then, too
    if chosen.measure:
        return measure(chosen.documents, chosen.limit)
    with cluster(2) as stage:
        well = play(stage, chosen.documents, chosen.limit)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
