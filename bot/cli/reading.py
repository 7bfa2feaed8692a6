"""Commands that show what the archive holds: digests and search."""

import sys
import time
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from itertools import count
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom
from bot.cli.jsonlines import answer_rows, whole
from digests.model import Article


class Form(StrEnum):
    """What a digest is printed as."""

    TEXT = "text"
    HTML = "html"
    MARKDOWN = "markdown"


@app.command()
def digest(
    wish: Annotated[str, typer.Argument(help="a topic or place; everything if left out")] = "",
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="a past day")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="each article's points by reason, and its fate")] = False,
    chat: Annotated[str, typer.Option(help="with --explain: what this chat gets, such as telegram:12345")] = "",
    form: Annotated[Form, typer.Option("--format", help="as a letter: html for e-mail, or markdown")] = Form.TEXT,
    language: Annotated[str, typer.Option(help="of a letter: zh-Hans, zh-Hant or en")] = "",
) -> None:
    """Prints the newest edition's digest, or that of a day."""
    from bot import commands, console

    with open_newsroom() as newsroom:
        name = commands.named(newsroom.lexicon, wish).canonical if wish else ""
        if explain:
            return _explain(newsroom, name, date, chat)
        if form is not Form.TEXT:
            return _print_letter(newsroom, name, date, form, language)
        for message in _pages(newsroom, f"digest {date:%Y-%m-%d} {wish}" if date else f"today {wish}"):
            print(console.render(message, buttons=False))
    return None


def _pages(newsroom: Any, line: str) -> Iterator[Any]:
    """The messages that answer a command, and those behind the button that turns the page: a terminal has room."""
    from bot import commands
    from bot.chat import Request, command_and_args

    for page in count(2):
        reply = commands.answer(newsroom.desk, Request("cli:", *command_and_args(line)))
        yield from reply.messages
        actions = (button.action for row in reply.messages[-1].buttons for button in row)
        line = next((action for action in actions if action.endswith(f" page:{page}")), "")
        if not line:
            return


def _composed(newsroom: Any, name: str, date: datetime | None, address: str = "") -> tuple[Any, list[Any]]:
    """The newest edition, or the last one of a day, and what was composed of that day's for a wish; none, nothing."""
    from bot.commands import reading

    with newsroom.database.read() as store:
        newest = store.editions.newest(filled=True)
        editions = reading.editions_on(store, date, newsroom.desk.zone) if date else [newest] if newest else []
        if not editions:
            return None, []
        followed, tastes = _wishes(store, newsroom.lexicon, address) if address else ([], [])
        names = [name] if name else followed
        return editions[-1], reading.composition(
            store, newsroom.lexicon, names, editions[0].id, editions[-1].id, tastes
        )


def _print_letter(newsroom: Any, name: str, date: datetime | None, form: Form, language: str) -> None:
    from bot.letters import as_html, as_markdown, letter
    from bot.look import Look
    from bot.texts import texts_for

    edition, composed = _composed(newsroom, name, date)
    if edition is None:
        raise typer.BadParameter("there is no edition to write of")
    desk = newsroom.desk
    made = letter(Look(texts_for(language), desk.lexicon, desk.zone, web_url=desk.web_url), edition, composed)
    print(as_html(made) if form is Form.HTML else as_markdown(made), end="")


def _explain(newsroom: Any, name: str, date: datetime | None, address: str) -> None:
    from digests.composition import Fate

    edition, composed = _composed(newsroom, name, date, address)
    if edition is None:
        return print("no edition to explain")
    for part in composed:
        counts = [f"{len(part.having(fate))} {fate}" for fate in Fate if part.having(fate)]
        if counts:
            print(f"{part.name or 'without a topic'}: {', '.join(counts)}")
        for number, entry in enumerate(part.entries, 1):
            print(f"{number:4} {entry.total:6.2f}  {entry.fate:<18} {_reasons(entry)}")
    return None


def _wishes(store: Any, lexicon: Any, address: str) -> tuple[list[str], Any]:
    """What a chat follows, and its tastes."""
    from digests.tastes import understood

    chat = store.chats.find(address)
    if chat is None:
        raise typer.BadParameter(f"there is no chat {address}", param_hint="--chat")
    return [subscription.query for subscription in store.subscriptions.of(chat.id)], understood(chat.tastes, lexicon)


def _reasons(entry: Any) -> str:
    why = " + ".join(f"{reason} {value:g}" for reason, value in entry.points)
    papers = f" (also in {', '.join(entry.article.also_in)})" if entry.article.also_in else ""
    return f"#{entry.article.id} {entry.article.headline}{papers}: {why}"


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="a query, such as 公交 贷款")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="hits at most")] = 10,
    best: Annotated[bool, typer.Option("--best", help="best first instead of newest first")] = False,
    after: Annotated[str, typer.Option(help="go on behind a page: the cursor that was printed under it")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help='queries from stdin: {"q","limit"?,"order"?}')] = False,
) -> None:
    """Prints what a query finds in the archive, newest first."""
    from digests.query import parse
    from digests.storage.search import read_cursor

    if jsonl == bool(words):
        raise typer.BadParameter("give either a query or --jsonl")
    place = read_cursor(after) if after else None
    if after and place is None:
        raise typer.BadParameter(f"{after!r} is no cursor: give what stands under a page", param_hint="--after")
    with open_newsroom() as newsroom:
        if jsonl:
            return _search_lines(newsroom)
        newsroom.warn()
        query = parse(" ".join(words or []), newsroom.lexicon)
        with newsroom.database.read() as store:
            found = store.search.find(query, limit=limit, order="best" if best else "new", after=place)
        for article in found.articles:
            print("\t".join((str(article.id), str(article.published_on), *_line(article))))
        if found.after:
            sys.stderr.write(f"more: --after {found.after}\n")
    return None


def _line(article: Article) -> tuple[str, ...]:
    papers = "、".join((article.source, *article.also_in))
    return papers, article.headline


def _search_lines(newsroom: Any) -> None:
    from digests.errors import QueryError
    from digests.query import parse

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        limit, order = whole(row, "limit") or 10, row.get("order") or "new"
        if order not in ("new", "best"):
            raise ValueError(f"'order' must be new or best, not {order!r}")
        started = time.perf_counter()
        try:
            query = parse(row["q"], newsroom.lexicon)
        except QueryError as error:
            return {"q": row["q"], "error": str(error)}
        with newsroom.database.read() as store:
            found = store.search.find(query, limit=limit, order=order).articles
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        return {"q": row["q"], "ids": [a.external_id or str(a.id) for a in found], "ms": milliseconds}

    # Start-up is no part of an answer: seeds are read, the database is opened, statements are put together.
    answer({"q": "0 1", "order": "new"})
    answer({"q": "0 1", "order": "best"})
    answer_rows(answer, "q")
