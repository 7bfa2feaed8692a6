"""Commands that choose what to follow: topics, places, any query."""

from datetime import timedelta

from bot import messages, timetables
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests.model import Place, Subscription
from digests.query import parse

LOOK_BACK = timedelta(days=30)
"""How far back a new wish is tried, to show what it would have found."""
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
    return turn.texts.chinese(" › ".join([*names, place.name])) + "\n"


def _place_buttons(turn: Turn, place: Place, page: int) -> list[Button]:
    followed = _followed(turn)
    stops = f"place:{place.code}" in followed
    wording = gettext_noop("✓ Stop following {place}") if stops else gettext_noop("Follow {place}")
    buttons = [Button(turn.texts.say(wording, place=turn.texts.chinese(place.name)), f"places {_FOLLOW}{place.code}")]
    above = turn.desk.lexicon.ancestors(place)
    if above and place.code != turn.desk.lexicon.home_region:
        buttons.append(
            Button(turn.texts.say("↑ {place}", place=turn.texts.chinese(above[0].name)), f"places {above[0].code}")
        )
    children = turn.desk.lexicon.children(place.code)
    for child in children[(page - 1) * PLACES : page * PLACES]:
        # A leaf is followed at once: opening it would only show a button to do so.
        leaf = not turn.desk.lexicon.children(child.code)
        sign = _FOLLOW if leaf else ""
        label = _ticked(turn.texts.chinese(child.name), f"place:{child.code}" in followed)
        buttons.append(Button(label, f"places {sign}{child.code}"))
    if len(children) > page * PLACES:
        buttons.append(Button(turn.texts.say("Next page"), f"places {place.code} {page + 1}"))
    return buttons


def follow(turn: Turn) -> Reply:
    """Follows a query and shows what it found in the last 30 days."""
    if not turn.args:
        return turn.say("What do you want to follow? Such as: /follow 公交 or /follow place:余新镇 -广告")
    query = parse(turn.args, turn.desk.lexicon)
    wish = messages.wish(turn.texts, turn.desk.lexicon, query.canonical)
    if not turn.store.subscriptions.add(turn.chat.id, query.canonical, turn.now):
        return turn.say("You follow this already: {wish}", wish=wish)
    since = turn.now - LOOK_BACK
    lines = [turn.texts.say("Following: {wish}", wish=wish)]
    count = turn.store.search.count(query, since=since)
    if count:
        newest = turn.store.search.find(query, limit=3, since=since).articles
        lines += [
            turn.texts.say("In the last 30 days: {count}. The newest:", count=messages.counted(turn.texts, count)),
            *(f"· {turn.texts.printed(messages.headline(article))}" for article in newest),
        ]
    else:
        lines.append(turn.texts.say("Nothing like it in the last 30 days. You will hear when there is."))
    added = next(s for s in turn.store.subscriptions.of(turn.chat.id) if s.query == query.canonical)
    return turn.show("\n".join(lines), _unfollow_button(turn, added))


def unfollow(turn: Turn) -> Reply:
    """Stops following: by the number in /list, by the query, by a button (`#` and the subscription's id), or asks."""
    subscriptions = turn.store.subscriptions.of(turn.chat.id)
    if not turn.args:
        asked = turn.texts.say("Which one? Press a button, or send /unfollow and its number:")
        return _list(turn, asked) if subscriptions else _nothing(turn)
    chosen = _chosen(turn, subscriptions)
    if chosen is None:
        return turn.say("You don't follow “{wish}”. What you follow: /list", wish=turn.args.lstrip("#"))
    turn.store.subscriptions.remove(turn.chat.id, chosen.id)
    return turn.say("No longer following: {wish}", wish=_wish(turn, chosen))


def _chosen(turn: Turn, subscriptions: list[Subscription]) -> Subscription | None:
    if turn.args.startswith("#"):
        return next((s for s in subscriptions if str(s.id) == turn.args[1:]), None)
    if turn.args.isdecimal() and len(turn.args) < 9 and 0 < int(turn.args) <= len(subscriptions):
        return subscriptions[int(turn.args) - 1]
    same = next((s for s in subscriptions if s.query == turn.args), None)
    if same is not None:
        return same
    canonical = parse(turn.args, turn.desk.lexicon).canonical
    return next((s for s in subscriptions if s.query == canonical), None)


def show_list(turn: Turn) -> Reply:
    """What the chat follows and when it is written to."""
    if not turn.store.subscriptions.of(turn.chat.id):
        return _nothing(turn)
    return _list(turn, turn.texts.say("You follow:"))


def _nothing(turn: Turn) -> Reply:
    buttons = (Button(turn.texts.say("Topics"), "topics"), Button(turn.texts.say("Places"), "places"))
    return turn.say("You follow nothing yet. /topics, /places and /follow change that.", *buttons)


def _list(turn: Turn, head: str) -> Reply:
    subscriptions = turn.store.subscriptions.of(turn.chat.id)
    lines = [head, *(f"{number}. {_wish(turn, s)}" for number, s in enumerate(subscriptions, 1)), "", timetable(turn)]
    if turn.chat.paused:
        lines.append(turn.texts.say("Paused for now. To go on: /resume"))
    return turn.show("\n".join(lines), *(_unfollow_button(turn, s) for s in subscriptions), width=1)


def timetable(turn: Turn) -> str:
    """When the chat is written to, in a sentence."""
    return turn.texts.say("Digests: {when}", when=timetables.daily(turn.texts, turn.chat))


def _unfollow_button(turn: Turn, subscription: Subscription) -> Button:
    return Button(turn.texts.say("Stop {wish}", wish=_wish(turn, subscription)), f"unfollow #{subscription.id}")


def _wish(turn: Turn, subscription: Subscription) -> str:
    return messages.wish(turn.texts, turn.desk.lexicon, subscription.query)


def _followed(turn: Turn) -> set[str]:
    return {subscription.query for subscription in turn.store.subscriptions.of(turn.chat.id)}


def toggle(turn: Turn, query: str) -> None:
    """Follows a canonical query, or stops following it."""
    if not turn.store.subscriptions.remove_query(turn.chat.id, query):
        turn.store.subscriptions.add(turn.chat.id, query, turn.now)


def _ticked(label: str, on: bool) -> str:
    return f"✓ {label}" if on else label
