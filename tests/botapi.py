"""A server that speaks the Bot API over real HTTP, with Telegram's limits and with faults by script.

In tests `serving(BotApi())`; on its own, for programs under load: `python -m tests.botapi --port 8081 …`.
"""

import argparse
import asyncio
import json
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes import refusal

EARLY = 0.05
"""Seconds by which a wait may be cut short before it counts as ignored: clocks differ."""
NEVER = 120.0
"""Seconds that an answer which never comes takes."""


@dataclass
class BotApi:
    """Telegram, as far as a bot can tell: who was sent what and when, and what was done wrong.

    `rate`, `chat_rate` and `group_rate` are Telegram's limits (messages in any second over all, in any second to a
    chat, in any minute to a group; 0: none), `delay` how many seconds an answer takes. `faults` holds, by chat, how
    the next sends end:

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
    answered: dict[int, float] = field(default_factory=dict)
    updates: deque[dict[str, Any]] = field(default_factory=deque)
    admins: set[int] = field(default_factory=set)
    _window: deque[float] = field(default_factory=deque)
    _waits: dict[int, float] = field(default_factory=dict)
    _dead: set[int] = field(default_factory=set)
    _moved: dict[int, int] = field(default_factory=dict)
    _polls: int = 0
    _numbers: int = 0

    @property
    def now(self) -> float:
        """Seconds on the server's clock."""
        return asyncio.get_running_loop().time()

    def application(self) -> web.Application:
        """The server's addresses."""
        app = web.Application(client_max_size=50 * 1024 * 1024)
        app.router.add_post("/bot{token}/{method}", self._call)
        app.router.add_get("/stats", self._stats)
        app.router.add_post("/say", self._said)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        form = await request.post()
        parameters = {name: _value(str(value)) for name, value in form.items()}
        self.counts[method] += 1
        match method:
            case "getUpdates":
                return await self._get_updates(int(parameters.get("offset", 0)), int(parameters.get("timeout", 0)))
            case "getMe":
                return _ok({"id": 1, "is_bot": True, "first_name": "里闻", "username": "liwen_bot"})
            case "sendMessage" | "editMessageText":
                return await self._send(request, parameters)
            case "getChatMember":
                user = {"id": int(parameters["user_id"]), "is_bot": False, "first_name": "x"}
                status = "creator" if user["id"] in self.admins else "member"
                return _ok({"status": status, "user": user, "is_anonymous": False})
        return _ok(result=True)

    async def _send(self, request: web.Request, parameters: dict[str, Any]) -> web.StreamResponse:
        chat, now = int(parameters["chat_id"]), self.now
        if chat in self._dead:
            self.counts["sent to the dead"] += 1
            return _refused(403, "Forbidden: bot was blocked by the user")
        if chat in self._moved:
            moved = {"migrate_to_chat_id": self._moved[chat]}
            return _refused(400, "Bad Request: group chat was upgraded to a supergroup chat", moved)
        if now < self._waits.get(chat, 0.0) - EARLY:
            self.counts["waits ignored"] += 1
        if (seconds := self._over_limit(chat, now)) > 0:
            return self._wait(chat, seconds)
        if refused := refusal(parameters):
            self.counts["refused"] += 1
            return _refused(400, f"Bad Request: {refused}")
        script = self.faults.get(chat)
        fault = script.pop(0) if script else ""
        return await self._ended(request, fault, chat, parameters)

    def _over_limit(self, chat: int, now: float) -> int:
        """Seconds to wait if a limit is passed."""
        while self._window and self._window[0] <= now - 1:
            self._window.popleft()
        if self.rate and len(self._window) >= self.rate:
            self.counts["429 over all"] += 1
            return 1
        times = [at for at, _ in self.received[chat]]
        if self.chat_rate and sum(at > now - 1 + EARLY for at in times[-self.chat_rate :]) >= self.chat_rate:
            self.counts["429 of a chat"] += 1
            return 1
        if self.group_rate and chat < 0 and sum(at > now - 60 for at in times[-self.group_rate :]) >= self.group_rate:
            self.counts["429 of a group"] += 1
            return int(times[-self.group_rate] + 60 - now) + 1
        return 0

    def _wait(self, chat: int, seconds: int) -> web.StreamResponse:
        self._waits[chat] = self.now + seconds
        return _refused(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    async def _ended(
        self, request: web.Request, fault: str, chat: int, parameters: dict[str, Any]
    ) -> web.StreamResponse:
        kind, _, detail = fault.partition(":")
        if kind:
            self.counts[f"fault {kind}"] += 1
        if (refused := self._refusal(kind, detail, chat, parameters)) is not None:
            return refused
        if kind == "reset":
            return _cut_off(request)
        answer = self._accept(chat, parameters)
        if kind == "lost answer":
            return _cut_off(request)
        await asyncio.sleep({"never": NEVER, "slow": float(detail or 0)}.get(kind, self.delay))
        return web.Response(body=b"<html>not what you think") if kind == "garbage" else answer

    def _refusal(self, kind: str, detail: str, chat: int, parameters: dict[str, Any]) -> web.StreamResponse | None:
        """The answer of a fault that accepts nothing and says so."""
        match kind:
            case "429":
                return self._wait(chat, int(detail))
            case "500" | "502":
                return _refused(int(kind), "Internal Server Error" if kind == "500" else "Bad Gateway")
            case "markup" if parameters.get("parse_mode"):
                return _refused(400, "Bad Request: can't parse entities: unsupported start tag")
            case "not found" | "blocked" | "deactivated":
                self._dead.add(chat)
                why = {"not found": (400, "Bad Request: chat not found")}.get(kind, (403, f"Forbidden: user is {kind}"))
                return _refused(*why)
            case "migrate":
                self._moved[chat] = int(detail)
                return _refused(400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": int(detail)})
        return None

    def _accept(self, chat: int, parameters: dict[str, Any]) -> web.StreamResponse:
        now = self.now
        self._window.append(now)
        self.accepted.append(now)
        self.received[chat].append((now, str(parameters["text"])))
        self.answered.setdefault(chat, now)
        self._numbers += 1
        kind = "private" if chat > 0 else "supergroup"
        message = {"message_id": self._numbers, "date": 1, "chat": {"id": chat, "type": kind}, "text": "x"}
        return _ok(message)

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
        self._numbers += 1
        person = {"id": abs(chat), "is_bot": False, "first_name": "x", "language_code": "zh-hans"}
        kind = "private" if chat > 0 else "supergroup"
        message = {"message_id": self._numbers, "date": 1, "chat": {"id": chat, "type": kind}, "from": person}
        self.updates.append({"update_id": self._numbers, "message": {**message, "text": text, **more}})

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


def _value(text: str) -> Any:
    try:
        return json.loads(text) if text[:1] in "[{" else text
    except ValueError:
        return text


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


async def _run(arguments: argparse.Namespace) -> None:
    faults = json.loads(arguments.faults.read()) if arguments.faults else {}
    api = BotApi(
        arguments.rate,
        arguments.chat_rate,
        arguments.group_rate,
        arguments.delay,
        {int(chat): script for chat, script in faults.items()},
    )
    runner, port = await start(api, arguments.port)
    print(port, flush=True)
    if arguments.outage:
        begin, seconds = map(float, arguments.outage.split(":"))
        await asyncio.sleep(begin)
        await next(iter(runner.sites)).stop()
        for connection in list(runner.server.connections if runner.server else []):
            connection.force_close()
        await asyncio.sleep(seconds)
        await web.TCPSite(runner, "127.0.0.1", port, backlog=1024, reuse_address=True).start()
    await asyncio.sleep(arguments.seconds)


def main() -> None:
    """Serves for a bounded time."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--rate", type=int, default=30)
    options.add_argument("--chat-rate", type=int, default=1)
    options.add_argument("--group-rate", type=int, default=20)
    options.add_argument("--delay", type=float, default=0.0)
    options.add_argument("--faults", type=argparse.FileType("r", encoding="utf-8"))
    options.add_argument("--outage", help="begin:seconds, when the server cannot be reached")
    options.add_argument("--seconds", type=float, default=900.0)
    asyncio.run(_run(options.parse_args()))


if __name__ == "__main__":
    main()
