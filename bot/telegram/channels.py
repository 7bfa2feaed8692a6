"""Channels, managed from the private chats of their administrators."""

import asyncio
import logging
from dataclasses import replace

from telegram import Bot, Chat, ChatFullInfo, MessageOriginChannel, Update, User
from telegram import Message as TelegramMessage
from telegram.error import TelegramError

from bot.chat import Reply, Request, command_and_args
from bot.commands import BY_NAME, Desk, channels, membership
from bot.telegram import asking
from bot.telegram.faults import address, target
from bot.telegram.rights import Rights

log = logging.getLogger(__name__)


class Channels:
    """Which channel a private message is about, and whether it is its sender's to manage."""

    def __init__(self, desk: Desk, bot: Bot, rights: Rights) -> None:
        self._desk = desk
        self._bot = bot
        self._rights = rights

    async def introduced(self, chat: Chat | ChatFullInfo, person: User) -> None:
        """A person made the bot an administrator of a channel, or brought a post of it."""
        language, private = person.language_code or "", address(person.id)
        where, title = address(chat.id), chat.title or ""
        await asyncio.to_thread(membership.introduced, self._desk, where, title, private, language)

    async def named(self, update: Update, message: TelegramMessage) -> Request | None:
        """The request for the list of channels, if a message brings one: by `/channels @name`, or a post of it.

        Nothing if it does not, or if the channel is not this person's, or not the bot's.
        """
        named = _named(message) if message.chat.type == Chat.PRIVATE else None
        if named is None or message.from_user is None:
            return None
        try:
            chat = await self._bot.get_chat(named)
        except TelegramError as error:
            log.info("channel not found: %s", error)
            return None
        if chat.type != Chat.CHANNEL or not await self._rights.administers(chat.id, message.from_user.id):
            return None
        await self.introduced(chat, message.from_user)
        return asking.request(update, message, "channels", "")

    async def routed(self, request: Request, user: User | None) -> Request | Reply:
        """What is asked in private, about the channel that the button names, or that is managed there.

        Buttons of messages from before a channel was managed stay about the private chat. Whether the channel is
        this user's is asked each time.
        """
        name, args, number = request.command, request.args, channels.number(request.command)
        if number is not None:
            name, args = command_and_args(request.args)
            request = replace(request, command=name, args=args)
        command = BY_NAME.get(name)
        if command is None or command.personal or command.admins_only or (number is None and request.pressed):
            return request
        group = await asyncio.to_thread(channels.subject, self._desk, request.address, number)
        if group is None:
            return request if number is None else channels.unknown(request)
        if user is None or not await self._rights.administers(target(group.chat.address)["chat_id"], user.id):
            return await asyncio.to_thread(channels.dismiss, self._desk, request, group)
        seen = channels.unmarked(group, request.shown) if request.shown else None
        return replace(request, about=group.chat.address, shown=seen)


def _named(message: TelegramMessage) -> str | int | None:
    """The channel that a message names, by its name or as that of the post which it brings."""
    if isinstance(message.forward_origin, MessageOriginChannel):
        return message.forward_origin.chat.id
    name, args = command_and_args(message.text or "")
    return args if name == "channels" and args.startswith("@") else None
