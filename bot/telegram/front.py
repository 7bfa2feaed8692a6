"""python-telegram-bot ↔ commands: updates become requests, replies become messages, its errors become ours."""

import asyncio
import logging
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from telegram import (
    BotCommand,
    BotCommandScopeChat,
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    MaybeInaccessibleMessage,
    Update,
)
from telegram import Document as TelegramDocument
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import filters as only
from telegram.request import BaseRequest

from bot import chat, commands, messages
from bot.chat import Again, Document, Message, Moved, Reply, Request, SendError, TokenRefused, Wait
from bot.commands import BY_NAME, COMMANDS, Desk, membership
from bot.pace import Pacer
from bot.splitter import clipped
from bot.telegram.content import content, shown
from bot.telegram.faults import SCHEME, address, fault, target
from bot.telegram.http import HttpRequest
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.photos import Photos
from bot.telegram.polling import Polling, RawBot, unless
from bot.telegram.webhook import Webhook
from bot.texts import Texts, gettext_noop, texts_for

log = logging.getLogger(__name__)

_ADMINS_ONLY = gettext_noop("In a group only administrators change settings; /today and /search are for everyone.")
_TOO_BIG = gettext_noop("Too big: Telegram gives bots at most 20 MB. Put it into LIWEN_INBOX, or use liwen ingest.")
_NOT_FETCHED = gettext_noop("Telegram did not hand the file over; please send it again.")

AT_ONCE = 64
"""Updates handled together: one at a time gives 10 answers a second at 0.1 s a round trip, 64 give 60."""
TIMEOUT, POLL_TIMEOUT = 30.0, 15.0
"""Seconds to wait for an answer, giving up sooner makes a delivered message look lost; and beyond a poll's own."""
PASTED, FORWARDED = 300, 100
"""Characters from which an administrator's text, or one that was forwarded, is taken for a paper, not a question."""
GRACE = 5.0
"""Seconds that answers get when the program is to end; the rest is answered at the next start."""
PAUSES = (1.0, 5.0, 20.0, 60.0)
"""Seconds before an answer that was certainly not sent is tried again; after the last one, as often as it takes."""

NOTICE = 200
"""UTF-16 units of a word that Telegram shows for a moment (https://core.telegram.org/bots/api#answercallbackquery)."""

_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class TelegramBot:
    """The bot in Telegram: takes updates, answers them, and is the transport for digests."""

    scheme = SCHEME

    def __init__(
        self,
        desk: Desk,
        token: str,
        api_url: str,
        pacer: Pacer,
        proxy: str | None = None,
        request: BaseRequest | None = None,
        *,
        paid: bool = False,
        webhook_url: str | None = None,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        """`pacer` keeps the pace that the sender keeps too; `request` replaces the HTTP client, for tests.

        `paid`: pushes may be paid for (https://core.telegram.org/bots/api#paid-broadcasts). With `webhook_url` updates
        are not asked for but brought there.
        """
        self._desk = desk
        self._paid = paid
        self._pauses = pauses
        self._pacer = pacer
        sending = request or HttpRequest(TIMEOUT, 2 * AT_ONCE, proxy)
        fetching = request or HttpRequest(POLL_TIMEOUT, 2, proxy)
        self._requests = (sending, fetching)
        self._bot = RawBot(
            token,
            base_url=f"{api_url}/bot",
            base_file_url=f"{api_url}/file/bot",
            request=sending,
            get_updates_request=fetching,
        )
        self._lanes = Lanes(AT_ONCE)
        self._photos = Photos(self._bot, desk.database, desk.clock)
        intake = Intake(self._bot, pacer.ledger, self._lanes, desk.clock, self._take)
        self._polling = Polling(self._bot, intake)
        self.webhook = Webhook(self._bot, intake, webhook_url, token) if webhook_url else None

    @property
    def busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self._lanes.busy

    async def run(self, stop: asyncio.Event) -> None:
        """Answers until `stop` is set, then finishes what is being answered; raises TokenRefused."""
        try:
            if await unless(stop, self._log_in()):
                log.info("answering as @%s", self._bot.username)
                await (self.webhook or self._polling).run(stop)
        finally:
            await self._lanes.finish(GRACE)

    async def close(self) -> None:
        """Closes the connections; the library leaves them open when the bot never logged in."""
        for request in self._requests:
            await request.shutdown()

    async def _log_in(self) -> None:
        pause = 1.0
        while True:
            try:
                await self._bot.initialize()
                if self.webhook is None:
                    # While one is set, Telegram gives no updates to those who ask.
                    await self._bot.delete_webhook()
                break
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, error)
            await asyncio.sleep(pause)
            pause = min(60.0, 2 * pause)
        await self._set_menus()

    async def _set_menus(self) -> None:
        # Telegram knows languages by two letters here: no script, no region.
        for language_code in (None, "zh", "en"):
            await self._set_menu(texts_for(language_code or ""), language_code=language_code)

    async def _set_menu(self, texts: Texts, **whose: Any) -> None:
        menu = [BotCommand(c.name, texts.say(c.description)) for c in COMMANDS if not c.hidden]
        try:
            await self._bot.set_my_commands(menu, **whose)
        except TelegramError as error:
            log.warning("menu not set: %s", error)

    async def send(self, address: str, message: Message, *, plain: bool = False, bulk: bool = False) -> None:
        """One message to one chat; raises SendError."""
        wanted = {**target(address), **content(message, plain=plain)}
        if bulk and self._paid:
            wanted["allow_paid_broadcast"] = True
        try:
            if message.picture is not None:
                await self._photos.send(message.picture, wanted)
            else:
                await self._bot.send_message(**wanted)
        except TelegramError as error:
            raise await self._fault(error, address) from error
        self._pacer.accepted()

    async def _fault(self, error: TelegramError, where: str) -> SendError:
        """What an error means; where Telegram says to wait, everybody waits from now on."""
        meaning = fault(error, where)
        if isinstance(meaning, Wait):
            await self._pacer.hold(where, meaning.seconds)
        return meaning

    async def _take(self, update: Update) -> None:
        """Answers an update: a person's message or button, or what became of a chat."""
        message = update.message
        if update.my_chat_member is not None:
            await self._on_membership(update.my_chat_member)
        elif update.callback_query is not None:
            await self._on_button(update, update.callback_query)
        elif message is not None and message.migrate_to_chat_id is not None:
            old, new = address(message.chat.id), address(message.migrate_to_chat_id)
            await asyncio.to_thread(membership.moved, self._desk, old, new)
        elif message is not None and message.document is not None and self._is_admins(message):
            await self._on_document(update, message, message.document)
        elif message is not None and message.location is not None and message.chat.type == Chat.PRIVATE:
            here = f"{message.location.latitude} {message.location.longitude}"
            await self._answer(update, self._made(update, message, "near", here), message)
        elif message is not None and (message.text or _is_question(message)):
            await self._on_text(update, message)

    def _is_admins(self, message: TelegramMessage) -> bool:
        return message.chat.type == Chat.PRIVATE and address(message.chat.id) in self._desk.admins

    async def _on_text(self, update: Update, message: TelegramMessage) -> None:
        request = self._request(update, message)
        if request is not None:
            await self._answer(update, request, message)

    def _request(self, update: Update, message: TelegramMessage) -> Request | None:
        """The request a text makes; in groups only commands, and only those meant for this bot."""
        private = message.chat.type == Chat.PRIVATE
        text = (message.text or "").strip()
        if not text.startswith("/"):
            if self._is_page(message, text):
                document = Document(texts_for("").say("your text"), text.encode())
                return self._made(update, message, "ingest", "", document=document)
            return self._made(update, message, "search", text) if private else None
        name, args = chat.command_and_args(text)
        name, _, bot = name.partition("@")
        if bot and bot != (self._bot.username or "").lower():
            return None
        return self._made(update, message, name, args)

    def _is_page(self, message: TelegramMessage, text: str) -> bool:
        """Whether a text is a paper that an administrator forwards or pastes: too long for a question."""
        if address(message.chat.id) not in self._desk.admins:
            return False
        return len(text) >= PASTED or (message.forward_origin is not None and len(text) >= FORWARDED)

    async def _on_document(self, update: Update, message: TelegramMessage, file: TelegramDocument) -> None:
        """A file from an administrator: a paper to be read."""
        name = file.file_name or file.file_unique_id
        try:
            content = bytes(await (await file.get_file()).download_as_bytearray())
        except TelegramError as error:
            log.warning("document %s not fetched: %s", name, error)
            request = self._made(update, message, "ingest", "")
            reason = _TOO_BIG if "too big" in str(error).lower() else _NOT_FETCHED
            await self._show(request, Reply(messages.text(texts_for(request.language).say(reason))), message)
            return
        request = self._made(update, message, "ingest", "", document=Document(name, content))
        await self._answer(update, request, message)

    def _made(self, update: Update, message: MaybeInaccessibleMessage, name: str, args: str, **more: Any) -> Request:
        user = update.effective_user
        where = address(message.chat.id, _topic(message))
        return Request(where, name, args, language=(user.language_code or "") if user else "", **more)

    async def _on_button(self, update: Update, query: CallbackQuery) -> None:
        notice = ""
        if query.message is not None and query.data:
            name, args = chat.command_and_args(query.data)
            known = shown(query.message) if isinstance(query.message, TelegramMessage) and query.message.text else None
            request = self._made(update, query.message, name, args, pressed=True, shown=known)
            notice = await self._answer(update, request, query.message)
        try:
            await query.answer(clipped(notice, NOTICE) or None)
        except TelegramError as error:
            log.info("button not confirmed: %s", error)

    async def _answer(self, update: Update, request: Request, message: MaybeInaccessibleMessage) -> str:
        """Answers with messages, and returns the notice that the one who pressed a button is to see."""
        if await self._allowed(update, request, message):
            reply = await asyncio.to_thread(commands.answer, self._desk, request)
        else:
            reply = Reply(messages.text(texts_for(request.language).say(_ADMINS_ONLY)))
        await self._show(request, reply, message)
        # A chat's own menu, where the language of the person's app would bring another.
        if reply.language and (request.command == "lang" or reply.language != texts_for(request.language[:2]).code):
            await self._set_menu(texts_for(reply.language), scope=BotCommandScopeChat(message.chat.id))
        return reply.notice

    async def _allowed(self, update: Update, request: Request, message: MaybeInaccessibleMessage) -> bool:
        """In groups only administrators change settings; in private chats everyone their own."""
        command = BY_NAME.get(request.command)
        if message.chat.type == Chat.PRIVATE or command is None or not command.changes:
            return True
        if not request.pressed and isinstance(message, TelegramMessage) and message.sender_chat is not None:
            return message.sender_chat.id == message.chat.id  # an administrator who writes as the group
        user = update.effective_user
        try:
            return user is not None and (await message.chat.get_member(user.id)).status in _ADMINS
        except TelegramError as error:
            log.warning("cannot tell an administrator: %s", error)
            return False

    async def _show(self, request: Request, reply: Reply, message: MaybeInaccessibleMessage) -> None:
        remaining = list(reply.messages)
        try:
            if reply.edit and remaining and await self._edit(request.address, message, remaining[0]):
                remaining = remaining[1:]
            for part in remaining:
                await self._send_patiently(request.address, part)
        except SendError as error:
            log.warning("answer not sent: %s: %s", type(error).__name__, error)

    async def _send_patiently(self, where: str, message: Message) -> None:
        """Sends an answer when its turn has come, however long that takes; also to where the chat has moved."""
        pauses = chain(self._pauses, repeat(self._pauses[-1]))
        while True:
            try:
                await self._pacer.turn(where)
                await chat.send(self, where, message)
                return
            except Moved as moved:
                await asyncio.to_thread(membership.moved, self._desk, where, moved.address)
                where = moved.address
            except (Wait, Again) as fault:
                pause = next(pauses)
                log.info("answer not sent, trying again in %g s: %s", pause, fault)
                async with self._lanes.aside():
                    await asyncio.sleep(pause)

    async def _edit(self, where: str, old: MaybeInaccessibleMessage, message: Message) -> bool:
        """Puts a message in place of a shown one; tells whether nothing more need be sent."""
        try:
            await self._pacer.turn(where)
            wanted = content(message, plain=False)
            await self._bot.edit_message_text(chat_id=old.chat.id, message_id=old.message_id, **wanted)
        except BadRequest as error:
            return "not modified" in str(error).lower()
        except TelegramError as error:
            log.info("message not edited: %s", await self._fault(error, where))
            return False
        except Wait:
            return False
        return True

    async def _on_membership(self, change: ChatMemberUpdated) -> None:
        present = change.new_chat_member.status in _PRESENT or getattr(change.new_chat_member, "is_member", False)
        act = membership.returned if present else membership.left
        await asyncio.to_thread(act, self._desk, address(change.chat.id))


def _topic(message: MaybeInaccessibleMessage) -> int | None:
    """The forum's topic that a message is in."""
    return message.message_thread_id if isinstance(message, TelegramMessage) and message.is_topic_message else None


def _is_question(message: TelegramMessage) -> bool:
    """Whether a message without text is from a person who waits for an answer: a picture, a sticker, a file."""
    return message.chat.type == Chat.PRIVATE and not only.StatusUpdate.ALL.check_update(Update(0, message=message))
