"""Commands by which administrators manage their channels in private: what follows is about the channel until done."""

import re
from dataclasses import replace

from bot.chat import BUTTONS, Button, Message, Reply, Request, Span
from bot.commands.turn import Desk, Turn
from bot.messages import text
from bot.splitter import UNITS, bold, units
from bot.texts import Texts, gettext_noop, texts_for
from digests.storage.groups import Group

DONE = "done"
_NUMBER = re.compile(r"@(\d{1,15})")
_NONE = gettext_noop(
    "No channel yet. Make me an administrator of your channel, with the right to post; then it is listed here. If it"
    " is not, forward me one of its posts, or send /channels @name."
)
_GONE = gettext_noop("I do not know this channel, or one of us is not its administrator. Your channels: /channels")


def channels(turn: Turn) -> Reply:
    """The channels that a person administers, with buttons to manage them; with its number, manages one from now on."""
    groups = turn.store.groups.administered(turn.chat.address)
    if turn.args:
        chosen = next((group for group in groups if str(group.chat.id) == turn.args), None)
        return _manage(turn, chosen) if chosen else turn.say(_GONE)
    if not groups:
        return turn.say(_NONE)
    buttons = [Button(group.title, f"channels {group.chat.id}") for group in groups]
    return turn.say("Which channel do you want to manage?", *buttons, width=1)


def _manage(turn: Turn, group: Group) -> Reply:
    turn.store.groups.manage(turn.chat.address, group.chat.id)
    buttons = [
        Button(turn.texts.say("Choose topics"), "topics"),
        Button(turn.texts.say("Choose places"), "places"),
        Button(turn.texts.say("What it follows"), "list"),
    ]
    reply = turn.say("From now on what you send here, and the buttons below, are about this channel.", *buttons)
    return marked(turn.texts, group, reply)


def done(turn: Turn) -> Reply:
    """What a person says in private is about that chat again."""
    managed = turn.store.groups.managed(turn.chat.address)
    turn.store.groups.manage(turn.chat.address, None)
    if managed is None:
        return turn.say("No channel was being managed. Your channels: /channels")
    return turn.say("Done with “{title}”. What you send here is about this chat again.", title=managed.title)


def marked(texts: Texts, group: Group, reply: Reply) -> Reply:
    """A reply that says which channel it is about; its buttons name the channel, so that they stay about it."""
    if not reply.messages:
        return reply
    end = Button(texts.say("Done with {title}", title=group.title), DONE)
    first, *others = (_addressed(group, message) for message in reply.messages)
    *before, last = (_headed(texts, group, first), *others)
    rows = last.buttons if sum(map(len, last.buttons)) < BUTTONS else last.buttons[:-1]
    # The menu is that of the private chat, whatever language the channel speaks.
    return replace(reply, messages=(*before, replace(last, buttons=(*rows, (end,)))), language="")


def unmarked(group: Group, message: Message) -> Message:
    """The buttons of a message without what `marked` made of them."""
    named = f"@{group.chat.id} "
    own = ([button for button in row if button.action != DONE] for row in message.buttons)
    rows = (tuple(Button(button.label, button.action.removeprefix(named)) for button in row) for row in own)
    return replace(message, buttons=tuple(row for row in rows if row))


def _headed(texts: Texts, group: Group, message: Message) -> Message:
    """The message under the channel's name, if there is room; one that was put back has it already."""
    head = (bold(texts.say("Channel: {title}", title=group.title)), Span("\n\n"))
    heading = "".join(span.text for span in head)
    if message.plain.startswith(heading) or units(heading + message.plain) > UNITS:
        return message
    return replace(message, spans=(*head, *message.spans))


def _addressed(group: Group, message: Message) -> Message:
    rows = (
        tuple(Button(button.label, f"@{group.chat.id} {button.action}") for button in row) for row in message.buttons
    )
    fitting = (tuple(button for button in row if button.fits) for row in rows)
    return replace(message, buttons=tuple(row for row in fitting if row))


def number(command: str) -> int | None:
    """The number of the channel that a button names in place of its command."""
    found = _NUMBER.fullmatch(command)
    return int(found[1]) if found else None


def subject(desk: Desk, person: str, number: int | None) -> Group | None:
    """The channel of this number, or without one that which a person manages; whose it is, is another question."""
    with desk.database.read() as store:
        return store.groups.managed(person) if number is None else store.groups.channel(number)


def unknown(request: Request) -> Reply:
    """The answer to a button that names no channel."""
    return Reply(text(texts_for(request.language).say(_GONE)))


def dismiss(desk: Desk, request: Request, group: Group) -> Reply:
    """Telegram says that a person does not administer the channel: it is not theirs to manage."""
    with desk.database.begin() as store:
        store.groups.dismiss(group.chat.id, request.address)
    return unknown(request)
