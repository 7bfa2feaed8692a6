import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import logs

TOKEN = "123456789:" + "AbC-_" * 7


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_no_token_and_no_password_reaches_a_log() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("telegram.ext").warning("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("x").error("at postgresql://liwen:secret@host/news")
    structlog.get_logger("y").info("token", token=TOKEN)
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("z").exception("failed")
    written = stream.getvalue()
    assert written.count("\n") == 4
    assert TOKEN not in written
    assert "secret" not in written
    assert "ValueError: ***" in written


def test_elsewhere_than_in_a_terminal_each_line_is_json() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("bot.app").info("edition closed: %d", 6)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("edition closed: 6", "info", "bot.app")
    assert line["timestamp"].endswith("Z")


def test_in_a_terminal_a_line_is_for_people() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    logs.configure("INFO", stream)
    logging.getLogger("bot.app").warning("no paper")
    assert "no paper" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_the_chatter_of_libraries_is_left_out() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("bot").debug("detail")
    assert stream.getvalue() == ""


def test_times_of_day_are_not_taken_for_tokens() -> None:
    assert logs.redact("at 2024-11-13T06:30:00 12345:short") == "at 2024-11-13T06:30:00 12345:short"
