"""Numbers for the operator, gathered: readers, what they follow, the articles of some days, yesterday's deliveries."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from digests.seeds import Lexicon
from digests.storage import Store

DAYS = 7
"""Days whose articles are counted."""


def day(on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A day in a zone, from its first instant to that of the next one."""
    return datetime.combine(on, time(), zone), datetime.combine(on + timedelta(days=1), time(), zone)


def figures(store: Store, lexicon: Lexicon, zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """By title a count for each name, or rows of which all have the same keys; days are those of `zone`."""
    today = now.astimezone(zone).date()
    papers = store.statistics.articles(today - timedelta(days=DAYS - 1))
    return {
        "readers": store.statistics.readers(),
        "subscriptions": _by_kind(lexicon, store.subscriptions.followers()),
        "articles": [{"day": str(on), "source": source, "articles": count} for on, source, count in papers],
        "deliveries yesterday": store.statistics.deliveries(*day(today - timedelta(days=1), zone)),
        "edits of sent messages": {state.value: count for state, count in store.edits.counts().items()},
    }


def _by_kind(lexicon: Lexicon, followed: Mapping[str, int]) -> list[dict[str, Any]]:
    """Topics and places by name, most followed first; what else is followed is counted, for its words are readers'."""
    counts: Counter[tuple[str, str]] = Counter()
    for query, readers in followed.items():
        kind, _, value = query.partition(":")
        topic, place = lexicon.topics.get(value), lexicon.places.get(value)
        if kind == "topic" and topic is not None:
            counts[kind, topic.zh] += readers
        elif kind == "place" and place is not None:
            counts[kind, place.name] += readers
        else:
            counts["words", ""] += readers
    return [{"kind": kind, "name": name, "readers": readers} for (kind, name), readers in counts.most_common()]
