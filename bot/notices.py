"""Notices → whoever set a group up: told in private, once, that digests cannot be brought there."""

import asyncio

from bot import messages
from bot.chat import Transport
from bot.telling import reaches
from bot.texts import gettext_noop, texts_for
from digests.model.readers import Trouble
from digests.storage import Database
from digests.storage.groups import Notice

_WORDINGS = {
    Trouble.SILENCED: gettext_noop(
        "I may not write in “{title}” any more. I try again after an hour, then less and less often, for a month. Once"
        " I may, what is due comes in one message. Everything that is set there is kept."
    ),
    Trouble.CLOSED: gettext_noop(
        "The topic in “{title}” to which I bring digests is closed. They wait until it is opened again, or until I am"
        " an administrator there. Everything that is set there is kept."
    ),
    Trouble.DELETED: gettext_noop(
        "The topic in “{title}” to which I bring digests is not there for me any more; it was deleted, I think. I try"
        " again less and less often, for a month. To have digests in another topic, send me /start there."
    ),
}


async def tell(database: Database, transport: Transport) -> None:
    """Tells everyone who is yet to be told; who cannot be reached now is told later. Raises StorageError."""
    for notice, language in await asyncio.to_thread(_untold, database, transport.scheme):
        wording = texts_for(language).say(_WORDINGS[notice.trouble], title=notice.group.title)
        if not notice.person or await reaches(transport, notice.person, messages.text(wording)):
            await asyncio.to_thread(_told, database, notice)


def _untold(database: Database, scheme: str) -> list[tuple[Notice, str]]:
    """The notices for people of this transport, each with the language to tell it in."""
    with database.read() as store:
        found = [notice for notice in store.groups.notices() if notice.group.chat.address.startswith(f"{scheme}:")]
        people = {notice.person: store.chats.find(notice.person) for notice in found}
    return [(notice, (people[notice.person] or notice.group.chat).language) for notice in found]


def _told(database: Database, notice: Notice) -> None:
    with database.begin() as store:
        store.groups.told(notice)
