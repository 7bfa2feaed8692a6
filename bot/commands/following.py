"""Commands that choose topics and places to follow, by toggles."""

from bot import messages, timetables
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests.model.news import Place

PLACES = 40
"""Places on one keyboard; Telegram takes 100 buttons, a thumb fewer."""

_FOLLOW = "+"


def topics(turn: Turn) -> Reply:
    """The topics as toggles; with a name, toggles that one first."""
    if turn.args:
        toggle(turn, f"topic:{turn.desk.lexicon.topic(turn.args).slug}")
    return turn.say("Press to follow, press again to stop:", *topic_buttons(turn))


def topic_buttons(turn: Turn) -> list[Button]:
    """A toggle for each topic, ticked when the chat follows it."""
    followed = _followed(turn)
    return [
        Button(
            _ticked(messages.topic_name(turn.texts, topic.zh, topic.en), f"topic:{topic.slug}" in followed),
            f"topics {topic.slug}",
        )
        for topic in turn.desk.lexicon.topics.values()
    ]


def places(turn: Turn) -> Reply:
    """Walks the gazetteer: a place, the places in it, and a toggle to follow it (`+` before a code or name)."""
    wanted = turn.args
    toggles = wanted.startswith(_FOLLOW)
    name, _, page = wanted.removeprefix(_FOLLOW).strip().partition(" ")
    lexicon = turn.desk.lexicon
    place = lexicon.place(name or lexicon.home_region)
    if toggles:
        toggle(turn, f"place:{place.code}")
    number = int(page) if page.isdecimal() else 1
    head = turn.texts.say("Whose news do you want? Press a place to go deeper:")
    if name:
        head = turn.texts.say("{place} A place includes all that lies in it.", place=_path(turn, place))
    return turn.show(head, *_place_buttons(turn, place, number))


def _path(turn: Turn, place: Place) -> str:
    names = [above.name for above in reversed(turn.desk.lexicon.ancestors(place))]
    return turn.texts.named(" › ".join([*names, place.name])) + "\n"


def _place_buttons(turn: Turn, place: Place, page: int) -> list[Button]:
    followed = _followed(turn)
    stops = f"place:{place.code}" in followed
    wording = gettext_noop("✓ Stop following {place}") if stops else gettext_noop("Follow {place}")
    buttons = [Button(turn.texts.say(wording, place=turn.texts.named(place.name)), f"places {_FOLLOW}{place.code}")]
    above = turn.desk.lexicon.ancestors(place)
    if above and place.code != turn.desk.lexicon.home_region:
        buttons.append(
            Button(turn.texts.say("↑ {place}", place=turn.texts.named(above[0].name)), f"places {above[0].code}")
        )
    children = turn.desk.lexicon.children(place.code)
    for child in children[(page - 1) * PLACES : page * PLACES]:
        # A leaf is followed at once: opening it would only show a button to do so.
        leaf = not turn.desk.lexicon.children(child.code)
        sign = _FOLLOW if leaf else ""
        label = _ticked(turn.texts.named(child.name), f"place:{child.code}" in followed)
        buttons.append(Button(label, f"places {sign}{child.code}"))
    if len(children) > page * PLACES:
        buttons.append(Button(turn.texts.say("Next page"), f"places {place.code} {page + 1}"))
    return buttons


def timetable(turn: Turn) -> str:
    """When the chat is written to, in a sentence."""
    return turn.texts.say("Digests: {when}", when=timetables.daily(turn.texts, turn.chat))


def _followed(turn: Turn) -> set[str]:
    return {subscription.query for subscription in turn.store.subscriptions.of(turn.chat.id)}


def toggle(turn: Turn, query: str) -> None:
    """Follows a canonical query, or stops following it."""
    if not turn.store.subscriptions.remove_query(turn.chat.id, query):
        turn.store.subscriptions.add(turn.chat.id, query, turn.now)


def _ticked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label
