"""A server that speaks the Bot API over real HTTP, with Telegram's limits and with faults by script.

In tests `serving(BotApi())`; on its own, for programs under load: `python -m tests.botapi --port 8081 …`.
"""

from tests.botapi.server import BotApi, serving, start

__all__ = ["BotApi", "serving", "start"]
