"""`make simulate`: what a large house needs by measured unit costs, checked by queues that are played."""

import argparse
import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, fields

SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class House:
    """How large it is, and what a unit of its work costs: every figure is an option.

    Costs are seconds of one core of the machine this was developed on, sizes bytes of rows with their indexes. Beside
    each stands what measured it; measure anew what your machine does.
    """

    readers: int = 1_000_000
    papers: int = 300
    articles: int = 30_000  # a day, over all papers
    editions: int = 2  # a day
    follow: float = 0.6  # the part of readers who follow something that an edition has
    messages: float = 1.2  # a digest's length in messages
    commands: float = 0.5  # a reader's commands a day
    rate: float = 27.4  # LIWEN_RATE: messages a second, a token
    cores: int = 2  # a machine's
    busy: float = 0.7  # the part of a machine that is planned for
    morning: float = 0.6  # the part of a day's articles that come within the two hours before the first edition
    read_seconds: float = 0.0146  # a worker's own, for an article of 360 characters: cluster --measure
    turn_seconds: float = 0.0026  # so long no other worker stores, CPU of both, 750 characters: Pipeline._take_in
    summary_seconds: float = 0.0022  # builder.summarise
    send_seconds: float = 0.0043  # a push with its bookkeeping: make bench-delivery (unlimited)
    command_seconds: float = 0.005  # /today answered on SQLite; less the way to Telegram
    fan_out_seconds: float = 0.000_034  # a delivery's row: stage.close on SQLite
    article_bytes: int = 19_000  # PostgreSQL, 1100 characters with bigrams, bands and terms
    delivery_bytes: int = 211  # stage.close on SQLite
    chat_bytes: int = 231  # with one subscription: stage.fill on SQLite
    kept_days: int = 365


@dataclass(frozen=True)
class Need:
    """What the house needs, by arithmetic."""

    deliveries: int  # a day
    send_hours: float  # an edition over one token
    tokens: int  # so that an edition is out within an hour
    worker_cores: float  # at the fullest hour
    sender_cores: float  # while an edition goes out
    bot_cores: float
    machines: int
    first_year_bytes: int
    fan_out_seconds: float
    turns: float  # the part of the fullest hour in which some worker stores articles


def need(house: House) -> Need:
    """The arithmetic."""
    owed = house.readers * house.follow
    sends = owed * house.messages
    answers = house.readers * house.commands / SECONDS_A_DAY
    send_seconds = sends / (house.rate - answers) if answers < house.rate else math.inf
    tokens = math.ceil((sends / 3600 + answers) / house.rate)
    rush = house.articles * house.morning / 7200
    workers = rush * (house.read_seconds + house.summary_seconds)
    senders = tokens * house.rate * house.send_seconds
    bots = 4 * answers * house.command_seconds  # in the fullest hour four times as many as on average
    machines = math.ceil((workers + senders + bots) / (house.cores * house.busy)) + 1  # and one for PostgreSQL
    rows = house.articles * house.article_bytes + owed * house.editions * house.delivery_bytes
    return Need(
        deliveries=round(owed * house.editions),
        send_hours=send_seconds / 3600,
        tokens=tokens,
        worker_cores=workers,
        sender_cores=senders,
        bot_cores=bots,
        machines=machines,
        first_year_bytes=round(rows * house.kept_days + house.readers * house.chat_bytes),
        fan_out_seconds=owed * house.fan_out_seconds,
        turns=rush * house.turn_seconds,
    )


def play_outbox(house: House, random_: random.Random) -> float:
    """Hours until an edition is out over one token, played message by message.

    Of a hundred sends one is told to wait, and comes again after it; a digest's later messages come a second after
    the ones before. Answers to people take their share of the rate.
    """
    owed = [(0.0, _length(house, random_)) for _ in range(round(house.readers * house.follow))]
    heapq.heapify(owed)
    now, gap = 0.0, 1 / house.rate
    answers = house.readers * house.commands / SECONDS_A_DAY / house.rate  # the part of the instants that they take
    while owed:
        due, left = heapq.heappop(owed)
        now = max(now, due) + gap
        while random_.random() < answers:
            now += gap
        if random_.random() < 0.001:
            heapq.heappush(owed, (now + 5, left))
        elif left > 1:
            heapq.heappush(owed, (now + 1, left - 1))
    return now / 3600


def _length(house: House, random_: random.Random) -> int:
    whole = int(house.messages)
    return whole + (random_.random() < house.messages - whole)


@dataclass(frozen=True)
class Day:
    """What a day of ingest came to: the longest wait of a paper until it is read, and the part of the time spent."""

    longest_wait: float
    used: float


def play_ingest(house: House, workers: int, random_: random.Random) -> Day:
    """A day of papers that come when papers come, read by so many workers one after the other."""
    free = [0.0] * workers
    longest = spent = turn = 0.0  # `turn`: when the store is free for the next worker
    for came, articles in _arrivals(house, random_):
        begin = max(came, heapq.heappop(free))
        cost = articles * (house.read_seconds + house.summary_seconds) * random_.lognormvariate(0, 0.3)
        turn = max(turn, begin + cost) + articles * house.turn_seconds
        heapq.heappush(free, turn)
        longest, spent = max(longest, turn - came), spent + turn - begin
    return Day(longest, spent / (SECONDS_A_DAY * workers))


def _arrivals(house: House, random_: random.Random) -> Iterator[tuple[float, int]]:
    """When each paper's pages come (seconds of the day), and how many articles are on each."""
    pages = []
    for _ in range(house.papers):
        daily = house.articles / house.papers
        # A paper's pages come within a quarter of an hour, most papers' before half past six.
        early = random_.random() < house.morning
        begin = random_.uniform(4.5, 6.25) * 3600 if early else random_.uniform(0, 24) * 3600
        pages += [(begin + random_.uniform(0, 900), 10) for _ in range(max(1, round(daily / 10)))]
    return iter(sorted(pages))


def breaks(house: House, found: Need) -> list[tuple[str, float, str]]:
    """What breaks at how many times this house's size, the first one first."""
    limits = [
        ("one token cannot reach all within an hour", 1 / found.send_hours, "more bots, or LIWEN_PAID_BROADCAST"),
        ("one worker cannot read the morning's papers", 1 / (found.worker_cores + found.turns), "more `liwen worker`"),
        ("workers wait for each other to store", 1 / found.turns, "fewer statements an article, in its turn"),
        ("one bot process cannot answer all", 1 / found.bot_cores, "more bots"),
        ("owing an edition takes a minute", 60 / found.fan_out_seconds, "readers split over databases"),
        ("the first year fills a disk of 1 TB", 1e12 / found.first_year_bytes, "drop old deliveries"),
    ]
    return sorted(limits, key=lambda limit: limit[1])


def show(house: House, seed: int) -> None:
    """Prints the arithmetic, the plays beside it, and where it breaks."""
    found, random_ = need(house), random.Random(seed)  # noqa: S311
    size = (f"{house.readers:,} readers", f"{house.papers} papers", f"{house.articles:,} articles a day")
    print(*size, f"{house.editions} editions", sep=", ")
    rows = [
        ("deliveries a day", f"{found.deliveries:,}", ""),
        ("hours to send an edition, one token", f"{found.send_hours:.1f}", f"{play_outbox(house, random_):.1f} played"),
        ("tokens, to have it out within an hour", f"{found.tokens}", ""),
        ("cores of workers, at the fullest hour", f"{found.worker_cores:.2f}", ""),
        ("cores of senders, over these tokens", f"{found.sender_cores:.2f}", ""),
        ("cores of bots, at the fullest hour", f"{found.bot_cores:.2f}", ""),
        (f"machines of {house.cores} cores, with PostgreSQL's", f"{found.machines}", ""),
        ("database after a year", f"{found.first_year_bytes / 1e9:.0f} GB", ""),
        ("seconds to owe an edition to all", f"{found.fan_out_seconds:.0f}", ""),
    ]
    for name, value, played in rows:
        print(f"  {name:<42} {value:>12}   {played}")
    print("\na day of papers, played:")
    for workers in (1, 2, 4):
        day = play_ingest(house, workers, random_)
        print(f"  {workers} worker(s): {day.longest_wait:7.1f} s from arrival to archive at most, busy {day.used:.1%}")
    print("\nwhat breaks, at how many times this size, and what helps:")
    for name, times, remedy in breaks(house, found):
        print(f"  {times:8.2f}x  {name}: {remedy}")


def main() -> None:
    """Every figure of the house is an option."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=7)
    for field in fields(House):
        options.add_argument(f"--{field.name.replace('_', '-')}", type=type(field.default), default=field.default)
    chosen = vars(options.parse_args())
    show(House(**{field.name: chosen[field.name] for field in fields(House)}), chosen["seed"])


if __name__ == "__main__":
    main()
