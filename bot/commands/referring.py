"""Queries behind buttons: as they are where there is room, else by a mark under which they are kept."""

from bot.chat import BUTTON_BYTES, Button
from bot.commands.turn import Turn
from digests.storage.phrases import mark_of

_SIGN = "~"


def button(turn: Turn, label: str, command: str, query: str, suffix: str = "") -> Button:
    """A button whose action is `command query suffix`, however long the query is."""
    room = BUTTON_BYTES - len(f"{command} {suffix}".encode()) - bool(suffix)
    return Button(label, " ".join(part for part in (command, _refer(turn, query, room), suffix) if part))


def _refer(turn: Turn, query: str, room: int) -> str:
    if len(query.encode()) <= room and not query.startswith(_SIGN):
        return query
    if not turn.store.phrases.is_fresh(query, turn.now):
        with turn.writing() as store:
            store.phrases.keep(query, turn.now)
    return _SIGN + mark_of(query)


def referred(turn: Turn, reference: str) -> str | None:
    """The query that a button refers to; nothing if it was forgotten."""
    return turn.store.phrases.find(reference.removeprefix(_SIGN)) if reference.startswith(_SIGN) else reference
