"""The first minute: topics by toggles, a place by walking down to it, the first digest, the hour; links that follow."""

import re
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from dataclasses import replace
from datetime import time

from bot import editions, messages, timetables
from bot.chat import Button, Message, Reply, Rows, Span, rows
from bot.commands import following, reading
from bot.commands.timewords import OFF, to_time
from bot.commands.turn import Turn
from bot.splitter import UNITS, length
from digests.errors import QueryError, UnknownPlace, UnknownTopic
from digests.model.news import Place
from digests.query import parse
from digests.tastes import understood

FIRST = 5
"""Articles of the first digest: it shows what there will be, in one message."""
NEAR = 30.0
"""Kilometres within which a place is near."""
HOURS = (time(7, 30), time(12), time(18))
"""Hours that are offered at first."""
PIN = "📍"
_HERE = re.compile(r"(-?\d{1,2}(?:\.\d+)?) (-?\d{1,3}(?:\.\d+)?)")


def start(turn: Turn) -> Reply:
    """Greets with what to choose from; a deep link subscribes at once and shows the first digest.

    Links say `topic_transport`, `place_330402101`, or `q_` and a query's UTF-8 in base64url without padding.
    """
    linked = _linked(turn)
    if linked is not None:
        turn.store.subscriptions.add(turn.chat.id, linked, turn.now)
    answered = _first_digest(turn) if linked else _choosing(turn)
    return replace(answered, language=turn.texts.code)


def _linked(turn: Turn) -> str | None:
    """The canonical query that a deep link names, or nothing: a link of an old poster must still greet."""
    kind, _, key = turn.args.partition("_")
    lexicon = turn.desk.lexicon
    try:
        match kind:
            case "topic":
                return f"topic:{lexicon.topic(key).slug}"
            case "place":
                return f"place:{lexicon.place(key).code}"
            case "q":
                return parse(urlsafe_b64decode(key + "=" * (-len(key) % 4)).decode(), lexicon).canonical
    except (UnknownTopic, UnknownPlace, QueryError, NotBase64, UnicodeDecodeError):
        return None
    return None


def setup(turn: Turn) -> Reply:
    """A step of the first minute by a button: `topic SLUG`, `in CODE` `at CODE`, `hour 07:30`, `done`."""
    step, _, value = turn.args.partition(" ")
    match step:
        case "topic":
            following.toggle(turn, f"topic:{turn.desk.lexicon.topic(value).slug}")
            return _choosing(turn)
        case "in":
            return _walking(turn, turn.desk.lexicon.place(value))
        case "at":
            _move_to(turn, turn.desk.lexicon.place(value))
            return _first_digest(turn)
        case "hour":
            return _hour(turn, value)
    return _first_digest(turn)


def near(turn: Turn) -> Reply:
    """Offers the place that lies nearest to where somebody is: `30.71 120.93`."""
    home = turn.desk.lexicon.place(turn.desk.lexicon.home_region)
    here = _HERE.fullmatch(turn.args)
    found = turn.desk.lexicon.nearest(float(here[1]), float(here[2])) if here else None
    if found is None or found[1] > NEAR:
        return turn.say(
            "I do not know which place is near you. Tap your way to it, or send /places and its name:",
            *_places(turn, home),
            width=3,
        )
    place, distance = found
    above = [each for each in turn.desk.lexicon.ancestors(place) if each.code.startswith(home.code)]
    buttons = [Button(PIN + turn.texts.named(each.name), f"setup at {each.code}") for each in (place, *above)]
    buttons.append(Button(turn.texts.say("Elsewhere"), f"setup in {home.code}"))
    return turn.say(
        "{place} is nearest, about {distance} km away. Whose news do you want?",
        *buttons,
        width=1,
        place=turn.texts.named(place.name),
        distance=turn.texts.number(round(distance)),
    )


def _choosing(turn: Turn) -> Reply:
    home = turn.desk.lexicon.place(turn.desk.lexicon.home_region)
    topics = [replace(b, action=b.action.replace("topics", "setup topic", 1)) for b in following.topic_buttons(turn)]
    done = Button(turn.texts.say("All places ›"), "setup done")
    keyboard = rows(topics, 4) + rows([*_places(turn, home), done], 4)
    wording = turn.texts.say(
        "Hello, this is Liwen: the news of your own town, every day. "
        "Every sentence of a digest stands in the paper, word for word.\n\n"
        "1. Tap the topics you like.\n"
        "2. Tap where you live, or send your location, or /places and the name of your town.\n"
        "Then you get the newest digest, and choose when it is to come."
    )
    return turn.lay_out(wording, keyboard)


def _walking(turn: Turn, place: Place) -> Reply:
    above = turn.desk.lexicon.ancestors(place)
    first = [Button(turn.texts.say("All of {place}", place=turn.texts.named(place.name)), f"setup at {place.code}")]
    if above and place.code != turn.desk.lexicon.home_region:
        first.append(Button(f"‹ {turn.texts.named(above[0].name)}", f"setup in {above[0].code}"))
    names = " › ".join([*(each.name for each in reversed(above)), place.name])
    return turn.lay_out(turn.texts.named(names), rows(first, 2) + rows(_places(turn, place), 3))


def _places(turn: Turn, place: Place) -> list[Button]:
    """The places right below one, to be followed at once."""
    children = turn.desk.lexicon.children(place.code)[: following.PLACES]
    return [Button(PIN + turn.texts.named(child.name), f"setup at {child.code}") for child in children]


def _move_to(turn: Turn, place: Place) -> None:
    """Follows a place instead of those above and below it."""
    for subscription in turn.store.subscriptions.of(turn.chat.id):
        kind, _, code = subscription.query.partition(":")
        if kind == "place" and (code.startswith(place.code) or place.code.startswith(code)):
            turn.store.subscriptions.remove(turn.chat.id, subscription.id)
    turn.store.subscriptions.add(turn.chat.id, f"place:{place.code}", turn.now)


def _first_digest(turn: Turn) -> Reply:
    """The newest edition for what was chosen, and the question when digests are to come. It is never sent again."""
    texts, lexicon = turn.texts, turn.desk.lexicon
    followed = [subscription.query for subscription in turn.store.subscriptions.of(turn.chat.id)]
    if not followed:
        return Reply(notice=texts.say("Tap a topic or a place first."))
    names = messages.enumeration(texts, [messages.section(texts, lexicon, query) for query in followed])
    wording = texts.say("You follow: {names}. When is it to come? Tap an hour.", names=names)
    hours = _hours(turn, followed)
    digest = _newest(turn, followed)
    if not digest:
        nothing = texts.say("The newest edition has nothing of it; what comes from now on reaches you.")
        return turn.lay_out(f"{wording}\n\n{nothing}", hours)
    *before, last = headed(wording, digest)
    return Reply((*before, replace(last, buttons=last.buttons + hours)), edit=turn.request.pressed)


def _newest(turn: Turn, followed: list[str]) -> tuple[Message, ...]:
    """The newest edition's best for these queries."""
    edition = turn.store.editions.newest(filled=True)
    if edition is None:
        return ()
    tastes = understood(turn.chat.tastes, turn.desk.lexicon)
    chosen = (followed, edition.id, edition.id, tastes, FIRST)
    composed = reading.composition(turn.store, turn.desk.lexicon, *chosen)
    sections = editions.sections(turn.look, composed, edition.id, edition.id)
    return editions.digest(turn.look, edition, sections, edition.id)


def headed(wording: str, shown: tuple[Message, ...]) -> tuple[Message, ...]:
    """Messages with a line over the first, or before it if it is full."""
    spans = (Span(f"{wording}\n\n"), *shown[0].spans)
    if length(spans) <= UNITS:
        return (replace(shown[0], spans=spans), *shown[1:])
    return (*messages.text(wording), *shown)


def _hours(turn: Turn, followed: list[str]) -> Rows:
    """Hours to choose from, and the way down to smaller places."""
    offered = [Button(turn.texts.say("Each edition"), "setup hour off")]
    offered += [Button(f"{at:%H:%M}", f"setup hour {at:%H:%M}") for at in HOURS]
    places = [query.partition(":")[2] for query in followed if query.startswith("place:")]
    inside = [code for code in places if turn.desk.lexicon.children(code)]
    below = [Button(turn.texts.say("Towns and villages ›"), f"setup in {inside[-1]}")] if inside else []
    return rows(offered, 4) + rows([*below, Button(turn.texts.say("More settings"), "settings")], 2)


def _hour(turn: Turn, word: str) -> Reply:
    """Sets the hour; the digest stays in its place, and a notice says what will be."""
    at = to_time(word)
    if at is None and word not in OFF:
        return turn.say("“{text}” is not a time. Like this: /time 07:30 18:00", text=messages.quoted(word))
    changed = turn.change(times=(at,) if at else ())
    return Reply(notice=turn.texts.say("Digests: {when}", when=timetables.daily(turn.texts, changed.chat)))
