"""Commands about what a chat follows: a look at a query first, then each wish with its buttons, all to be undone."""

import re
from datetime import timedelta

from bot import messages
from bot.chat import Button, Message, Reply, Span, rows
from bot.commands.following import timetable
from bot.commands.referring import button, referred
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests.model.readers import Subscription
from digests.query import Field, Query, parse
from digests.spelling import near_misses
from digests.storage.search import COUNTED

LOOK_BACK = timedelta(days=30)
"""A query is tried on what was printed in these days, to show what it would have found."""
TOO_WIDE = 0.2
"""The share of all articles of these days from which on a query is too wide: one in five is no choice any more."""
FEW = 50
"""Articles of these days without which a share says nothing."""
SHOWN = 3
"""Newest headlines that are shown of what was found."""
ON_A_PAGE = 8
"""Wishes on one page of /list."""
LABEL = 20
"""Characters of a wish on a button."""
LONGEST = 80
"""Characters of a wish there."""

_GONE = gettext_noop("This button is too old: what it stood for is gone. What you follow: /list")
_NUMBER = re.compile(r"#?(\d{1,18})")


def follow(turn: Turn) -> Reply:
    """Shows what a query would have found in LOOK_BACK, with buttons to follow it or not; nothing is kept yet."""
    wanted = referred(turn, turn.args)
    if not wanted:
        return turn.say("What do you want to follow? Such as: /follow 公交 or /follow place:余新镇 -广告")
    query = parse(wanted, turn.desk.lexicon)
    followed = turn.store.subscriptions.find(turn.chat.id, query.canonical)
    if followed is not None:
        return _card(turn, followed, turn.texts.say("You follow this already."))
    offered = [button(turn, turn.texts.say("Follow"), "wish add", query.canonical)]
    offered.append(button(turn, turn.texts.say("Follow, and tell me at once"), "wish alert", query.canonical))
    offered.append(Button(turn.texts.say("No"), "wish no"))
    lines, others = _found(turn, query)
    asked = turn.texts.say("Follow “{wish}”?", wish=_said(turn, query.canonical))
    return turn.show("\n".join([asked, *lines]), *others, *offered)


def _found(turn: Turn, query: Query) -> tuple[list[str], list[Button]]:
    """What a query would have found, said in lines; and the queries to try instead when that is nothing."""
    texts, first_day = turn.texts, turn.now.astimezone(turn.desk.zone).date() - LOOK_BACK
    lately = Query((*query.wishes, Field("since", first_day.isoformat())))
    every = turn.store.articles.count(printed_from=first_day)
    enough = round(TOO_WIDE * every)
    count = turn.store.search.count(lately, most=max(COUNTED, enough))
    if not count:
        return _instead(turn, query)
    newest = turn.store.search.find(lately, limit=SHOWN).articles
    found = texts.count("In the last 30 days: {count} article.", "In the last 30 days: {count} articles.", count)
    lines = [found, *(f"· {texts.printed(messages.headline(article))}" for article in newest)]
    if every >= FEW and count >= enough:
        lines += ["", _too_wide(turn, count, every)]
    elif count > turn.desk.alerts * LOOK_BACK.days:
        lines += ["", _too_many_at_once(turn)]
    return lines, []


def _instead(turn: Turn, query: Query) -> tuple[list[str], list[Button]]:
    """The same for one that found nothing lately; if it never did, with what may have been meant."""
    texts = turn.texts
    ever = turn.store.search.count(query, most=1)
    others = [] if ever else [other.canonical for other in near_misses(turn.store, turn.desk.lexicon, query)]
    if not others:
        return [texts.say("Nothing like it in the last 30 days. You will hear when there is.")], []
    said = texts.say("Nothing like it in the last 30 days. Did you mean one of these?")
    labels = [texts.say("Rather “{wish}”", wish=messages.shortened(_said(turn, other), LABEL)) for other in others]
    return [said], [button(turn, label, "follow", other) for label, other in zip(labels, others, strict=True)]


def _too_wide(turn: Turn, count: int, every: int) -> str:
    share = round(100 * count / every)
    return turn.texts.say(
        "⚠️ That is wide: {percent} % of all articles of these days. A second word makes it narrower: /follow 公交 余新",
        percent=share,
    )


def _too_many_at_once(turn: Turn) -> str:
    return turn.texts.count(
        "At once you would be told of {count} a day at most; the rest comes with your digest.",
        "At once you would be told of {count} a day at most; the rest comes with your digest.",
        turn.desk.alerts,
    )


def wish(turn: Turn) -> Reply:
    """What a button does: `add QUERY`, `alert QUERY`, `no`; `ID pause`, `go`, `alert`, `silent`, `remove`; `back …`."""
    first, _, rest = turn.args.partition(" ")
    if first in _KEEPING:
        return _keep(turn, first, rest)
    chosen = _by_id(turn, first)
    change = _CHANGES.get(rest)
    if chosen is None or change is None:
        return turn.say(_GONE)
    return change(turn, chosen)


def _keep(turn: Turn, how: str, rest: str) -> Reply:
    if how == "no":
        return turn.say("Good, nothing was changed.")
    if how == "back":
        return _put_back(turn, rest)
    wanted = referred(turn, rest)
    if not wanted:
        return turn.say(_GONE)
    kept = _add(turn, parse(wanted, turn.desk.lexicon).canonical)
    return _alerted(turn, kept) if how == "alert" else _card(turn, kept, turn.texts.say("You follow this now."))


def _add(turn: Turn, canonical: str, since: int | None = None) -> Subscription:
    turn.store.subscriptions.add(turn.chat.id, canonical, turn.now, since)
    return _again(turn, canonical)


def _again(turn: Turn, canonical: str) -> Subscription:
    """What is followed, as it now is."""
    kept = turn.store.subscriptions.find(turn.chat.id, canonical)
    assert kept is not None  # noqa: S101 - it was found or added in this transaction
    return kept


def _paused(turn: Turn, chosen: Subscription) -> Reply:
    turn.store.subscriptions.set_paused(chosen, paused=True)
    return _changed(turn, chosen, gettext_noop("Paused. The others go on."), "go")


def _going_on(turn: Turn, chosen: Subscription) -> Reply:
    turn.store.subscriptions.set_paused(chosen, paused=False)
    return _changed(turn, chosen, gettext_noop("It goes on from the next edition."), "pause")


def _alerted(turn: Turn, chosen: Subscription) -> Reply:
    turn.store.subscriptions.set_alerts(chosen, turn.now)
    said = turn.texts.count(
        "You will be told at once, {count} time a day at most; the rest comes with your digest.",
        "You will be told at once, {count} times a day at most; the rest comes with your digest.",
        turn.desk.alerts,
    )
    return _card(turn, _again(turn, chosen.query), said, _undo(turn, chosen, "silent"))


def _silenced(turn: Turn, chosen: Subscription) -> Reply:
    turn.store.subscriptions.set_alerts(chosen, None)
    return _changed(turn, chosen, gettext_noop("Not at once any more, only with your digest."), "alert")


def _changed(turn: Turn, chosen: Subscription, said: str, undo: str) -> Reply:
    return _card(turn, _again(turn, chosen.query), turn.texts.say(said), _undo(turn, chosen, undo))


def _undo(turn: Turn, chosen: Subscription, how: str) -> Button:
    return Button(turn.texts.say("Undo"), f"wish {chosen.id} {how}")


def _removed(turn: Turn, chosen: Subscription) -> Reply:
    turn.store.subscriptions.remove(turn.chat.id, chosen.id)
    marks = ("a" if chosen.alerts_since else "") + ("p" if chosen.paused else "") or "-"
    undo = button(turn, turn.texts.say("Undo"), f"wish back {chosen.since} {marks}", chosen.query)
    back = Button(turn.texts.say("‹ All that you follow"), "list")
    return turn.say("No longer following: {wish}", undo, back, wish=_said(turn, chosen.query))


def _put_back(turn: Turn, rest: str) -> Reply:
    """Follows again what was given up, as it was: `SINCE MARKS QUERY`."""
    since, _, rest = rest.partition(" ")
    marks, _, reference = rest.partition(" ")
    wanted, edition = referred(turn, reference), _NUMBER.fullmatch(since)
    if not wanted or edition is None:
        return turn.say(_GONE)
    kept = _add(turn, parse(wanted, turn.desk.lexicon).canonical, int(edition[1]))
    turn.store.subscriptions.set_paused(kept, paused="p" in marks)
    if "a" in marks:
        turn.store.subscriptions.set_alerts(kept, turn.now)
    return _card(turn, _again(turn, kept.query), turn.texts.say("You follow it again."))


_KEEPING = ("add", "alert", "no", "back")
_CHANGES = {"pause": _paused, "go": _going_on, "alert": _alerted, "silent": _silenced, "remove": _removed}


def unfollow(turn: Turn) -> Reply:
    """Stops following: by the number in /list, by the query, by a button (`#` and the subscription's id), or asks."""
    subscriptions = turn.store.subscriptions.of(turn.chat.id)
    if not turn.args:
        asked = turn.texts.say("Which one? Press its number, or send /unfollow and its number:")
        return _page(turn, subscriptions, 1, asked) if subscriptions else _nothing(turn)
    chosen = _chosen(turn, subscriptions)
    if chosen is None:
        return turn.say("You don't follow “{wish}”. What you follow: /list", wish=turn.args.lstrip("#"))
    return _removed(turn, chosen)


def _chosen(turn: Turn, subscriptions: list[Subscription]) -> Subscription | None:
    if turn.args.startswith("#"):
        return _by_id(turn, turn.args)
    if turn.args.isdecimal() and len(turn.args) < 9 and 0 < int(turn.args) <= len(subscriptions):
        return subscriptions[int(turn.args) - 1]
    same = next((s for s in subscriptions if s.query == turn.args), None)
    return same or turn.store.subscriptions.find(turn.chat.id, parse(turn.args, turn.desk.lexicon).canonical)


def _by_id(turn: Turn, text: str) -> Subscription | None:
    number = _NUMBER.fullmatch(text)
    return next((s for s in turn.store.subscriptions.of(turn.chat.id) if number and s.id == int(number[1])), None)


def show_list(turn: Turn) -> Reply:
    """What the chat follows, a page at a time (`page:2`), and when it is written to; `#ID` shows one, with buttons."""
    subscriptions = turn.store.subscriptions.of(turn.chat.id)
    if turn.args.startswith("#"):
        chosen = _by_id(turn, turn.args)
        return _card(turn, chosen) if chosen else turn.say(_GONE)
    if not subscriptions:
        return _nothing(turn)
    wanted = turn.args.removeprefix("page:")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else 1
    return _page(turn, subscriptions, number, turn.texts.say("You follow:"))


def _nothing(turn: Turn) -> Reply:
    buttons = (Button(turn.texts.say("Topics"), "topics"), Button(turn.texts.say("Places"), "places"))
    return turn.say("You follow nothing yet. /topics, /places and /follow change that.", *buttons)


def _page(turn: Turn, subscriptions: list[Subscription], number: int, head: str) -> Reply:
    pages = -(-len(subscriptions) // ON_A_PAGE)
    number = max(1, min(number, pages))
    begin = (number - 1) * ON_A_PAGE
    here = list(enumerate(subscriptions, 1))[begin : begin + ON_A_PAGE]
    lines = [f"{place}. {messages.shortened(_said(turn, each.query), LONGEST)}{_signs(each)}" for place, each in here]
    if turn.chat.paused:
        lines.append(turn.texts.say("Paused for now. To go on: /resume"))
    shown = "\n".join([head, *lines, "", timetable(turn)])
    numbers = [Button(str(place), f"list #{each.id}") for place, each in here]
    turning = [Button(turn.texts.say("Previous page"), f"list page:{number - 1}")] if number > 1 else []
    turning += [Button(turn.texts.say("Next page"), f"list page:{number + 1}")] if number < pages else []
    times = Button(turn.texts.say("Change the hours"), "time")
    under = rows(numbers, 4) + rows([*turning, times], 3)
    return Reply((Message((Span(shown),), under),), edit=turn.request.pressed)


def _signs(one: Subscription) -> str:
    return (" 🔔" if one.alerts_since else "") + (" ⏸" if one.paused else "")


def _card(turn: Turn, one: Subscription, said: str = "", undo: Button | None = None) -> Reply:
    """One wish with its buttons, below what was just done with it."""
    texts, number = turn.texts, one.id
    lines = [said, _said(turn, one.query) + _signs(one)]
    going = Button(texts.say("Go on"), f"wish {number} go") if one.paused else None
    at_once = Button(texts.say("Not at once any more"), f"wish {number} silent") if one.alerts_since else None
    buttons = [
        undo,
        going or Button(texts.say("Pause this one"), f"wish {number} pause"),
        at_once or Button(texts.say("Tell me at once"), f"wish {number} alert"),
        Button(texts.say("Change the hours"), "time"),
        Button(texts.say("Stop following"), f"wish {number} remove"),
        button(turn, texts.say("Search"), "search", one.query),
        Button(texts.say("‹ All that you follow"), "list"),
    ]
    return turn.show("\n".join(line for line in lines if line), *filter(None, buttons))


def _said(turn: Turn, canonical: str) -> str:
    return messages.wish(turn.texts, turn.desk.lexicon, canonical)
