"""What a visitor asks for: in which language, at which address, and how pages link to each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from starlette.requests import Request

from bot.texts import LANGUAGES, Texts, texts_for

ASKED = ("q", "order", "after", "page")
"""What an address may ask behind its question mark, beside `lang`; all else is not looked at."""
LONGEST = 600
"""Characters of the longest value that is looked at: the query language takes 500."""

LONGEST_TAG = 35
"""Characters of a language's tag (RFC 5646, section 4.4.1)."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at a page. `chosen` is the language that the address names, else empty; `base` stands before paths."""

    path: str
    asked: Mapping[str, str]
    texts: Texts
    chosen: str
    base: str

    @property
    def key(self) -> tuple[object, ...]:
        """What tells its answer from others."""
        return self.path, tuple(self.asked.items()), self.texts.code, self.chosen, self.base

    def link(self, path: str, **asked: str) -> str:
        """The address of a page of ours, in the language that the visitor chose."""
        named = {name: value for name, value in asked.items() if value}
        if self.chosen:
            named.setdefault("lang", self.chosen)
        return quote(path) + (f"?{urlencode(named)}" if named else "")

    def in_language(self, code: str) -> str:
        """The address of this very page in another language."""
        return self.link(self.path, **self.asked, lang=code)

    def absolute(self, path: str, **asked: str) -> str:
        """The same, as others may know it: with the host, in no particular language."""
        named = {name: value for name, value in asked.items() if value}
        return f"{self.base}{quote(path)}" + (f"?{urlencode(named)}" if named else "")


def visit_of(request: Request, web_url: str | None) -> Visit:
    """What a request asks for; without LIWEN_WEB_URL the host is the one that the visitor named."""
    asked = {name: value[:LONGEST] for name in ASKED if (value := request.query_params.get(name))}
    chosen = request.query_params.get("lang", "")
    chosen = chosen if chosen in LANGUAGES else ""
    texts = texts_for(chosen or _preferred(request.headers.get("Accept-Language", "")))
    return Visit(request.url.path, asked, texts, chosen, web_url or str(request.base_url).rstrip("/"))


def _preferred(header: str) -> str:
    """The language that a browser wants most; browsers put it first."""
    return header.partition(",")[0].partition(";")[0].strip(" *")[:LONGEST_TAG]
