"""The whole bot in a terminal: lines in, answers out, no token needed."""

import asyncio
import contextlib
import io
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TextIO

from bot import commands
from bot.chat import Message, Reply, Request, command_and_args
from bot.commands import Desk

SCHEME = "console"
ADDRESS = f"{SCHEME}:local"
_PROMPT = "> "
REMEMBERED = 50
"""Messages whose buttons are known when they are typed."""


def parse(line: str) -> Request | None:
    """A line as a request: a command with a slash, `@bot 公交` as in any chat, else a search; nothing if empty."""
    line = line.strip()
    if not line:
        return None
    if line.startswith("@"):
        return Request(ADDRESS, "inline", command_and_args(line)[1])
    if not line.startswith("/"):
        return Request(ADDRESS, "search", line)
    return Request(ADDRESS, *command_and_args(line))


def render(message: Message, *, buttons: bool = True) -> str:
    """A message as a terminal shows it: its text, and each button as the command it stands for."""
    text = "".join(f"{span.text} {span.link}" if span.link else span.text for span in message.spans)
    shown = [f"  [{button.label}] /{button.action}" for row in message.buttons for button in row] if buttons else []
    pictured = [f"[{message.picture.alt}]"] if message.picture else []
    return "\n".join([*pictured, text, *shown, ""])


class Console:
    """A conversation of lines and answers; also the transport for digests that come meanwhile."""

    scheme = SCHEME

    def __init__(self, desk: Desk, source: Iterable[str], sink: TextIO, *, interactive: bool = False) -> None:
        """`source` gives the lines; `interactive` greets and prompts, else each line is shown with its answer."""
        self._desk = desk
        self._source = source
        self._sink = sink
        self._interactive = interactive
        self._shown: deque[Message] = deque(maxlen=REMEMBERED)

    async def send(self, _address: str, message: Message, *, plain: bool = False, bulk: bool = False) -> int:  # noqa: ARG002
        """Shows a message; a terminal takes every text, and has numbers for none."""
        self._show(Reply((message,)))
        return 0

    async def edit(self, _address: str, _message_id: int, message: Message, *, plain: bool = False) -> None:  # noqa: ARG002
        """Shows a message that was put right: what a terminal has shown stays there."""
        self._show(Reply((message,)))

    async def run(self, stop: asyncio.Event) -> None:
        """Answers line by line until the end of the input, or until `stop` is set."""
        if self._interactive:
            self._show(await self._answer(Request(ADDRESS, "start")))
            self._prompt()
        lines: asyncio.Queue[str] = asyncio.Queue()
        # A daemon: a read of a terminal cannot be cancelled, and Ctrl-C must not wait for one more line.
        threading.Thread(target=_read, args=(self._source, asyncio.get_running_loop(), lines), daemon=True).start()
        stopping = asyncio.ensure_future(stop.wait())
        while line := await _next(lines, stopping):
            await self._answer_line(line)
        stopping.cancel()

    async def close(self) -> None:
        """Has nothing to let go of."""

    async def _answer_line(self, line: str) -> None:
        request = parse(line)
        if request is not None:
            if not self._interactive:
                self._sink.write(f"{_PROMPT}{line.strip()}\n")
            self._show(await self._answer(self._pressed(request)))
        if self._interactive:
            self._prompt()

    def _pressed(self, request: Request) -> Request:
        """A line that is one of the buttons shown a while ago is that button, pressed."""
        line = f"{request.command} {request.args}".strip()
        for message in self._shown:
            if any(button.action == line for row in message.buttons for button in row):
                return replace(request, pressed=True, shown=message)
        return request

    async def _answer(self, request: Request) -> Reply:
        return await asyncio.to_thread(commands.answer, self._desk, request)

    def _show(self, reply: Reply) -> None:
        if reply.notice:
            self._sink.write(f"{reply.notice}\n\n")
        for message in reply.messages:
            self._shown.appendleft(message)
            self._sink.write(render(message) + "\n")
        if reply.document is not None:
            self._sink.write(f"{reply.document.name}\n{reply.document.content.decode()}\n\n")
        self._sink.flush()

    def _prompt(self) -> None:
        self._sink.write(_PROMPT)
        self._sink.flush()


def lines_of(descriptor: int) -> Iterator[str]:
    """The lines of an open file, unbuffered.

    A buffer has a lock, and a thread that waits for a line holds it: nobody could close the file, nor Python end.
    """
    for line in io.FileIO(descriptor, closefd=False):
        yield line.decode("utf-8", "replace")


def _read(source: Iterable[str], loop: asyncio.AbstractEventLoop, lines: asyncio.Queue[str]) -> None:
    """Hands every line to the loop, and an empty one at the end."""
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
        for line in source:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")


async def _next(lines: asyncio.Queue[str], stopping: asyncio.Task[Any]) -> str:
    """The next line, or an empty one when it is time to stop."""
    getting = asyncio.ensure_future(lines.get())
    await asyncio.wait((getting, stopping), return_when=asyncio.FIRST_COMPLETED)
    if stopping.done():
        getting.cancel()
        return ""
    return await getting
