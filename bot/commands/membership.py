"""What a chat's coming, going and moving does to what is stored about it."""

from dataclasses import replace

from bot.commands.turn import Desk
from digests.model import ChatState


def left(desk: Desk, address: str) -> None:
    """The chat blocked us or put us out: it is left in peace, and keeps everything."""
    _set_state(desk, address, ChatState.BLOCKED)


def returned(desk: Desk, address: str) -> None:
    """The chat lets us in again: everything goes on, from the next edition."""
    _set_state(desk, address, ChatState.ACTIVE)


def moved(desk: Desk, old: str, new: str) -> None:
    """A group became a supergroup: everything moves to its new address, in one transaction."""
    with desk.database.begin() as store:
        store.belongings.move(old, new)


def _set_state(desk: Desk, address: str, state: ChatState) -> None:
    with desk.database.begin() as store:
        for chat in store.chats.within(address):
            if chat.state is not state:
                store.chats.save(replace(chat, state=state))
                if state is ChatState.ACTIVE:
                    store.chats.catch_up(chat.id)
