"""The bot in Telegram; the only place that speaks to python-telegram-bot."""

from bot.telegram.faults import SCHEME, address, fault
from bot.telegram.front import TelegramBot

__all__ = ["SCHEME", "TelegramBot", "address", "fault"]
