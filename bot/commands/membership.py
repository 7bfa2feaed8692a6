"""What a chat's coming, going, moving and falling silent does to what is stored about it."""

from dataclasses import replace

from bot.commands.turn import Desk
from bot.texts import texts_for
from digests.model.readers import Chat, ChatState, Trouble
from digests.storage import Store


def left(desk: Desk, address: str) -> None:
    """The chat blocked us or put us out: it is left in peace, and keeps everything but what waited for it."""
    with desk.database.begin() as store:
        for chat in store.chats.within(address):
            store.deliveries.drop(chat.id, "left")
            store.chats.save(replace(chat, state=ChatState.BLOCKED))


def returned(desk: Desk, address: str) -> None:
    """The chat lets us in, or write, again: what waited comes at once, else everything goes on from the next edition.

    A topic of a forum that was deleted stays so.
    """
    with desk.database.begin() as store:
        for chat in store.chats.within(address):
            if store.groups.trouble(chat.id) is not Trouble.DELETED:
                store.groups.unsilence(chat.id, desk.clock())
                wake(store, chat)


def wake(store: Store, chat: Chat) -> Chat:
    """A chat that was left in peace is written to again, from the next edition on."""
    if chat.state is ChatState.ACTIVE:
        return chat
    back = replace(chat, state=ChatState.ACTIVE)
    store.chats.save(back)
    store.chats.catch_up(chat.id)
    return back


def silenced(desk: Desk, address: str) -> None:
    """We are in the chat and may not write there."""
    with desk.database.begin() as store:
        for chat in store.chats.within(address):
            store.groups.silence(chat.id, Trouble.SILENCED, desk.clock())


def reopened(desk: Desk, address: str) -> None:
    """A topic of a forum is open again."""
    with desk.database.begin() as store:
        if chat := store.chats.find(address):
            store.groups.unsilence(chat.id, desk.clock())


def told_in(desk: Desk, address: str, message_id: int) -> str | None:
    """Where in a forum a digest stands; nothing if that is not known."""
    with desk.database.read() as store:
        return store.groups.told_in(address, message_id)


def introduced(desk: Desk, address: str, title: str, person: str, language: str) -> None:
    """A person administers a channel: it is managed from that person's private chat, and speaks their language."""
    with desk.database.begin() as store:
        chat = store.chats.find_or_add(address, texts_for(language).code, desk.zone.key, desk.clock())
        store.groups.set_up(chat.id, title, person)
        store.groups.admit(chat.id, person)


def moved(desk: Desk, old: str, new: str) -> None:
    """A group became a supergroup: everything moves to its new address, in one transaction."""
    with desk.database.begin() as store:
        store.belongings.move(old, new)
