"""`make bench-delivery`: how fast digests are owed and sent, what a message costs, how soon people are answered."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from digests.model.outbox import DeliveryState
from digests.storage import Database
from tests import ROOT, postgres
from tests.benchmarks.stage import TOKEN, Liwen, Process, Server, close, fill

NO_LIMITS = ["--rate", "0", "--chat-rate", "0", "--group-rate", "0"]


def fan_out(url: str, readers: int) -> None:
    """Owes an edition to all readers, and once more."""
    database = Database(url)
    database.migrate()
    fill(database, range(1, readers + 1))
    edition, rows, seconds = close(database, "早")
    with database.begin() as store:
        again = store.deliveries.fan_out(edition)
    print(f"fan-out {url.partition(':')[0]:<11} {rows} rows in {seconds:.2f} s; a second run changes {again}")
    database.close()


@contextmanager
def playing(readers: int, options: list[str], settings: dict[str, str]) -> Iterator[tuple[Server, Process, Database]]:
    """Liwen on SQLite before a server, with so many rows due when it starts."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        if readers:
            fill(database, range(1, readers + 1))
            close(database, "早")
        with Server(folder, [*options, "--seconds", "300"]) as server:
            process = Liwen(folder, server.url, f"sqlite:///{folder}/bench.sqlite3", settings).process("run")
            try:
                yield server, process, database
            finally:
                process.end()
                database.close()


def most_within_a_second(accepted: list[float]) -> int:
    """The most messages that any one second held."""
    return max(place - bisect_left(accepted, at - 1 + 1e-9) + 1 for place, at in enumerate(accepted))


def pace(readers: int, seconds: float) -> None:
    """The rate that is held before a server with Telegram's limits."""
    with playing(readers, [], {}) as (server, process, _):
        process.start()
        wait_for(lambda: server.stats().get("accepted"))
        first = time.monotonic()
        time.sleep(seconds)
        stats, spent = server.stats(), time.monotonic() - first
        sent = stats["accepted"]
        refused = sum(number for name, number in stats["counts"].items() if name.startswith("429"))
        print(
            f"limits on: {len(sent)} sent, {(len(sent) - 1) / (sent[-1] - sent[0]):.2f}/s over {spent:.0f} s, "
            f"at most {most_within_a_second(sent)} in any second, {refused} answers of 429, "
            f"{process.megabytes():.0f} MB at most"
        )


def due_to_sent() -> None:
    """How soon what becomes due goes out, in a bot that was idle."""
    waits = []
    with playing(0, [], {}) as (server, process, database):
        process.start()
        wait_for(lambda: server.stats().get("counts", {}).get("getUpdates"))
        fill(database, [1])
        for number in range(10):
            time.sleep(1.3)
            close(database, str(number))
            began = time.monotonic()
            wait_for(lambda n=number: server.stats()["received"].get("1", 0) > n)  # type: ignore[misc]
            waits.append(time.monotonic() - began)
    print(f"due to first send: median {statistics.median(waits):.2f} s, most {max(waits):.2f} s of {len(waits)}")


def unlimited(readers: int) -> None:
    """The rate of one process when nobody limits it, and what a message costs."""
    with playing(readers, NO_LIMITS, {"LIWEN_RATE": "1000"}) as (server, process, database):
        process.start()
        wait_for(lambda: len(server.stats().get("accepted", ())) >= readers, 120)
        stats, spent = server.stats(), process.processor_seconds()
        wait_for(lambda: counts(database) == {DeliveryState.SENT: readers})
        sent = stats["accepted"]
        print(
            f"limits off: {len(sent)} sent, {len(sent) / (sent[-1] - sent[0]):.0f}/s, "
            f"{1000 * spent / len(sent):.2f} ms of processor time a message (start included), "
            f"{process.megabytes():.0f} MB at most"
        )


BARE = """
import asyncio, sys, telegram
async def main(url, token, count):
    request = telegram.request.HTTPXRequest(connection_pool_size=64)
    async with telegram.Bot(token, base_url=url + "/bot", request=request) as bot:
        waiting = iter(range(1, count + 1))
        async def send():
            for number in waiting:
                await bot.send_message(number, "里闻" * 100)
        await asyncio.gather(*(send() for _ in range(32)))
asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def bare(messages: int) -> None:
    """The same messages by a bare loop of python-telegram-bot."""
    with tempfile.TemporaryDirectory() as name, Server(Path(name), [*NO_LIMITS, "--seconds", "300"]) as server:
        command = [sys.executable, "-c", BARE, server.url, TOKEN, str(messages)]
        before = _children()
        subprocess.run(command, cwd=ROOT, check=True, timeout=200)
        sent = server.stats()["accepted"]
        spent = _children() - before
        rate = len(sent) / (sent[-1] - sent[0])
        print(f"bare loop: {len(sent)} sent, {rate:.0f}/s, {1000 * spent / len(sent):.2f} ms a message")


def _children() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


FLOODING = 999


def commands(rate: int, seconds: int, *, broadcast: bool = False, flood: int = 0) -> None:
    """How soon people are answered who ask so many commands a second: alone, or while a digest goes out.

    With a `flood` one chat asks so many commands at the beginning, besides.
    """
    options = [] if broadcast or flood else NO_LIMITS
    with playing(20_000 if broadcast else 0, options, {}) as (server, process, _):
        process.start()
        wait_for(lambda: server.stats().get("counts", {}).get("getUpdates"))
        time.sleep(2)
        before = process.megabytes()
        server.say([("/help", FLOODING)] * flood)
        asked = {}
        for number in range(rate * seconds):
            chat = 1_000_000 + number
            asked[chat] = server.say([(("/today", "/help", "公交")[number % 3], chat)])
            time.sleep(max(0.0, 1 / rate - 0.004))
        time.sleep(3)
        stats = server.stats()
        answered = {int(chat): at for chat, at in stats["answered"].items()}
        waits = sorted(answered.get(chat, float("inf")) - at for chat, at in asked.items())
        refused = sum(number for name, number in stats["counts"].items() if name.startswith("429"))
        span = max(asked.values()) - min(asked.values())
        besides = " during a broadcast" if broadcast else f" besides a flood of {flood}" if flood else ""
        print(
            f"commands at {len(asked) / span:.0f}/s{besides}: "
            f"p50 {waits[len(waits) // 2]:.3f} s, p95 {waits[int(len(waits) * 0.95)]:.3f} s, "
            f"unanswered {sum(wait == float('inf') for wait in waits)}, 429: {refused}, "
            f"{before:.0f} MB before and {process.megabytes():.0f} MB at most"
        )
        if flood:
            print(f"who floods was sent {stats['received'].get(str(FLOODING), 0)} messages meanwhile")


def counts(database: Database) -> dict[DeliveryState, int]:
    """How many deliveries are in each state."""
    with database.read() as store:
        return store.deliveries.counts()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Returns when the condition holds; raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:g} s")
        time.sleep(0.02)


def main() -> None:
    """All of it, or what is named."""
    parts: dict[str, Callable[[argparse.Namespace], None]] = {
        "fan-out": _both_fan_outs,
        "pace": lambda chosen: pace(chosen.readers, chosen.seconds),
        "due": lambda _: due_to_sent(),
        "unlimited": lambda _: unlimited(5000),
        "bare": lambda _: bare(5000),
        "commands": lambda _: commands(60, 20),
        "flood": lambda _: commands(15, 20, flood=1000),
        "calm": lambda _: commands(15, 20, flood=1),
        "broadcast": lambda _: commands(20, 20, broadcast=True),
    }
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}; all if none")
    options.add_argument("--readers", type=int, default=100_000)
    options.add_argument("--seconds", type=float, default=60.0)
    chosen = options.parse_args()
    if unknown := set(chosen.parts) - parts.keys():
        options.error(f"no such part: {', '.join(sorted(unknown))}")
    for part in chosen.parts or parts:
        parts[part](chosen)


def _both_fan_outs(chosen: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        fan_out(f"sqlite:///{name}/bench.sqlite3", chosen.readers)
        if postgres.binaries() is not None:
            fan_out(
                stack.enter_context(postgres.server(stack.enter_context(postgres.private_folder()))), chosen.readers
            )


if __name__ == "__main__":
    main()
