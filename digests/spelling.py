"""What was meant by a query that finds nothing: words of the archive that sound alike or differ by one character."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from operator import ne

from digests.query import Not, Query, Word
from digests.seeds import Lexicon
from digests.sounds import sound
from digests.storage import Store

MOST = 3
"""Other queries that are offered."""

_WRONG = 4
"""Words that stand nowhere, at most: who misses more of them means something else."""
_TRIED = 36
"""Queries that are tried for one: of each word six others, of two as well, of three or four fewer."""
_TEXTS = 40
"""Newest articles that are looked into for a longer piece of text."""
_PIECE, _LONGEST = 3, 20
"""Characters of a piece of text in which one may be wrong, though it is no word: a name, a phrase."""
_GUESSED = 200  # what a place's name counts beside words by their articles


def near_misses(store: Store, lexicon: Lexicon, query: Query) -> list[Query]:
    """At most MOST queries that find something, for one that finds nothing; likeliest first.

    Words that stand nowhere are replaced by others of the archive (terms, people who write, places, pieces of its
    texts); where every word stands somewhere, but never with the others, one wish is left out.
    """
    wrong = [wish for wish in query.wishes if isinstance(wish, Word) and not _finds(store, Query((wish,)))]
    offered = _mended(store, lexicon, query, wrong) if wrong else _without_one(query)
    return list(islice((other for other in offered if _finds(store, other)), MOST))


def _finds(store: Store, query: Query) -> bool:
    return bool(store.search.count(query, most=1))


def _mended(store: Store, lexicon: Lexicon, query: Query, wrong: list[Word]) -> Iterator[Query]:
    if len(wrong) > _WRONG:
        return
    most = min(2 * MOST, int(_TRIED ** (1 / len(wrong))))
    meant = [likely(store, lexicon, word.text)[:most] for word in wrong]
    for chosen in product(*meant):
        words = dict(zip(wrong, map(Word, chosen), strict=True))
        yield Query(tuple(words.get(wish, wish) if isinstance(wish, Word) else wish for wish in query.wishes))


def _without_one(query: Query) -> Iterator[Query]:
    for left_out in query.wishes:
        rest = tuple(wish for wish in query.wishes if wish is not left_out)
        if any(not isinstance(wish, Not) for wish in rest):
            yield replace(query, wishes=rest)


def likely(store: Store, lexicon: Lexicon, word: str) -> list[str]:
    """What may have been meant by a folded word, the commonest first: what sounds alike, else what differs by one."""
    found = (store.spellings.like(word) | _places(lexicon, word)) or _pieces(store, word)
    heard = sound(word)
    alike = {other: often for other, often in found.items() if heard and sound(other) == heard}
    return sorted(alike or found, key=lambda other: (-found[other], other))


def _places(lexicon: Lexicon, word: str) -> dict[str, int]:
    names = {name for place in lexicon.places.values() for name in (place.name, *place.aliases)}
    return {name: _GUESSED for name in names if name != word and _alike(name, word)}


def _alike(one: str, other: str) -> bool:
    differ = len(one) != len(other) or sum(map(ne, one, other)) > 1
    return not differ or (bool(sound(one)) and sound(one) == sound(other))


def _pieces(store: Store, word: str) -> dict[str, int]:
    """Pieces of the archive's newest texts that differ in one character, with how often each stands there."""
    found: Counter[str] = Counter()
    if not _PIECE <= len(word) <= _LONGEST:
        return found
    for at in range(len(word)):
        before, behind = word[:at], word[at + 1 :]
        rest = Query(tuple(Word(part) for part in (before, behind) if part))
        pattern = re.compile(f"{re.escape(before)}([\u4e00-\u9fff]){re.escape(behind)}")
        for text in store.search.texts(rest, _TEXTS):
            found.update(match.group() for match in pattern.finditer(text))
    heard = sound(word)
    # Of three characters any two stand in many a text: there the sound must say it too.
    return found if len(word) > _PIECE else {one: often for one, often in found.items() if sound(one) == heard}
