import asyncio
import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.tasks import AGAIN, AT_ONCE, Due, Task, Tasks, broker_at
from digests.errors import InputError
from tests import redis
from tests.fakes import FakeClock
from tests.samples import NOW

_databases = itertools.count()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def fresh_redis(redis_url: str) -> str:
    return f"{redis_url}/{next(_databases)}"


async def until(condition: Callable[[], bool], seconds: float = 15) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


def tasks(url: str | None, clock: FakeClock, due: list[Due], run: Callable[[list[int]], None]) -> Tasks:
    return Tasks(broker_at(url), [Task("rows", lambda: list(due), run)], clock)


async def test_without_a_broker_what_is_due_is_done_before_kicking_returns(clock: FakeClock) -> None:
    done: list[list[int]] = []
    alone = tasks(None, clock, [Due((1, 2)), Due((3,), NOW)], done.append)
    await alone.kick("rows")
    assert sorted(done) == [[1, 2], [3]]
    await alone.kick("rows")
    assert len(done) == 4  # what is still due is tried again
    await alone.close()


async def test_no_more_than_a_few_tasks_are_done_at_once(clock: FakeClock) -> None:
    running, most, lock = 0, 0, threading.Lock()
    waiting = threading.Event()

    def run(_ids: list[int]) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        waiting.wait(0.05)
        with lock:
            running -= 1

    await tasks(None, clock, [Due((number,)) for number in range(20)], run).kick("rows")
    assert most == AT_ONCE


async def test_a_task_that_fails_is_one_line_in_the_log_and_stops_no_other(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[int] = []

    def run(ids: list[int]) -> None:
        if ids == [1]:
            raise InputError("no such row")
        done.extend(ids)

    await tasks(None, clock, [Due((1,)), Due((2,))], run).kick("rows")
    assert done == [2]
    assert [(record.message, record.exc_info) for record in caplog.records if record.name == "bot.tasks"] == [
        ("task rows [1]: no such row", None)
    ]


async def test_what_is_handed_out_before_the_first_worker_starts_is_done(fresh_redis: str, clock: FakeClock) -> None:
    done: list[int] = []
    bot = tasks(fresh_redis, clock, [Due((number,)) for number in range(5)], done.extend)
    await bot.kick("rows")
    assert done == []
    worker, stop = tasks(fresh_redis, clock, [], done.extend), asyncio.Event()
    taking = asyncio.create_task(worker.take(stop))
    await until(lambda: len(done) == 5)
    stop.set()
    await asyncio.wait_for(taking, 10)
    assert sorted(done) == [0, 1, 2, 3, 4]
    await bot.close()
    await worker.close()


async def test_two_workers_share_what_is_handed_out(fresh_redis: str, clock: FakeClock) -> None:
    did: dict[str, list[int]] = {"one": [], "two": []}
    pausing = threading.Event()

    def by(name: str) -> Callable[[list[int]], None]:
        def run(ids: list[int]) -> None:
            pausing.wait(0.05)
            did[name].extend(ids)

        return run

    stop = asyncio.Event()
    workers = [tasks(fresh_redis, clock, [], by(name)) for name in did]
    taking = [asyncio.create_task(worker.take(stop)) for worker in workers]
    bot = tasks(fresh_redis, clock, [Due((number,)) for number in range(40)], by("one"))
    await bot.kick("rows")
    await until(lambda: sum(map(len, did.values())) == 40)
    stop.set()
    await asyncio.wait_for(asyncio.gather(*taking), 10)
    assert sorted(did["one"] + did["two"]) == list(range(40))
    assert min(map(len, did.values())) >= 10
    for one in (bot, *workers):
        await one.close()


async def test_what_was_handed_out_is_handed_out_again_after_a_while_or_when_it_is_due_anew(
    fresh_redis: str, clock: FakeClock
) -> None:
    done: list[int] = []
    due = [Due((1,), NOW)]
    bot = tasks(fresh_redis, clock, due, done.extend)
    for _ in range(3):
        await bot.kick("rows")
    worker, stop = tasks(fresh_redis, clock, [], done.extend), asyncio.Event()
    taking = asyncio.create_task(worker.take(stop))
    await until(lambda: done == [1])
    due[:] = [Due((1,), NOW + timedelta(seconds=1))]
    await bot.kick("rows")
    await until(lambda: done == [1, 1])
    clock.now += AGAIN
    await bot.kick("rows")
    await until(lambda: done == [1, 1, 1])
    stop.set()
    await asyncio.wait_for(taking, 10)
    await bot.close()
    assert done == [1, 1, 1]
    await worker.close()


async def test_a_broker_out_of_reach_is_said_in_one_line_and_tried_again(
    clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = tasks("redis://127.0.0.1:1", clock, [Due((1,))], lambda _: None)
    await nobody.kick("rows")
    stop = asyncio.Event()
    taking = asyncio.create_task(nobody.take(stop))
    await until(lambda: len(caplog.records) >= 2)
    stop.set()
    await asyncio.wait_for(taking, 5)
    first, second = (record for record in caplog.records if record.name == "bot.tasks")
    assert first.message.startswith("broker out of reach, 1 tasks wait: ")
    assert second.message.startswith("broker out of reach, tried again in 5 s: ")
    assert not first.exc_info
    await nobody.close()


async def test_a_broker_that_dies_under_a_worker_and_comes_back_empty_loses_nothing(
    clock: FakeClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    if redis.binary() is None:
        pytest.skip(redis.ABSENT)
    done, stop, port = list[int](), asyncio.Event(), redis.free_port()
    url = f"redis://127.0.0.1:{port}"
    bot = tasks(url, clock, [Due((1,)), Due((2,))], done.extend)
    worker = tasks(url, clock, [], done.extend)
    with redis.server(tmp_path, port):
        taking = asyncio.create_task(worker.take(stop))
        await bot.kick("rows")
        await until(lambda: len(done) == 2)
    await until(lambda: "broker out of reach, tried again" in caplog.text)
    clock.now += AGAIN
    await bot.kick("rows")
    assert "broker out of reach, 2 tasks wait" in caplog.text
    with redis.server(tmp_path, port):
        await bot.kick("rows")
        await until(lambda: len(done) == 4, 30)
        stop.set()
        await asyncio.wait_for(taking, 10)
        await bot.close()
        await worker.close()
    assert sorted(done) == [1, 1, 2, 2]
