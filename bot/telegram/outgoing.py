"""Messages → Telegram: sent or put in place of a shown one; what it says against them becomes ours."""

import logging

from telegram import Bot, MaybeInaccessibleMessage
from telegram.error import BadRequest, TelegramError

from bot.chat import Document, Message, SendError, Unchanged, Wait
from bot.pace import Pacer
from bot.telegram.content import content
from bot.telegram.faults import fault, target
from bot.telegram.photos import Photos

log = logging.getLogger(__name__)


class Outgoing:
    """What goes to chats; where Telegram says to wait, everybody waits from then on."""

    def __init__(self, bot: Bot, pacer: Pacer, photos: Photos, *, paid: bool) -> None:
        """`paid`: pushes may be paid for (https://core.telegram.org/bots/api#paid-broadcasts)."""
        self._bot = bot
        self._pacer = pacer
        self._photos = photos
        self._paid = paid

    async def send(
        self, address: str, message: Message, *, plain: bool = False, bulk: bool = False, quiet: bool = False
    ) -> int | None:
        """One message to one chat, without a sound if `quiet`; returns a text's number. Raises SendError."""
        parameters = {**target(address), **content(message, plain=plain)}
        if quiet:
            parameters["disable_notification"] = True
        if bulk and self._paid:
            parameters["allow_paid_broadcast"] = True
        sent = None
        try:
            if message.picture is not None:
                await self._photos.send(message.picture, parameters)
            else:
                sent = await self._bot.send_message(**parameters)
        except TelegramError as error:
            raise await self._fault(error, address) from error
        self._pacer.accepted()
        return sent.message_id if sent else None

    async def put_right(self, address: str, message_id: int, message: Message, *, plain: bool = False) -> None:
        """Puts a message in place of one that was pushed; raises SendError, but not when it is the same already."""
        wanted = content(message, plain=plain)
        try:
            await self._bot.edit_message_text(chat_id=target(address)["chat_id"], message_id=message_id, **wanted)
        except TelegramError as error:
            meaning = await self._fault(error, address)
            if not isinstance(meaning, Unchanged):
                raise meaning from error
        self._pacer.accepted()

    async def send_document(self, address: str, document: Document) -> None:
        """A file to one chat; raises SendError."""
        try:
            await self._bot.send_document(**target(address), document=document.content, filename=document.name)
        except TelegramError as error:
            raise await self._fault(error, address) from error

    async def edit(self, where: str, old: MaybeInaccessibleMessage, message: Message) -> bool:
        """Puts a message in place of a shown one; tells whether nothing more need be sent."""
        try:
            wanted = content(message, plain=False)
            await self._bot.edit_message_text(chat_id=old.chat.id, message_id=old.message_id, **wanted)
        except BadRequest as error:
            return isinstance(fault(error, where), Unchanged)
        except TelegramError as error:
            log.info("message not edited: %s", await self._fault(error, where))
            return False
        return True

    async def _fault(self, error: TelegramError, where: str) -> SendError:
        meaning = fault(error, where)
        if isinstance(meaning, Wait):
            await self._pacer.hold(where, meaning.seconds)
        return meaning
