"""What a query asks of the index: tokens joined by “all” and “any”, for one span of days."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from digests.query import Either, Field, Not, Query, Wish, Word
from digests.storage.search.tokens import Label, headline_tokens, is_token, place_token, word_tokens

MOST_WISHES = 64
"""Wishes of a query that are asked of the index; the others are left to the look into the text."""


@dataclass(frozen=True, slots=True)
class All:
    """Every part is wanted; without parts, every article is proposed."""

    parts: "tuple[Proposal, ...]"


@dataclass(frozen=True, slots=True)
class Any:
    """One of the parts is wanted; without parts, no article is proposed."""

    parts: "tuple[Proposal, ...]"


@dataclass(frozen=True, slots=True)
class Without:
    """The part is wanted, and none of the tokens."""

    part: "Proposal"
    excluded: tuple[str, ...]


Proposal = str | All | Any | Without
"""A token, or proposals joined."""

Tokens = Callable[[str], Iterable[str]]
"""The tokens that a word is looked for by."""

EVERYTHING = All(())
NOTHING = Any(())


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: date
    last: date


def propose(query: Query, span: Span) -> Proposal:
    """A proposal that holds for each article of these days of which the query is true, and for few others."""
    return _without(query, _all(_wish(wish, span, word_tokens) for wish in query.wishes[:MOST_WISHES]))


def propose_headlines(query: Query, span: Span) -> Proposal:
    """The same for articles that have the words in their headline; NOTHING where no such token is known."""
    inside = _without(query, _all(_wish(wish, span, _headline_tokens) for wish in query.wishes[:MOST_WISHES]))
    return NOTHING if inside == propose(query, span) else inside


def _without(query: Query, part: Proposal) -> Proposal:
    """A common word without another one would else mean to look into all that have the first."""
    words = [wish.wish.text for wish in query.wishes if isinstance(wish, Not) and isinstance(wish.wish, Word)]
    excluded = tuple(word for word in words if is_token(word))
    return part if part in (EVERYTHING, NOTHING) or not excluded else Without(part, excluded[:MOST_WISHES])


def _headline_tokens(word: str) -> list[str]:
    return headline_tokens(word) or word_tokens(word)


def _wish(wish: Wish, span: Span, tokens: Tokens) -> Proposal:
    match wish:
        case Word():
            return _all(tokens(wish.text))
        case Field():
            return _field(wish, span)
        case Either():
            return _any(_wish(inner, span, tokens) for inner in wish.wishes)
        case Not():
            return EVERYTHING


def _field(field: Field, span: Span) -> Proposal:
    match field.name:
        case "topic":
            return Label.TOPIC + field.value
        case "place":
            return place_token(field.value)
        case "by":  # who wrote it stands in the text, too
            return _all(word_tokens(field.value))
        case "source":
            return _all(Label.SOURCE + token for token in word_tokens(field.value))
    day = date.fromisoformat(field.value)
    holds = span.last >= day if field.name == "since" else span.first < day
    return EVERYTHING if holds else NOTHING


def _all(parts: Iterable[Proposal]) -> Proposal:
    wanted = tuple(dict.fromkeys(part for part in parts if part != EVERYTHING))
    if NOTHING in wanted:
        return NOTHING
    return wanted[0] if len(wanted) == 1 else All(wanted)


def _any(parts: Iterable[Proposal]) -> Proposal:
    wanted = tuple(dict.fromkeys(part for part in parts if part != NOTHING))
    if EVERYTHING in wanted:
        return EVERYTHING
    return wanted[0] if len(wanted) == 1 else Any(wanted)
