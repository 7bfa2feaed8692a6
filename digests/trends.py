"""What an edition speaks of more than the archive does."""

from digests.folding import fold
from digests.model import Edition
from digests.storage import Store
from digests.text.analyzer import Analyzer
from digests.text.keyterms import standing_out


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
