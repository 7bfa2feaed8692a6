"""Names the key terms of an article: those that tell it from others."""

from collections import Counter
from collections.abc import Collection

from digests.folding import fold
from digests.model import Background
from digests.text.tfidf import idf, terms
from digests.text.tokenizer import Tokenizer


def key_terms(
    tokenizer: Tokenizer, stopwords: Collection[str], headline: str, body: str, background: Background, limit: int = 12
) -> tuple[tuple[str, float], ...]:
    """At most `limit` terms with their weights, the weightiest first; a term in the headline counts threefold."""
    counts = Counter(terms(tokenizer.cut(fold(body)), stopwords))
    for term in terms(tokenizer.cut(fold(headline)), stopwords):
        counts[term] += 3
    weights = {
        term: count / (count + 1) * idf(term, background) for term, count in counts.items() if not term.isdigit()
    }
    return tuple(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:limit])
