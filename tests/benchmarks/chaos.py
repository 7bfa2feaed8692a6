"""`make chaos`: every fault of Telegram at once, and processes that are killed, until all that is owed has arrived."""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from digests.storage import Database
from digests.storage.tables.outbox import deliveries
from tests import postgres
from tests.benchmarks.stage import Liwen, Process, Server, close, fill

SCRIPTS = (
    ["429:3"], ["markup"], ["not found"], ["blocked"], ["deactivated"], ["500"], ["502", "502"], ["reset"],
    ["lost answer"], ["never"], ["garbage"], ["slow:3"], ["429:20", "reset"], ["reset", "lost answer"],
)  # fmt: skip
"""One of them for every other chat; groups among them become supergroups besides."""
UNFINISHED = ("pending", "claimed", "sending")


@dataclass(frozen=True)
class Outcome:
    """What came of a play: what must be 0, and what is only counted."""

    faults: dict[str, int]
    counted: dict[str, int]


def scripts(readers: list[int], random_: random.Random) -> dict[int, list[str]]:
    """The faults that await each chat."""
    made = {}
    for place, reader in enumerate(readers):
        if place % 2:
            made[reader] = list(SCRIPTS[random_.randrange(len(SCRIPTS))])
        elif reader < 0 and place % 4 == 0:
            made[reader] = [f"migrate:{reader - 10**9}"]
    return made


def states(database: Database) -> Counter[str]:
    """How many deliveries are in each state."""
    with database.read() as store:
        counted = select(deliveries.c.state, func.count().label("rows")).group_by(deliveries.c.state)
        return Counter({row.state: row.rows for row in store._connection.execute(counted)})


def unfinished(database: Database) -> int:
    """How many deliveries have not come to an end."""
    return sum(states(database)[state] for state in UNFINISHED)


def play(database: Database, processes: list[Process], kills: int, random_: random.Random, limit: float) -> float:
    """Kills processes as they work, then waits for the end; returns the longest time that one took to end in peace."""
    began, slowest = time.monotonic(), 0.0
    for process in processes:
        process.start()
    for number in range(kills):
        time.sleep(random_.uniform(2.0, 5.0))
        process = random_.choice(processes)
        if number % 5 == 4:
            slowest = max(slowest, process.end())
        else:
            process.end(signal.SIGKILL)
        process.start()
    while unfinished(database) and time.monotonic() - began < limit:
        time.sleep(1)
    return slowest


def judge(database: Database, server: Server, readers: list[int], *, resend: bool) -> Outcome:
    """Compares what readers were owed with what they got."""
    stats = server.stats(texts=True)
    moved = {int(old): int(new) for old, new in stats["moved"].items()}
    texts = {int(chat): Counter(sent) for chat, sent in stats["texts"].items()}
    left = states(database)
    with database.read() as store:
        wanted = select(deliveries.c.chat_id, deliveries.c.state, deliveries.c.unknowns)
        rows = store._connection.execute(wanted.order_by(deliveries.c.chat_id)).all()
    doubts, ends = Counter[int](), dict[int, set[str]]()
    for chat_id, state, unknowns in rows:
        doubts[readers[chat_id - 1]] += unknowns
        ends.setdefault(readers[chat_id - 1], set()).add(state)
    got = {reader: texts.get(reader, Counter()) + texts.get(moved.get(reader, 0), Counter()) for reader in readers}
    missing = [r for r in readers if ends[r] <= {"sent"} and not got[r]]
    doubled = [r for r in readers if any(copies > 1 for copies in got[r].values())]
    unreached = [r for r in readers if not got[r] and not ends[r] & {"gone", "unknown"}]
    faults = {
        "told as sent, never arrived": len(missing),
        "not finished": sum(left[state] for state in UNFINISHED),
        "failed": left["failed"],
        "lost without a reason": len(unreached),
        "doubled without a reason": sum(not doubts[reader] for reader in doubled),
        "second sends to a dead chat": stats["counts"].get("sent to the dead", 0),
        "waits ignored": stats["counts"].get("waits ignored", 0),
    }
    lost = sum(not got[reader] and "gone" not in ends[reader] for reader in readers)
    faults |= {"lost": lost} if resend else {"doubled": len(doubled)}
    counted = {
        "doubled after an unknown try": len(doubled),
        "rows left unknown": left["unknown"],
        "unknown tries": sum(doubts.values()),
        "chats gone": left["gone"],
        **{name: number for name, number in stats["counts"].items() if name.startswith(("429", "fault"))},
    }
    return Outcome(faults, counted)


def show(title: str, outcome: Outcome, seconds: float, slowest: float) -> bool:
    """Prints a play's table; tells whether all is well."""
    print(f"\n{title}: {seconds:.0f} s, slowest SIGTERM {slowest:.1f} s")
    for name, number in outcome.faults.items():
        print(f"  {name:<32} {number:>6}   {'ok' if number == 0 else 'NOT 0'}")
    for name, number in sorted(outcome.counted.items()):
        print(f"  {name:<32} {number:>6}")
    return not any(outcome.faults.values()) and slowest <= 10


def databases(wanted: str, folder: Path, stack: ExitStack) -> Iterator[tuple[str, int]]:
    """URLs, and how many senders work on each."""
    if wanted in ("sqlite", "both"):
        yield f"sqlite:///{folder}/chaos.sqlite3", 1
    if wanted in ("postgresql", "both"):
        if postgres.binaries() is None:
            print("no PostgreSQL here (initdb, postgres, pg_ctl): not played on it")
            return
        yield stack.enter_context(postgres.server(stack.enter_context(postgres.private_folder()))), 3


def run(url: str, senders: int, policy: str, options: argparse.Namespace) -> bool:
    """One play on an empty database."""
    random_ = random.Random(options.seed)  # noqa: S311
    readers = [-number if number % 20 == 0 else number for number in range(1, options.chats + 1)]
    long_ones = readers[:: max(1, options.chats // 20)]
    short_ones = [reader for reader in readers if reader not in set(long_ones)]
    readers = short_ones + long_ones
    database = Database(url)
    database.migrate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "faults.json").write_text(json.dumps(scripts(readers, random_)), encoding="utf-8")
        fill(database, short_ones, long_ones)
        close(database, "早")
        limits = ["--faults", f"{folder}/faults.json", "--outage", "30:20", "--delay", "0.05"]
        with Server(folder, [*limits, "--seconds", str(options.limit * 2)]) as server:
            liwen = Liwen(folder, server.url, url, {"LIWEN_UNKNOWN": policy})
            processes = [liwen.process("run"), *(liwen.process("worker") for _ in range(senders - 1))]
            began = time.monotonic()
            try:
                slowest = play(database, processes, options.kills, random_, options.limit)
                # What was left unknown comes with the next edition, or never.
                close(database, "晚")
                while unfinished(database) and time.monotonic() - began < options.limit:
                    time.sleep(1)
            finally:
                for process in processes:
                    process.end()
            seconds = time.monotonic() - began
            outcome = judge(database, server, readers, resend=policy == "resend")
    database.close()
    kind = url.partition(":")[0]
    return show(f"{kind}, {senders} sender(s), {policy}, {options.chats} chats", outcome, seconds, slowest)


def commands(folder: Path, number: int, kills: int, random_: random.Random) -> bool:
    """People ask, and the bot is killed while it answers, again and again; tells whether each was answered."""
    url = f"sqlite:///{folder}/commands.sqlite3"
    Database(url).migrate()
    with Server(folder, ["--rate", "0", "--chat-rate", "0", "--delay", "0.1"]) as server:
        process = Liwen(folder, server.url, url).process("run").start()
        server.say([("/help", chat) for chat in range(1, number + 1)])
        try:
            for kill in range(kills + 1):
                wanted = number if kill == kills else (kill + random_.random()) * number / (kills + 1)
                answered(server, int(wanted))
                process.end(signal.SIGKILL)
                process.start()
        finally:
            process.end()
        got = server.stats()["received"]
    lost, doubled = number - len(got), sum(copies > 1 for copies in got.values())
    print(f"\n{number} commands queued and {kills} kills: {lost} unanswered, {doubled} answered twice")
    return lost == 0


def answered(server: Server, wanted: int) -> None:
    """Waits until so many were answered, a minute at most."""
    deadline = time.monotonic() + 60
    while len(server.stats().get("received", {})) < wanted and time.monotonic() < deadline:
        time.sleep(0.02)


def main() -> None:
    """Plays on each database under each policy; ends with 1 when something is not as it must be."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--chats", type=int, default=2000)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--limit", type=float, default=900.0, help="seconds for one play")
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--database", choices=("sqlite", "postgresql", "both"), default="both")
    options.add_argument("--policy", choices=("resend", "skip", "both"), default="both")
    chosen = options.parse_args()
    policies = ("resend", "skip") if chosen.policy == "both" else (chosen.policy,)
    with tempfile.TemporaryDirectory() as name:
        well = commands(Path(name), 300, 3, random.Random(chosen.seed))  # noqa: S311
    for policy in policies:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            for url, senders in databases(chosen.database, Path(folder), stack):
                well &= run(url, senders, policy, chosen)
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
