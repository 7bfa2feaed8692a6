"""python-telegram-bot ↔ commands: updates become requests, replies become messages, its errors become ours."""

import asyncio
import contextlib
import logging
from typing import Any
from weakref import WeakValueDictionary

from telegram import Bot, BotCommand, Chat, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus, ParseMode
from telegram.error import (
    BadRequest,
    InvalidToken,
    TelegramError,
)
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    ChatMemberHandler,
    MessageHandler,
    Updater,
)
from telegram.ext import filters as only
from telegram.request import BaseRequest, HTTPXRequest

from bot import chat, commands, messages
from bot.chat import (
    Document,
    Message,
    Moved,
    Reply,
    Request,
    SendError,
    TokenRefused,
    Wait,
)
from bot.commands import BY_NAME, COMMANDS, Desk, membership
from bot.pace import Pace
from bot.telegram.faults import SCHEME, address, fault, target
from bot.texts import LANGUAGES, texts_for

log = logging.getLogger(__name__)

AT_ONCE = 64
"""Updates handled together: one at a time gives 10 answers a second at 0.1 s a round trip, 64 give 60."""
TIMEOUT = 30.0
"""Seconds to wait for an answer: giving up sooner makes a delivered message look lost."""
PASTED, FORWARDED = 300, 100
"""Characters from which an administrator's text, or one that was forwarded, is taken for a paper, not a question."""
LONGEST_WAIT = 60.0
"""Seconds an answer to a person is held back when Telegram says to wait; longer, and it is dropped."""

_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
_PRESENT = (ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)
_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


def keyboard(message: Message) -> InlineKeyboardMarkup | None:
    """A message's buttons as Telegram's; their actions are the callback data."""
    rows = [[InlineKeyboardButton(b.label, callback_data=b.action) for b in row] for row in message.buttons]
    return InlineKeyboardMarkup(rows) if rows else None


def _content(message: Message, *, plain: bool) -> dict[str, Any]:
    return {
        "text": message.plain if plain else message.html,
        "parse_mode": None if plain else ParseMode.HTML,
        "reply_markup": keyboard(message),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }


class TelegramBot:
    """The bot in Telegram: polls for updates, answers them, and is the transport for digests."""

    scheme = SCHEME
    heartbeat = 60.0
    """Seconds between looks whether the token still holds."""

    def __init__(
        self,
        desk: Desk,
        token: str,
        api_url: str,
        pace: Pace,
        proxy: str | None = None,
        request: BaseRequest | None = None,
    ) -> None:
        """`pace` is shared with the sender; `request` replaces the HTTP client, for tests."""
        self._desk = desk
        self._pace = pace
        self._refused = False
        polling = request or HTTPXRequest(connection_pool_size=2, proxy=proxy)
        sending = request or HTTPXRequest(
            connection_pool_size=2 * AT_ONCE, read_timeout=TIMEOUT, write_timeout=TIMEOUT, proxy=proxy
        )
        self._requests = (polling, sending)
        self._application: Application[Any, Any, Any, Any, Any, Any] = (
            ApplicationBuilder()
            .token(token)
            .base_url(f"{api_url}/bot")
            .request(sending)
            .get_updates_request(polling)
            .concurrent_updates(AT_ONCE)
            .job_queue(None)
            .build()
        )
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._add_handlers()

    def _add_handlers(self) -> None:
        add = self._application.add_handler
        add(MessageHandler(only.UpdateType.MESSAGE & only.StatusUpdate.MIGRATE, self._on_migration))
        add(MessageHandler(only.UpdateType.MESSAGE & only.ChatType.PRIVATE & only.Document.ALL, self._on_document))
        add(MessageHandler(only.UpdateType.MESSAGE & only.TEXT, self._on_text))
        add(MessageHandler(only.UpdateType.MESSAGE & only.ChatType.PRIVATE & ~only.StatusUpdate.ALL, self._on_text))
        add(CallbackQueryHandler(self._on_button))
        add(ChatMemberHandler(self._on_membership, ChatMemberHandler.MY_CHAT_MEMBER))

    @property
    def _updater(self) -> Updater:
        updater = self._application.updater
        assert updater is not None  # noqa: S101 - the builder makes one unless told not to
        return updater

    @property
    def _bot(self) -> Bot:
        bot: Bot = self._application.bot
        return bot

    async def run(self, stop: asyncio.Event) -> None:
        """Answers until `stop` is set, then finishes what is being answered; raises TokenRefused."""
        try:
            await self._log_in(stop)
            if not stop.is_set():
                await self._set_menus()
                await self._application.start()
                await self._poll(stop)
        finally:
            await self._finish()
        if self._refused:
            raise TokenRefused

    async def _poll(self, stop: asyncio.Event) -> None:
        """Polls until `stop` is set, or Telegram no longer knows the token."""
        polling = asyncio.ensure_future(
            self._updater.start_polling(
                allowed_updates=_UPDATES,
                bootstrap_retries=-1,
                error_callback=lambda error: log.warning("polling: %s", error),
            )
        )
        stopping = asyncio.ensure_future(stop.wait())
        # It tries for ever to begin: being told to stop must not wait for that.
        await asyncio.wait({polling, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if polling.done():
            await polling
            log.info("answering as @%s", self._bot.username)
            await self._watch(stopping)
        polling.cancel()
        stopping.cancel()

    async def _watch(self, stopping: asyncio.Future[Any]) -> None:
        """Waits for the end, and asks now and then whether the token still holds: a refused poll ends in silence."""
        while not stopping.done() and not self._refused:
            await asyncio.wait({stopping}, timeout=self.heartbeat)
            try:
                await self._bot.get_me()
            except InvalidToken:
                self._refused = True
            except TelegramError as error:
                log.info("heartbeat: %s", error)

    async def _finish(self) -> None:
        if self._updater.running:
            with contextlib.suppress(InvalidToken):  # that is known by then
                await self._updater.stop()
        if self._application.running:
            await self._application.stop()

    async def close(self) -> None:
        """Closes the connections."""
        await self._application.shutdown()
        # An application that never got to log in leaves its connections to us.
        for request in self._requests:
            await request.shutdown()

    async def _log_in(self, stop: asyncio.Event) -> None:
        pause = 1.0
        while not stop.is_set():
            try:
                await self._application.initialize()
                return
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                log.warning("Telegram cannot be reached, trying again in %g s: %s", pause, error)
            try:
                await asyncio.wait_for(stop.wait(), pause)
            except TimeoutError:
                pause = min(60.0, 2 * pause)

    async def _set_menus(self) -> None:
        for language_code, texts in ((None, texts_for("")), *((code[:2], texts) for code, texts in LANGUAGES.items())):
            menu = [BotCommand(c.name, c.description(texts)) for c in COMMANDS if not c.hidden]
            try:
                await self._bot.set_my_commands(menu, language_code=language_code)
            except TelegramError as error:
                log.warning("menu not set: %s", error)

    async def send(self, address: str, message: Message, *, plain: bool = False) -> None:
        """One message to one chat; raises SendError."""
        try:
            await self._bot.send_message(**target(address), **_content(message, plain=plain))
        except TelegramError as error:
            meaning = fault(error, address)
            if isinstance(meaning, Wait):
                self._pace.hold(address, meaning.seconds)
            raise meaning from error

    async def _on_text(self, update: Update, _context: object) -> None:
        message = update.effective_message
        request = self._request(update, message) if message else None
        if request is not None and message is not None:
            await self._answer(update, request, message)

    def _request(self, update: Update, message: TelegramMessage) -> Request | None:
        """The request a text makes; in groups only commands, and only those meant for this bot."""
        private = message.chat.type == Chat.PRIVATE
        text = (message.text or "").strip()
        if not text.startswith("/"):
            if self._is_page(message, text):
                document = Document(texts_for("").upload_name, text.encode())
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

    async def _on_document(self, update: Update, context: object) -> None:
        """A file: from an administrator a paper to be read, from others nothing that can be answered."""
        message = update.effective_message
        if message is None or message.document is None:
            return
        if address(message.chat.id) not in self._desk.admins:
            await self._on_text(update, context)
            return
        file = message.document
        name = file.file_name or file.file_unique_id
        try:
            content = bytes(await (await file.get_file()).download_as_bytearray())
        except TelegramError as error:
            log.warning("document %s not fetched: %s", name, error)
            request = self._made(update, message, "ingest", "")
            texts = texts_for(request.language)
            wording = texts.upload_too_big if "too big" in str(error).lower() else texts.upload_not_fetched
            await self._show(request, Reply(messages.text(wording)), message)
            return
        request = self._made(update, message, "ingest", "", document=Document(name, content))
        await self._answer(update, request, message)

    def _made(self, update: Update, message: TelegramMessage, name: str, args: str, **more: Any) -> Request:
        user = update.effective_user
        where = address(message.chat.id, message.message_thread_id if message.is_topic_message else None)
        return Request(where, name, args, language=(user.language_code or "") if user else "", **more)

    async def _on_button(self, update: Update, _context: object) -> None:
        query = update.callback_query
        if query is None:
            return
        if isinstance(query.message, TelegramMessage) and query.data:
            name, args = chat.command_and_args(query.data)
            await self._answer(update, self._made(update, query.message, name, args, pressed=True), query.message)
        try:
            await query.answer()
        except TelegramError as error:
            log.info("button not confirmed: %s", error)

    async def _answer(self, update: Update, request: Request, message: TelegramMessage) -> None:
        # One request of a chat at a time: a toggle pressed twice must not overtake itself.
        async with self._locks.setdefault(request.address, asyncio.Lock()):
            if not await self._allowed(update, request, message):
                texts = texts_for(request.language)
                reply = Reply(messages.text(texts.admins_only))
            else:
                reply = await asyncio.to_thread(commands.answer, self._desk, request)
            await self._show(request, reply, message)

    async def _allowed(self, update: Update, request: Request, message: TelegramMessage) -> bool:
        """In groups only administrators change settings; in private chats everyone their own."""
        command = BY_NAME.get(request.command)
        if message.chat.type == Chat.PRIVATE or command is None or not command.changes:
            return True
        if not request.pressed and message.sender_chat is not None:
            return message.sender_chat.id == message.chat.id  # an administrator who writes as the group
        user = update.effective_user
        try:
            return user is not None and (await message.chat.get_member(user.id)).status in _ADMINS
        except TelegramError as error:
            log.warning("cannot tell an administrator: %s", error)
            return False

    async def _show(self, request: Request, reply: Reply, message: TelegramMessage) -> None:
        remaining = list(reply.messages)
        if reply.edit and await self._edit(message, remaining[0]):
            remaining = remaining[1:]
        for part in remaining:
            try:
                await self._send_patiently(request.address, part)
            except Moved as moved:
                await asyncio.to_thread(membership.moved, self._desk, request.address, moved.address)
                await chat.send(self, moved.address, part)
            except SendError as error:
                log.warning("answer not sent: %s: %s", type(error).__name__, error)
                return

    async def _send_patiently(self, where: str, message: Message) -> None:
        if self._pace.delay(where) > LONGEST_WAIT:
            raise Wait(self._pace.delay(where))
        await self._pace.turn(where)
        try:
            await chat.send(self, where, message)
        except Wait as wait:
            if wait.seconds > LONGEST_WAIT:
                raise
            await self._pace.turn(where)
            await chat.send(self, where, message)

    async def _edit(self, shown: TelegramMessage, message: Message) -> bool:
        """Puts a message in place of a shown one; tells whether nothing more need be sent."""
        try:
            await shown.edit_text(**_content(message, plain=False))
        except BadRequest as error:
            return "not modified" in str(error).lower()
        except TelegramError as error:
            log.info("message not edited: %s", error)
            return False
        return True

    async def _on_membership(self, update: Update, _context: object) -> None:
        change = update.my_chat_member
        if change is None:
            return
        present = change.new_chat_member.status in _PRESENT or getattr(change.new_chat_member, "is_member", False)
        act = membership.returned if present else membership.left
        await asyncio.to_thread(act, self._desk, address(change.chat.id))

    async def _on_migration(self, update: Update, _context: object) -> None:
        message = update.effective_message
        if message is not None and message.migrate_to_chat_id is not None:
            old, new = address(message.chat.id), address(message.migrate_to_chat_id)
            await asyncio.to_thread(membership.moved, self._desk, old, new)
