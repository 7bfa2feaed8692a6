"""What rose in the week: terms, topics and places that the papers speak of more than in the four weeks before."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from digests.folding import fold
from digests.query import Field, Query, Word
from digests.storage import Store
from digests.text.analyzer import Analyzer
from digests.text.keyterms import standing_out, surprise

WEEK = timedelta(days=7)
WEEKS_BEFORE = 4
"""Weeks that this one is held against: of fewer chance decides, of more the season."""
SHOWN = 10
"""Rises of each kind, at most."""
READ = 1000
"""Stories of the week that are read for their terms, the newest: a millisecond each."""
TRIED = 40
"""Terms that stand out in the week and are then counted in the weeks before."""
FEWEST = 3
"""Articles that make a trend; one is a story, and two are a story and its sequel."""
UNSEEN = 0.5
"""Stories that a thing is taken to have had in the weeks before, besides those it had: no count says never."""
BEYOND_CHANCE = 1.92
"""Least surprise of a rise: chance brings more once in twenty times (half of chi-squared's 3.84, by Wilks)."""


@dataclass(frozen=True, slots=True)
class Rise:
    """A term, a topic (slug) or a place (code): how many articles it has this week, and had a week before."""

    name: str
    now: int
    before: float


@dataclass(frozen=True, slots=True)
class Week:
    """What rose in the days from `first` to `last`, steepest first; they had so many `stories`."""

    first: date
    last: date
    stories: int
    terms: tuple[Rise, ...] = ()
    topics: tuple[Rise, ...] = ()
    places: tuple[Rise, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing rose."""
        return not (self.terms or self.topics or self.places)


def week(store: Store, analyzer: Analyzer, last: date) -> Week:
    """What rose in the week that ends with a day, of what is published.

    A rise is what chance does not explain, counting from what the thing would have had if this week were like those
    before, and only longer or shorter. Without weeks before nothing rises.
    """
    first = last - WEEK + timedelta(days=1)
    start = first - WEEKS_BEFORE * WEEK
    printed, past = store.published.tally(first, last), store.published.tally(start, first - timedelta(days=1))
    if not past.stories:
        return Week(first, last, printed.stories)
    growth = printed.stories / past.stories

    def before(term: str) -> int:
        return _count(store, term, start, first)

    def now(term: str) -> int:
        return _count(store, term, first, last + timedelta(days=1))

    terms = {term: now(term) for term in _standing_out(store, analyzer, first, last)}
    return Week(
        first,
        last,
        printed.stories,
        terms=_rising(terms, before, growth),
        topics=_rising(printed.topics, lambda topic: past.topics.get(topic, 0), growth),
        places=_rising(printed.places, lambda place: past.places.get(place, 0), growth),
    )


def _rising(counts: Mapping[str, int], before: Callable[[str], int], growth: float) -> tuple[Rise, ...]:
    """What rose, steepest first; `growth` is how many stories the week has for each of the weeks before."""
    steep: list[tuple[float, Rise]] = []
    for name, now in counts.items():
        past = before(name) if now >= FEWEST else 0
        steepness = surprise(now, (past + UNSEEN) * growth) if now >= FEWEST else 0.0
        if steepness >= BEYOND_CHANCE:
            steep.append((-steepness, Rise(name, now, past / WEEKS_BEFORE)))
    return tuple(rise for _, rise in sorted(steep, key=lambda pair: (pair[0], pair[1].name)))[:SHOWN]


def _standing_out(store: Store, analyzer: Analyzer, first: date, last: date) -> Iterable[str]:
    """The folded terms by which the days can be told from the whole archive."""
    background = store.articles.background()
    stories = [
        (fold(f"{story.headline}\n{story.body}"), dict(analyzer.key_terms(story, background)))
        for story in store.published.stories(first, last, READ)
    ]
    return [term for term, _ in standing_out(stories, background, TRIED)]


def _count(store: Store, term: str, first: date, end: date) -> int:
    days = (Field("since", first.isoformat()), Field("before", end.isoformat()))
    return store.search.count(Query((Word(term), *days)), published=True)


class Trending:
    """The trends of the newest edition, found once for each: they cost about a second."""

    def __init__(self, analyzer: Callable[[], Analyzer]) -> None:
        """`analyzer` is asked for when it is first needed."""
        self._analyzer = analyzer
        self._found: tuple[tuple[int, int], Week] | None = None
        self._finding = threading.Lock()

    def newest(self, store: Store) -> Week | None:
        """The trends up to the newest day in print; nothing if no article is published."""
        edition, day = store.editions.newest(filled=True), store.published.newest_day()
        if edition is None or day is None:
            return None
        state = (edition.id, store.amendments.newest())  # what was taken back rises no more
        with self._finding:
            if self._found is None or self._found[0] != state:
                self._found = state, week(store, self._analyzer(), day)
            return self._found[1]
