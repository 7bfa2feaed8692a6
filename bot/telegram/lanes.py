"""Work in lanes: in order within one, side by side otherwise; a flood in one lane holds up no other."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

Work = Callable[[], Awaitable[None]]


class Lanes:
    """Does work as it comes, at most so much at once; a lane (a chat) has at most one piece of it under way."""

    def __init__(self, at_once: int) -> None:
        self._free = asyncio.Semaphore(at_once)
        self._waiting: dict[str, deque[Work]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._aside: set[asyncio.Task[Any]] = set()

    def put(self, lane: str, work: Work) -> None:
        """Lines up work that raises nothing."""
        if lane in self._waiting:
            self._waiting[lane].append(work)
            return
        self._waiting[lane] = deque([work])
        task = asyncio.create_task(self._drive(lane))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    @property
    def busy(self) -> bool:
        """Whether any work waits or is under way."""
        return bool(self._waiting)

    def length(self, lane: str) -> int:
        """How many pieces of work wait in a lane."""
        return len(self._waiting.get(lane, ()))

    async def _drive(self, lane: str) -> None:
        queue = self._waiting[lane]
        try:
            while queue:
                async with self._free:
                    await queue.popleft()()
        finally:
            del self._waiting[lane]

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Within a piece of work: it only waits meanwhile, so another lane's is done in its place."""
        waiting = cast("asyncio.Task[Any]", asyncio.current_task())
        self._aside.add(waiting)
        self._free.release()
        try:
            yield
        finally:
            self._aside.discard(waiting)
            await self._free.acquire()

    async def finish(self, seconds: float) -> None:
        """Waits for what is lined up, so long; what is not done then, or only waits, is given up."""
        for task in self._aside:
            task.cancel()
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
