"""Commands that show pictures: the newest edition on a card, and what rose this week."""

from collections.abc import Iterator

from bot import editions, pictures
from bot.chat import CAPTION, Button, Message, Picture, Reply, Span, Spans, rows
from bot.commands.reading import composition
from bot.commands.turn import Turn
from bot.splitter import bold, paginate
from digests.composition import Fate
from digests.rising import Week

SEARCHED = 6
"""Words that rose which have a button."""


def card(turn: Turn) -> Reply:
    """The newest edition as a picture to pass on."""
    edition = turn.store.editions.newest(filled=True)
    composed = composition(turn.store, turn.desk.lexicon, (), edition.id, edition.id) if edition else []
    entries = [entry for part in composed for entry in part.entries if entry.fate is not Fate.ELSEWHERE]
    if edition is None or not entries:
        return turn.say("There is nothing to show yet.", _today(turn))
    best = sorted(entries, key=lambda entry: (-entry.total, entry.article.id))
    articles = [entry.article for entry in best]
    picture = pictures.digest_card(turn.look, edition, articles, len(entries))
    return _pictured(picture, [(Span(editions.title(turn.texts, edition, turn.desk.zone)),)], _today(turn))


def trends(turn: Turn) -> Reply:
    """What rose this week: words, topics and places, as a picture and in words."""
    found = turn.desk.trending.newest(turn.store)
    if found is None or found.empty:
        return turn.say("Nothing rises: it takes some weeks of papers to tell.", _today(turn))
    picture = pictures.trends_card(turn.look, found)
    buttons = [Button(rise.name, f"search {rise.name} since:{found.first}") for rise in found.terms[:SEARCHED]]
    return _pictured(picture, list(_told(turn, found)), *buttons)


def _told(turn: Turn, found: Week) -> Iterator[Spans]:
    """What rose with its counts: a line for each kind."""
    texts = turn.texts
    first, last = texts.short_date(found.first), texts.short_date(found.last)
    week = texts.say("{first} to {last}, against the four weeks before", first=first, last=last)
    yield bold(texts.say("What rose this week")), Span(f"\n{week}")
    for heading, rises in pictures.rises(turn.look, found):
        told = [
            texts.say("{name} {now} (before: {before} a week)", name=name, now=texts.number(rise.now),
                      before=texts.number(rise.before))
            for name, rise in rises[: pictures.RISES]
        ]  # fmt: skip
        if told:
            yield bold(heading), Span("\n" + "\n".join(told))


def _pictured(picture: Picture, caption: list[Spans], *buttons: Button) -> Reply:
    """A picture with as much of its caption as Telegram takes."""
    page, *_ = paginate(caption, CAPTION)
    return Reply((Message(page.spans, rows(buttons, 3), picture),))


def _today(turn: Turn) -> Button:
    return Button(turn.texts.say("The newest edition"), "today")
