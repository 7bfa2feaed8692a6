"""What a setting may be: types that read its text and say what is wrong with it."""

import re
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr

LAST_PORT = 65_535
LONGEST = 36_500
"""Days that something may be kept: a hundred years."""
_TOKEN = re.compile(r"\d{5,16}:[A-Za-z0-9_-]{10,}")
_URL = re.compile(r"[a-z0-9+]+://.+")


def _token(token: SecretStr) -> SecretStr:
    if not _TOKEN.fullmatch(token.get_secret_value()):
        raise ValueError("not a bot token; @BotFather gives one like 123456789:AA…")
    return token


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,，]+", text) if word]


def _ids(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    words = _words(text)
    if not all(re.fullmatch(r"[1-9]\d{0,15}", word) for word in words):
        raise ValueError(f"{text!r} is no list of Telegram ids like 12345,67890")
    return tuple(dict.fromkeys(map(int, words)))


def _hours(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    words = _words(text)
    if not words or not all(re.fullmatch(r"([01]?\d|2[0-3])[:：][0-5]\d", word) for word in words):
        raise ValueError(f"{text!r} is no list of hours like 06:30,17:30")
    return tuple(sorted({time.fromisoformat(word.replace("：", ":").zfill(5)) for word in words}))


def _hour(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    if text.lower() == "off":
        return None
    if not re.fullmatch(r"([01]?\d|2[0-3])[:：][0-5]\d", text):
        raise ValueError(f"{text!r} is neither an hour like 08:00 nor off")
    return time.fromisoformat(text.replace("：", ":").zfill(5))


def _zone(name: Any) -> Any:
    try:
        return ZoneInfo(name) if isinstance(name, str) else name
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; wanted an IANA name like Asia/Shanghai") from None


def _upper(level: Any) -> Any:
    return level.upper() if isinstance(level, str) else level


def _url(url: str) -> str:
    if not _URL.fullmatch(url):
        raise ValueError(f"{url!r} is not an address like http://127.0.0.1:8081")
    return url.rstrip("/")


def _page(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+\S*", url):
        raise ValueError(f"{url!r} is not an address like https://news.example.org")
    return url.rstrip("/")


def _hook(url: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]+/[^\s?#]+", url):
        raise ValueError(f"{url!r} is not an address like https://news.example/telegram")
    return url


def _listening(address: str) -> str:
    found = re.fullmatch(r"(?:[^:\s]+|\[[0-9a-fA-F:]+\]):(\d{1,5})", address)
    if found is None or int(found[1]) > LAST_PORT:
        raise ValueError(f"{address!r} is not an address like 127.0.0.1:9464")
    return address


def _database(url: SecretStr) -> SecretStr:
    if not re.match(r"(sqlite|postgres(ql)?(\+psycopg)?)://", url.get_secret_value()):
        raise ValueError("wanted: sqlite:///path or postgresql://user:password@host/name")
    return url


def _broker(url: SecretStr) -> SecretStr:
    if not re.match(r"rediss?://", url.get_secret_value()):
        raise ValueError("wanted: redis://host:port")
    return url


def _days(least: int) -> AfterValidator:
    def check(days: int) -> int:
        if days != 0 and not least <= days <= LONGEST:
            raise ValueError(f"{days} is no number of days from {least} to {LONGEST}, nor 0 for ever")
        return days

    return AfterValidator(check)


Token = Annotated[SecretStr, AfterValidator(_token)]
Ids = Annotated[tuple[int, ...], BeforeValidator(_ids)]
Hours = Annotated[tuple[time, ...], BeforeValidator(_hours)]
Hour = Annotated[time | None, BeforeValidator(_hour)]
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]
Url = Annotated[str, AfterValidator(_url)]
"""Of a server or a proxy."""
PageUrl = Annotated[str, AfterValidator(_page)]
"""That people can open."""
HookUrl = Annotated[str, AfterValidator(_hook)]
"""With a path of its own, by which what is brought there is told from pages."""
Listening = Annotated[str, AfterValidator(_listening)]
"""Host and port at which something is served."""
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database)]
BrokerUrl = Annotated[SecretStr, AfterValidator(_broker)]
NewsDays = Annotated[int, _days(31)]
"""How long what is told from is kept: reprints, late papers and weekly editions look back so far."""
WorkDays = Annotated[int, _days(2)]
"""How long what is done with is kept."""
