"""The page of what rose this week."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.pictures import Named, rises
from bot.web.page import Page, Viewing
from digests.query import Word
from digests.rising import Rise, Week


def trends(viewing: Viewing) -> Page:
    """What rose this week."""
    found = viewing.desk.trending.newest(viewing.store)
    title = viewing.visit.texts.say("What rose this week")
    return Page(
        template="trends.html",
        title=title,
        path="/trends",
        image=("/trends.png", title) if found and not found.empty else None,
        told={"trends": found, "lists": _rises(viewing, found) if found else []},
    )


def _rises(viewing: Viewing, found: Week) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The lists of what rose: a row for each with its name, its page, its counts, and how long its bars are."""
    addresses = (
        lambda rise: viewing.visit.link("/search", q=f"{Word(rise.name).canonical} since:{found.first}"),
        lambda rise: viewing.visit.link(f"/topics/{rise.name}"),
        lambda rise: viewing.visit.link(f"/places/{rise.name}"),
    )
    lists = zip(rises(viewing.look, found), addresses, strict=True)
    return [
        (heading, [_row(name, rise, named, address) for name, rise in named]) for (heading, named), address in lists
    ]


def _row(name: str, rise: Rise, among: Named, address: Callable[[Rise], str]) -> Mapping[str, Any]:
    most = max(max(one.now, one.before) for _, one in among)
    return {
        "name": name,
        "href": address(rise),
        "now": rise.now,
        "before": rise.before,
        "now_share": round(100 * rise.now / most, 1),
        "before_share": round(100 * rise.before / most, 1),
    }
