"""Says what an article is about: the topics whose words it uses."""

from collections import Counter, defaultdict

from digests.folding import fold
from digests.seeds import Lexicon
from digests.text.tokenizer import WordFinder

MOST = 3

# A word in the headline says as much as this many words of the same weight in the body.
_IN_HEADLINE = 3.0
# What stands in the first characters of a body, the lead, says as much again.
_LEAD = 200
# A word that stands n times counts n / (n + 1): repeating it adds less and less.
_SATURATION = 1.0
# Weights grow by this power, so that hints, of which a long body has many, do not outdo a word that settles it.
_EMPHASIS = 1.5
# Points that a topic needs: a typical word in the lead, or a hint in the headline.
_LEAST = 1.4
_SHARE_OF_BEST = 0.5


class TopicFinder:
    """Ranks the topics of a lexicon by the weighted words of theirs that stand in an article."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._topics: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for topic in lexicon.topics.values():
            for word, weight in topic.words.items():
                self._topics[fold(word)].append((topic.slug, weight**_EMPHASIS))
        self._words = WordFinder(self._topics)

    def rank(self, headline: str, body: str) -> tuple[str, ...]:
        """At most three slugs, best first; none if too little points anywhere."""
        scores: dict[str, float] = defaultdict(float)
        self._add(scores, headline, _IN_HEADLINE)
        self._add(scores, body, 1.0)
        self._add(scores, body[:_LEAD], 1.0)
        ranked = sorted(scores.items(), key=lambda score: -score[1])[:MOST]
        least = max(_LEAST, _SHARE_OF_BEST * ranked[0][1]) if ranked else 0
        return tuple(slug for slug, score in ranked if score >= least)

    def _add(self, scores: dict[str, float], text: str, worth: float) -> None:
        counts = Counter(word for _, word in self._words.find(fold(text)))
        for word, count in counts.items():
            for slug, weight in self._topics[word]:
                scores[slug] += worth * weight * count / (count + _SATURATION)
