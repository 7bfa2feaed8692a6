"""The calendar of editions, a month a page."""

from datetime import UTC, date, datetime, time, timedelta

from bot.web.page import Missing, Page, Viewing
from digests.model import Edition


def calendar(viewing: Viewing, month: str = "") -> Page:
    """The editions of a month, the newest one's unless another is asked for."""
    zone, ends = viewing.desk.zone, viewing.store.published.ends()
    if ends is None:
        return Page(template="empty.html", title=viewing.visit.texts.say("Past editions"), path="/calendar")
    oldest, newest = (end.closes_at.astimezone(zone).date().replace(day=1) for end in ends)
    first = _month(month) if month else newest
    if not oldest <= first <= newest:
        raise Missing
    following = _next_month(first)
    begins, until = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, following))
    days: dict[date, list[tuple[Edition, int]]] = {}
    for shown, number in viewing.store.published.editions(begins, until):
        days.setdefault(shown.closes_at.astimezone(zone).date(), []).append((shown, number))
    weeks = _weeks(first, following)
    before = (first - timedelta(days=1)).replace(day=1)
    return Page(
        template="calendar.html",
        title=viewing.visit.texts.say("Editions of {month}", month=viewing.visit.texts.month(first)),
        path=f"/calendar/{first:%Y-%m}",
        told={
            "days": days,
            "weeks": weeks,
            "before": before if before >= oldest else None,
            "after": following if following <= newest else None,
        },
    )


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Missing from None


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _weeks(first: date, following: date) -> list[list[date | None]]:
    """The days of a month in weeks from Monday on; nothing for those of other months."""
    start = first - timedelta(days=first.weekday())
    weeks = (following - start + timedelta(days=6)).days // 7
    days = (start + timedelta(days=n) for n in range(7 * weeks))
    within = [day if first <= day < following else None for day in days]
    return [within[at : at + 7] for at in range(0, len(within), 7)]
