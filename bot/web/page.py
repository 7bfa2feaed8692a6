"""A page before it is written down: what it is about, and the templates that write it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot import articles, editions, messages
from bot.commands import Desk
from bot.look import Look
from bot.texts import LANGUAGES, Texts
from bot.web.answers import Answer
from bot.web.visit import Visit
from digests.model.news import Article, Edition
from digests.storage import Store

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "style.css").read_bytes()
STYLE_PATH = f"/style-{hashlib.sha256(STYLE).hexdigest()[:12]}.css"
"""Named by what it holds, so that a browser need not ask for it again."""


@dataclass(frozen=True, slots=True)
class Viewing:
    """One visit being answered, inside one transaction."""

    desk: Desk
    store: Store
    visit: Visit

    @property
    def look(self) -> Look:
        """How things look to the visitor."""
        return look_of(self.desk, self.visit)


def look_of(desk: Desk, visit: Visit) -> Look:
    """How things look to a visitor of a desk's pages."""
    return Look(visit.texts, desk.lexicon, desk.zone, web_url=visit.base)


class Missing(Exception):
    """There is no such page: 404, or 410 for one that was taken back."""

    def __init__(self, status: int = 404) -> None:
        super().__init__(f"answers {status}")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: the template's name and what it is told; `feed` is the path under which its feeds stand.

    `path` and `asked` are its stable address, `image` the path of its picture and what the picture says, `data` what
    machines are told in JSON-LD.
    """

    template: str
    title: str
    path: str
    asked: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    feed: str = ""
    image: tuple[str, str] | None = None
    data: Mapping[str, Any] | None = None
    indexed: bool = True
    status: int = 200
    told: Mapping[str, Any] = field(default_factory=dict)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("bot.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"style": STYLE_PATH, "headline": messages.headline, "as_json": as_json}
    return made


def as_json(value: Any) -> Markup:
    """JSON that may stand within a script element: whatever it says, it cannot end it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def written(page: Page, viewing: Viewing) -> Answer:
    """The page as HTML, in the visitor's language."""
    return _written(page, viewing.desk, viewing.visit)


def missing(status: int, desk: Desk, visit: Visit) -> Answer:
    """The page that stands where no other does; `status` says why."""
    say = visit.texts.say
    titles = {404: say("Nothing here"), 410: say("Taken back")}
    title = titles.get(status, say("Out of order"))
    return _written(Page(template="missing.html", title=title, path=visit.path, status=status), desk, visit)


def _written(page: Page, desk: Desk, visit: Visit) -> Answer:
    texts, lexicon = visit.texts, desk.lexicon
    told = {
        "page": page,
        "visit": visit,
        "texts": texts,
        "languages": {code: each.name for code, each in LANGUAGES.items()},
        "say": texts.say,
        "say_in": texts.say_in,
        "count": texts.count,
        "link": visit.link,
        "section": partial(messages.section, texts, lexicon),
        "edition_name": lambda edition: edition_name(texts, edition, desk.zone),
        "part_of_day": lambda edition: editions.part_of_day(texts, edition.closes_at.astimezone(desk.zone)),
        "about": partial(about, look_of(desk, visit)),
        "corrections": partial(corrections, look_of(desk, visit)),
        "enumeration": partial(messages.enumeration, texts),
        "places": lexicon.places,
    }
    html = _environment().get_template(page.template).render({**told, **page.told})
    return Answer(html.encode(), status=page.status, headers={"Content-Language": texts.code})


def edition_name(texts: Texts, edition: Edition, zone: ZoneInfo) -> str:
    """An edition's local date and which of its day's it is."""
    local = edition.closes_at.astimezone(zone)
    return texts.say("{date}, {edition}", date=texts.date(local.date()), edition=editions.part_of_day(texts, local))


def about(look: Look, article: Article) -> list[str]:
    """What stands under a headline: where it happened, in which paper and on what page."""
    parts = (articles.place_name(look, article), article.source, articles.page_name(look.texts, article))
    return [part for part in parts if part]


def corrections(look: Look, article: Article) -> list[str]:
    """What an editor changed about an article and when, a line each."""
    return ["".join(span.text for span in line) for line in articles.corrections(look, article)]
