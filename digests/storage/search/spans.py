"""The spans of days that a search looks through one after the other, newest first."""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from digests.query import Either, Field, Not, Query, Wish
from digests.storage.search.index import month_of
from digests.storage.search.proposals import Span

WIDER = 4
"""Each span has so many times the months of the one before: few spans for rare words, short ones for common words."""


def spans(query: Query, first: date, last: date, months: int, found: Callable[[], bool]) -> Iterator[Span]:
    """Whole months that cover the days from `first` to `last`, newest first; so many in the first span.

    Where nothing is `found` in it all others are one: what is rare is not asked for again and again.
    A month in which a day of the query lies (`since:`, `before:`) is a span of its own, so every other one can be
    asked for, or not, as a whole.
    """
    cuts = {month_of(day) for day in _days(query.wishes)}
    borders = sorted({*cuts, *(cut + 1 for cut in cuts)}, reverse=True)
    behind, oldest = month_of(last) + 1, month_of(first)
    while behind > oldest:
        begins = max(behind - months, oldest, *(border for border in borders if border < behind))
        yield Span(date(begins // 12, begins % 12 + 1, 1), _last_day(behind - 1))
        behind, months = begins, months * WIDER if found() else behind - oldest


def _days(wishes: Iterable[Wish]) -> Iterator[date]:
    for wish in wishes:
        match wish:
            case Field("since" | "before", day):
                yield date.fromisoformat(day)
            case Either(inner):
                yield from _days(inner)
            case Not(inner):
                yield from _days([inner])


def _last_day(month: int) -> date:
    year, number = month // 12, month % 12 + 1
    return date(year, number, monthrange(year, number)[1])
