"""Commands that read: today's digest, and past ones."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import editions, messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from digests.composition import FOLLOWED, MOST, OVERVIEW, Composed, Section, Taste, compose, section_of
from digests.errors import UnknownPlace, UnknownTopic
from digests.model.news import Article, Edition
from digests.query import Query, Subject, parse, subject_of
from digests.seeds import Lexicon
from digests.storage import Store
from digests.tastes import understood

MOST_EDITIONS = 60
"""Editions that a button looks back: a month with two a day."""

_DATE = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?")
_MORE = re.compile(r"(?P<first>\d{1,9})(?:-(?P<last>\d{1,9}))?(?: (?P<name>.+))?")
_PAGE = re.compile(r"\s*\bpage:(\d{1,4})$")


def today(turn: Turn) -> Reply:
    """The newest edition: all of one topic or place if named, else what the chat follows, else everything."""
    edition = turn.store.editions.newest(filled=True)
    if edition is None:
        return _nothing(turn, Button(turn.texts.say("Topics"), "topics"))
    return _editions(turn, edition.id, edition, turn.args)


def digest(turn: Turn) -> Reply:
    """The digests of a day (the newest edition's day if none is given), all or for one topic or place."""
    if not turn.args:
        return today(turn)
    found = _DATE.match(turn.args)
    if found is None:
        if _names_something(turn):
            return today(turn)
        return turn.say("Like this: /digest 2024-11-13 or /digest 2024-11-13 民生")
    try:
        day = date(*map(int, found.groups()))
        closed = editions_on(turn.store, day, turn.desk.zone)
    except (ValueError, OverflowError):
        return turn.say("“{text}” is not a date. Like this: 2024-11-13", text=messages.quoted(found.group()))
    if not closed:
        shown = turn.texts.date(day)
        return turn.say("There was no digest on {date}. The newest: /today", _newest(turn), date=shown)
    return _editions(turn, closed[0].id, closed[-1], turn.args[found.end() :].strip())


def editions_on(store: Store, day: date, zone: ZoneInfo) -> list[Edition]:
    """The editions that closed on a day of the zone; raises OverflowError for a day that no zone has."""
    start = datetime.combine(day, time(), zone)
    return store.editions.on(start.astimezone(UTC), (start + timedelta(days=1)).astimezone(UTC))


def _names_something(turn: Turn) -> bool:
    try:
        return bool(named(turn.desk.lexicon, _page(turn.args)[0]))
    except UnknownTopic:
        return False


def named(lexicon: Lexicon, name: str) -> Query:
    """A topic or a place by name, as a query; raises UnknownTopic when it is neither."""
    try:
        return parse(f"topic:{lexicon.topic(name).slug}", lexicon)
    except UnknownTopic as unknown:
        try:
            return parse(f"place:{lexicon.place(name).code}", lexicon)
        except UnknownPlace:
            raise unknown from None


def _editions(turn: Turn, first: int, last: Edition, args: str) -> Reply:
    wanted, page = _page(args)
    if wanted:
        return _listing(turn, first, last, named(turn.desk.lexicon, wanted).canonical, page)
    composed = _composed(turn, first, last.id)
    shown = editions.digest(turn.look, last, editions.sections(turn.look, composed, first, last.id), first)
    return Reply(shown) if shown else _nothing(turn, _newest(turn))


def _composed(turn: Turn, first: int, last: int) -> list[Composed]:
    """What the editions have for what the chat follows; for a chat that finds nothing there, all of them."""
    lexicon = turn.desk.lexicon
    followed = [subscription.query for subscription in turn.store.subscriptions.of(turn.chat.id)]
    tastes = understood(turn.chat.tastes, lexicon)
    composed = composition(turn.store, lexicon, followed, first, last, tastes)
    if any(part.entries for part in composed):
        return composed
    return composition(turn.store, lexicon, (), first, last, tastes)


def _nothing(turn: Turn, button: Button) -> Reply:
    return turn.say(
        "Nothing to read yet: the paper comes first, then its edition closes. Choose with /topics meanwhile.", button
    )


def _newest(turn: Turn) -> Button:
    return Button(turn.texts.say("The newest edition"), "today")


def composition(
    store: Store,
    lexicon: Lexicon,
    names: Sequence[str],
    first: int,
    last: int,
    tastes: Sequence[Taste] = (),
    most: int = MOST,
) -> list[Composed]:
    """What the editions from `first` to `last` (their ids) have for canonical queries, a section for each.

    Without queries: for each topic, and for what has none. At most `most` articles are shown.
    """
    articles = store.related.introduced(store.articles.of_editions(first, last))
    subjects = [(article, subject_of(article)) for article in articles]
    everything = [*(f"topic:{slug}" for slug in lexicon.topics), ""]
    sections = [_found_by(section_of(name, lexicon, articles), subjects) for name in names or everything]
    return compose(sections, most, FOLLOWED if names else OVERVIEW, tastes)


def _found_by(section: Section, subjects: Sequence[tuple[Article, Subject]]) -> Section:
    """The section with what its query finds; one without a name finds what no topic has."""
    query = section.query
    if query is None:
        found = [article for article, _ in subjects if not section.name and not article.topics]
    else:
        found = [article for article, subject in subjects if query.accepts(subject)]
    return replace(section, articles=found)


def more(turn: Turn) -> Reply:
    """All that some editions have for a wish, a page at a time: `more 11-12 topic:transport page:2`, by a button.

    Without a wish it asks for which.
    """
    wanted, page = _page(turn.args)
    found = _MORE.fullmatch(wanted)
    last = turn.store.editions.get(int(found["last"] or found["first"])) if found else None
    name = _referred(turn, found["name"]) if found and found["name"] else None
    if found is None or last is None or int(found["first"]) > last.id or (found["name"] and name is None):
        return turn.say("This button is too old: what it stood for is gone. The newest: /today", _newest(turn))
    first = max(int(found["first"]), last.id - MOST_EDITIONS)
    if name is None:
        return _menu(turn, first, last.id)
    return _listing(turn, first, last, name, page, turned=wanted != turn.args)


def _menu(turn: Turn, first: int, last: int) -> Reply:
    """A button for each section, with how much there is in it."""
    buttons = [
        Button(f"{editions.name(turn.look, part.name)} {turn.texts.number(len(part.entries))}", action)
        for part in _composed(turn, first, last)
        if part.entries and (action := editions.more_action(part.name, first, last))
    ]
    return turn.say("All of the edition, by section:", *buttons, width=3)


def _referred(turn: Turn, reference: str) -> str | None:
    """The canonical query that a button refers to; one named by its fingerprint only if the chat still follows it."""
    if reference.startswith("~"):
        followed = (subscription.query for subscription in turn.store.subscriptions.of(turn.chat.id))
        return next((query for query in followed if editions.reference(query) == reference), None)
    return "" if reference == "-" else parse(reference, turn.desk.lexicon).canonical


def _listing(turn: Turn, first: int, last: Edition, name: str, page: int, *, turned: bool = False) -> Reply:
    lexicon, texts = turn.desk.lexicon, turn.texts
    tastes = understood(turn.chat.tastes, lexicon)
    [composed] = composition(turn.store, lexicon, [name], first, last.id, tastes)
    begin = (page - 1) * MOST
    shown = [entry.article for entry in composed.entries[begin : begin + MOST]]
    heading = messages.section(texts, lexicon, name)
    if not shown:
        return turn.say("Nothing about “{wish}” in this edition. Everything: /today", _newest(turn), wish=heading)
    total = len(composed.entries)
    pages = {page - 1: texts.say("Previous page"), page + 1: texts.say("Next page")}
    turning = [
        Button(label, editions.more_action(name, first, last.id, number))
        for number, label in pages.items()
        if 0 < number <= -(-total // MOST)
    ]
    section = editions.Section(heading, shown)
    listed = editions.listing(turn.look, last, section, first=begin + 1, total=total, turning=turning)
    # The digest whose button was pressed stays; a page of the list takes the place of the one before.
    return Reply(listed, edit=turn.request.pressed and turned and len(listed) == 1)


def _page(args: str) -> tuple[str, int]:
    found = _PAGE.search(args)
    return (args[: found.start()], max(1, int(found.group(1)))) if found else (args, 1)
