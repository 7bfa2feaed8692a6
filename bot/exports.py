"""Everything that is stored about a chat as JSON, and such a file read again; README describes the format."""

import json
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from digests.model.news import Article
from digests.model.readers import MOST_WISHES, Chat
from digests.storage import Store
from digests.tastes import MOST_STEPS, MOST_TASTES

FORMAT: Literal["liwen-chat"] = "liwen-chat"
VERSION = 1
LARGEST = 2 * 1024 * 1024
"""Bytes of a file that is read: a chat with a thousand saved articles and a year of deliveries has a quarter of it."""
MOST_SAVED = 1_000
"""Saved articles that a file may bring."""

_CHATS, _SUBSCRIPTIONS, _SAVED = "chats", "subscriptions", "saved"
_INNER = frozenset({"id", "chat_id", "address", "room"})


def export(store: Store, chat: Chat, now: datetime, person: str = "") -> dict[str, Any]:
    """Everything about a chat: settings, what it follows and saved, and under `records` every other row of it.

    Of those who administer it only `person` is named, who asks.
    """
    found = store.belongings.of(chat.id)
    rows = {name: [_plain(row, person) for row in some if _of(row, person)] for name, some in found.items()}
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.isoformat(),
        "chat": chat.address,
        "settings": dict(*rows.pop(_CHATS)),
        "follows": rows.pop(_SUBSCRIPTIONS),
        "saved": _saved(store, chat, rows.pop(_SAVED)),
        "records": rows,
    }


def _saved(store: Store, chat: Chat, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a chat saved, with what the articles are known by elsewhere; of one that was taken back nothing is."""
    articles = {kept.article.id: kept.article for kept in store.saved.of(chat.id)}
    return [row | _known(articles[row["article_id"]]) for row in rows]


def _known(article: Article) -> dict[str, str]:
    if article.retracted_at is not None:
        return {"headline": "", "source": "", "url": ""}
    return {"headline": article.headline, "source": article.source, "url": article.url}


def encoded(exported: Mapping[str, Any]) -> bytes:
    """An export as the file that a person is sent."""
    return json.dumps(exported, ensure_ascii=False, indent=1).encode()


def _of(row: Mapping[str, Any], person: str) -> bool:
    """Whether a row may be shown to a person: that somebody else administers a channel is not."""
    return "person" not in row or bool(row["person"] == person)


def _plain(row: Mapping[str, Any], person: str) -> dict[str, Any]:
    shown = {name: _json(value) for name, value in row.items() if name not in _INNER}
    return shown if shown.get("set_by", person) == person else shown | {"set_by": ""}


def _json(value: Any) -> Any:
    match value:
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return f"{len(value)} bytes"
    return value


def _zone(key: str) -> str:
    if key not in available_timezones():
        raise ValueError("no such time zone")
    return key


def _instant(given: datetime) -> datetime:
    if not 1970 <= given.year < 9000:  # so that it is an instant in every time zone
        raise ValueError("no such instant")
    return given


_HOUR = r"([01]\d|2[0-3]):[0-5]\d"
_Instant = Annotated[AwareDatetime, AfterValidator(_instant)]
_Query = Annotated[str, Field(min_length=1, max_length=500, pattern=r"^[^\x00-\x1f\x7f]+$")]


class _Model(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class ImportedSettings(_Model):
    """The settings that are taken from a file; those that it lacks stay as they are."""

    language: Annotated[str, Field(max_length=16)] | None = None
    zone: Annotated[str, AfterValidator(_zone)] | None = None
    times: Annotated[str, Field(pattern=rf"^({_HOUR}( {_HOUR}){{0,23}})?$")] | None = None
    days: Annotated[str, Field(pattern=r"^[1-7]{0,7}$")] | None = None
    quiet: Annotated[str, Field(pattern=rf"^({_HOUR}-{_HOUR})?$")] | None = None
    weekly: Annotated[str, Field(pattern=rf"^([1-7] {_HOUR})?$")] | None = None
    says_nothing: bool | None = None
    paused: bool | None = None
    paused_until: AwareDatetime | None = None
    converted: bool | None = None
    style: Literal["full", "compact"] | None = None
    tastes: (
        Annotated[dict[_Query, Annotated[int, Field(ge=-MOST_STEPS, le=MOST_STEPS)]], Field(max_length=MOST_TASTES)]
        | None
    ) = None


class Followed(_Model):
    """A query as it was followed: since when, whether it rests, and from when on it is told at once."""

    query: _Query
    paused: bool = False
    alerts_since: _Instant | None = None
    created_at: _Instant | None = None


class SavedArticle(_Model):
    """An article as it was saved: it is the same elsewhere if its number, headline and paper are."""

    article_id: Annotated[int, Field(ge=1, lt=2**63)]
    headline: Annotated[str, Field(max_length=1000)]
    source: Annotated[str, Field(max_length=1000)]
    saved_at: _Instant


class Imported(_Model):
    """What is taken from a file."""

    format: Literal["liwen-chat"]
    version: int
    settings: ImportedSettings = ImportedSettings()
    follows: Annotated[list[Followed], Field(max_length=MOST_WISHES)] = []
    saved: Annotated[list[SavedArticle], Field(max_length=MOST_SAVED)] = []


class NotImported(Exception):
    """A file that cannot be taken in.

    `reason` is `size`, `format` (no such file), `version` (of another Liwen) or `value`; `where` says which value.
    """

    def __init__(self, reason: Literal["size", "format", "version", "value"], where: str = "") -> None:
        super().__init__(reason, where)
        self.reason = reason
        self.where = where


class _Head(BaseModel):
    """How a file says what it is."""

    format: Literal["liwen-chat"]
    version: int


def is_export(content: bytes) -> bool:
    """Whether a file says that it is one of ours, of whatever version."""
    try:
        _Head.model_validate_json(content[:LARGEST])
    except ValidationError:
        return False
    return True


def kept(imported: Imported) -> bytes:
    """What is taken from a file, as a file by itself."""
    return imported.model_dump_json(exclude_unset=True).encode()


def read(content: bytes) -> Imported:
    """What a file brings; raises NotImported."""
    if len(content) > LARGEST:
        raise NotImported("size")
    try:
        head = _Head.model_validate_json(content)
    except ValidationError:
        raise NotImported("format") from None
    if head.version != VERSION:
        raise NotImported("version", str(head.version)[:20])
    try:
        return Imported.model_validate_json(content)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise NotImported("value", where[:100]) from None
