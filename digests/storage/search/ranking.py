"""Which hit is better: BM25F over headline and text, and newer before older.

BM25F as in Robertson, Zaragoza: The Probabilistic Relevance Framework: BM25 and Beyond (2009), section 3.6.
"""

import math
from collections.abc import Mapping

SATURATION = 1.2
"""k1: how soon more of the same says nothing new."""
HEADLINE = (5.0, 0.5, 20.0)
"""Weight of a word in the headline; b, how much its length counts; its usual length in characters."""
TEXT = (1.0, 0.75, 400.0)
"""The same for the text. Usual lengths are fixed, so that a hit's rank does not change with the archive."""
DAYS_PER_DOUBLING = 1826.0
"""An article five years newer is as good as one that matches twice as well. The decay is exponential, so which of
two hits is better is the same today and in a year, and pages of hits stay as they are."""
STEPS = 1_000_000
"""Ranks are whole numbers, for a cursor must say exactly where a page ended."""


def rank(folded: str, day: int, weights: Mapping[str, float]) -> int:
    """How good a hit is: `folded` is its text, the headline on the first line; `weights` by word; `day` an ordinal."""
    ends = folded.find("\n")
    headline, text = _worth(HEADLINE, ends), _worth(TEXT, len(folded) - ends)
    score = 0.01
    for word, weight in weights.items():
        often = headline * folded.count(word, 0, ends) + text * folded.count(word, ends)
        score += weight * often / (SATURATION + often)
    return round(STEPS * (math.log2(score) + day / DAYS_PER_DOUBLING))


def _worth(field: tuple[float, float, float], length: int) -> float:
    """What one occurrence counts in a field of this length."""
    weight, b, usual = field
    return weight / (1 - b + b * length / usual)


def rarity(documents: int, having: int) -> float:
    """How much a word says that `having` of `documents` articles hold: BM25's inverse document frequency."""
    return math.log(1 + (documents - having + 0.5) / (having + 0.5))
