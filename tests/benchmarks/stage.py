"""What plays of delivery are staged with: an archive with readers, a Bot API server and Liwen, each in its process."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from digests.model.news import Analysis, Edition, RawArticle, Sentence, Summary
from digests.storage import Database, Store
from digests.storage.tables.readers import chats, subscriptions
from tests import ROOT

TOKEN = "123456789:" + "A" * 35
SHORT, LONG = "公交", "长篇"
"""What readers follow: a digest of one message, and one of several."""
PARAGRAPH = "公交公司昨天新增三条夜班线路，方便晚归的市民出行，沿途居民表示欢迎，票价不变。"


def fill(
    database: Database, readers: Iterable[int], long_readers: Iterable[int] = (), at_once: Container[int] = ()
) -> None:
    """Readers by their Telegram ids who follow SHORT, or LONG, from now on; those `at_once` want to be alerted."""
    now = datetime.now(UTC)  # noqa: TID251 - a play is staged in real time
    rows = [(number, SHORT) for number in readers] + [(number, LONG) for number in long_readers]
    settings = {"language": "zh-Hans", "zone": "Asia/Shanghai", "times": "", "paused": False, "state": "active"}
    with database.begin() as store:
        connection = store._connection
        people = [
            {"id": place, "address": f"telegram:{number}", "room": f"telegram:{number}", "covered": 0,
             "created_at": now, **settings}
            for place, (number, _) in enumerate(rows, 1)
        ]  # fmt: skip
        wishes = [
            {
                "chat_id": place,
                "query": query,
                "since": 0,
                "created_at": now,
                "alerts_since": now if number in at_once else None,
            }
            for place, (number, query) in enumerate(rows, 1)
        ]
        store.editions.add(now)  # else the bot would close the last midnight's, with all that came in since
        connection.execute(chats.insert(), people)
        connection.execute(subscriptions.insert(), wishes)


def report(store: Store, headline: str, body: str, now: datetime) -> int:
    """An article of today's, all of which is its summary; returns its id."""
    raw = RawArticle(title=headline, paragraphs=(body,), source="南湖晚报", published_on=now.date())
    added = store.articles.add(raw, Analysis((), (), frozenset(), b"\0" * 8), now)
    assert added is not None
    store.articles.set_summary(added, Summary((Sentence(body, 0),)))
    return added


def title(edition: str, query: str, number: int) -> str:
    """The headline of an article of an edition's digest."""
    return f"{edition}{query}{number}号消息"


def close(database: Database, name: str) -> tuple[Edition, int, float]:
    """An edition with a short and a long digest, owed to all: the edition, how many rows, and seconds for these.

    What came in before is in both.
    """
    now = datetime.now(UTC)  # noqa: TID251
    with database.begin() as store:
        edition = store.editions.add(now)
        assert edition is not None
        waiting, contents = [article.id for article in store.articles.unassigned()], dict[str, list[int]]()
        for query, articles, sentences in ((SHORT, 1, 2), (LONG, 12, 12)):
            body = PARAGRAPH * sentences
            added = [report(store, title(name, query, number), body, now) for number in range(articles)]
            contents[query] = waiting + added
        store.articles.assign(edition.id, sorted({each for ids in contents.values() for each in ids}))
        store.digests.add(edition.id, contents)
    started = time.perf_counter()
    with database.begin() as store:
        rows = store.deliveries.fan_out(edition)
    return edition, rows, time.perf_counter() - started


@dataclass
class Process:
    """A program that runs on its own and is ended with the play."""

    arguments: list[str]
    environment: Mapping[str, str]
    folder: Path
    running: subprocess.Popen[str] | None = None

    def start(self) -> Self:
        """Starts it, once more if it was killed."""
        self.running = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **self.environment},  # noqa: TID251
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Ends it and returns how many seconds that took."""
        if self.running is None or self.running.poll() is not None:
            return 0.0
        started = time.perf_counter()
        self.running.send_signal(number)
        self.running.wait(60)
        return time.perf_counter() - started

    @property
    def pid(self) -> int:
        """Its number."""
        assert self.running is not None
        return self.running.pid

    def megabytes(self) -> float:
        """The most memory it had resident."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def processor_seconds(self) -> float:
        """The processor time it took so far."""
        return sum(_ticks(self.pid)[:2]) / os.sysconf("SC_CLK_TCK")


def family_seconds(pid: int) -> float:
    """The processor time that a process and its children took so far, those that have ended, too."""
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    ticks = sum(_ticks(pid)) + sum(sum(_ticks(int(child))[:2]) for child in children.stdout.split())
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> list[int]:
    """Ticks of the processor: in the program, in the kernel, and the same of its children that have ended."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        return [int(field) for field in fields[11:15]]
    return [0]


@dataclass
class Server:
    """The Bot API server in its process; `options` are its command line's."""

    folder: Path
    options: list[str]
    url: str = ""
    process: Process | None = None

    def __enter__(self) -> Self:
        self.process = Process(["tests.botapi", *self.options], {}, self.folder).start()
        assert self.process.running is not None
        assert self.process.running.stdout is not None
        self.url = f"http://127.0.0.1:{self.process.running.stdout.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.end()

    def stats(self, *, texts: bool = False) -> dict[str, Any]:
        """What it counted; nothing while it cannot be reached."""
        try:
            with urllib.request.urlopen(f"{self.url}/stats?texts={int(texts) or ''}", timeout=30) as answer:
                found: dict[str, Any] = json.load(answer)["result"]
                return found
        except OSError:
            return {}

    def say(self, spoken: list[tuple[str, int]]) -> float:
        """People write (text, chat); returns the server's time."""
        request = urllib.request.Request(f"{self.url}/say", json.dumps(spoken).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=30) as answer:
            return float(json.load(answer)["result"])


@dataclass
class Liwen:
    """How Liwen is started for a play."""

    folder: Path
    url: str
    database: str
    settings: Mapping[str, str] = field(default_factory=dict)

    def process(self, command: str) -> Process:
        """`liwen run` or `liwen worker`, not yet started."""
        environment = {
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
            "DATABASE_URL": self.database,
            "LIWEN_DATA_DIR": str(self.folder / "data"),
            "LIWEN_EDITIONS": "00:00",
            "LOG_LEVEL": "ERROR",
            **self.settings,
        }
        return Process(["bot", command], environment, self.folder)
