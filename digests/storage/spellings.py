"""The words and names of the archive, filed under what they share with their misspellings."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import func, literal, select

from digests.sounds import LONGEST, sound
from digests.storage.noun import Noun
from digests.storage.tables.news import spellings, terms

MOST = 60
"""Words under one question's keys that are looked at, the commonest first."""
_ANY = "?"  # stands in no folded word of Chinese characters


def keys_of(word: str) -> Iterator[str]:
    """How a folded word sounds, and the word with each character in turn left open; none for what has no sound.

    Two words of one length that differ in one character share a key (the deletion keys of SymSpell, with the gap
    kept: https://github.com/wolfgarbe/SymSpell).
    """
    heard = sound(word)
    if heard:
        yield heard
    if heard and not word.isascii():
        yield from (f"{word[:at]}{_ANY}{word[at + 1 :]}" for at in range(len(word)))


class Spellings(Noun):
    """Words as they are written, by their keys."""

    def add(self, words: Iterable[str]) -> None:
        """Files folded words and names; what is no word of two to LONGEST Chinese characters is left out."""
        wanted = {word for word in words if 1 < len(word) <= LONGEST and not word.isascii() and sound(word)}
        known = select(spellings.c.word).where(self._is_one(spellings.c.word, sorted(wanted)))
        new = sorted(wanted.difference(self._connection.execute(known).scalars())) if wanted else []
        rows = [{"key": key, "word": word} for word in new for key in dict.fromkeys(keys_of(word))]
        self._put(spellings, rows, again=True)

    def like(self, word: str) -> dict[str, int]:
        """Other words that sound like a folded word or differ in one character, the commonest MOST.

        Each with the number of articles that have it as a term; 0 for a name.
        """
        keys: Sequence[str] = list(keys_of(word))
        documents = func.coalesce(func.max(terms.c.documents), literal(0)).label("documents")
        wanted = (
            select(spellings.c.word, documents)
            .outerjoin(terms, terms.c.term == spellings.c.word)
            .where(spellings.c.key.in_(keys), spellings.c.word != word)
            .group_by(spellings.c.word)
            .order_by(documents.desc(), spellings.c.word)
            .limit(MOST)
        )
        return {row.word: row.documents for row in self._connection.execute(wanted)}
