"""Says what an article is about: the topics whose words it uses, as weighted by the lexicon and by corrections."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from digests.folding import fold
from digests.seeds import Lexicon
from digests.text.spotter import Spotter

MOST = 3

# A word in the headline says as much as this many in the lead, and one in the lead as this many further down.
_IN_HEADLINE = 3.0
_IN_LEAD = 2.0
_LEAD = 150  # characters
# Standing in n places counts n / (n + this) of standing in countless ones: repeating adds less and less.
_SATURATION = 5.0
# Weights grow by this power, so that hints, of which a long body has many, do not outdo a word that settles it.
_EMPHASIS = 1.5
# Points that a topic needs: a typical word in the lead, or a hint in the headline.
_LEAST = 0.5
_SHARE_OF_BEST = 0.44
_SHARE_OF_THIRD = 0.65

# Learning: at most so many rounds, each word by at most so many points; by how much a topic must pass, so that it
# passes in articles that are only alike, too, and by how much the others must fail.
_STEPS = 12
_BOUND = 4.0
_PASS = 2.5
_FAIL = 1.0

Weights = Mapping[str, Mapping[str, float]]


class TopicFinder:
    """Ranks the topics of a lexicon by the weighted words of theirs that stand in an article.

    `lessons` (topic → word → points to add) are what corrections taught; see `lesson`.
    """

    def __init__(self, lexicon: Lexicon, lessons: Weights | None = None) -> None:
        self._lexicon = lexicon
        self.lessons: Weights = {slug: dict(words) for slug, words in (lessons or {}).items() if slug in lexicon.topics}
        self._topics: dict[str, dict[str, float]] = {fold(word): {} for word in lexicon.topic_decoys}
        for topic in lexicon.topics.values():
            for word, weight in topic.words.items():
                self._topics.setdefault(fold(word), {})[topic.slug] = weight**_EMPHASIS
        for slug, words in self.lessons.items():
            for word, delta in words.items():
                points = self._topics.setdefault(fold(word), {})
                points[slug] = points.get(slug, 0.0) + delta
        self._spotter = Spotter(self._topics)

    def rank(self, headline: str, body: str) -> tuple[str, ...]:
        """At most three slugs, best first; none if too little points anywhere."""
        return _ranked(self._scores(self._presence(headline, body)))

    def explain(self, headline: str, body: str) -> dict[str, dict[str, float]]:
        """The points that each word gives to each topic, most first: what `rank` adds up."""
        why: dict[str, dict[str, float]] = defaultdict(dict)
        for word, presence in self._presence(headline, body).items():
            for slug, points in self._topics[word].items():
                why[slug][word] = presence * points
        totals = sorted(why, key=lambda slug: -sum(why[slug].values()))
        return {slug: dict(sorted(why[slug].items(), key=lambda word: -abs(word[1]))) for slug in totals}

    def lesson(self, headline: str, body: str, right: Sequence[str], words: Iterable[str] = ()) -> Weights:
        """What the lessons lack for this article's topics to be `right`, best first; to be `combined` with them.

        Passive-aggressive steps (Crammer et al., "Online Passive-Aggressive Algorithms", JMLR 2006) over the words
        present and over `words`, further ones of the article worth remembering. No word ever gains or loses more
        than a bound, so that one correction shows on its like and leaves the rest alone.
        """
        wanted = tuple(slug for slug in dict.fromkeys(right) if slug in self._lexicon.topics)[:MOST]
        noted = [word for word in words if len(word) > 1 and fold(word) not in self._topics]
        # These words say nothing yet, but are to be found.
        blank = {slug: dict.fromkeys(noted, 0.0) for slug in [*self._lexicon.topics][:1]}
        finder = TopicFinder(self._lexicon, combined([self.lessons, blank]))
        presence = finder._presence(headline, body)
        learnt: dict[str, dict[str, float]] = {}
        for _ in range(_STEPS):
            steps = _steps(_more(finder._scores(presence), presence, learnt), wanted)
            if not steps or not presence:
                break
            _take(learnt, finder.lessons, steps, presence)
        return learnt

    def _presence(self, headline: str, body: str) -> dict[str, float]:
        """How much each word found stands out, from 0 to 1."""
        worth: dict[str, float] = defaultdict(float)
        for _, word in self._spotter.find(fold(headline)):
            worth[word] += _IN_HEADLINE * _IN_LEAD
        for position, word in self._spotter.find(fold(body)):
            worth[word] += _IN_LEAD if position < _LEAD else 1.0
        return {word: n / (n + _SATURATION) for word, n in worth.items()}

    def _scores(self, presence: Mapping[str, float]) -> dict[str, float]:
        scores: dict[str, float] = defaultdict(float)
        for word, present in presence.items():
            for slug, points in self._topics[word].items():
                scores[slug] += present * points
        return scores


def _ranked(scores: Mapping[str, float]) -> tuple[str, ...]:
    ranked = sorted(scores.items(), key=lambda score: -score[1])[:MOST]
    best = ranked[0][1] if ranked else 0.0
    shares = (0.0, _SHARE_OF_BEST, _SHARE_OF_THIRD)
    return tuple(
        slug for (slug, score), share in zip(ranked, shares, strict=False) if score >= max(_LEAST, share * best)
    )


def _steps(scores: Mapping[str, float], wanted: Sequence[str]) -> dict[str, float]:
    """How many points each topic lacks or has too many for the wanted ones to be given, in their order."""
    if _ranked(scores) == tuple(wanted):
        return {}
    steps: dict[str, float] = {}
    best = max([_LEAST, *(scores.get(slug, 0.0) for slug in wanted)])
    rising = 0.0
    for slug in reversed(wanted):
        # Each stands a margin above the one ranked behind it, and the last near enough to the best.
        rising = max(scores.get(slug, 0.0), _LEAST + _PASS, (_SHARE_OF_THIRD + _FAIL / 3) * best, rising + _FAIL)
        steps[slug] = rising - scores.get(slug, 0.0)
    limit = max(_LEAST, _SHARE_OF_BEST * max(best, rising)) - _FAIL
    unwanted = {slug: limit - score for slug, score in scores.items() if slug not in wanted and score > limit}
    return {slug: step for slug, step in (steps | unwanted).items() if step}


def _more(
    scores: Mapping[str, float], presence: Mapping[str, float], learnt: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    """The scores with what was learnt since."""
    gains = {slug: sum(presence[word] * points for word, points in words.items()) for slug, words in learnt.items()}
    return {slug: scores.get(slug, 0.0) + gains.get(slug, 0.0) for slug in {**scores, **gains}}


def _take(
    learnt: dict[str, dict[str, float]], before: Weights, steps: Mapping[str, float], presence: Mapping[str, float]
) -> None:
    """Spreads each topic's step over the words present, most to the most present, none beyond the bound."""
    length = sum(present * present for present in presence.values())
    for slug, step in steps.items():
        words, known = learnt.setdefault(slug, {}), before.get(slug, {})
        for word, present in presence.items():
            so_far = known.get(word, 0.0)
            words[word] = _bounded(so_far + words.get(word, 0.0) + step * present / length) - so_far


def combined(lessons: Iterable[Weights]) -> dict[str, dict[str, float]]:
    """Lessons added up, no word beyond the bound."""
    total: dict[str, dict[str, float]] = {}
    for lesson in lessons:
        for slug, words in lesson.items():
            points = total.setdefault(slug, {})
            for word, more in words.items():
                points[word] = points.get(word, 0.0) + more
    return {slug: {word: _bounded(more) for word, more in words.items()} for slug, words in total.items()}


def _bounded(points: float) -> float:
    return max(-_BOUND, min(_BOUND, points))
