"""The bot in Telegram: takes its updates, has them answered, and is the transport for digests."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
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
from telegram import Message as TelegramMessage
from telegram.error import InvalidToken, TelegramError
from telegram.request import BaseRequest

from bot import commands, messages
from bot.chat import Message, Reply, Request, TokenRefused
from bot.commands import BY_NAME, COMMANDS, Desk, membership
from bot.outage import Outage
from bot.pace import Pacer
from bot.splitter import clipped
from bot.telegram import asking, files, sharing
from bot.telegram.answers import PAUSES, Answers
from bot.telegram.channels import Channels
from bot.telegram.faults import SCHEME, address
from bot.telegram.http import HttpRequest
from bot.telegram.intake import Intake
from bot.telegram.lanes import Lanes
from bot.telegram.links import link
from bot.telegram.outgoing import Outgoing
from bot.telegram.photos import Photos
from bot.telegram.polling import Polling, RawBot, Sleep, unless
from bot.telegram.rights import Rights
from bot.telegram.standing import Standing, standing
from bot.telegram.webhook import Webhook
from bot.texts import Texts, gettext_noop, texts_for

log = logging.getLogger(__name__)

_CONSEQUENCES = {
    Standing.GONE: membership.left,
    Standing.SILENT: membership.silenced,
    Standing.FREE: membership.returned,
}
_FLOODED = gettext_noop("That was a lot at once. I answer what I can, one by one; the rest is left out.")
_NO_PLACE = gettext_noop(
    "This message is too old to tell in which topic it stands. Please send the command there again."
)
_ADMINS_ONLY = gettext_noop("In a group only administrators change settings; /today and /search are for everyone.")

AT_ONCE = 64
"""Updates handled together: one at a time gives 10 answers a second at 0.1 s a round trip, 64 give 60."""
TIMEOUT, POLL_TIMEOUT = 30.0, 15.0
"""Seconds to wait for an answer, giving up sooner makes a delivered message look lost; and beyond a poll's own."""
GRACE = 5.0
"""Seconds that answers get when the program is to end; the rest is answered at the next start."""
NOTICE = 200
"""UTF-16 units of a word that Telegram shows for a moment (https://core.telegram.org/bots/api#answercallbackquery)."""


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
        sleep: Sleep = asyncio.sleep,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """`pacer` keeps the pace that the sender keeps too; `request` replaces the HTTP client, for tests.

        `paid`: pushes may be paid for (https://core.telegram.org/bots/api#paid-broadcasts). With `webhook_url` updates
        are not asked for but brought there. `sleep` waits between tries to reach Telegram; `ticks` are
        the seconds of a clock that never goes back.
        """
        self._desk = desk
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
        self._outgoing = Outgoing(self._bot, pacer, Photos(self._bot, desk.database, desk.clock), paid=paid)
        self._rights = Rights(self._bot, ticks)
        self._channels = Channels(desk, self._bot, self._rights)
        self._lanes = Lanes(AT_ONCE)
        self._outage, self._sleep = Outage("Telegram cannot be reached", desk.clock), sleep
        moved = partial(membership.moved, desk)
        self._answers = Answers(self._outgoing, pacer, self._lanes, moved, pauses, self._outage)
        intake = Intake(self._bot, pacer.ledger, self._lanes, desk.clock, self._take, self._on_flood)
        self._polling = Polling(self._bot, intake, self._outage, sleep)
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
                self._outage.failed(error)
            await self._sleep(pause)
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

    async def send(self, address: str, message: Message, *, plain: bool = False, bulk: bool = False) -> int | None:
        """One message to one chat; raises SendError."""
        return await self._outgoing.send(address, message, plain=plain, bulk=bulk)

    async def edit(self, address: str, message_id: int, message: Message, *, plain: bool = False) -> None:
        """A message in place of one that was sent; raises SendError."""
        await self._outgoing.put_right(address, message_id, message, plain=plain)

    async def _take(self, update: Update) -> None:
        """Answers an update: a person's message, button or inline question, or what became of a chat."""
        if update.my_chat_member is not None:
            await self._on_membership(update.my_chat_member)
        elif update.callback_query is not None:
            await self._on_button(update, update.callback_query)
        elif update.inline_query is not None:
            await sharing.answer(self._bot, self._desk, update.inline_query)
        elif update.message is not None and not await self._on_service(update.message):
            await self._on_message(update, update.message)

    async def _on_flood(self, update: Update) -> None:
        """Says once that what a chat asks is too much; each of its buttons would have said nothing."""
        message, user = update.effective_message, update.effective_user
        if isinstance(message, TelegramMessage) and message.chat.type != Chat.CHANNEL:
            wording = texts_for((user.language_code or "") if user else "").say(_FLOODED)
            await self._answers.show(asking.place(message), Reply(messages.text(wording), quiet=True), message)

    async def _on_membership(self, change: ChatMemberUpdated) -> None:
        where, now = address(change.chat.id), standing(change)
        if change.chat.type == Chat.CHANNEL and now is not Standing.GONE:
            await self._channels.introduced(change.chat, change.from_user)
        await asyncio.to_thread(_CONSEQUENCES[now], self._desk, where)

    async def _on_service(self, message: TelegramMessage) -> bool:
        """Takes in what Telegram itself says of a chat in a message; tells whether it was such a one."""
        here = address(message.chat.id)
        if message.migrate_to_chat_id is not None:
            await asyncio.to_thread(membership.moved, self._desk, here, address(message.migrate_to_chat_id))
        elif message.migrate_from_chat_id is not None:
            await asyncio.to_thread(membership.moved, self._desk, address(message.migrate_from_chat_id), here)
        elif message.forum_topic_reopened is not None:
            await asyncio.to_thread(membership.reopened, self._desk, asking.place(message))
        else:
            # A channel's posts in the group that belongs to it speak to its readers, not to the bot.
            return bool(message.is_automatic_forward)
        return True

    async def _on_message(self, update: Update, message: TelegramMessage) -> None:
        asked = await self._asked(update, message)
        if isinstance(asked, Request):
            await self._answer(update, asked, message)
        elif asked is not None:
            await self._answers.show(asking.place(message), asked, message)

    async def _asked(self, update: Update, message: TelegramMessage) -> Request | Reply | None:
        if files.is_wanted(message, self._desk.admins):
            return await files.fetched(update, message, self._desk.admins)
        if not asking.is_question(message):
            return None
        named = await self._channels.named(update, message)
        return named or asking.written(update, message, self._bot.username or "", self._desk.admins)

    async def _on_button(self, update: Update, query: CallbackQuery) -> None:
        message, notice, url = query.message, "", None
        request = asking.pressed(update, query)
        if message is not None and message.chat.type == Chat.CHANNEL:
            url = link(self._bot.username or "", query.data or "")
        elif message is not None and request is not None:
            notice = await self._on_press(update, request, message)
        try:
            await query.answer(clipped(notice, NOTICE) or None, url=url)
        except TelegramError as error:
            log.info("button not confirmed: %s", error)

    async def _on_press(self, update: Update, request: Request, message: MaybeInaccessibleMessage) -> str:
        """Answers a button where it stands: of old messages Telegram does not say in which topic of a forum."""
        if message.chat.is_forum and not message.is_accessible:
            known = await asyncio.to_thread(membership.told_in, self._desk, request.address, message.message_id)
            if known is None:
                return texts_for(request.language).say(_NO_PLACE)
            request = replace(request, address=known)
        return await self._answer(update, request, message)

    async def _answer(self, update: Update, request: Request, message: MaybeInaccessibleMessage) -> str:
        """Answers with messages, and returns the notice that the one who pressed a button is to see."""
        reply = await self._reply(update, request, message)
        await self._answers.show(request.address, reply, message)
        # A chat's own menu, where the language of the person's app would bring another.
        if reply.language and (request.command == "lang" or reply.language != texts_for(request.language[:2]).code):
            await self._set_menu(texts_for(reply.language), scope=BotCommandScopeChat(message.chat.id))
        return reply.notice

    async def _reply(self, update: Update, request: Request, message: MaybeInaccessibleMessage) -> Reply:
        user = update.effective_user
        if message.chat.type == Chat.PRIVATE:
            routed = await self._channels.routed(request, user)
        elif _is_guarded(request) and not await self._rights.may_change(message, user, pressed=request.pressed):
            routed = self._refusal(request, message)
        else:
            routed = request
        if isinstance(routed, Reply):
            return routed
        return await asyncio.to_thread(commands.answer, self._desk, routed)

    def _refusal(self, request: Request, message: MaybeInaccessibleMessage) -> Reply:
        """A member is told once, and quietly, that settings are the administrators'; of a button always, alone."""
        wording = texts_for(request.language).say(_ADMINS_ONLY)
        if request.pressed or not isinstance(message, TelegramMessage):
            return Reply(notice=wording)
        writer = message.sender_chat or message.from_user
        reminds = writer is None or self._rights.reminds(message.chat.id, writer.id)
        return Reply(messages.text(wording), quiet=True) if reminds else Reply()


def _is_guarded(request: Request) -> bool:
    command = BY_NAME.get(request.command)
    return command is not None and not command.only_reads
