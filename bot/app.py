"""Wiring: makes the parts of a process, starts and stops them in order."""

import asyncio
import ctypes
import logging
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from bot import metrics
from bot.chat import Transport
from bot.console import Console, lines_of
from bot.delivery import Sender
from bot.jobs import jobs_of, shared_jobs, tasks_of
from bot.ledger import Ledger
from bot.newsroom import Newsroom
from bot.pace import Pacer
from bot.scheduler import scheduler
from bot.tasks import Tasks

if TYPE_CHECKING:
    from bot.telegram import TelegramBot
    from bot.web.site import Hook

log = logging.getLogger(__name__)

_ARENA_MAX = -8
"""M_ARENA_MAX of glibc's malloc.h."""

Part = Callable[[asyncio.Event], Awaitable[None]]
"""Something that runs until the event is set."""


ENDING = 9.0
"""Seconds from being told to stop until the end, whatever is under way: it is taken up as from a process that died."""
NOTED = 5.0
"""Seconds between looks for unexpected errors that are to be told."""


class Front(Transport, Protocol):
    """A transport that also takes requests: Telegram or the console."""

    async def run(self, stop: asyncio.Event) -> None:
        """Takes requests until there are no more or `stop` is set, then finishes those in flight."""
        ...

    async def close(self) -> None:
        """Lets go of its connections; nothing can be sent any more."""
        ...


def pacer_of(newsroom: Newsroom, transport: str) -> Pacer:
    """The pace of a transport, as the settings want it, and the ledger that its steps are written through."""
    return Pacer(Ledger(newsroom.database), transport, newsroom.clock, newsroom.settings.pace)


def run_console(newsroom: Newsroom, *, alone: bool = True) -> None:
    """The whole bot in the terminal, until the input ends or Ctrl-C; not `alone` if a bot may run beside it."""
    standard_input = sys.stdin  # none, if whoever started us closed it
    source = lines_of(standard_input.fileno()) if standard_input else iter(())
    interactive = bool(standard_input and standard_input.isatty())
    front = Console(newsroom.desk, source, sys.stdout, interactive=interactive)
    pacer = pacer_of(newsroom, front.scheme)
    # What listens is the bot's beside it.
    listeners = _listeners(newsroom, newsroom.settings.web_address, {}) if alone else []
    _run(newsroom, [lambda stop: serve(newsroom, front, stop, pacer), *listeners])


def run_telegram(newsroom: Newsroom, token: str) -> None:
    """The bot in Telegram, until SIGTERM or Ctrl-C; raises TokenRefused."""
    settings = newsroom.settings
    bot, pacer = _telegram(newsroom, token, settings.webhook_url)
    hooks = {urlsplit(settings.webhook_url).path: bot.webhook.receive} if settings.webhook_url and bot.webhook else {}
    listeners = _listeners(newsroom, settings.web_address, hooks)
    _run(newsroom, [lambda stop: serve(newsroom, bot, stop, pacer), *listeners])


def run_worker(newsroom: Newsroom, token: str | None) -> None:
    """One more process, until SIGTERM or Ctrl-C: with a token it sends what is due, with a broker it takes tasks."""
    parts = _listeners(newsroom, None, {})
    if token is not None:
        bot, pacer = _telegram(newsroom, token)
        parts.append(lambda stop: push(newsroom, bot, stop, pacer))
    if newsroom.settings.broker is not None:
        parts.append(lambda stop: work(newsroom, tasks_of(newsroom), stop))
    _run(newsroom, parts)


async def _together(parts: Sequence[Part], stop: asyncio.Event) -> None:
    """Runs parts until one ends, for none goes on without the others; then has all of them end."""
    running = [asyncio.ensure_future(part(stop)) for part in parts]
    await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    await asyncio.gather(*running)


async def work(newsroom: Newsroom, tasks: Tasks, stop: asyncio.Event) -> None:
    """Takes tasks, and hands out what is due, so that no single process must live for that."""
    alarm = scheduler(shared_jobs(newsroom, tasks), newsroom.settings.timezone)
    alarm.start()
    taking = asyncio.create_task(tasks.take(stop))
    try:
        await asyncio.wait({taking, asyncio.ensure_future(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        newsroom.stopping.set()
        alarm.shutdown(wait=False)
        await taking
        await tasks.close()


def _telegram(newsroom: Newsroom, token: str, webhook_url: str | None = None) -> "tuple[TelegramBot, Pacer]":
    # Imported here: it costs a second and 40 MB that the console and the commands do without.
    from bot.telegram import TelegramBot

    settings = newsroom.settings
    pacer = pacer_of(newsroom, TelegramBot.scheme)
    proxy, paid = settings.telegram_proxy, settings.paid_broadcast
    bot = TelegramBot(newsroom.desk, token, settings.telegram_api_url, pacer, proxy, paid=paid, webhook_url=webhook_url)
    return bot, pacer


def _listeners(newsroom: Newsroom, web_address: str | None, hooks: "Mapping[str, Hook]") -> list[Part]:
    """What answers over HTTP: pages for readers, looks for the operator, on one address or two; raises ConfigError."""
    metrics_address = newsroom.settings.metrics_address
    if web_address is None and metrics_address is None:
        return []
    # Imported here: whoever serves nothing does without its 10 MB.
    from starlette.applications import Starlette

    from bot.web import operating
    from bot.web.server import listen
    from bot.web.site import site

    looks = operating.routes(newsroom.health, metrics.registry(newsroom.database, newsroom.clock))
    together = web_address == metrics_address
    listeners: list[Part] = []
    if web_address is not None:
        pages = site(newsroom.desk, newsroom.settings.web_url, hooks=hooks, also=looks if together else ())
        listeners.append(listen("LIWEN_WEB_ADDRESS", web_address, pages).serve)
    if metrics_address is not None and not together:
        listeners.append(listen("LIWEN_METRICS_ADDRESS", metrics_address, Starlette(routes=looks)).serve)
    return listeners


async def _until_told(parts: Sequence[Part], deadline: threading.Timer) -> None:
    """Runs parts until one ends or a signal says so; from then on they have until the deadline."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()

    def told(_number: int, _frame: object) -> None:
        if deadline.ident is None:
            deadline.start()
        loop.call_soon_threadsafe(stop.set)

    # Not by the loop, which may be what hangs: the deadline begins with the signal.
    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        await _together(parts, stop)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(newsroom: Newsroom, parts: Sequence[Part]) -> None:
    _share_heap()
    deadline = threading.Timer(ENDING, _abandon)
    deadline.daemon = True
    try:
        asyncio.run(_until_told([*parts, lambda stop: note_errors(newsroom, stop)], deadline))
    finally:
        deadline.cancel()


def _abandon() -> None:
    """Ends the process at once: a database that does not answer, or a thread, would have it wait for good."""
    log.warning("not done %g s after it was told to stop: what is under way is left to the next process", ENDING)
    logging.shutdown()
    os._exit(0)


async def note_errors(newsroom: Newsroom, stop: asyncio.Event) -> None:
    """Has the first administrator told of what this process logs and nobody expected, until `stop` is set."""
    stopped = False
    while not stopped:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), NOTED)
        stopped = stop.is_set()
        await asyncio.to_thread(newsroom.note_errors)


def _share_heap() -> None:
    """Has glibc keep one heap for all threads: in one of its own each would hold on to what others could use.

    After /trends for three editions, asked of eight threads, that was 25 MB, and it grew. Other libraries have no such
    heaps, and no such function.
    """
    with suppress(AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)


async def push(newsroom: Newsroom, transport: Front, stop: asyncio.Event, pacer: Pacer) -> None:
    """Sends digests, takes no requests."""
    try:
        await _sender(newsroom, transport, pacer).run(stop)
    finally:
        await transport.close()


async def serve(newsroom: Newsroom, front: Front, stop: asyncio.Event, pacer: Pacer) -> None:
    """Catches up what is due, then serves requests and sends digests; told to stop, finishes what is in flight."""
    await asyncio.to_thread(_catch_up, newsroom)
    tasks = tasks_of(newsroom)
    alarm = scheduler(jobs_of(newsroom, tasks, front), newsroom.settings.timezone)
    alarm.start()
    sending = asyncio.create_task(_sender(newsroom, front, pacer).run(stop))
    taking = asyncio.create_task(front.run(stop))
    try:
        # Neither goes on without the other: a bot that answers but no longer pushes looks well and is not.
        await asyncio.wait({sending, taking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop.set()
        newsroom.stopping.set()
        alarm.shutdown(wait=False)
        # What is in flight ends before the connections do.
        ended = await asyncio.gather(sending, taking, return_exceptions=True)
        await front.close()
        await tasks.close()
    for error in ended:
        if isinstance(error, BaseException):
            raise error


def _catch_up(newsroom: Newsroom) -> None:
    newsroom.warn()
    newsroom.read_seed_pages()
    newsroom.ensure_editions()


def _sender(newsroom: Newsroom, transport: Transport, pacer: Pacer) -> Sender:
    settings = newsroom.settings
    return Sender(
        newsroom.database,
        newsroom.lexicon,
        transport,
        settings.timezone,
        pacer,
        resend=settings.unknown == "resend",
        alerts=settings.alerts,
        web_url=settings.web_url,
    )
