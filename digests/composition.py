"""What a digest shows and in what order: each article's points, a story once, and room shared between the sections."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from math import log10

from digests.errors import QueryError
from digests.folding import fold
from digests.model.news import Article, Kind
from digests.query import Either, Field, Query, Wish, Word, parse
from digests.seeds import Lexicon
from digests.tastes import STEP, steps_of

MOST = 10
"""Articles in one digest: headline, a glance at the quote and who wrote it are some 100 characters each, of which a
phone's reader takes 500 a minute; so two minutes."""
FOLLOWED = (1, 4)
"""Turns in which what a reader follows gets room: of each section its lead, then as far as four, then the rest."""
OVERVIEW = (2,)
"""Turns for a reader who follows nothing: the weightiest, but two of a topic before any more of it: a front page."""
WEEKLY = (2, 4)
"""Turns for the best of a week: of each section its two weightiest, then as far as four, then the rest."""

# Points. What the editors put on the front page is news to everybody; all else is weighed against that.
FRONT_PAGE = 3.0
"""The front page's points; page n has an n-th of them."""
TOP_OF_PAGE = 1.0
"""Points of the first article of a page; the n-th has an n-th of them."""
KINDS = {Kind.STORY: 2.0, Kind.BRIEF: 0.5, Kind.CAPTION: 0.0}
"""A story outweighs a brief of a better page, not one of the front page."""
LENGTH = 1.0
"""Points of an article of LONG characters or more; a shorter one has its share."""
LONG = 800
HOME = 1.5
"""Points for speaking of a place of the home region: what happened next door is why one reads a local paper."""
PAPER = 1.0
"""Points for each other paper that has it: as much as the top of a page, for another editor chose it too."""
TENFOLD = 1.0
"""Points for each tenfold of followers: ten more readers matter to a hundred as one does to ten."""
MOST_POINTS = 3.0
"""Neither other papers nor followers outweigh the front page."""
DAY_OLD = -1.0
"""Points for each day behind the day before the edition, down to OLDEST: that day's paper is what is expected."""
OLDEST = -3.0
TRUNCATED = -1.0
"""An article that breaks off."""
ABOUT = 3.0
"""Points of an article that is mainly about what was wished for, not only in passing."""
PINNED = ("pinned", 100.0)
"""An editor put it first: nothing outweighs that."""
SAME_TOWN = -1.5
"""Points for each weightier article of the same town in the section: a third one needs the front page to keep up."""

Taste = tuple[Query, int]
"""A query that a reader wants more (above 0) or less of, and how many steps."""

_PAGE = re.compile(r"([A-Z]?)0*(\d{1,3})")
_LATER_PART = 4
_TOWN = 9  # digits of a town's code


def points(
    article: Article, *, position: int, papers: int, followers: int, closed_on: date, home_region: str
) -> tuple[tuple[str, float], ...]:
    """What makes an article important to everybody, by reason; reasons without points are left out.

    `position` counts the articles of its page from 1, `papers` the others that have it, `followers` those who follow
    something in it; `closed_on` is the day of its edition, `home_region` a code of the gazetteer.
    """
    page = _page_number(article.page)
    found = {
        "page": FRONT_PAGE / page if page else 0.0,
        "position": TOP_OF_PAGE / position if page else 0.0,
        "kind": KINDS[article.kind],
        "length": LENGTH * min(len(article.body) / LONG, 1.0),
        "home": HOME * any(code.startswith(home_region) for code in article.places),
        "papers": min(PAPER * papers, MOST_POINTS),
        "followers": min(TENFOLD * log10(1 + followers), MOST_POINTS),
        "age": max(OLDEST, DAY_OLD * _days_late(article.published_on, closed_on)),
        "truncated": TRUNCATED if article.truncated else 0.0,
    }
    return tuple((reason, round(value, 2)) for reason, value in found.items() if round(value, 2))


def _page_number(page: str) -> int:
    """The number of a page, 0 if it has none: 2 for A2 and 第02版; later parts (B1) begin behind the first pages."""
    found = _PAGE.search(page.upper())
    if found is None:
        return 0
    part, number = found.groups()
    return int(number) + (_LATER_PART if part > "A" else 0)


def _days_late(published_on: date | None, closed_on: date) -> int:
    return max(0, (closed_on - published_on).days - 1) if published_on else 0


@dataclass(frozen=True, slots=True)
class Section:
    """A wish and the articles it found: `name` is its canonical text; without `query`, what no other wish found."""

    name: str
    query: Query | None
    articles: Sequence[Article]


def section_of(name: str, lexicon: Lexicon, articles: Sequence[Article]) -> Section:
    """The section of a query's canonical text; one that names a topic or place which is no more is read as none."""
    try:
        return Section(name, parse(name, lexicon), articles)
    except QueryError:
        return Section(name, None, articles)


class Fate(StrEnum):
    """What became of an article in a section."""

    SHOWN = "shown"
    LEFT_OUT = "no room"
    ELSEWHERE = "in another section"


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a section: its points by reason, their sum, and what became of it."""

    article: Article
    points: tuple[tuple[str, float], ...]
    total: float
    fate: Fate = Fate.LEFT_OUT


@dataclass(frozen=True, slots=True)
class Composed:
    """A section in its order, each story once: those shown, those left out, those that another section has."""

    name: str
    entries: tuple[Entry, ...]

    def having(self, fate: Fate) -> list[Article]:
        """The articles of one fate, in order."""
        return [entry.article for entry in self.entries if entry.fate is fate]


def pinned(article: Article) -> bool:
    """Whether an editor put it first."""
    return PINNED in article.points


def story(article: Article) -> int:
    """What near-duplicates share: the id of the first of them."""
    return article.duplicate_of or article.id


def distinct(articles: Iterable[Article]) -> list[Article]:
    """One article of each story, the first that came if it is among them."""
    first: dict[int, Article] = {}
    for article in sorted(articles, key=lambda article: (article.duplicate_of is not None, article.id)):
        first.setdefault(story(article), article)
    return sorted(first.values(), key=lambda article: article.id)


def ordered(query: Query | None, articles: Iterable[Article], tastes: Sequence[Taste] = ()) -> list[Entry]:
    """The articles, weightiest first, ties by id; of each town the second and later ones stand back a little.

    That is the order in which one would pick them one by one, each time counting how many of its town there are.
    """
    weighed = sorted((_weighed(query, article, tastes) for article in articles), key=_rank)
    towns: Counter[str] = Counter()
    spread = []
    for entry in weighed:
        town = _town(entry.article)
        if towns[town]:
            behind = ("same town", SAME_TOWN * towns[town])
            spread.append(_entry(entry.article, (*entry.points, behind)))
        else:
            spread.append(entry)
        towns[town] += bool(town)
    return sorted(spread, key=_rank)


def _weighed(query: Query | None, article: Article, tastes: Sequence[Taste]) -> Entry:
    earned = {"about": _about(query, article), "taste": taste(article, tastes)}
    return _entry(article, (*article.points, *((reason, value) for reason, value in earned.items() if value)))


def taste(article: Article, tastes: Iterable[Taste]) -> float:
    """Points for what a reader wants more or less of and the article is mainly about."""
    return STEP * sum(steps for query, steps in tastes if _about(query, article) == ABOUT)


def _entry(article: Article, earned: tuple[tuple[str, float], ...]) -> Entry:
    # Rounded, so that equal points are equal however they were added up.
    return Entry(article, earned, round(sum([value for _, value in earned]), 2))


def _rank(entry: Entry) -> tuple[float, int]:
    return -entry.total, entry.article.id


def _town(article: Article) -> str:
    """The code of the town it speaks of most; empty for a county or more, which is everywhere in a local paper."""
    code = article.places[0] if article.places else ""
    return code[:_TOWN] if len(code) >= _TOWN else ""


def _about(query: Query | None, article: Article) -> float:
    """Points for being mainly about the query: the mean over its wishes for words, topics and places."""
    shares = [share for wish in (query.wishes if query else ()) if (share := _share(wish, article)) is not None]
    return round(ABOUT * sum(shares) / len(shares), 2) if shares else 0.0


def _share(wish: Wish, article: Article) -> float | None:
    """Whether an article is mainly about a wish, 0 or 1; nothing for what no article is about."""
    match wish:
        case Word():
            return float(wish.text in fold(article.headline))
        case Field(name="topic"):
            return float(article.topics[:1] == (wish.value,))
        case Field(name="place"):
            return float(bool(article.places) and article.places[0].startswith(wish.value))
        case Either():
            shares = [share for inner in wish.wishes if (share := _share(inner, article)) is not None]
            return max(shares, default=None)
    return None


def compose(
    sections: Sequence[Section],
    most: int = MOST,
    turns: Sequence[int] = FOLLOWED,
    tastes: Sequence[Taste] = (),
) -> list[Composed]:
    """A reader's sections as one digest of at most `most` articles: no story twice, and nothing lost uncounted.

    A story stands in the section that it is most about; of several in the one that found least, then in the first.
    Room goes to the weightiest, in turns that say how far each section gets in them; what is left, to all others.
    Sections with what an editor put first come first, then those of which more is wanted; those of which less, last.
    """
    sections = sorted(sections, key=lambda section: (not _leads(section), -steps_of(section.name, tastes)))
    homes = _homes(sections)
    composed = []
    for number, section in enumerate(sections):
        here = [article for article in section.articles if homes[story(article)] == (number, article.id)]
        away = [article for article in distinct(section.articles) if homes[story(article)][0] != number]
        elsewhere = [replace(entry, fate=Fate.ELSEWHERE) for entry in ordered(section.query, away, tastes)]
        composed.append(Composed(section.name, (*ordered(section.query, here, tastes), *elsewhere)))
    shown = _chosen(composed, most, turns)
    return [
        replace(
            section, entries=tuple(_shown(entry) if entry.article.id in shown else entry for entry in section.entries)
        )
        for section in composed
    ]


def _leads(section: Section) -> bool:
    return any(map(pinned, section.articles))


def _shown(entry: Entry) -> Entry:
    return entry if entry.fate is Fate.ELSEWHERE else replace(entry, fate=Fate.SHOWN)


def _homes(sections: Sequence[Section]) -> dict[int, tuple[int, int]]:
    """For each story the number of the section it stands in, and the id of the article that tells it there."""
    claims: dict[int, list[tuple[float, int, int, bool, int]]] = {}
    for number, section in enumerate(sections):
        for article in section.articles:
            repeats = article.duplicate_of is not None
            claim = (-_about(section.query, article), len(section.articles), number, repeats, article.id)
            claims.setdefault(story(article), []).append(claim)
    return {key: (number, article_id) for key, found in claims.items() for _, _, number, _, article_id in [min(found)]}


def _chosen(composed: Sequence[Composed], most: int, turns: Sequence[int]) -> set[int]:
    """The ids of the articles that there is room for."""
    waiting = []
    for section in composed:
        for place, entry in enumerate(entry for entry in section.entries if entry.fate is Fate.LEFT_OUT):
            turn = sum(place >= bound for bound in turns)
            waiting.append((turn, *_rank(entry)))
    return {article_id for _, _, article_id in sorted(waiting)[:most]}
