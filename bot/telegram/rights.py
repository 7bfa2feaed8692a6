"""Who may change what is set in a group or channel: asked of Telegram, and remembered for a short time."""

import logging
from collections.abc import Callable

from cachetools import TTLCache
from telegram import Bot, Chat, MaybeInaccessibleMessage, User
from telegram import Message as TelegramMessage
from telegram.constants import ChatMemberStatus
from telegram.error import TelegramError

log = logging.getLogger(__name__)

KNOWN = 30.0
"""Seconds for which an answer counts: who presses ten buttons asks once, who is dismissed is soon without power."""
LINKED = 3600.0
"""Seconds for which it counts which channel a group is linked with."""
REMINDED = 24 * 3600.0
"""Seconds after which a member who tries to change something is told again that he may not."""
MOST = 10_000
"""Answers that are remembered."""

_ADMINS = (ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.OWNER)


class Rights:
    """Who may change what, and who was told that he may not."""

    def __init__(self, bot: Bot, clock: Callable[[], float]) -> None:
        """`clock` in seconds, of any that never goes back: else who is dismissed would keep the power for as long."""
        self._bot = bot
        self._admins = TTLCache[tuple[int, int], bool](MOST, KNOWN, clock)
        self._linked = TTLCache[int, int | None](MOST, LINKED, clock)
        self._reminded = TTLCache[tuple[int, int], bool](MOST, REMINDED, clock)

    async def may_change(self, message: MaybeInaccessibleMessage, user: User | None, *, pressed: bool) -> bool:
        """Whether the settings of the chat that a message stands in are this user's to change.

        In private chats they are. In groups they are the administrators', also of those who write as the group
        itself or as the channel that it belongs to; whoever writes as another channel is nobody known.
        """
        if message.chat.type == Chat.PRIVATE:
            return True
        writer = message.sender_chat if isinstance(message, TelegramMessage) and not pressed else None
        if writer is not None:
            return writer.id == message.chat.id or writer.id == await self._channel_of(message.chat.id)
        return user is not None and await self.administers(message.chat.id, user.id)

    async def administers(self, chat_id: int, user_id: int) -> bool:
        """Whether a user is an administrator of a group or channel; not if Telegram does not say so."""
        known = self._admins.get((chat_id, user_id))
        if known is not None:
            return known
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            log.warning("cannot tell an administrator: %s", error)
            return False
        found = self._admins[chat_id, user_id] = member.status in _ADMINS
        return found

    async def _channel_of(self, chat_id: int) -> int | None:
        """The channel that a group belongs to."""
        if chat_id in self._linked:
            return self._linked[chat_id]
        try:
            found = self._linked[chat_id] = (await self._bot.get_chat(chat_id)).linked_chat_id
        except TelegramError as error:
            log.warning("cannot tell a group's channel: %s", error)
            return None
        return found

    def reminds(self, chat_id: int, user_id: int) -> bool:
        """Whether a member is to be told that he may not change anything; once a day."""
        news = (chat_id, user_id) not in self._reminded
        self._reminded[chat_id, user_id] = True
        return news
