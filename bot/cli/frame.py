"""What every command of the command line shares: the typer application and a newsroom with its settings."""

import json
from typing import TYPE_CHECKING, Any

import typer

from bot import logs

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.reader import Reader

app = typer.Typer(
    name="liwen",
    help="里闻 Liwen: the news of your own town, as daily digests made only of sentences that stand in the paper.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def quiet(settings: "Settings") -> str:
    """In a conversation only warnings are worth interrupting for, unless more was asked for."""
    return "WARNING" if settings.log_level == "INFO" else settings.log_level


def open_newsroom() -> Any:
    """A newsroom with the settings of the environment; imported late, for it takes longer than most commands."""
    from bot.newsroom import Newsroom

    return Newsroom(_settings())


def open_reader() -> "Reader":
    """What reads articles, with the settings of the environment; loads neither database nor chat."""
    from bot.reader import Reader

    return Reader(_settings())


def _settings() -> "Settings":
    from bot.config import load

    settings = load()
    logs.configure(quiet(settings))
    return settings


def print_json(value: Any) -> None:
    """One line of JSON, out at once."""
    print(json.dumps(value, ensure_ascii=False), flush=True)
