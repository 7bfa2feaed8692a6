"""A digest as a letter: HTML that mail programs show as it is meant, and Markdown."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from bot import articles, editions, messages
from bot.articles import byline, page_name, place_name
from bot.look import Look
from digests.composition import Composed, Fate
from digests.model import Article, Edition

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


def letter(look: Look, edition: Edition, composed: Sequence[Composed]) -> Letter:
    """What was composed of an edition, as a letter; its articles are linked to where they stand on the web."""
    texts = look.texts

    def parts() -> Iterable[Part]:
        for one in composed:
            shown, more = one.having(Fate.SHOWN), len(one.having(Fate.LEFT_OUT))
            rest = texts.count("and {count} more article", "and {count} more articles", more) if more else ""
            if shown or more:
                items = tuple(_item(look, article) for article in shown)
                yield Part(messages.section(texts, look.lexicon, one.name), items, rest)

    promise = texts.say("Every sentence of a summary stands in the paper word for word.")
    return Letter(texts.code, editions.title(texts, edition, look.zone), tuple(parts()), promise)


def _item(look: Look, article: Article) -> Item:
    told = "".join(sentence.line for sentence in article.summary.sentences)
    where = [place_name(look, article), *byline(look.texts, article), article.source, page_name(look.texts, article)]
    notes = ["".join(span.text for span in spans) for spans in articles.notes(look, article)]
    credit = " · ".join(part for part in where if part)
    return Item(messages.headline(article), look.page_of(article), told, tuple(filter(None, (credit, *notes))))


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
        keep_trailing_newline=True,
    )
    made.filters["plain"] = plain
    return made


def plain(text: str) -> str:
    """The text as Markdown shows it letter for letter: its signs escaped, in one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split("\n")))
