"""Answers as they go out: bytes with their mark, kept a while so that what many ask is made once."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

FRESH = 30.0
"""Seconds for which an answer is kept, here and by browsers: so late is a new edition or a retraction seen."""
MOST_BYTES = 24 * 1024 * 1024
"""Bytes of all answers that are kept."""
_WORTH_PACKING = 500


@dataclass(frozen=True)
class Answer:
    """A whole answer; `varies` names the headers of a request on which it depends."""

    body: bytes
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    max_age: int = int(FRESH)

    @cached_property
    def etag(self) -> str:
        """The answer's mark; weak, for packed and unpacked it is the same."""
        return f'W/"{hashlib.sha256(self.body).hexdigest()[:20]}"'

    @cached_property
    def packed(self) -> bytes | None:
        """The body in gzip, if that is worth it."""
        if len(self.body) < _WORTH_PACKING or self.media_type.startswith("image/png"):
            return None
        return gzip.compress(self.body, 6, mtime=0)

    @property
    def size(self) -> int:
        """Bytes that it takes to keep."""
        return len(self.body) + len(self.packed or b"")

    def to(self, request: Request) -> Response:
        """The answer to a request: nothing but the mark if the asker has it already."""
        headers = {
            "Cache-Control": f"public, max-age={self.max_age}" if self.status == 200 else "no-cache",
            "Vary": "Accept-Encoding, Accept-Language",
            "ETag": self.etag,
            **self.headers,
        }
        if self.status == 200 and self.etag in _marks(request):
            return Response(status_code=304, headers=headers)
        body = self.body
        if self.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            body, headers["Content-Encoding"] = self.packed, "gzip"
        return Response(body, self.status, headers, self.media_type)


def _marks(request: Request) -> set[str]:
    """The marks of what the asker has."""
    listed = request.headers.get("If-None-Match", "").split(",")
    return {mark.strip() for mark in listed}


class Kept:
    """Answers by what was asked; those who ask the same at once wait for one making of it."""

    def __init__(self, time: Callable[[], float], most_bytes: int = MOST_BYTES) -> None:
        """`time` in seconds, of any clock that never goes back."""
        self._time = time
        self._most = most_bytes
        self._bytes = 0
        self._answers: OrderedDict[Hashable, tuple[float, Answer]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Answer]] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer that is kept, else a new one; raises what `make` raises."""
        until, answer = self._answers.get(key, (0.0, None))
        if answer is not None and self._time() < until:
            self._answers.move_to_end(key)
            return answer
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.ensure_future(make())
            making.add_done_callback(lambda done: self._done(key, done))
        # Whoever goes away takes nothing from those who wait beside him.
        return await asyncio.shield(making)

    def _done(self, key: Hashable, made: asyncio.Task[Answer]) -> None:
        del self._making[key]
        if made.cancelled() or made.exception() is not None:
            return
        self._drop(key)
        if made.result().status >= 500:
            return  # the next one may do better
        self._answers[key] = self._time() + FRESH, made.result()
        self._bytes += made.result().size
        while self._bytes > self._most:
            self._drop(next(iter(self._answers)))

    def _drop(self, key: Hashable) -> None:
        _, answer = self._answers.pop(key, (0.0, None))
        self._bytes -= answer.size if answer else 0
