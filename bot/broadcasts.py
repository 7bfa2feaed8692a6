"""Broadcasts → messages: what readers see of one, what an operator is shown before, and how far it is."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from bot import messages
from bot.chat import Button, Message, Span, Transport
from bot.splitter import UNITS, bold, lines, paginate, units
from bot.telling import reaches, texts_of
from bot.texts import Texts, gettext_noop
from digests.model.outbox import Audience, Broadcast, BroadcastState, Progress
from digests.seeds import Lexicon
from digests.storage import Database, Store

EVERY = timedelta(minutes=5)
"""How often its author is told how far a broadcast is; a shorter one is told of only when it is out."""

_ON_ITS_WAY = gettext_noop("The notice is on its way: {sent} of {owed} have it.")
_STOPPED = gettext_noop("The notice was stopped: {sent} of {owed} have it.")
_OUT = gettext_noop("The notice is out: {sent} of {owed} have it.")


def notice(texts: Texts, content: Any) -> tuple[Message, ...]:
    """What a reader sees: it is said above it that it comes from the operator, not from a paper."""
    heading = bold(texts.say("📢 A notice from the operator"))
    first, *more = paginate([Message.restored(content).spans], UNITS - units(heading.text) - 1)
    return (Message(lines((heading,), first.spans)), *(Message(page.spans) for page in more))


def content_of(text: str) -> dict[str, Any]:
    """Plain text as a broadcast keeps it."""
    return Message((Span(text),)).stored


def dry_run(texts: Texts, lexicon: Lexicon, query: str, audience: Audience, rate: float) -> str:
    """To whom a broadcast would go, how long that takes at `rate` messages a second, and who is left out."""
    if audience.chats:
        chats, time = audience.chats, _time(texts, audience.chats / rate)
        reach = texts.count("It goes to {count} chat, {time}.", "It goes to {count} chats, {time}.", chats, time=time)
    else:
        reach = texts.say("Nobody would get it now.")
    shown = texts.say("This is how it looks. Nothing was sent yet.")
    return "\n".join([shown, _whom(texts, lexicon, query), reach, *_counted(texts, audience)])


def _whom(texts: Texts, lexicon: Lexicon, query: str) -> str:
    if not query:
        return texts.say("For: everybody")
    return texts.say("For: those who follow {wish}", wish=messages.wish(texts, lexicon, query))


def _time(texts: Texts, seconds: float) -> str:
    minutes = ceil(seconds / 60)
    if minutes <= 1:
        return texts.say("within a minute")
    return texts.count("in about {count} minute", "in about {count} minutes", minutes)


def _counted(texts: Texts, audience: Audience) -> Iterator[str]:
    if audience.asleep:
        asleep = texts.number(audience.asleep)
        yield texts.say("Of these in quiet hours, told when they end: {count}", count=asleep)
    number = texts.number
    left_out = (
        (texts.say("paused {count}", count=number(audience.paused)), audience.paused),
        (texts.say("left {count}", count=number(audience.left)), audience.left),
        (texts.say("closed to me {count}", count=number(audience.silenced)), audience.silenced),
    )
    if named := messages.enumeration(texts, [said for said, chats in left_out if chats]):
        yield texts.say("Left out: {chats}", chats=named)


def going(texts: Texts, broadcast: Broadcast, progress: Progress) -> Message:
    """How far a broadcast is; one that goes on with buttons to look again and to stop it."""
    on_its_way = broadcast.state is BroadcastState.SENDING and progress.waiting
    wording = _STOPPED if broadcast.state is BroadcastState.STOPPED else _ON_ITS_WAY if on_its_way else _OUT
    said = texts.say(wording, sent=texts.number(progress.sent), owed=texts.number(broadcast.owed))
    buttons = (
        Button(texts.say("How far is it?"), f"broadcast look {broadcast.id}"),
        Button(texts.say("Stop it"), f"broadcast stop {broadcast.id}"),
    )
    (message,) = messages.text("\n".join([said, *_missed(texts, progress)]), *(buttons if on_its_way else ()))
    return message


def _missed(texts: Texts, progress: Progress) -> Iterator[str]:
    """Who did not get it, or may not have."""
    number = texts.number
    missed = (
        (texts.say("blocked me {count}", count=number(progress.gone)), progress.gone),
        (texts.say("failed {count}", count=number(progress.failed)), progress.failed),
        (texts.say("may not have arrived {count}", count=number(progress.unknown)), progress.unknown),
    )
    if named := messages.enumeration(texts, [said for said, chats in missed if chats]):
        yield texts.say("Besides: {chats}", chats=named)


async def tell(database: Database, transport: Transport, now: datetime) -> None:
    """Tells the authors of broadcasts how far they are, each in EVERY, and when they are out. Raises StorageError."""
    for broadcast, progress in await asyncio.to_thread(_due, database, transport.scheme, now):
        texts = await texts_of(database, broadcast.author)
        if not broadcast.author or await reaches(transport, broadcast.author, [going(texts, broadcast, progress)]):
            await asyncio.to_thread(_told, database, broadcast, now, ended=not progress.waiting)


def _due(database: Database, transport: str, now: datetime) -> list[tuple[Broadcast, Progress]]:
    with database.read() as store:
        found = [(each, store.broadcasts.progress(each.id)) for each in store.broadcasts.going_on(transport)]
    return [
        (each, far) for each, far in found if not far.waiting or each.told_at is None or now - each.told_at >= EVERY
    ]


def _told(database: Database, broadcast: Broadcast, now: datetime, *, ended: bool) -> None:
    with database.begin() as store:
        store.broadcasts.told(broadcast.id, now, ended=ended)


def owed(store: Store, texts: Texts, broadcast_id: int) -> tuple[Message, ...]:
    """The messages of a delivery; none when the broadcast was stopped."""
    broadcast = store.broadcasts.get(broadcast_id)
    if broadcast is None or broadcast.state is BroadcastState.STOPPED:
        return ()
    return notice(texts, broadcast.content)
