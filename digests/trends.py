"""What an edition speaks of more than the archive does."""

from collections.abc import Callable

from digests.folding import fold
from digests.model.news import Edition
from digests.storage import Store
from digests.text.analyzer import Analyzer
from digests.text.keyterms import standing_out


class Trends:
    """What the newest edition speaks of; found out once for each, and when something was amended."""

    def __init__(self, analyzer: Callable[[], Analyzer]) -> None:
        """`analyzer` is asked for only when an edition is looked at."""
        self._analyzer = analyzer
        self._known: tuple[tuple[int, int], tuple[str, ...]] = ((0, 0), ())

    def newest(self, store: Store) -> tuple[str, ...]:
        """The terms that stand out in the newest edition that has articles, most first; none without one."""
        edition = store.editions.newest(filled=True)
        if edition is None:
            return ()
        state = (edition.id, store.amendments.newest())  # what was taken back stands out no more
        if self._known[0] != state:
            found = trends(store, self._analyzer(), edition)
            self._known = (state, tuple(term for term, _ in found))
        return self._known[1]


def trends(store: Store, analyzer: Analyzer, edition: Edition, limit: int = 10) -> tuple[tuple[str, int], ...]:
    """At most `limit` folded terms that stand out in an edition, most first, each with the number of its stories.

    A story that several papers have counts once. Costs about a millisecond an article.
    """
    background = store.articles.background()
    once = [article for article in store.articles.of_edition(edition.id) if article.duplicate_of is None]
    stories = [
        (fold(f"{article.headline}\n{article.body}"), dict(analyzer.key_terms(article, background))) for article in once
    ]
    return standing_out(stories, background, limit)
