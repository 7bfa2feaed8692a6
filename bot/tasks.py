"""Work for any number of processes: taskiq tasks that carry ids, kicked by whoever sweeps; the truth is in rows."""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from taskiq import AsyncBroker, InMemoryBroker
from taskiq.decor import AsyncTaskiqDecoratedTask
from taskiq.exceptions import SendTaskError
from taskiq.receiver import Receiver

from bot import metrics
from digests.errors import DigestsError

log = logging.getLogger(__name__)

AT_ONCE = 4
"""Tasks that a process does together, so that a slow source holds up three others at most."""
AGAIN = timedelta(minutes=3)
"""After which what is still due is kicked again: its message may be lost, its truth is not."""
GRACE = 7.0
"""Seconds that tasks get when the program is to end; what is not done then is done by another process."""
PAUSE = 5.0
"""Seconds before a broker that is out of reach is tried again."""
_MOST_MESSAGES = 100_000


@dataclass(frozen=True, slots=True)
class Due:
    """What one task is for: the ids of rows, and since when they are due, which tells a new time from an old one."""

    ids: tuple[int, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """A kind of work: what is due of it, and what does it. Both are idempotent, for messages come late and twice."""

    name: str
    due: Callable[[], Iterable[Due]]
    run: Callable[[list[int]], None]


def broker_at(url: str | None) -> AsyncBroker:
    """Redis streams at `url` (redis://host:port), or this process alone. Connects to nothing yet."""
    if url is None:
        return InMemoryBroker(await_inplace=True)
    # Imported here: whoever has no broker does without its 7 MB.
    from taskiq_redis import RedisStreamBroker

    # What a dead consumer held is handed out again after a minute, with the next message that comes.
    return RedisStreamBroker(
        url,
        queue_name="liwen",
        consumer_group_name="liwen",
        consumer_id="0",  # a message from before the first worker counts
        idle_timeout=60_000,
        unacknowledged_lock_timeout=30,
        maxlen=_MOST_MESSAGES,
        xread_count=1,  # none waits behind a long one while another process is idle
    )


class Tasks:
    """The tasks of one process: kicks those that are due, and does those that it is handed."""

    def __init__(self, broker: AsyncBroker, tasks: Sequence[Task], clock: Callable[[], datetime]) -> None:
        self._broker = broker
        self._clock = clock
        self._tasks = {task.name: task for task in tasks}
        self._kickers = {task.name: self._register(task) for task in tasks}
        self._kicked: dict[tuple[str, Due], datetime] = {}
        self._room = asyncio.Semaphore(AT_ONCE)
        self.shared = not isinstance(broker, InMemoryBroker)

    def _register(self, task: Task) -> AsyncTaskiqDecoratedTask[[list[int]], Coroutine[Any, Any, None]]:
        async def run(ids: list[int]) -> None:
            async with self._room:
                await _in_a_daemon(lambda: _guarded(task, ids))

        return self._broker.register_task(run, task_name=f"liwen.{task.name}")

    async def kick(self, *names: str) -> None:
        """Hands out what is due of these; without a broker does it before it returns. Raises StorageError."""
        for name in names:
            new = await asyncio.to_thread(self._new, name)
            try:
                await asyncio.gather(*(self._kickers[name].kiq(list(one.ids)) for one in new))
            except SendTaskError as error:
                log.error("broker out of reach, %d tasks wait: %s", len(new), error.__cause__)
            else:
                self._remember(name, new)

    def _new(self, name: str) -> list[Due]:
        return [due for due in self._tasks[name].due() if not self._is_kicked(name, due)]

    def _is_kicked(self, name: str, due: Due) -> bool:
        kicked_at = self._kicked.get((name, due))
        return kicked_at is not None and timedelta() <= self._clock() - kicked_at < AGAIN

    def _remember(self, name: str, due: Iterable[Due]) -> None:
        now = self._clock()
        self._kicked = {key: at for key, at in self._kicked.items() if now - at < AGAIN}
        if self.shared:
            self._kicked |= {(name, one): now for one in due}

    async def take(self, stop: asyncio.Event) -> None:
        """Does what the broker hands out until `stop` is set; what is under way then has GRACE to end."""
        from redis.exceptions import RedisError

        self._broker.is_worker_process = True
        while not stop.is_set():
            try:
                await self._listen(stop)
                break
            except* (RedisError, OSError) as errors:
                log.error("broker out of reach, tried again in %g s: %s", PAUSE, _first(errors))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE)

    async def _listen(self, stop: asyncio.Event) -> None:
        receiver = Receiver(self._broker, max_async_tasks=AT_ONCE, wait_tasks_timeout=GRACE)
        listening = asyncio.create_task(receiver.listen(stop))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({listening, stopped}, return_when=asyncio.FIRST_COMPLETED)
        # A read of redis-py may miss that it is told to end, and go on for good: the end of the loop tells it again.
        await asyncio.wait({listening}, timeout=GRACE + 1)
        for task in (listening, stopped):
            task.cancel()
        if listening.done() and not listening.cancelled():
            listening.result()

    async def close(self) -> None:
        """Lets go of the broker."""
        await self._broker.shutdown()


async def _in_a_daemon(run: Callable[[], None]) -> None:
    """What `run` does, in a thread that the end of the program does not wait for, as a slow server may want."""
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def work() -> None:
        try:
            run()
        finally:
            with suppress(RuntimeError):  # the loop has ended, and the program with it
                loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=work, daemon=True).start()
    await ended.wait()


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _guarded(task: Task, ids: list[int]) -> None:
    """Does a task; what fails is logged, stays due, and is kicked again."""
    try:
        with metrics.TASK_SECONDS.labels(task.name).time():
            task.run(ids)
    except DigestsError as error:
        log.error("task %s %s: %s", task.name, ids, error)
    except Exception:
        log.exception("task %s %s", task.name, ids)
