"""The command by which administrators say something to many: a dry run first, then sent by a button, or stopped."""

import re
from dataclasses import replace

from bot import broadcasts
from bot.chat import Button, Message, Reply, Span, rows
from bot.commands.reading import named
from bot.commands.turn import Turn
from bot.texts import gettext_noop
from digests.errors import UnknownTopic
from digests.model.outbox import Broadcast
from digests.query import parse
from digests.seeds import Lexicon

_ACTION = re.compile(r"(send|drop|stop|look) (\d{1,15})")
_FOR = re.compile(r"""(?:for|给)[:：](?:[“"]([^“”"]+)[”"]|(\S+))\s*""", re.IGNORECASE)
_USAGE = gettext_noop(
    "/broadcast and what you have to say, or /broadcast in reply to a message: I show first how it looks and to whom it"
    " goes. Only to some: /broadcast for:余新镇 …"
)


def broadcast(turn: Turn) -> Reply:
    """A dry run of what is to be said; or what a button says of a broadcast."""
    if found := _ACTION.fullmatch(turn.args):
        return _ACTIONS[found[1]](turn, int(found[2]))
    name, text = parted(turn.args)
    content = (
        broadcasts.content_of(text) if text else turn.request.quoted and replace(turn.request.quoted, buttons=()).stored
    )
    return _dry_run(turn, wanted(turn.desk.lexicon, name), content) if content else turn.say(_USAGE)


def parted(args: str) -> tuple[str, str]:
    """For whom something is, by name or query (`for:余新镇 …`, `for:"公交 贷款" …`; empty: for all), and the rest."""
    found = _FOR.match(args)
    return (found[1] or found[2], args[found.end() :]) if found else ("", args)


def wanted(lexicon: Lexicon, name: str) -> str:
    """Whom a broadcast is for, as a canonical query: a topic or place by its name, else any query; empty: for all.

    Raises QueryError.
    """
    if not name:
        return ""
    try:
        return named(lexicon, name).canonical
    except UnknownTopic:
        return parse(name, lexicon).canonical


def _dry_run(turn: Turn, query: str, content: object) -> Reply:
    transport = turn.request.address.partition(":")[0]
    audience = turn.store.broadcasts.audience(query, transport, turn.now)
    draft = Broadcast(id=0, author=turn.request.address, transport=transport, content=content, query=query)
    said = broadcasts.dry_run(turn.texts, turn.desk.lexicon, query, audience, turn.desk.rate)
    buttons: tuple[Button, ...] = ()
    if audience.chats:
        with turn.writing() as store:
            number = store.broadcasts.draft(draft, turn.now)
        send = turn.texts.count("Send it to {count} chat", "Send it to {count} chats", audience.chats)
        buttons = (
            Button(send, f"broadcast send {number}"),
            Button(turn.texts.say("Do not send it"), f"broadcast drop {number}"),
        )
    return Reply((*broadcasts.notice(turn.texts, content), Message((Span(said),), rows(buttons, 2))))


def _send(turn: Turn, number: int) -> Reply:
    with turn.writing() as store:
        store.broadcasts.begin(number, turn.now)
    return _look(turn, number)


def _stop(turn: Turn, number: int) -> Reply:
    with turn.writing() as store:
        store.broadcasts.stop(number)
    return _look(turn, number)


def _drop(turn: Turn, number: int) -> Reply:
    with turn.writing() as store:
        dropped = store.broadcasts.drop(number)
    return turn.say("Dropped. Nothing was sent.") if dropped else _look(turn, number)


def _look(turn: Turn, number: int) -> Reply:
    """How far it is, as of now: what this request has just changed is seen too."""
    with turn.desk.database.read() as store:
        found = store.broadcasts.get(number)
        if found is None or found.begun_at is None:
            return turn.say("This notice is done with already.")
        shown = broadcasts.going(turn.texts, found, store.broadcasts.progress(number))
    return Reply((shown,), edit=turn.request.pressed)


_ACTIONS = {"send": _send, "drop": _drop, "stop": _stop, "look": _look}
