"""`liwen correct`: sets an article's topics right from the command line; a running bot learns from it, too."""

from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom
from digests.model.news import Article
from digests.text.topics import MOST

SHOWN = 50
"""Corrections that are listed, newest first."""


@app.command()
def correct(
    article: Annotated[int | None, typer.Argument(help="its number, as `liwen search` prints it")] = None,
    topics: Annotated[
        list[str] | None, typer.Argument(help="names or slugs, best first; none at all: no topic")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="take its correction back, with what it taught")] = False,
) -> None:
    """Sets an article's topics right and learns from it; without an article lists the corrections."""
    from digests import correcting

    if len(topics or ()) > MOST or (undo and (topics or article is None)):
        raise typer.BadParameter(f"give an article and at most {MOST} topics, or an article and --undo")
    with open_newsroom() as newsroom:
        if article is None:
            return _list(newsroom)
        wanted = [newsroom.lexicon.topic(name).slug for name in topics or ()]
        with newsroom.database.begin() as store:
            found = store.articles.get(article)
            if found is None:
                raise typer.BadParameter(f"no article {article}; `liwen search` prints their numbers")
            if undo:
                wanted = [*correcting.withdraw(store, found)]
            else:
                correcting.correct(store, newsroom.analyzer, found, wanted, newsroom.clock())
    return _print(found, wanted)


def _list(newsroom: Any) -> None:
    with newsroom.database.read() as store:
        for correction in store.corrections.newest(SHOWN):
            _print(store.articles.get(correction.article_id), correction.topics)


def _print(article: Article, topics: Any) -> None:
    print(f"{article.id}\t{' '.join(topics) or '-'}\t{article.headline}")
