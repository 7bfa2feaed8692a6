"""`liwen broadcast`: something said to many readers, after a dry run."""

import sys
from typing import Annotated

import typer

from bot.cli.frame import app, open_newsroom


@app.command()
def broadcast(
    text: Annotated[str, typer.Argument(help="what to say; - reads it from standard input")],
    only: Annotated[str, typer.Option("--for", help="only those who follow this topic, place or query")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show it and whom it would reach, send nothing")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask before it is sent")] = False,
) -> None:
    """Says something to all readers, or to some: shows it first, then asks; the running bot sends it."""
    from bot import broadcasts
    from bot.commands.broadcasting import wanted
    from bot.texts import texts_for
    from digests.model.outbox import Broadcast

    text = (sys.stdin.read() if text == "-" else text).strip()
    if not text:
        raise typer.BadParameter("nothing to say")
    with open_newsroom() as newsroom:
        settings, now = newsroom.settings, newsroom.clock()
        transport = "telegram" if settings.token else "console"
        query, content = wanted(newsroom.lexicon, only), broadcasts.content_of(text)
        with newsroom.database.read() as store:
            audience = store.broadcasts.audience(query, transport, now)
        for message in broadcasts.notice(texts_for(""), content):
            print(message.plain)
        print()
        print(broadcasts.dry_run(texts_for("en"), newsroom.lexicon, query, audience, settings.rate))
        if dry_run or not audience.chats or not (yes or typer.confirm("Send it?")):
            return
        author = next(iter(newsroom.admins(transport)), "")
        draft = Broadcast(id=0, author=author, transport=transport, content=content, query=query)
        with newsroom.database.begin() as store:
            owed = store.broadcasts.begin(store.broadcasts.draft(draft, now), now)
    print(f"deliveries {owed}")
