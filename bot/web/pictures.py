"""Pictures of pages, for those who share their addresses."""

from bot import pictures
from bot.chat import Picture
from bot.commands import reading
from bot.web.answers import Answer
from bot.web.page import Missing, Viewing
from bot.web.pages import WITH_SUMMARY, edition_of
from digests.composition import Fate

KEPT = 3600
"""Seconds for which a picture is kept: an edition does not change, but for a word that is corrected."""


def edition(viewing: Viewing, number: int) -> Answer:
    """The card of an edition."""
    shown = edition_of(viewing, number)
    composed = reading.composition(viewing.store, viewing.desk.lexicon, (), shown.id, shown.id, most=WITH_SUMMARY)
    entries = [entry for part in composed for entry in part.entries if entry.fate is not Fate.ELSEWHERE]
    if not entries:
        raise Missing
    best = sorted(entries, key=lambda entry: (-entry.total, entry.article.id))
    articles = [entry.article for entry in best]
    return _drawn(pictures.digest_card(viewing.look, shown, articles, len(entries)))


def trends(viewing: Viewing) -> Answer:
    """The picture of what rose this week."""
    found = viewing.desk.trending.newest(viewing.store)
    if found is None or found.empty:
        raise Missing
    return _drawn(pictures.trends_card(viewing.look, found))


def _drawn(picture: Picture) -> Answer:
    return Answer(picture.draw(), "image/png", max_age=KEPT)
