import io
import json
import logging
import threading

from bot import logs

TOKEN = "123456789:" + "AbC-_" * 7


def test_no_token_and_no_password_reaches_a_log() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("telegram.ext").warning("GET https://api.telegram.org/bot%s/getMe", TOKEN)
    logging.getLogger("x").error("at postgresql://liwen:secret@host/news")
    logging.getLogger("bot.y").info("token", extra={"token": TOKEN})
    try:
        raise ValueError(TOKEN)
    except ValueError:
        logging.getLogger("z").exception("failed")
    written = stream.getvalue()
    assert written.count("\n") == 4
    assert TOKEN not in written
    assert "secret" not in written
    assert "ValueError at bot/test_logs.py" in written


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


WORDS = "读者的原话"


def test_an_exception_is_told_by_its_place_and_never_by_its_words() -> None:
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    try:
        try:
            int(WORDS)
        except ValueError as error:
            raise RuntimeError(f"{WORDS}\nand more") from error
    except RuntimeError:
        logging.getLogger("bot.x").exception("request failed")
    line = json.loads(stream.getvalue())
    assert line["exception"].startswith("RuntimeError at bot/test_logs.py:")
    assert ", after ValueError at bot/test_logs.py:" in line["exception"]
    assert WORDS not in stream.getvalue()


def test_what_ends_a_thread_is_one_line_without_its_words() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    thread = threading.Thread(target=int, args=(WORDS,))
    thread.start()
    thread.join()
    assert stream.getvalue().count("\n") == 1
    assert "ValueError" in stream.getvalue()
    assert WORDS not in stream.getvalue()


def test_of_a_library_that_quotes_only_the_first_line_is_kept() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("asyncio").error("Task exception was never retrieved\nfuture: %r", WORDS)
    assert json.loads(stream.getvalue())["event"] == "Task exception was never retrieved"


def test_libraries_stay_silent_when_ours_is_debugged() -> None:
    stream = io.StringIO()
    logs.configure("DEBUG", stream)
    for name in ("telegram.Bot", "sqlalchemy.engine.Engine", "aiohttp.client", "httpcore.http11", "asyncio"):
        logging.getLogger(name).debug("%s", WORDS)
        logging.getLogger(name).info("%s", WORDS)
    logging.getLogger("digests.x").debug("ours")
    assert stream.getvalue().count("\n") == 1


def test_an_event_is_one_line_whatever_it_says() -> None:
    stream = io.StringIO()
    logs.configure("INFO", stream)
    logging.getLogger("bot.x").error("first\nsecond")
    assert json.loads(stream.getvalue())["event"] == "first second"
