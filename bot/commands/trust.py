"""Commands about what is stored of a chat: handed out, taken in again, deleted, and said; and what Liwen is."""

from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from itertools import islice
from typing import Any

from bot import exports, messages
from bot.chat import Button, Document, Reply
from bot.commands.articles import MOST_SAVED
from bot.commands.timetable import MOST_TIMES
from bot.commands.timewords import LONGEST
from bot.commands.turn import Turn
from bot.exports import Followed, Imported, NotImported, SavedArticle
from bot.texts import LANGUAGES, gettext_noop
from digests.errors import QueryError
from digests.model.readers import MOST_WISHES, Style
from digests.query import parse
from digests.storage.subscriptions import to_quiet, to_times, to_weekly
from digests.tastes import understood

FILE = "liwen-import.json"
"""What an imported file is called while it waits for a word; a chat has one at most."""
SHOWN = 20
"""Queries of a file that are shown before they are followed."""

_REFUSALS = {
    "size": gettext_noop("This file is too large: what /export gives is at most 2 MB."),
    "format": gettext_noop("This is not a file of /export."),
    "version": gettext_noop("This file is of another version ({where}) of Liwen and cannot be read here."),
    "value": gettext_noop("This file cannot be read: something is wrong at {where}. Nothing was changed."),
}
_PRIVACY = gettext_noop(
    "What is stored about this chat\n"
    "· its number in Telegram, its language, time zone and hours\n"
    "· what it follows, what it saved, what it wants more or less of\n"
    "· which digests were owed to it, whether they arrived, and the numbers of their messages, by which mistakes are"
    " put right, for {deliveries} (LIWEN_KEEP_DELIVERIES)\n"
    "· of a group or channel: its title, and the number of whoever last changed its settings\n"
    "What you write is kept until it is answered, a matter of seconds. What you search for and read is not recorded.\n"
    "\n"
    "/forget deletes it all at once, and nothing remains. If you block me it is kept for {chats} in case you come back"
    " (LIWEN_KEEP_CHATS). Backups that the operator made keep what was in them.\n"
    "\n"
    "It lies in the operator's own database and is passed on to nobody; messages travel by way of Telegram."
    " All of it as a file: /export"
)
_ABOUT = gettext_noop(
    "里闻 Liwen {version}, free software under the Apache License 2.0\n"
    "\n"
    "It reads the local papers and makes a digest of each edition: articles are told apart, sorted by topic and place,"
    " the same story in several papers is shown once, and of each article the sentences are picked that tell most of"
    " it. Every sentence stands in the paper word for word; nothing is written or reworded by a machine.\n"
    "\n"
    "Papers: {papers}"
)


def export(turn: Turn) -> Reply:
    """Everything about the chat, as a file."""
    if not turn.chat.id:
        return turn.say("Nothing is stored about this chat.")
    content = exports.encoded(exports.export(turn.store, turn.chat, turn.now, turn.request.person))
    reply = turn.say("Everything that is stored about this chat. Send me the file to take it in, here or elsewhere.")
    return replace(reply, document=Document(f"liwen-{turn.now:%Y-%m-%d}.json", content))


def take_in(turn: Turn) -> Reply:
    """A file of /export as a preview with buttons, or what a button says of it."""
    if turn.request.document is not None:
        return _preview(turn, turn.request.document.content)
    waiting = turn.store.uploads.named(turn.chat.id, FILE)
    if turn.args not in ("apply", "drop"):
        return turn.say("Send me a file that /export gave: I show what is in it before anything changes.")
    if waiting is None:
        return turn.say("This file was seen to before.")
    turn.store.uploads.remove(waiting.id)
    return _apply(turn, exports.read(waiting.content)) if turn.args == "apply" else turn.say("Nothing was changed.")


def _preview(turn: Turn, content: bytes) -> Reply:
    try:
        imported = exports.read(content)
    except NotImported as refused:
        return turn.say(_REFUSALS[refused.reason], where=refused.where)
    known, unknown = _parted(turn, imported)
    if waiting := turn.store.uploads.named(turn.chat.id, FILE):
        turn.store.uploads.remove(waiting.id)
    turn.store.uploads.add(turn.chat.id, FILE, exports.kept(imported), turn.now)
    lines = [turn.texts.say("To follow from this file: {count}", count=turn.texts.number(len(known)))]
    lines += [f"· {messages.wish(turn.texts, turn.desk.lexicon, query)}" for query in islice(known, SHOWN)]
    lines += ["…"] if len(known) > SHOWN else []
    if imported.saved:
        here = turn.texts.number(len(_saved_here(turn, imported)))
        lines.append(turn.texts.say("Saved articles that are in this archive: {count}", count=here))
    if unknown:
        lines.append(turn.texts.say("Not understood here, left out: {queries}", queries="; ".join(unknown[:SHOWN])))
    lines.append(turn.texts.say("Settings are taken from it too. What you follow and saved now stays."))
    buttons = (Button(turn.texts.say("Take it in"), "import apply"), Button(turn.texts.say("Leave it"), "import drop"))
    return turn.show("\n".join(lines), *buttons)


def _parted(turn: Turn, imported: Imported) -> tuple[dict[str, Followed], list[str]]:
    """What a file follows by canonical queries, each once, and what in it is no query here."""
    known: dict[str, Followed] = {}
    unknown: dict[str, None] = {}
    for followed in imported.follows:
        try:
            known.setdefault(parse(followed.query, turn.desk.lexicon).canonical, followed)
        except QueryError:
            unknown[followed.query[:50]] = None
    return known, list(unknown)


def _apply(turn: Turn, imported: Imported) -> Reply:
    known, _ = _parted(turn, imported)
    new = [query for query in known if turn.store.subscriptions.find(turn.chat.id, query) is None]
    added = new[: max(0, turn.store.subscriptions.room(turn.chat.id))]
    for query in added:
        _follow(turn, query, known[query])
    room = MOST_SAVED - turn.store.saved.count(turn.chat.id)
    for kept in _saved_here(turn, imported)[:room]:
        turn.store.saved.add(turn.chat.id, kept.article_id, min(kept.saved_at, turn.now))
    settings = _settings(turn, imported)
    if turn.chat.paused and not settings.get("paused", True):
        turn.store.deliveries.skip_missed(turn.chat.id)
    turn.change(**settings)
    count = turn.texts.number(len(added))
    if len(added) < len(new):
        return turn.say(
            "Taken in. Newly followed: {count}. The rest is too much: {most} at most, remove some first: /list",
            count=count,
            most=MOST_WISHES,
        )
    return turn.say("Taken in. Newly followed: {count}", count=count)


def _follow(turn: Turn, query: str, followed: Followed) -> None:
    """Follows a query as it was followed."""
    store, now = turn.store.subscriptions, turn.now
    store.add(turn.chat.id, query, min(followed.created_at or now, now))
    kept = store.find(turn.chat.id, query)
    assert kept is not None  # noqa: S101 - it was added in this transaction
    store.set_paused(kept, paused=followed.paused)
    store.set_alerts(kept, followed.alerts_since and min(followed.alerts_since, now))


def _saved_here(turn: Turn, imported: Imported) -> list[SavedArticle]:
    """The saved articles of a file that this archive has under the same number."""
    found = ((kept, turn.store.articles.standing(kept.article_id)) for kept in imported.saved)
    return [kept for kept, known in found if known and (known.headline, known.source) == (kept.headline, kept.source)]


def _settings(turn: Turn, imported: Imported) -> dict[str, Any]:
    """The settings of a file as a chat keeps them, without what means nothing here."""
    chosen = imported.settings.model_dump(exclude_none=True)
    if chosen.get("language") not in LANGUAGES:
        chosen.pop("language", None)
    if "times" in chosen:
        chosen["times"] = tuple(sorted(set(to_times(chosen["times"]))))[:MOST_TIMES]
    if "days" in chosen:
        chosen["days"] = tuple(sorted({int(day) for day in chosen["days"]}))
    for name, to_value in (("quiet", to_quiet), ("weekly", to_weekly)):
        if name in chosen:
            chosen[name] = to_value(chosen[name])
    if "style" in chosen:
        chosen["style"] = Style(chosen["style"])
    until = chosen.pop("paused_until", None)
    if "paused" in chosen:
        chosen |= _pause(turn, until, paused=chosen["paused"])
    if "tastes" in chosen:
        tastes = understood(sorted(chosen["tastes"].items()), turn.desk.lexicon)
        chosen["tastes"] = tuple((query.canonical, steps) for query, steps in tastes if steps)
    return chosen


def _pause(turn: Turn, until: datetime | None, *, paused: bool) -> dict[str, Any]:
    """A pause as it was meant: one that is over by now is none, and one without an end in sight has no end."""
    if not paused or until is None or until > turn.now + LONGEST:
        return {"paused": paused, "paused_until": None}
    goes_on = until > turn.now
    return {"paused": goes_on, "paused_until": until if goes_on else None}


def forget(turn: Turn) -> Reply:
    """Deletes everything about the chat, after asking."""
    match turn.args:
        case "yes":
            turn.store.belongings.forget(turn.chat)
            return replace(turn.say("Everything about this chat is deleted. To come back: /start"), farewell=True)
        case "no":
            return turn.say("Good, nothing was changed.")
    buttons = (
        Button(turn.texts.say("Delete everything"), "forget yes"),
        Button(turn.texts.say_in("everything about me", "Keep it"), "forget no"),
    )
    return turn.say(
        "Delete everything about this chat? Its settings, what it follows and saved, and its deliveries go for good."
        " /export gives you all of it first.",
        *buttons,
    )


def privacy(turn: Turn) -> Reply:
    """What is stored, for how long, and where."""
    return turn.say(_PRIVACY, deliveries=_kept(turn, "deliveries"), chats=_kept(turn, "chats"))


def _kept(turn: Turn, kind: str) -> str:
    days = turn.desk.keep.get(kind, 0)
    return turn.texts.count("{count} day", "{count} days", days) if days else turn.texts.say("as long as there is room")


def about(turn: Turn) -> Reply:
    """Which Liwen this is, and how a digest is made."""
    asked = messages.enumeration(turn.texts, dict.fromkeys(source.name for source in turn.store.sources.all()))
    return turn.say(_ABOUT, version=version("liwen"), papers=asked or turn.texts.say("those that the operator brings"))
