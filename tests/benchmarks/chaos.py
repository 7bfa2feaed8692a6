"""`make chaos`: every fault of Telegram at once, and processes that are killed, until all that is owed has arrived."""

import argparse
import json
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from digests.storage import Database
from tests import postgres
from tests.benchmarks.judgement import Outcome, judge, unfinished
from tests.benchmarks.stage import LONG, SHORT, Liwen, Process, Server, close, fill, report, title

SCRIPTS = (
    ["429:3"], ["markup"], ["not found"], ["blocked"], ["deactivated"], ["500"], ["502"], ["reset"],
    ["lost answer"], ["never"], ["garbage"], ["slow:3"], ["429:20", "reset"], ["reset", "lost answer"],
)  # fmt: skip
"""One of them for every other chat; groups among them become supergroups besides."""
OUTAGE = "60:120"
"""From which second on, and for how many, Telegram cannot be reached."""
MORNING, EVENING = "早", "晚"


@dataclass(frozen=True)
class Cast:
    """Who reads, by Telegram ids in the order of their rows: short digests, then long ones."""

    short_ones: Sequence[int]
    long_ones: Sequence[int]

    @property
    def readers(self) -> list[int]:
        """All of them."""
        return [*self.short_ones, *self.long_ones]

    @property
    def at_once(self) -> set[int]:
        """Those who want alerts: every third, with faults and without, of groups too."""
        return {reader for reader in self.readers if reader % 3 == 0}

    def owed(self, stories: Sequence[int]) -> dict[int, Sequence[str]]:
        """What each is to be told, of what comes in at once and of both editions."""
        told = [story(number) for number in stories]
        wishes = dict.fromkeys(self.short_ones, SHORT) | dict.fromkeys(self.long_ones, LONG)
        return {
            reader: [*told, *(title(edition, wish, 0) for edition in (MORNING, EVENING))]
            for reader, wish in wishes.items()
        }


def cast(chats: int) -> Cast:
    """So many readers: every twentieth is a group, twenty read long digests."""
    everybody = [-number if number % 20 == 0 else number for number in range(1, chats + 1)]
    long_ones = everybody[:: max(1, chats // 20)]
    return Cast([reader for reader in everybody if reader not in set(long_ones)], long_ones)


def scripts(players: Cast, random_: random.Random) -> dict[int, list[str]]:
    """The faults that await each chat: twice as many where alerts go before the digest."""
    made = {}
    for place, reader in enumerate(players.readers):
        if place % 2:
            chosen = random_.sample(SCRIPTS, 1 + (reader in players.at_once))
            made[reader] = [fault for script in chosen for fault in script]
        elif reader < 0 and place % 4 == 0:
            made[reader] = [f"migrate:{reader - 10**9}"]
    return made


def story(number: int) -> str:
    """The sentence by which is seen that a story was told, not only named."""
    return f"号外之{number}的全文只有这一句。"


def news(database: Database, number: int) -> None:
    """A story comes in that all follow; returns when some process has seen to it that it is told at once."""
    now = datetime.now(UTC)  # noqa: TID251 - a play is staged in real time
    with database.begin() as store:
        added = report(store, f"号外{number}：{SHORT}与{LONG}", story(number), now)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with database.read() as store:
            if added not in store.alerts.waiting(99):
                return
        time.sleep(0.1)
    sys.exit("nobody looked for whom to alert within a minute")


def moments(kills: int) -> Sequence[int]:
    """After how many kills stories come in."""
    return (0, kills // 4, 3 * kills // 4, kills)


def play(database: Database, processes: list[Process], kills: int, random_: random.Random, limit: float) -> float:
    """Stories and two editions, and processes that are killed as they tell of them, until nothing is owed.

    Returns the longest time that one took to end in peace.
    """
    deadline, slowest = time.monotonic() + limit, 0.0
    for process in processes:
        process.start()
    news(database, 0)
    close(database, MORNING)
    for number in range(1, kills):
        time.sleep(random_.uniform(2.0, 5.0))
        how = signal.SIGTERM if number % 5 == 0 else signal.SIGKILL
        slowest = max(slowest, again(random_.choice(processes), how))
        if number in moments(kills):
            news(database, number)
    comes_to_rest(database, deadline)
    # While those who want that are alerted, the edition closes that has the story too, and what stayed unknown.
    news(database, kills)
    close(database, EVENING)
    time.sleep(random_.uniform(2.0, 5.0))
    again(random_.choice(processes), signal.SIGKILL)
    comes_to_rest(database, deadline)
    return slowest


def again(process: Process, how: signal.Signals) -> float:
    """Ends a process and starts it again; returns how many seconds it took to end."""
    seconds = process.end(how)
    process.start()
    return seconds


def comes_to_rest(database: Database, deadline: float) -> None:
    """Waits until nothing is owed any more, or it is too late."""
    while unfinished(database) and time.monotonic() < deadline:
        time.sleep(1)


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
    random_, players, resend = random.Random(options.seed), cast(options.chats), policy == "resend"  # noqa: S311
    database = Database(url)
    database.migrate()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "faults.json").write_text(json.dumps(scripts(players, random_)), encoding="utf-8")
        fill(database, players.short_ones, players.long_ones, players.at_once)
        limits = ["--faults", f"{folder}/faults.json", "--outage", options.outage, "--delay", "0.05"]
        with Server(folder, [*limits, "--seconds", str(options.limit * 2)]) as server:
            liwen = Liwen(folder, server.url, url, {"LIWEN_UNKNOWN": policy})
            processes = [liwen.process("run"), *(liwen.process("worker") for _ in range(senders - 1))]
            began = time.monotonic()
            try:
                slowest = play(database, processes, options.kills, random_, options.limit)
            finally:
                for process in processes:
                    process.end()
            seconds = time.monotonic() - began
            owed = players.owed(moments(options.kills))
            outcome = judge(database, server.stats(texts=True), owed, resend=resend)
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
    options.add_argument("--outage", default=OUTAGE, help="begin:seconds, when Telegram cannot be reached")
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
