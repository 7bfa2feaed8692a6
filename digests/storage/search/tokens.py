"""What the index holds of an article: its characters and bigrams, and labels for headline, source, topics and places.

Words of a dictionary miss a fifth of what stands in the paper, bigrams nothing (measured, shared design notes).
Tokens only propose articles, so they may say too much, but never too little.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from operator import add

from digests.query import Subject

VERSION = 2
"""Raised whenever an article's tokens change: an index made by another version must be rebuilt."""

MOST_TOKENS = 24
"""Tokens that a word is looked for by at most; in a longer one they are taken evenly spread."""

_SPACE = re.compile(r"[\s\x00-\x1f\x7f]+")
# Where no pair is made: marks beside Chinese are a tenth of the index and find little. 3.0 and 12:30 stay whole.
_BORDER = re.compile(r"[\s\x00-\x1f\x7f]+|(?<![0-9a-z])[\W_](?![0-9a-z])")
_PREFIXES = (0, 2, 4, 6, 9, 12)
"""Digits of the code of a province, city, county, town and village (GB/T 2260, GB/T 10114); 0 for any place."""


class Label(StrEnum):
    """Before a token that is not of the text; control characters part runs, so no text has such a token."""

    HEADLINE = "\x01"
    SOURCE = "\x02"
    TOPIC = "\x03"
    PLACE = "\x04"


def tokens_of(subject: Subject) -> set[str]:
    """Everything that the index holds of an article."""
    headline = subject.text.partition("\n")[0]
    return {
        *_characters(subject.text),
        *_pairs(subject.text),
        *(Label.HEADLINE + pair for pair in _pairs(headline)),
        *(Label.SOURCE + token for token in (*_characters(subject.source), *_pairs(subject.source))),
        *(Label.TOPIC + slug for slug in subject.topics),
        *(Label.PLACE + prefix for code in subject.places for prefix in _prefixes(code)),
    }


def word_tokens(word: str) -> list[str]:
    """Tokens that every text has in which the folded word stands; none for a word of white space alone."""
    pairs = list(dict.fromkeys(_pairs(word)))
    covered = {character for pair in pairs for character in pair}
    found = [*pairs, *(character for character in dict.fromkeys(_characters(word)) if character not in covered)]
    return found[:: -(-len(found) // MOST_TOKENS) or 1]


def is_token(word: str) -> bool:
    """Whether an article has this token if, and only if, the word stands in it."""
    return word_tokens(word) == [word]


def headline_tokens(word: str) -> list[str]:
    """The same for headlines; none for a single character, of which there is no such token."""
    return [Label.HEADLINE + token for token in word_tokens(word) if len(token) > 1]


def place_token(code: str) -> str:
    """A token of every article that speaks of a place within this one."""
    return Label.PLACE + _prefixes(code)[-1]


def _prefixes(code: str) -> list[str]:
    return [code[:length] for length in _PREFIXES if length <= len(code)]


def _characters(text: str) -> str:
    return _SPACE.sub("", text)


def _pairs(text: str) -> Iterator[str]:
    for run in _BORDER.split(text):
        yield from map(add, run, run[1:])
