"""Commands for administrators who send a paper to the bot: a preview first, then accept, date, name or drop it."""

from datetime import date, timedelta

from bot import messages
from bot.chat import Button, Reply
from bot.commands.turn import Turn
from digests.errors import InputError
from digests.ingest.doors import Furniture, Item, Label
from digests.model import RawArticle, Upload

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
        return turn.say(turn.texts.upload_usage)
    upload = turn.store.uploads.get(int(number), turn.chat.id)
    return act(turn, upload, value.strip()) if upload else turn.say(turn.texts.upload_gone)


def _keep(turn: Turn) -> Reply:
    document = turn.request.document
    assert document is not None  # noqa: S101 - asked for above
    # In transactions of its own: reading and storing a document takes longer than anyone should wait for a lock.
    with turn.desk.database.begin() as store:
        store.uploads.forget(turn.now - KEPT)
        chat = store.chats.find_or_add(turn.chat.address, turn.texts.code, turn.desk.zone.key, turn.now)
        if store.uploads.count(chat.id) >= MOST_WAITING:
            return turn.say(turn.texts.upload_too_many.format(count=MOST_WAITING))
        upload = store.uploads.add(chat.id, document.name, document.content, turn.now)
    items = _items(turn, upload)
    if not any(isinstance(item, RawArticle) for item in items):
        with turn.desk.database.begin() as store:
            store.uploads.remove(upload.id)
        reasons = "\n".join(str(item) for item in items if isinstance(item, InputError))
        return turn.say(turn.texts.upload_unread.format(name=upload.name, reasons=reasons))
    return _preview(turn, upload, items)


def _items(turn: Turn, upload: Upload) -> list[Item]:
    """What the document holds; the day and the paper that an administrator gave count for every article in it."""
    label = Label(source=upload.source, published_on=upload.published_on)
    items = turn.desk.doors().read(upload.content, upload.name, label)
    return [label.overrule(item) if isinstance(item, RawArticle) else item for item in items]


def _preview(turn: Turn, upload: Upload, items: list[Item]) -> Reply:
    texts = turn.texts
    raws = [item for item in items if isinstance(item, RawArticle)]
    lines = [texts.upload_head.format(name=upload.name, count=len(raws), furniture=_furniture(items))]
    for number, raw in enumerate(raws[:SHOWN], 1):
        lines.append(texts.upload_item.format(number=number, headline=messages.headline(raw), characters=len(raw.body)))
    if len(raws) > SHOWN:
        lines.append("…")
    day = raws[0].published_on
    lines.append(texts.upload_date.format(date=messages.day(texts, day) if day else texts.upload_no_date))
    lines.append(texts.upload_source.format(source=raws[0].source or texts.upload_no_source))
    lines += [str(item) for item in items if isinstance(item, InputError)][:5]
    lines.append(texts.upload_hint.format(id=upload.id))
    today = turn.now.astimezone(turn.desk.zone).date()
    return turn.say(
        "\n".join(lines),
        Button(texts.upload_accept, f"ingest accept {upload.id}"),
        Button(texts.upload_drop, f"ingest drop {upload.id}"),
        Button(texts.upload_today, f"ingest date {upload.id} {today}"),
        Button(texts.upload_yesterday, f"ingest date {upload.id} {today - timedelta(days=1)}"),
    )


def _furniture(items: list[Item]) -> int:
    return sum(item.lines for item in items if isinstance(item, Furniture))


def _accept(turn: Turn, upload: Upload, _value: str) -> Reply:
    done = turn.desk.ingest(_items(turn, upload))
    with turn.desk.database.begin() as store:
        store.uploads.remove(upload.id)
    counts = {name: getattr(done, name) for name in ("new", "known", "revised", "near_duplicates", "unread")}
    return turn.say(turn.texts.upload_done.format(name=upload.name, **counts))


def _drop(turn: Turn, upload: Upload, _value: str) -> Reply:
    with turn.desk.database.begin() as store:
        store.uploads.remove(upload.id)
    return turn.say(turn.texts.upload_dropped.format(name=upload.name))


def _date(turn: Turn, upload: Upload, value: str) -> Reply:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return turn.say(turn.texts.error_date.format(text=value))
    with turn.desk.database.begin() as store:
        dated = store.uploads.set_date(upload, day)
    return _preview(turn, dated, _items(turn, dated))


def _source(turn: Turn, upload: Upload, value: str) -> Reply:
    if not value:
        return turn.say(turn.texts.upload_usage)
    with turn.desk.database.begin() as store:
        named = store.uploads.set_source(upload, value[:100])
    return _preview(turn, named, _items(turn, named))
