"""Commands that run the bot, or see to its settings, its database and its editions."""

import sys

import typer

from bot import logs
from bot.cli.frame import app, open_newsroom, quiet
from bot.cli.progress import CountBar


@app.command()
def run() -> None:
    """The bot, scheduler and sender together; without TELEGRAM_TOKEN the console."""
    from bot.app import run_console, run_telegram
    from bot.config import load
    from bot.newsroom import Newsroom

    settings = load()
    token = settings.token
    if token is None:
        sys.stderr.write("No TELEGRAM_TOKEN: this is the console. @BotFather in Telegram gives a token: /newbot\n")
    logs.configure(settings.log_level if token else quiet(settings))
    with Newsroom(settings) as newsroom:
        if token is None:
            run_console(newsroom)
        else:
            run_telegram(newsroom, token)


@app.command()
def worker() -> None:
    """One more process, with PostgreSQL: sends what is due if there is a token, takes tasks if there is a broker."""
    from bot.app import run_worker
    from bot.config import load
    from bot.newsroom import Newsroom

    settings = load()
    if settings.token is None and settings.broker is None:
        raise typer.BadParameter("no TELEGRAM_TOKEN to send with, and no LIWEN_BROKER_URL to take tasks from")
    logs.configure(settings.log_level)
    with Newsroom(settings) as newsroom:
        run_worker(newsroom, settings.token)


@app.command()
def console() -> None:
    """The whole bot in the terminal, no token needed: same commands, same texts."""
    from bot.app import run_console
    from bot.config import load
    from bot.newsroom import Newsroom

    settings = load()
    logs.configure(quiet(settings))
    with Newsroom(settings) as newsroom:
        run_console(newsroom, alone=False)


@app.command()
def build() -> None:
    """Closes the edition now: builds its digests and puts the deliveries in the outbox."""
    with open_newsroom() as newsroom:
        closed = newsroom.build()
    if closed is None:
        print("nothing to build: no article waits for an edition")
    else:
        print(f"articles {closed.articles}, digests {closed.digests}, deliveries {closed.deliveries}")


@app.command()
def migrate() -> None:
    """Brings the database's tables to what this program needs."""
    from bot.config import load
    from digests.storage import Database

    database = Database(load().database)
    try:
        before, after = database.migrate()
    finally:
        database.close()
    print(f"schema {before or 'none'} → {after}" if before != after else f"schema {after}, nothing to do")


@app.command()
def reindex() -> None:
    """Makes the search's index anew while the old one goes on answering; interrupted, it goes on from there."""
    with open_newsroom() as newsroom, CountBar("reindex") as bar:
        done = newsroom.reindex(bar.reached)
    print(f"articles {done}")


@app.command()
def config() -> None:
    """Prints every setting with its value and where it comes from; secrets are masked."""
    from bot.config import describe, load

    for name, value, source in describe(load()):
        print(f"{name}={value}\t# {source}")
