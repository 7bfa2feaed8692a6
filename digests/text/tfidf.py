"""Which words of a text count, and how much: terms and their inverse document frequency."""

import math
import re
from collections.abc import Collection, Iterable

from digests.model.news import Background
from digests.text.tokenizer import word_shares

# The prior counts as much as this many articles: seven articles are then a beginning, and a thousand decide.
PRIOR_DOCUMENTS = 50
# Running words of a local news story, by which a word's share of running words becomes a share of stories.
STORY_WORDS = 300
# A word that no dictionary counts is taken to stand in one story of this many.
RAREST = 5000
# What stands everywhere still counts a little.
_MOST = 0.99
# Terms whose prior is remembered: most running words are among so many, some 10 MB.
_REMEMBERED = 1 << 16

# No word is longer, and a database's index holds no long ones: what is, is an address or a run of code.
LONGEST = 64

_MEANING = re.compile(r"[^\W_]")


def terms(tokens: Iterable[str], stopwords: Collection[str]) -> list[str]:
    """The tokens (of folded text) that carry meaning, in order, with repeats.

    Left out are stop words, punctuation, single characters and digits, and what is longer than 64 characters.
    """
    return [
        token
        for token in tokens
        if 1 < len(token) <= LONGEST and token not in stopwords and (token.isalnum() or _MEANING.search(token))
    ]


def idf(term: str, background: Background) -> float:
    """How rare a term is: the negative logarithm of the share of articles it stands in, above 0.

    The share seen in the background is blended with a prior from the frequencies of jieba's dictionary, so that an
    empty archive works and a grown one decides (Dirichlet smoothing, as in Zhai & Lafferty, SIGIR 2001).
    """
    return idfs((term,), background)[0]


def idfs(terms: Iterable[str], background: Background) -> list[float]:
    """The same of many terms, in their order: half the time that as many calls take."""
    prior, count, documents, log = _PRIORS, background.counts.get, PRIOR_DOCUMENTS + background.documents, math.log
    return [-log(share if (share := (prior[term] + count(term, 0)) / documents) < _MOST else _MOST) for term in terms]


class _Priors(dict[str, float]):
    """Of the articles that the prior counts for, how many hold a term; kept once asked for.

    A plain dictionary, begun anew when it is full: an LRU cache touches three entries for each that is asked for.
    """

    def __missing__(self, term: str) -> float:
        if len(self) >= _REMEMBERED:
            self.clear()
        expected = 1 - math.exp(-STORY_WORDS * word_shares().get(term, 0.0))
        self[term] = prior = PRIOR_DOCUMENTS * max(expected, 1 / RAREST)
        return prior


_PRIORS = _Priors()
