"""What a reader wants more or less of: what “this” is of an article, and what a step to either side does."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from digests.errors import QueryError
from digests.model.news import Article
from digests.query import Query, parse
from digests.seeds import Lexicon

STEP = 2.0
"""Points of a step: as much as a story has before a caption. Two outweigh the front page."""
MOST_STEPS = 2
"""Steps to either side: more would make a digest of one thing only."""
MOST_TASTES = 40
"""Tastes of a chat; what goes beyond is not kept."""

Tastes = Sequence[tuple[str, int]]
"""Canonical queries and their steps, as a chat keeps them."""


def this_of(article: Article) -> str | None:
    """What “more of this” means under an article: its first topic, else the place it speaks of most, else nothing."""
    if article.topics:
        return f"topic:{article.topics[0]}"
    return f"place:{article.places[0]}" if article.places else None


def stepped(tastes: Tastes, query: str, steps: int) -> tuple[tuple[str, int], ...]:
    """The tastes after so many steps more (below 0: less) of a query; back in the middle there is none."""
    found = dict(tastes)
    wanted = max(-MOST_STEPS, min(MOST_STEPS, found.pop(query, 0) + steps))
    if wanted and len(found) < MOST_TASTES:
        found[query] = wanted
    return tuple(sorted(found.items()))


def understood(tastes: Tastes, lexicon: Lexicon) -> list[tuple[Query, int]]:
    """The tastes as queries, without those that name a topic or place which is no more."""
    found = []
    for text, steps in tastes:
        with suppress(QueryError):
            found.append((parse(text, lexicon), steps))
    return found


def steps_of(name: str, tastes: Iterable[tuple[Query, int]]) -> int:
    """The steps of the taste with this canonical text, 0 without one."""
    return next((steps for query, steps in tastes if query.canonical == name), 0)
