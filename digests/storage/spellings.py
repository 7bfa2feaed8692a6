"""The words and names of the archive by how they sound."""

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, func, literal, select

from digests.sounds import sound
from digests.storage.noun import Noun
from digests.storage.tables import spellings, terms

MOST = 30
"""Words of one sound that are looked at."""


class Spellings(Noun):
    """Words as they are written, found by how they sound."""

    def add(self, words: Iterable[str]) -> None:
        """Keeps folded words and names; those that have no sound are left out."""
        rows = [{"word": word, "sound": heard} for word in sorted(set(words)) if (heard := sound(word))]
        if rows:
            self._connection.execute(self._insert(spellings).on_conflict_do_nothing(), rows)

    def sounding(self, heard: str) -> dict[str, int]:
        """The words that sound like this, with the number of articles that have each as a term: the commonest MOST."""
        return self._counted(spellings.c.sound == heard)

    def known(self, words: Collection[str]) -> dict[str, int]:
        """Those of the words that the archive has, with the same number."""
        return self._counted(spellings.c.word.in_(select(self._elements(sorted(words)))))

    def _counted(self, which: ColumnElement[bool]) -> dict[str, int]:
        documents = func.coalesce(terms.c.documents, literal(0))
        wanted = select(spellings.c.word, documents.label("documents"))
        wanted = wanted.outerjoin(terms, terms.c.term == spellings.c.word).where(which)
        rows = self._connection.execute(wanted.order_by(documents.desc(), spellings.c.word).limit(MOST))
        return {row.word: row.documents for row in rows}
