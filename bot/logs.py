"""Logging set up once: human lines in a terminal, JSON elsewhere; no token in either, and no word of a reader's."""

import hashlib
import logging
import re
import sys
import threading
import traceback
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from digests.errors import DigestsError

log = logging.getLogger(__name__)

OWN = ("bot", "digests")
"""The loggers of this program, of which the level is a setting."""
FRAMES = 8
"""Places that are told of an exception."""
MOST_UNEXPECTED = 100
"""Kinds of unexpected errors that are kept until somebody takes them."""
SILENT = {
    # Stack traces for what a task of ours has told in one line.
    "taskiq": logging.CRITICAL,
    # A warning each two seconds while a large file is read: the job goes on, and that is right.
    "apscheduler.scheduler": logging.ERROR,
    # A stack trace for an answer that is no JSON; what that means for a message is said in one line of ours.
    "telegram.request": logging.CRITICAL,
}
"""Loggers of which even warnings are too much."""

# A Telegram token stands in every request URL, and httpx and python-telegram-bot log those.
TOKEN = re.compile(r"(?<!\d)\d{5,16}:[A-Za-z0-9_-]{10,}")
PASSWORD = re.compile(r"(?<=://)([^/\s:@]*):[^/\s@]+(?=@)")


def redact(text: str) -> str:
    """The text with Telegram tokens and passwords in URLs masked."""
    return PASSWORD.sub(r"\1:***", TOKEN.sub("***", text))


class _Redacting(logging.Formatter):
    """Renders with structlog, then masks what must not be read: the last step, so nothing slips past it."""

    def __init__(self, renderer: logging.Formatter) -> None:
        super().__init__()
        self._renderer = renderer

    def format(self, record: logging.LogRecord) -> str:
        return redact(self._renderer.format(record))


def place_of(error: BaseException) -> str:
    """An exception by its type and by where it came up, innermost first, without its words: those may be a reader's."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    places = (f"{'/'.join(Path(frame.filename).parts[-2:])}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    because = f", after {place_of(cause)}" if cause is not None else ""
    return f"{type(error).__name__} at {' < '.join(places) or 'no place'}{because}"


def number_of(error: BaseException) -> str:
    """Eight digits by which an error is found in the log: the same for the same kind of error at the same place."""
    return hashlib.sha256(place_of(error).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Unexpected:
    """An error that nobody expected: its number in the log, its kind and the place where it came up."""

    number: str
    place: str


class Collector(logging.Handler):
    """Keeps what is logged with an exception that nobody expected, each once, until somebody takes it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._found: dict[str, Unexpected] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Notes the exception of a record; of many kinds the first ones."""
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, DigestsError) and len(self._found) < MOST_UNEXPECTED:
            number = number_of(error)
            self._found[number] = Unexpected(number, place_of(error).partition(" < ")[0])

    def take(self) -> list[Unexpected]:
        """What was found since the last time."""
        found, self._found = self._found, {}
        return list(found.values())


UNEXPECTED = Collector()
"""What this process logged."""


def _without_words(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """One line an event; of an exception its place, and of a library's many lines, which quote, the first."""
    error = event.pop("exc_info", None)
    error = error[1] if isinstance(error, tuple) else error
    if isinstance(error, BaseException):
        event.update(exception=place_of(error), number=number_of(error))
    lines = str(event["event"]).splitlines() or [""]
    own = str(event.get("logger", "")).partition(".")[0] in OWN
    event["event"] = " ".join(lines) if own else lines[0]
    return event


def _log_uncaught(error: BaseException | None) -> None:
    log.critical("unexpected", exc_info=error)


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every logger's lines to `stream` (standard error), one line an event: ours of `level` and above.

    Of libraries only warnings, whatever the level: what they tell beyond holds addresses with the token, and the
    texts of messages.
    """
    # It takes longer than most commands of the command line, and few of them write a log.
    import structlog

    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_words,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if stream.isatty() else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _Redacting(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            )
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler, UNEXPECTED]
    root.setLevel(max(logging.WARNING, getattr(logging, level)))
    for name in OWN:
        logging.getLogger(name).setLevel(level)
    for name, least in SILENT.items():
        logging.getLogger(name).setLevel(least)
    sys.excepthook = lambda _type, error, _trace: _log_uncaught(error)
    threading.excepthook = lambda thread: _log_uncaught(thread.exc_value)
    sys.unraisablehook = lambda unraisable: _log_uncaught(unraisable.exc_value)
