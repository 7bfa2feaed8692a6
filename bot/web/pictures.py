"""Pictures of pages, for those who share their addresses."""

from bot import pictures
from bot.chat import Picture
from bot.commands import reading
from bot.web.answers import Answer
from bot.web.page import Look, Missing
from bot.web.pages import WITH_SUMMARY, edition_of
from digests.composition import Fate

KEPT = 3600
"""Seconds for which a picture is kept: an edition does not change, but for a word that is corrected."""


def edition(look: Look, number: int) -> Answer:
    """The card of an edition."""
    shown = edition_of(look, number)
    composed = reading.composition(look.store, look.desk.lexicon, (), shown.id, shown.id, most=WITH_SUMMARY)
    entries = [entry for part in composed for entry in part.entries if entry.fate is not Fate.ELSEWHERE]
    if not entries:
        raise Missing
    best = sorted(entries, key=lambda entry: (-entry.total, entry.article.id))
    articles = [entry.article for entry in best]
    texts, desk = look.visit.texts, look.desk
    return _drawn(pictures.digest_card(texts, desk.lexicon, desk.zone, shown, articles, len(entries)))


def trends(look: Look) -> Answer:
    """The picture of what rose this week."""
    found = look.desk.trending.newest(look.store)
    if found is None or found.empty:
        raise Missing
    return _drawn(pictures.trends_card(look.visit.texts, look.desk.lexicon, found))


def _drawn(picture: Picture) -> Answer:
    return Answer(picture.draw(), "image/png", max_age=KEPT)
