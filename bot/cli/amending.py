"""`liwen preview`, `liwen amend`, `liwen retract`: the coming digest, and articles put right before and after it."""

from dataclasses import replace
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom

ADDRESS = "cli:"
"""The chat of whoever runs a command: it is never stored, so no language of its own overrules the one asked for."""
SHOWN = 50
"""Amendments that are listed, newest first."""

Number = Annotated[int, typer.Argument(help="its number, as `liwen search` prints it")]
Yes = Annotated[bool, typer.Option("--yes", help="do it without asking")]


@app.command()
def preview(
    wish: Annotated[str, typer.Argument(help="a topic, a place, a query, or a chat such as telegram:12345")] = "",
    language: Annotated[str, typer.Option(help="zh-Hans, zh-Hant or en")] = "",
) -> None:
    """Prints what the next edition would hold if it closed now: every topic, or what one wish or reader would get."""
    from bot import commands, console
    from bot.chat import Request

    with open_newsroom() as newsroom:
        desk = replace(newsroom.desk, admins=frozenset({ADDRESS}))
        reply = commands.answer(desk, Request(ADDRESS, "preview", wish, language=language))
        for message in reply.messages:
            print(console.render(message, buttons=False))


@app.command()
def amend(
    article: Annotated[int | None, typer.Argument(help="its number, as `liwen search` prints it")] = None,
    word: Annotated[str, typer.Argument(help="drop, pin, note, cut, title, text or undo")] = "",
    words: Annotated[str, typer.Argument(help="the note, headline or text; which sentence; which act")] = "",
    yes: Yes = False,
) -> None:
    """Drops, pins or corrects an article, before and after it is sent; alone it lists what was amended."""
    if article is None:
        return _list()
    return _do(article, word, words, yes=yes)


@app.command()
def retract(
    article: Number,
    reason: Annotated[str, typer.Argument(help="what readers are told")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="let it stand again")] = False,
    yes: Yes = False,
) -> None:
    """Takes an article back everywhere: search, digests, pages, feeds, alerts, and messages that were sent."""
    return _do(article, "undo", "retracted", yes=yes) if undo else _do(article, "retract", reason, yes=yes)


def _do(number: int, word: str, words: str, *, yes: bool) -> None:
    """Does what a word says, after telling how many messages would be edited."""
    from bot.commands.amending import CHANGES, too_long
    from digests import amending

    if word not in CHANGES or (CHANGES[word].spelt and not words) or too_long(word, words):
        raise typer.BadParameter(f"give an article and one of {', '.join(CHANGES)}, with what it needs")
    with open_newsroom() as newsroom:
        with newsroom.database.read() as store:
            found = store.articles.get(number)
            messages = store.edits.count(number)
        if found is None:
            raise typer.BadParameter(f"no article {number}; `liwen search` prints their numbers")
        print(f"{number}\t{word} {words}\t{found.headline}\tmessages to edit: {messages}")
        if not yes:
            typer.confirm("Do it?", abort=True)
        with newsroom.database.begin() as store:
            locked = amending.begin(store, number)
            done = CHANGES[word].run(store, newsroom.desk, locked, words) if locked else None
    print("done" if done else "nothing was changed")


def _list() -> None:
    with open_newsroom() as newsroom, newsroom.database.read() as store:
        for number, amendment in store.amendments.latest(SHOWN):
            _print(number, amendment, store.articles.get(number))


def _print(number: int, amendment: Any, article: Any) -> None:
    print(
        f"{number}\t{amendment.made_at:%Y-%m-%d %H:%M}\t{amendment.act}\t{amendment.words or '-'}\t{article.headline}"
    )
