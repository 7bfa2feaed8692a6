"""Articles as JSON lines: read as others hand them over, written as `liwen pages` prints them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from digests.errors import BadLine, InputError
from digests.model.news import RawArticle

LONGEST_ID = 500
"""Characters of an external id: databases find by it, and their indexes hold no long texts."""


FIRST_DAY, LAST_DAY = date(1800, 1, 1), date(2199, 12, 31)
"""What a newspaper's day may be: archives go back far, and a day beyond is a slip of the pen."""


def read_articles(lines: Iterable[str | InputError], name: str) -> Iterator[RawArticle | InputError]:
    """The article of every line `{"id", "title", "text", "date"?, "source"?, "url"?}`; blank lines are passed over.

    For a line that cannot be taken BadLine(name, line, reason) stands in its place; a fault among the lines is
    handed on.
    """
    for number, line in enumerate(lines, 1):
        if isinstance(line, InputError):
            yield line
        elif line.strip():
            try:
                yield article_from_json(_loaded(line))
            except ValueError as error:
                yield BadLine(name, number, str(error))


def article_from_json(row: Mapping[str, object]) -> RawArticle:
    """The article of one JSON object; `text` holds its paragraphs, separated by newlines, other keys are ignored.

    `id` may be text or a whole number and is kept as text, `date` is ISO (2024-11-08; a time behind it is dropped).
    Raises ValueError with the reason, for people to read.
    """
    title = " ".join(_text(row, "title").split())
    if not title:
        raise ValueError("title is missing")
    return RawArticle(
        title=title,
        paragraphs=tuple(filter(None, map(str.strip, _text(row, "text").splitlines()))),
        external_id=_id(row.get("id")),
        source=_text(row, "source").strip(),
        url=_text(row, "url").strip(),
        published_on=_date(_text(row, "date").strip()),
    )


def article_to_json(raw: RawArticle) -> dict[str, object]:
    """The article as `liwen pages` prints it: texts, lists of texts, kind (story, caption, brief) and truncated."""
    return {
        "title": raw.title,
        "kicker": raw.kicker,
        "subtitle": raw.subtitle,
        "reporters": list(raw.reporters),
        "correspondents": list(raw.correspondents),
        "photographers": list(raw.photographers),
        "paragraphs": list(raw.paragraphs),
        "kind": raw.kind.value,
        "truncated": raw.truncated,
    }


def _loaded(line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg.lower()} at character {error.pos + 1}") from None
    except (ValueError, RecursionError):
        # A number of thousands of digits, or thousands of brackets.
        raise ValueError("not JSON that can be read: a number too long or lists too deep") from None
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    return row


def _text(row: Mapping[str, object], key: str) -> str:
    """A text that any store can keep; a key left out or null is an empty one."""
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"{key} is no text")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"{key} holds a character that is none (NUL or half of a pair)")
    return value


def _id(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError("id is neither text nor a whole number")
    if len(text := _text({"id": str(value)}, "id")) > LONGEST_ID:
        raise ValueError(f"id is longer than {LONGEST_ID} characters")
    return text


def _date(value: str) -> date | None:
    if not value:
        return None
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        raise ValueError(f"date is not like 2024-11-08: {value[:30]!r}") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"date is not between {FIRST_DAY} and {LAST_DAY}: {day}")
    return day
