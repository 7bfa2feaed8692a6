"""The command line: each command prints help, does one thing, and answers bad input with one clear line."""

import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from bot import logs
from bot.chat import TokenRefused
from bot.cli import (
    amending,
    broadcasting,
    correcting,
    exporting,
    ingesting,
    inspecting,
    jsonlines,
    keeping,
    reading,
    running,
    sources,
)
from bot.cli.frame import app
from bot.errors import ConfigError
from digests.errors import DigestsError

__all__ = ["app", "fail", "main"]

COMMANDS = (
    running,
    inspecting,
    keeping,
    broadcasting,
    exporting,
    ingesting,
    sources,
    reading,
    correcting,
    amending,
    jsonlines,
)
"""The modules whose commands there are; they enter themselves into `app`."""


def main(arguments: Sequence[str] | None = None) -> None:
    """The entry point `liwen`: exit status 0, 1 for a failure, 2 for bad use; never a stack trace."""
    try:
        status = app(args=arguments, standalone_mode=False)
    except (DigestsError, ConfigError, TokenRefused, typer.TyperException) as error:
        fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output has gone; say nothing more, not even at exit.
        sys.stdout = None
        sys.exit(1)
    except Exception as error:  # noqa: BLE001 - it is said, and ends the program
        sys.stderr.write(f"liwen: unexpected {logs.place_of(error)}\n")
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def fail(error: Exception) -> NoReturn:
    """Ends with what is wrong, a line for each fault: status 2 for bad use, 1 for a failure."""
    for line in _said(error).splitlines():
        sys.stderr.write(f"liwen: {logs.redact(line)}\n")
    usage = isinstance(error, typer.TyperException) or getattr(error, "usage", False)
    sys.exit(2 if usage else 1)


def _said(error: Exception) -> str:
    """What is wrong in its own words; of a value only where it stands on the command line is told besides."""
    if isinstance(error, typer.BadParameter) and error.param is None and not error.param_hint:
        return error.message
    return error.format_message() if isinstance(error, typer.TyperException) else str(error)
