"""Words → one person, in private and in their language: told once, or again later when it certainly did not arrive."""

import asyncio
import logging
from collections.abc import Iterable

from bot import chat
from bot.chat import Gone, Message, Refused, SendError, Transport, Unknown
from bot.texts import Texts, texts_for
from digests.storage import Database

log = logging.getLogger(__name__)


async def reaches(transport: Transport, address: str, messages: Iterable[Message]) -> bool:
    """Sends messages to a person; False: they certainly did not arrive, so it is to be tried again.

    Who can never be reached counts as told, for there is nobody else to tell; what may have arrived does, too.
    """
    try:
        for message in messages:
            await chat.send(transport, address, message)
    except (Gone, Unknown):
        return True
    except Refused as error:
        log.error("not told to %s, and it will not be: %s", address, error)
        return True
    except SendError as error:
        # While Telegram is out of reach, that is said already.
        log.debug("not told to %s: %s", address, error)
        return False
    return True


async def texts_of(database: Database, address: str) -> Texts:
    """The texts of a person, of whom nothing need be stored. Raises StorageError."""
    return texts_for(await asyncio.to_thread(_language, database, address))


def _language(database: Database, address: str) -> str:
    with database.read() as store:
        found = store.chats.find(address)
        return found.language if found else ""
