"""What a change of the bot's membership means: whether it is in a chat, and whether it may write there."""

from enum import Enum

from telegram import Chat, ChatMember, ChatMemberAdministrator, ChatMemberRestricted, ChatMemberUpdated
from telegram.constants import ChatMemberStatus

_OUT = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


class Standing(Enum):
    """The bot's place in a chat."""

    GONE = "blocked, or put out"
    SILENT = "there, but it may not write"
    FREE = "there, and it may write"


def standing(change: ChatMemberUpdated) -> Standing:
    """The bot's place after a change; in a channel only administrators with the right to post may write."""
    member = change.new_chat_member
    if member.status in _OUT or (isinstance(member, ChatMemberRestricted) and not member.is_member):
        return Standing.GONE
    return Standing.FREE if _may_write(change.chat, member) else Standing.SILENT


def _may_write(chat: Chat, member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return bool(member.can_send_messages)
    if chat.type == Chat.CHANNEL:
        return isinstance(member, ChatMemberAdministrator) and bool(member.can_post_messages)
    return True
