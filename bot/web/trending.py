"""The page of what rose this week."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot import messages
from bot.web.page import Look, Page
from digests.query import Word
from digests.trends import Rise, Trends


def trends(look: Look) -> Page:
    """What rose this week."""
    found = look.desk.trending.newest(look.store)
    return Page(
        template="trends.html",
        title=look.visit.texts.say("What rose this week"),
        path="/trends",
        told={"trends": found, "lists": _rises(look, found) if found else []},
    )


def _rises(look: Look, found: Trends) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The lists of what rose: a row for each with its name, its page, its counts, and how long its bars are."""
    texts = look.visit.texts
    words = [_row(look, rise, found.terms, Word(rise.name).canonical, found.first) for rise in found.terms]
    topics = [_row(look, rise, found.topics, f"topic:{rise.name}") for rise in found.topics]
    places = [_row(look, rise, found.places, f"place:{rise.name}") for rise in found.places]
    return [
        (texts.say("Words"), words),
        (texts.say_in("page", "Topics"), topics),
        (texts.say_in("page", "Places"), places),
    ]


def _row(look: Look, rise: Rise, among: Sequence[Rise], wish: str, since: date | None = None) -> Mapping[str, Any]:
    most = max(max(one.now, one.before) for one in among)
    kind = wish.partition(":")[0]
    path = f"/{kind}s/{rise.name}"
    return {
        "name": messages.section(look.visit.texts, look.desk.lexicon, wish) if since is None else rise.name,
        "href": look.visit.link(path) if since is None else look.visit.link("/search", q=f"{wish} since:{since}"),
        "now": rise.now,
        "before": rise.before,
        "now_share": round(100 * rise.now / most, 1),
        "before_share": round(100 * rise.before / most, 1),
    }
