"""Logging set up once: human lines in a terminal, JSON elsewhere, and no token in either."""

import logging
import re
import sys
from typing import Any, TextIO

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


def configure(level: str, stream: TextIO | None = None) -> None:
    """Send every logger's lines of `level` and above to `stream` (standard error), one line an event."""
    # It takes longer than most commands of the command line, and few of them write a log.
    import structlog

    stream = stream or sys.stderr
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    terminal = stream.isatty()
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer()]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        _Redacting(
            structlog.stdlib.ProcessorFormatter(
                foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
                processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
            )
        )
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Their INFO is one line a request and one a minute: noise that buries what matters.
    for name in ("httpx", "httpcore", "apscheduler", "alembic"):
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # It says of each task that it began, and logs stack traces for what a task of ours has told in one line.
    logging.getLogger("taskiq").setLevel(logging.CRITICAL)
    # Its warnings are one each two seconds while a large file is read: the job goes on, and that is right.
    logging.getLogger("apscheduler.scheduler").setLevel(max(logging.ERROR, root.level))
    # It logs a stack trace for an answer that is no JSON; what that means for a message is said in one line of ours.
    logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
