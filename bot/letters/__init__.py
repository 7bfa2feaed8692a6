"""A digest as a letter: HTML that mail programs show as it is meant, and Markdown."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot import messages
from bot.texts import Texts
from digests.composition import Composed, Fate
from digests.model import Article, Edition
from digests.seeds import Lexicon

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~]|^\d+(?=\.)|^[+-])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Item:
    """An article of a letter: its headline, its page on the web if there is one, its sentences, where it is from."""

    headline: str
    link: str
    told: str
    credits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of a letter; `rest` says how many more there are, if any."""

    heading: str
    items: tuple[Item, ...]
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A digest, ready to be written down."""

    language: str
    title: str
    parts: tuple[Part, ...]
    promise: str


def letter(
    texts: Texts, lexicon: Lexicon, zone: ZoneInfo, edition: Edition, composed: Sequence[Composed], web_url: str | None
) -> Letter:
    """What was composed of an edition, as a letter in a language; `web_url` is where its articles stand, if they do."""

    def item(article: Article) -> Item:
        told = "".join(sentence.line for sentence in article.summary.sentences)
        link = f"{web_url}/articles/{article.id}" if web_url else ""
        return Item(
            messages.headline(article), link, told, tuple(messages.credits_line(texts, lexicon, article).split("\n"))
        )

    def parts() -> Iterable[Part]:
        for one in composed:
            shown, more = one.having(Fate.SHOWN), len(one.having(Fate.LEFT_OUT))
            rest = texts.count("and {count} more article", "and {count} more articles", more) if more else ""
            if shown or more:
                yield Part(messages.section(texts, lexicon, one.name), tuple(map(item, shown)), rest)

    promise = texts.say("Every sentence of a summary stands in the paper word for word.")
    return Letter(texts.code, messages.digest_title(texts, edition, zone), tuple(parts()), promise)


def as_html(letter: Letter) -> str:
    """The letter as one HTML document with its style in it, for mail programs take no other."""
    return _environment().get_template("letter.html").render(letter=letter)


def as_markdown(letter: Letter) -> str:
    """The letter in Markdown."""
    return _environment().get_template("letter.md").render(letter=letter)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.letters", "."),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    return made


def plain(text: str) -> str:
    """The text as Markdown shows it letter for letter: its signs escaped, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
