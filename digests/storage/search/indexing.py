"""Keeping the index: articles in, articles changed, and all of it anew while the old one goes on answering."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Select, and_, insert, or_, select, update

from digests.query import Subject
from digests.storage.noun import Noun
from digests.storage.rows import to_subject
from digests.storage.search.index import TABLE, Entry, Index, Place, index_of
from digests.storage.search.tokens import VERSION, tokens_of
from digests.storage.tables.news import articles, search_index

_NEXT = f"{TABLE}_next"
_BEGINNING: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class _State:
    """Which tokens the index holds, and how far the next one is built: its tokens' version, place and articles."""

    version: int
    building: int | None = None
    built_to: Place = _BEGINNING
    built: int = 0


class Indexing(Noun):
    """The index as something that is kept up."""

    @property
    def outdated(self) -> bool:
        """Whether it holds other tokens than this program asks for; until it is rebuilt, texts are read instead."""
        return self._state is not None and self._state.version != VERSION

    @cached_property
    def _state(self) -> _State | None:
        row = self._connection.execute(_STATE).one_or_none()
        return _State(row.version, row.building, (row.built_day, row.built_id), row.built) if row else None

    def entry(self, article_id: int, subject: Subject) -> Entry:
        """An article for the index."""
        return Entry(article_id, _day(subject), self.spelled(subject))

    def spelled(self, subject: Subject) -> str:
        """An article's tokens as the index takes them; its day must be set."""
        return index_of(self._connection).spelled(tokens_of(subject), _day(subject))

    def add(self, entries: Sequence[Entry]) -> None:
        """Makes articles findable."""
        if self._state is None:
            self._keep(_State(VERSION))
        if not self.outdated:
            index_of(self._connection).add(entries)
        index_of(self._connection, _NEXT).add([each for each in entries if self._is_built(each)])

    def replace(self, before: Subject, after: Entry) -> None:
        """Makes an article findable by what it is now instead of what it was; its day stays."""
        for index in self._holding(after):
            index.remove(after.article_id, self.spelled(before))
            index.add([after])

    def remove(self, article_id: int, subject: Subject) -> None:
        """Forgets an article."""
        entry = self.entry(article_id, subject)
        for index in self._holding(entry):
            index.remove(article_id, entry.tokens)

    def merge(self) -> None:
        """Joins a few of the pieces that removals leave; called in a transaction of its own between two of them."""
        index_of(self._connection).merge()

    def _holding(self, entry: Entry) -> list[Index]:
        """The indexes that hold such an article: the next one as far as it is built."""
        kept = [] if self.outdated else [index_of(self._connection)]
        if self._is_built(entry):
            kept.append(index_of(self._connection, _NEXT))
        return kept

    def _is_built(self, entry: Entry) -> bool:
        """Whether the next index has come as far as this article, so that it must hold it, too."""
        state = self._state
        return bool(state and state.building == VERSION and _place(entry) <= state.built_to)

    def outdate(self) -> None:
        """Notes that it holds nothing of use: texts are read until it is rebuilt."""
        if self._connection.execute(select(articles.c.id).limit(1)).first() is not None:
            self._keep(_State(version=0))

    def held(self) -> int:
        """How many articles the index holds."""
        return index_of(self._connection).count()

    @property
    def built(self) -> int:
        """How many articles an unfinished next index holds."""
        return self._state.built if self._state and self._state.building == VERSION else 0

    def rebuild(self, limit: int) -> bool:
        """Goes on building the next index by so many articles; at the end it takes the old one's place.

        False when that is done. Called again after a kill it goes on where the last transaction ended.
        """
        state = self._state or _State(VERSION)
        following = index_of(self._connection, _NEXT)
        if state.building != VERSION:
            following.drop()
            following.create()
            state = _State(state.version, VERSION)
        rows = self._connection.execute(_after(state.built_to, limit)).all()
        found = [self.entry(row.id, to_subject(row)) for row in rows]
        following.add(found)
        if found:
            self._keep(_State(state.version, VERSION, _place(found[-1]), state.built + len(found)))
            return True
        if going_on := following.tidy():
            self._keep(state)
        else:
            following.replace(index_of(self._connection))  # type: ignore[arg-type] # both are of one kind
            self._keep(_State(VERSION))
        return going_on

    def _keep(self, state: _State) -> None:
        day, article_id = state.built_to
        row = {"version": state.version, "building": state.building, "built": state.built}
        row |= {"built_day": day, "built_id": article_id}
        if self._connection.execute(update(search_index).values(row)).rowcount == 0:
            self._connection.execute(insert(search_index).values(id=1, **row))
        self.__dict__["_state"] = state


_STATE = select(search_index)


def _place(entry: Entry) -> Place:
    return entry.published_on.toordinal(), entry.article_id


def _day(subject: Subject) -> date:
    if subject.published_on is None:
        raise ValueError("an article is indexed after it has its day")
    return subject.published_on


def _after(place: Place, limit: int) -> Select[Any]:
    day, article_id = date.fromordinal(max(place[0], 1)), place[1]
    later = or_(articles.c.published_on > day, and_(articles.c.published_on == day, articles.c.id > article_id))
    return select(articles).where(later).order_by(articles.c.published_on, articles.c.id).limit(limit)
