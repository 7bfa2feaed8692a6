"""Commands for administrators who send a paper to the bot: a preview first, then accept, date, name or drop it."""

from datetime import date, timedelta

from bot import messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from bot.reasons import fault
from bot.texts import Texts
from digests.errors import InputError
from digests.ingest.doors import Furniture, Item, Label
from digests.model.news import RawArticle
from digests.model.sources import Upload

MOST_WAITING = 20
"""Documents of one administrator that wait at a time: the database is no attic."""
KEPT = timedelta(days=7)
"""How long a document waits: what nobody accepted in a week is no news."""
SHOWN = 20
"""Articles whose headlines a preview shows."""


def ingest(turn: Turn) -> Reply:
    """A document as a preview with buttons; or what a button, or a line like one, says of a document."""
    if turn.request.document is not None:
        return _keep(turn)
    action, _, rest = turn.args.partition(" ")
    number, _, value = rest.strip().partition(" ")
    act = {"accept": _accept, "drop": _drop, "date": _date, "source": _source}.get(action)
    if act is None or not number.isdecimal() or len(number) > 15:
        return _usage(turn)
    upload = turn.store.uploads.get(int(number), turn.chat.id)
    return act(turn, upload, value.strip()) if upload else turn.say("This document is done with already.")


def _usage(turn: Turn) -> Reply:
    return turn.say("Send me the text or file of a paper: I show what I found in it, and it counts once you keep it.")


def _keep(turn: Turn) -> Reply:
    document = turn.request.document
    assert document is not None  # noqa: S101 - asked for above
    # In transactions of its own: reading and storing a document takes longer than anyone should wait for a lock.
    with turn.desk.database.begin() as store:
        store.uploads.forget(turn.now - KEPT)
        chat = store.chats.find_or_add(turn.chat.address, turn.texts.code, turn.desk.zone.key, turn.now)
        if store.uploads.count(chat.id) >= MOST_WAITING:
            return turn.say("{count} documents are waiting; keep or drop some of them first.", count=MOST_WAITING)
        upload = store.uploads.add(chat.id, document.name, document.content, turn.now)
    items = _items(turn, upload)
    if not any(isinstance(item, RawArticle) for item in items):
        with turn.desk.database.begin() as store:
            store.uploads.remove(upload.id)
        reasons = "\n".join(fault(turn.texts, item) for item in items if isinstance(item, InputError))
        return turn.say("No article found in {name}.\n{reasons}", name=upload.name, reasons=reasons)
    return _preview(turn, upload, items)


def _items(turn: Turn, upload: Upload) -> list[Item]:
    """What the document holds; the day and the paper that an administrator gave count for every article in it."""
    label = Label(source=upload.source, published_on=upload.published_on)
    items = turn.desk.doors().read(upload.content, upload.name, label)
    return [label.overrule(item) if isinstance(item, RawArticle) else item for item in items]


def _preview(turn: Turn, upload: Upload, items: list[Item]) -> Reply:
    texts = turn.texts
    hint = texts.say(
        "Not kept yet. To change: /ingest date {id} 2024-11-13 or /ingest source {id} 南湖晚报", id=upload.id
    )
    today = turn.now.astimezone(turn.desk.zone).date()
    return turn.show(
        "\n".join([*_found(texts, upload.name, items), hint]),
        Button(texts.say("Keep it"), f"ingest accept {upload.id}"),
        Button(texts.say("Drop it"), f"ingest drop {upload.id}"),
        Button(texts.say("It is today's"), f"ingest date {upload.id} {today}"),
        Button(texts.say("It is yesterday's"), f"ingest date {upload.id} {today - timedelta(days=1)}"),
    )


def _found(texts: Texts, name: str, items: list[Item]) -> list[str]:
    """What was found in a document, line by line; it holds an article at least."""
    raws = [item for item in items if isinstance(item, RawArticle)]
    furniture = sum(item.lines for item in items if isinstance(item, Furniture))
    day, undated = raws[0].published_on, texts.say("not said, taken as today; it alerts nobody")
    return [
        texts.count(
            "{name}: {count} article found; left out (folio, adverts and the like): {furniture} lines",
            "{name}: {count} articles found; left out (folio, adverts and the like): {furniture} lines",
            len(raws),
            name=name,
            furniture=texts.number(furniture),
        ),
        *(_item(texts, number, raw) for number, raw in enumerate(raws[:SHOWN], 1)),
        *(["…"] if len(raws) > SHOWN else []),
        texts.say("Date: {date}", date=texts.date(day) if day else undated),
        texts.say("Source: {source}", source=raws[0].source or texts.say("not said")),
        *[fault(texts, item) for item in items if isinstance(item, InputError)][:5],
    ]


def _item(texts: Texts, number: int, raw: RawArticle) -> str:
    return texts.say(
        "{number} {headline} ({characters} characters)",
        number=number,
        headline=messages.headline(raw),
        characters=texts.number(len(raw.body)),
    )


def _accept(turn: Turn, upload: Upload, _value: str) -> Reply:
    done = turn.desk.ingest(_items(turn, upload))
    with turn.desk.database.begin() as store:
        store.uploads.remove(upload.id)
    number = turn.texts.number
    return turn.say(
        "Kept {name}: {new} new, {known} known, {revised} revised, {near_duplicates} as elsewhere, {unread} not read.",
        name=upload.name,
        new=number(done.new),
        known=number(done.known),
        revised=number(done.revised),
        near_duplicates=number(done.near_duplicates),
        unread=number(done.unread),
    )


def _drop(turn: Turn, upload: Upload, _value: str) -> Reply:
    with turn.desk.database.begin() as store:
        store.uploads.remove(upload.id)
    return turn.say("Dropped {name}.", name=upload.name)


def _date(turn: Turn, upload: Upload, value: str) -> Reply:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return turn.say("“{text}” is not a date. Like this: 2024-11-13", text=messages.quoted(value))
    with turn.desk.database.begin() as store:
        dated = store.uploads.set_date(upload, day)
    return _preview(turn, dated, _items(turn, dated))


def _source(turn: Turn, upload: Upload, value: str) -> Reply:
    if not value:
        return _usage(turn)
    with turn.desk.database.begin() as store:
        named = store.uploads.set_source(upload, value[:100])
    return _preview(turn, named, _items(turn, named))
