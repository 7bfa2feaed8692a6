"""The server: calls over HTTP → methods, within Telegram's limits, with faults by script."""

import asyncio
import json
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.botapi import people
from tests.botapi.chats import Chats, Event, Refused
from tests.botapi.limits import Limits
from tests.botapi.methods import MESSAGES, METHODS, SETTING_UP
from tests.botapi.people import People

NEVER = 120.0
"""Seconds that an answer which never comes takes."""


@dataclass
class BotApi:
    """Telegram, as far as a bot can tell: who was sent what and when, and what was done wrong.

    `rate`, `chat_rate` and `group_rate` are its limits (see Limits), `delay` how many seconds an answer takes.
    `dead` counts for each chat that is no more the sends that came after.
    `calls` are the methods called, but for those of SETTING_UP; `files` hold by id what can be downloaded.
    `faults` holds, by chat, how the next messages end:

        429:S        told to wait S seconds            not found | blocked | deactivated    the chat is no more
        500 | 502    not accepted                      markup       refused while there are marks
        reset        cut off before it is accepted     migrate:ID   the group is the supergroup ID from now on
        lost answer  accepted, then cut off            never        accepted, and no answer comes
        slow:S       accepted, answered in S seconds   garbage      accepted, and the answer is no JSON
    """

    rate: int = 30
    chat_rate: int = 1
    group_rate: int = 20
    delay: float = 0.0
    faults: dict[int, list[str]] = field(default_factory=dict)
    received: dict[int, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    accepted: list[float] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    calls: list[str] = field(default_factory=list)
    answered: dict[int, float] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": "", "pending_update_count": 0})
    revoked: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    forbidden: dict[tuple[int, int | None], str] = field(default_factory=dict)
    people: People = field(default_factory=People)
    chats: Chats = field(default_factory=Chats)
    dead: Counter[int] = field(default_factory=Counter)
    _moved: dict[int, int] = field(default_factory=dict)
    _polls: int = 0

    def __post_init__(self) -> None:
        self._limits = Limits(self.rate, self.chat_rate, self.group_rate, self.counts)

    @property
    def now(self) -> float:
        """Seconds on the server's clock."""
        return asyncio.get_running_loop().time()

    @property
    def updates(self) -> deque[dict[str, Any]]:
        """What waits to be fetched."""
        return self.people.updates

    def application(self) -> web.Application:
        """The server's addresses."""
        app = web.Application(client_max_size=50 * 1024 * 1024)
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/documents/{name}", self._file)
        app.router.add_get("/stats", self._stats)
        app.router.add_post("/say", self._said)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        parameters = {name: _value(value) for name, value in form.items()}
        self.counts[method] += 1
        if self.revoked:
            return _refused(401, "Unauthorized")
        if method not in SETTING_UP:
            self.calls.append(method)
        if method == "getUpdates":
            return await self._get_updates(int(parameters.get("offset", 0)), int(parameters.get("timeout", 0)))
        try:
            if method in MESSAGES:
                return await self._message(request, method, parameters)
            return _ok(METHODS[method](self, parameters))
        except KeyError:
            return _refused(404, f"Not Found: method {method}, or a parameter it needs")
        except Refused as refused:
            self.counts["refused"] += 1
            self._tell_refused(method, parameters, refused)
            return _refused(refused.status, str(refused), refused.parameters)

    def _tell_refused(self, method: str, parameters: dict[str, Any], refused: Refused) -> None:
        chat = int(parameters.get("chat_id", 0))
        self.chats.events.append(Event("refused", chat, text=f"{method}: {refused}"))

    async def _message(self, request: web.Request, method: str, parameters: dict[str, Any]) -> web.StreamResponse:
        chat, now = int(parameters["chat_id"]), self.now
        if chat in self.dead:
            self.dead[chat] += 1
            return _refused(403, "Forbidden: bot was blocked by the user")
        if chat in self._moved:
            moved = {"migrate_to_chat_id": self._moved[chat]}
            return _refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if (seconds := self._limits.over(chat, now, [at for at, _ in self.received[chat]])) > 0:
            return self._wait(chat, seconds)
        if (why := self._forbidden(chat, parameters.get("message_thread_id"))) is not None:
            return _refused(400, f"Bad Request: {why}")
        script = self.faults.get(chat)
        fault = script.pop(0) if script else ""
        return await self._ended(request, fault, method, parameters)

    def _forbidden(self, chat: int, thread: Any) -> str | None:
        """Why the bot may not write in a chat (thread: none) or in one topic of it."""
        return self.forbidden.get((chat, None)) or (self.forbidden.get((chat, int(thread))) if thread else None)

    def _wait(self, chat: int, seconds: int) -> web.StreamResponse:
        self._limits.wait(chat, self.now + seconds)
        return _refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    async def _ended(
        self, request: web.Request, fault: str, method: str, parameters: dict[str, Any]
    ) -> web.StreamResponse:
        kind, _, detail = fault.partition(":")
        if kind:
            self.counts[f"fault {kind}"] += 1
        if (refused := self._refusal(kind, detail, parameters)) is not None:
            return refused
        if kind == "reset":
            return _cut_off(request)
        answer = self._accept(method, parameters)
        if kind == "lost answer":
            return _cut_off(request)
        await asyncio.sleep({"never": NEVER, "slow": float(detail or 0)}.get(kind, self.delay))
        return web.Response(body=b"<html>not what you think") if kind == "garbage" else answer

    def _refusal(self, kind: str, detail: str, parameters: dict[str, Any]) -> web.StreamResponse | None:
        """The answer of a fault that accepts nothing and says so."""
        chat = int(parameters["chat_id"])
        match kind:
            case "429":
                return self._wait(chat, int(detail))
            case "500" | "502":
                return _refused(int(kind), "Internal Server Error" if kind == "500" else "Bad Gateway")
            case "markup" if parameters.get("parse_mode"):
                return _refused(400, "Bad Request: can't parse entities: unsupported start tag")
            case "not found" | "blocked" | "deactivated":
                self.dead[chat] = 0
                why = {"not found": (400, "Bad Request: chat not found")}.get(kind, (403, f"Forbidden: user is {kind}"))
                return _refused(*why)
            case "migrate":
                self._moved[chat] = int(detail)
                return _refused(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": int(detail)})
        return None

    def _accept(self, method: str, parameters: dict[str, Any]) -> web.StreamResponse:
        done = MESSAGES[method](self, parameters)
        now, chat = self.now, int(parameters["chat_id"])
        self._limits.accepted(now)
        self.accepted.append(now)
        self.received[chat].append((now, str(parameters.get("text", ""))))
        self.answered.setdefault(chat, now)
        return _ok(done)

    async def _get_updates(self, offset: int, seconds: int) -> web.StreamResponse:
        self._polls += 1
        poll = self._polls
        while self.updates and self.updates[0]["update_id"] < offset:
            self.updates.popleft()
        deadline = self.now + seconds
        while not self.updates and self.now < deadline:
            await asyncio.sleep(0.005)
            if poll != self._polls:
                self.counts["409"] += 1
                return _refused(409, "Conflict: terminated by other getUpdates request")
        return _ok(list(self.updates)[:100])

    def say(self, text: str, chat: int, **more: Any) -> None:
        """A person writes."""
        self.people.write(text, people.person(abs(chat)), people.chat(chat), **more)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["name"])
        return web.Response(body=content) if content is not None else _refused(404, "Not Found")

    async def _said(self, request: web.Request) -> web.StreamResponse:
        """Updates from outside: a list of [text, chat]."""
        for text, chat in await request.json():
            self.say(text, chat)
            self.answered.pop(chat, None)
        return _ok(self.now)

    async def _stats(self, request: web.Request) -> web.StreamResponse:
        """What happened, as JSON; with `?texts=1` every text by its chat."""
        texts = {chat: [text for _, text in sent] for chat, sent in self.received.items()}
        return _ok(
            {
                "counts": self.counts,
                "accepted": self.accepted,
                "answered": self.answered,
                "received": {chat: len(sent) for chat, sent in self.received.items()},
                "moved": self._moved,
                "dead": self.dead,
                "now": self.now,
                "texts": texts if request.query.get("texts") else {},
            }
        )


def _ok(result: Any) -> web.StreamResponse:
    return web.Response(body=json.dumps({"ok": True, "result": result}).encode(), content_type="application/json")


def _refused(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.StreamResponse:
    answer: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return web.Response(status=status, body=json.dumps(answer).encode(), content_type="application/json")


def _cut_off(request: web.Request) -> web.StreamResponse:
    """No answer, and no connection any more."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _value(value: Any) -> Any:
    """A form's value: a file as it is, JSON read, everything else as text."""
    if isinstance(value, web.FileField):
        return value
    try:
        return json.loads(value) if value[:1] in "[{" else value
    except ValueError:
        return value


async def start(api: BotApi, port: int = 0) -> tuple[web.AppRunner, int]:
    """A running server on 127.0.0.1 and its port."""
    runner = web.AppRunner(api.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port, backlog=1024, reuse_address=True)
    await site.start()
    return runner, runner.addresses[0][1]


@contextmanager
def serving(api: BotApi) -> Iterator[str]:
    """Yields the address to give as TELEGRAM_API_URL; the server runs in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    runner, port = asyncio.run_coroutine_threadsafe(start(api), loop).result(10)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(_close(runner), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _close(runner: web.AppRunner) -> None:
    """Ends the server, and the answers that never come."""
    await runner.cleanup()
    waiting = asyncio.all_tasks() - {asyncio.current_task()}
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
