"""Followed queries, found by what an article has: of 100,000 only those that may be true of it are tried."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from digests.errors import QueryError
from digests.query import Either, Field, Not, Query, Subject, Wish, Word, parse
from digests.seeds import Lexicon

LONGEST_PIECE = 4
"""Characters of the longest piece of text that is looked up: most words are no longer, so none is tried in vain."""

# Keys that are no pieces of the text begin with a character that no query has.
_ALWAYS = "\0"
_COSTS = {"topic": 10_000, "place": 100, "source": 1_000_000}
_COST_OF_ALWAYS = 100_000_000


class Following(Mapping[str, Query]):
    """An index of queries. Adding and removing one costs the same however many there are.

    Each query is kept under one key that an article must have for it to be true: a piece of a word, a place, a topic;
    where it says OR, under a key of each alternative. Of several keys that kind is taken which fewer articles have,
    and of one kind the key that fewest queries are kept under: what many follow stands in many articles too.

    An automaton over all words (ahocorasick-rs) saves half a millisecond of ten at 100,000 queries, and must be made
    anew, in 50 ms, whenever somebody follows something else.
    """

    def __init__(self) -> None:
        self._queries: dict[str, Query] = {}
        # Without the query where having the key is all that it asks for.
        self._kept: dict[str, dict[str, Query | None]] = {}

    def __len__(self) -> int:
        return len(self._queries)

    def __iter__(self) -> Iterator[str]:
        return iter(self._queries)

    def __getitem__(self, name: str) -> Query:
        return self._queries[name]

    def add(self, name: str, query: Query) -> None:
        """Keeps a query under a name, such as its canonical text; a name that is taken changes nothing."""
        if name not in self._queries:
            self._queries[name] = query
            asked = None if _settled(query) else query
            for key in self._keys(query):
                self._kept.setdefault(key, {})[name] = asked

    def remove(self, name: str) -> None:
        """Forgets the query of this name, if there is one."""
        query = self._queries.pop(name, None)
        for key in _possible(query.wishes) if query else ():
            kept = self._kept.get(key, {})
            kept.pop(name, None)
            if not kept:
                self._kept.pop(key, None)

    def keep_up(self, texts: Collection[str], lexicon: Lexicon) -> None:
        """Holds these queries, each under its text, and no others; what can no longer be read is left out."""
        for gone in self._queries.keys() - set(texts):
            self.remove(gone)
        for text in texts:
            if text not in self._queries:
                # A topic or place may have gone from seeds/ since it was followed.
                with suppress(QueryError):
                    self.add(text, parse(text, lexicon))

    def matching(self, subject: Subject) -> list[str]:
        """The names of the queries that are true of an article: exactly those of which `Query.accepts` says so."""
        candidates: dict[str, Query | None] = {}
        for key in self._kept.keys() & _had(subject):
            candidates |= self._kept[key]
        return [name for name, query in candidates.items() if query is None or query.accepts(subject)]

    def _keys(self, query: Query) -> list[str]:
        """The keys to keep a query under: those of the wish that is least likely to be true."""
        choices = [keys for wish in query.wishes if (keys := self._needed(wish))]
        return min(choices, key=lambda keys: sum(map(self._cost, keys)), default=[_ALWAYS])

    def _needed(self, wish: Wish) -> list[str]:
        """Keys of which an article has one at least if the wish is true of it; none if nothing can be said."""
        if isinstance(wish, Either):
            each = [self._needed(alternative) for alternative in wish.wishes]
            return [key for keys in each for key in keys] if all(each) else []
        options = list(_options(wish))
        return [min(options, key=self._cost)] if options else []

    def _cost(self, key: str) -> int:
        """How many candidates a key may bring, by its kind and by how many it has already."""
        kind = key[1:].partition(":")[0] if key.startswith(_ALWAYS) else ""
        return _COSTS.get(kind, 1) + len(self._kept.get(key, ()))


def _settled(query: Query) -> bool:
    """Whether a query is true of every article that has a key of it: a short word, a topic, a place, or any of such."""
    [first, *others] = query.wishes
    any_of = first.wishes if isinstance(first, Either) else (first,)
    return not others and all(map(_is_key, any_of))


def _is_key(wish: Wish) -> bool:
    match wish:
        case Word():
            return len(wish.text) <= LONGEST_PIECE
        case Field():
            return wish.name in ("topic", "place")
    return False


def _options(wish: Word | Field | Not) -> Iterator[str]:
    """The keys of which any one will do: an article of which the wish is true has all of them."""
    match wish:
        case Word():
            yield from _pieces(wish.text)
        case Field(name="by"):
            yield from _pieces(wish.value)  # a byline is part of the text
        case Field(name="source"):
            yield from (f"\0source:{piece}" for piece in _pieces(wish.value))
        case Field(name="topic" | "place"):
            yield f"\0{wish.name}:{wish.value}"


def _possible(wishes: Iterable[Wish]) -> Iterator[str]:
    """Every key that a query with these wishes may be kept under."""
    for wish in wishes:
        yield from _possible(wish.wishes) if isinstance(wish, Either) else _options(wish)
    yield _ALWAYS


def _pieces(text: str) -> Iterator[str]:
    """The text itself if it is short, else each LONGEST_PIECE neighbours in it."""
    size = min(len(text), LONGEST_PIECE)
    return (text[at : at + size] for at in range(len(text) - size + 1))


def _had(subject: Subject) -> set[str]:
    """Every key that an article has."""
    had = {_ALWAYS, *(f"\0topic:{slug}" for slug in subject.topics)}
    had |= {f"\0place:{code[:size]}" for code in subject.places for size in range(1, len(code) + 1)}
    for size in range(1, LONGEST_PIECE + 1):
        had |= {subject.text[at : at + size] for at in range(len(subject.text) - size + 1)}
        had |= {f"\0source:{subject.source[at : at + size]}" for at in range(len(subject.source) - size + 1)}
    return had
