"""Alarms → administrators: each is told once when it begins, and once when it is over."""

import asyncio
import logging
from collections.abc import Sequence

from bot import chat, messages
from bot.chat import Gone, Message, SendError, Transport
from bot.reasons import reason
from bot.texts import gettext_noop, texts_for
from digests.model.sources import Alarm
from digests.storage import Database

log = logging.getLogger(__name__)

_BEGUN = {
    "source_silent": gettext_noop("⚠️ {subject}: no paper by {detail} today."),
    "source_failing": gettext_noop("⚠️ {subject} failed several times in a row: {detail}"),
}
_OVER = {
    "source_silent": gettext_noop("✅ {subject} has come; the alarm is over."),
    "source_failing": gettext_noop("✅ {subject} answers again."),
}


async def tell(database: Database, transport: Transport, admins: Sequence[str]) -> None:
    """Tells every administrator what is untold; what reached none of them is told again the next time.

    It is in the log too, for there may be no administrator. Raises StorageError.
    """
    for alarm in await asyncio.to_thread(_untold, database):
        log.warning("alarm: %s", _wording(alarm, ""))
        reached = [await _reaches(database, transport, address, alarm) for address in admins]
        if not admins or any(reached):
            await asyncio.to_thread(_told, database, alarm)


async def _reaches(database: Database, transport: Transport, address: str, alarm: Alarm) -> bool:
    language = await asyncio.to_thread(_language, database, address)
    try:
        for message in _messages(alarm, language):
            await chat.send(transport, address, message)
    except Gone:
        return True  # this administrator will never be reached: the others are enough
    except SendError as error:
        log.warning("alarm not told to %s: %s", address, error)
        return False
    return True


def _messages(alarm: Alarm, language: str) -> tuple[Message, ...]:
    return messages.text(_wording(alarm, language))


def _wording(alarm: Alarm, language: str) -> str:
    wordings = _OVER if alarm.over_at else _BEGUN
    texts = texts_for(language)
    return texts.say(wordings[alarm.kind], subject=alarm.subject, detail=reason(texts, alarm.detail))


def _untold(database: Database) -> list[Alarm]:
    with database.read() as store:
        return store.alarms.untold()


def _told(database: Database, alarm: Alarm) -> None:
    with database.begin() as store:
        store.alarms.told(alarm)


def _language(database: Database, address: str) -> str:
    with database.read() as store:
        found = store.chats.find(address)
        return found.language if found else ""
