"""Commands that bring news in: whole documents into the archive, or pages for a look."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import logs
from bot.cli.frame import app, open_newsroom, print_json
from digests.errors import InputError

Paths = Annotated[list[str], typer.Argument(help="files, folders, addresses, or - for standard input")]
Source = Annotated[str, typer.Option(help="the paper it comes from, such as 南湖晚报")]
Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="the day it was printed")]
PageName = Annotated[str, typer.Option("--page", help="the page's name, such as 第04版")]


@app.command()
def ingest(paths: Paths, source: Source = "", date: Day = None, page: PageName = "") -> None:
    """Reads pages, JSON lines, feeds, newspaper sites, web pages or PDF; what is known already adds nothing."""
    from bot.cli.progress import DocumentsBar
    from digests.ingest.doors import Label
    from digests.ingest.pipeline import Ingested

    label = Label(source=source, page=page, published_on=date.date() if date else None)
    total = Ingested()
    usage = True
    with open_newsroom() as newsroom, ExitStack() as stack:
        documents = list(_documents(newsroom, paths, label))
        bar = stack.enter_context(DocumentsBar(len(documents)))

        def tell(done: Ingested) -> None:
            bar.articles(done.articles)
            for fault in done.faults:
                bar.say(f"liwen: {logs.redact(str(fault))}")

        for items in documents:
            done = newsroom.ingest(items, tell)
            bar.document()
            usage &= all(fault.usage for fault in done.faults)
            total += done
    print(_summary(total))
    if total.unread:
        raise typer.Exit(2 if usage else 1)


def _summary(total: Any) -> str:
    return (
        f"new {total.new}, known {total.known}, revised {total.revised}, near-duplicates {total.near_duplicates}, "
        f"follow-ups {total.follow_ups}, noise lines dropped {total.furniture}, not read {total.unread}"
    )


def _documents(newsroom: Any, paths: Iterable[str], label: Any) -> Iterator[Iterable[Any]]:
    """What each file or address among the paths holds; a path that is none is its fault."""
    from digests.ingest import files

    for path in paths:
        if path == "-":
            yield files.read_standard_input(newsroom.doors, sys.stdin.buffer, label)
            continue
        if "://" in path:
            yield newsroom.read_address(path, label)
            continue
        try:
            found = files.files_in(Path(path))
        except InputError as fault:
            yield [fault]
        else:
            yield from (files.read_path(newsroom.doors, file, label) for file in found)


@app.command()
def pages(
    paths: Paths,
    explain: Annotated[bool, typer.Option(help="say for each line what it was taken for, and why")] = False,
) -> None:
    """Page text → its articles as JSON lines; nothing is stored."""
    from digests.ingest.articles import article_to_json
    from digests.ingest.charset import decode
    from digests.ingest.pages import explain_page, read_page

    problems: list[InputError] = []
    for name, content in _contents(paths):
        try:
            text = decode(content(), name)
            if explain:
                for note in explain_page(text):
                    print(f"{note.number}\t{note.label}\t{note.reason}\t{note.text}")
            else:
                for raw in read_page(text, name).articles:
                    print_json(article_to_json(raw))
        except InputError as error:
            problems.append(error)
    for problem in problems[1:]:
        sys.stderr.write(f"liwen: {problem}\n")
    if problems:
        raise problems[0]


def _contents(paths: Iterable[str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each file's name and how to read it, which may raise Unreadable."""
    from digests.ingest import files

    for path in paths:
        if path == "-":
            yield "standard input", partial(files.read_stream, sys.stdin.buffer, "standard input")
            continue
        try:
            found = files.files_in(Path(path))
        except files.Unreadable:
            found = [Path(path)]  # to read it says what is wrong
        for file in found:
            yield str(file), partial(files.read_file, file)
