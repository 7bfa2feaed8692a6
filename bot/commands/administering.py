"""The command by which administrators see what is counted."""

import json
from dataclasses import replace

from bot import reports
from bot.chat import Button, Document, Reply
from bot.commands.turn import Turn
from bot.figures import figures


def admin(turn: Turn) -> Reply:
    """Readers, what they follow, the week's articles, yesterday's pushes; `json`: all of it as a file."""
    found = figures(turn.store, turn.desk.lexicon, turn.desk.zone, turn.now)
    shown = reports.overview(turn.texts, found)
    if turn.args.lower() != "json":
        return turn.show(shown, Button(turn.texts.say("As a file"), "admin json"))
    content = json.dumps(found, ensure_ascii=False, indent=1).encode()
    return replace(turn.show(shown), document=Document(f"liwen-{turn.now:%Y-%m-%d}-stats.json", content))
