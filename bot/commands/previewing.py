"""The command that shows administrators the coming digest, made as the real one is, and what can be done to it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot import characters, editions, messages
from bot.chat import Button, Message, Reply, rows
from bot.commands import amending, referring
from bot.commands.reading import named
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests import amending as acts
from digests import builder
from digests.composition import FOLLOWED, OVERVIEW, Composed, Taste, compose, pinned, section_of
from digests.errors import UnknownTopic
from digests.model.news import Act, Article, Edition
from digests.query import parse
from digests.storage import Store
from digests.tastes import understood

_ACT = re.compile(r"(drop|undrop|pin|unpin) (\d{1,18})(?: (.+))?")
_READ = re.compile(r"read (\d+)")
ACROSS = 4
"""Buttons of an item, side by side."""
LABEL = 12
"""Characters of a headline on a button."""
RESTORED = 10
"""Dropped articles that have a button."""

_NOTHING = gettext_noop("The next digest would have nothing of this yet.")


def preview(turn: Turn) -> Reply:
    """What the next edition would hold: of every topic, for a query, or for a chat: `telegram:12`.

    By buttons `drop 12`, `pin 12` and their undoing, then the query: done at once, for nobody has seen it yet.
    """
    found = _ACT.fullmatch(turn.args)
    if found is None:
        return _shown(turn, turn.args)
    act, number, query = found.groups()
    wish = referring.referred(turn, query) if query else ""
    with turn.writing() as store:
        article = acts.begin(store, int(number))
        if article is not None and article.edition_id is not None:  # it was sent since: that is asked first
            asked = replace(turn.request, args=number)
            return amending.amend(replace(turn, store=store, writes=True, request=asked))
        if article is not None:
            _done(turn, store, article, act)
    return _shown(turn, wish or "")


def _done(turn: Turn, store: Store, article: Article, act: str) -> None:
    match act:
        case "drop":
            acts.drop(store, article, turn.now)
        case "pin":
            acts.pin(store, article, turn.now)
        case _:
            undone = Act.DROPPED if act == "undrop" else Act.PINNED
            acts.take_back(store, turn.desk.analyzer, article, undone, turn.now)


def _shown(turn: Turn, wish: str) -> Reply:
    desk = turn.desk
    names, tastes = _wanted(turn, wish)
    with desk.database.read() as store:
        waiting = store.articles.unsummarised()
    builder.summarise(desk.database, desk.summarizer(), waiting)
    with desk.database.read() as store:
        found = builder.preview(store, desk.lexicon, names, turn.now)
        dropped = [article for article in store.articles.unassigned() if article.withdrawn]
    sections = [section_of(name, desk.lexicon, articles) for name, articles in found.items()]
    composed = compose(sections, turns=FOLLOWED if names else OVERVIEW, tastes=tastes)
    return _laid_out(turn, wish, composed, dropped)


def _wanted(turn: Turn, wish: str) -> tuple[Sequence[str], Sequence[Taste]]:
    """The queries that are asked for, and the tastes of the chat that is."""
    lexicon = turn.desk.lexicon
    chat = turn.store.chats.find(wish) if ":" in wish else None
    if chat is not None:
        followed = [wanted.query for wanted in turn.store.subscriptions.of(chat.id) if not wanted.paused]
        return followed, understood(chat.tastes, lexicon)
    if not wish:
        return (), ()
    try:
        return [named(lexicon, wish).canonical], ()
    except UnknownTopic:
        return [parse(wish, lexicon).canonical], ()


def _coming(turn: Turn) -> Edition:
    """The edition that is shown, under the hour at which it will close."""
    desk = turn.desk
    return Edition(0, builder.coming_closing(desk.database, desk.editions, desk.zone, turn.now))


def _laid_out(turn: Turn, wish: str, composed: Sequence[Composed], dropped: Sequence[Article]) -> Reply:
    texts, edition = turn.texts, _coming(turn)
    hour = f"{edition.closes_at.astimezone(turn.desk.zone):%H:%M}"
    name = editions.title(texts, edition, turn.desk.zone)
    title = texts.say("Preview, not sent yet, closes at {time} · {title}", time=hour, title=name)
    shown = editions.sections(turn.look, composed, 0, 0)
    made = editions.digest(turn.look, edition, shown, 0, title)
    again = [*_restoring(turn, wish, dropped), referring.button(turn, texts.say("Look again"), "preview", wish)]
    if not made:
        return Reply(messages.text(f"{title}\n{texts.say(_NOTHING)}", *again), edit=turn.request.pressed)
    first = {article.id for part in composed for entry in part.entries if pinned(article := entry.article)}
    told = [_with_buttons(turn, wish, message, first) for message in made]
    told[-1] = replace(told[-1], buttons=told[-1].buttons + rows(again, 1))
    return Reply(tuple(told), edit=turn.request.pressed and len(told) == 1)


def _with_buttons(turn: Turn, wish: str, message: Message, first: set[int]) -> Message:
    """A message of the preview with what can be done to each of its items, in place of a reader's buttons."""
    reading = [button for row in message.buttons for button in row if _READ.fullmatch(button.action)]
    done = [each for button in reading for each in _acts(turn, wish, button, first)]
    return replace(message, buttons=rows(done, ACROSS))


def _acts(turn: Turn, wish: str, reading: Button, first: set[int]) -> Iterable[Button]:
    texts, number = turn.texts, reading.action.removeprefix("read ")
    yield reading
    pin, label = ("unpin", "📌 ✓") if int(number) in first else ("pin", "📌")
    yield referring.button(turn, label, f"preview {pin} {number}", wish)
    yield referring.button(turn, texts.say("Drop"), f"preview drop {number}", wish)
    yield Button(texts.say("Correct…"), f"amend {number}")


def _restoring(turn: Turn, wish: str, dropped: Sequence[Article]) -> Iterable[Button]:
    for article in dropped[:RESTORED]:
        name = messages.shortened(characters.printed(turn.look, messages.headline(article), article), LABEL)
        label = turn.texts.say("Put back: {headline}", headline=name)
        yield referring.button(turn, label, f"preview undrop {article.id}", wish)
