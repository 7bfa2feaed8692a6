"""Links that open the bot and have it answer a command: what buttons under a channel's posts turn into.

A reader who presses one must not make the bot write in the channel. Telegram takes 64 characters of A-Z, a-z, 0-9, _
and - behind `?start=` (https://core.telegram.org/bots/features#deep-linking).
"""

import base64
import binascii

from bot.chat import command_and_args
from bot.commands import BY_NAME

_GO = "go_"
LONGEST = 64
"""Characters that a link may carry."""


def link(username: str, action: str) -> str:
    """The address that opens the bot of this name with an action; without the action if it is too long for a link."""
    start = _GO + base64.urlsafe_b64encode(action.encode()).decode().rstrip("=")
    return f"https://t.me/{username}" + (f"?start={start}" if len(start) <= LONGEST else "")


def action(start: str) -> tuple[str, str] | None:
    """The command and its arguments that a link carries; nothing if it carries none, or one that changes anything.

    Whoever makes a link must not decide for whoever follows it.
    """
    if not start.startswith(_GO):
        return None
    coded = start.removeprefix(_GO)
    try:
        line = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    name, args = command_and_args(line)
    command = BY_NAME.get(name)
    return (name, args) if command is not None and command.only_reads else None
