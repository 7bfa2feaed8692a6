"""The command line: each command prints help, does one thing, and answers bad input with one clear line."""

import json
import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from bot import logs
from bot.chat import TokenRefused
from bot.config import ConfigError, Settings, describe, load
from digests.errors import BadLine, DigestsError, InputError
from digests.model import Background, RawArticle

app = typer.Typer(
    name="liwen",
    help="里闻 Liwen: the news of your own town, as daily digests made only of sentences that stand in the paper.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Paths = Annotated[list[str], typer.Argument(help="files, folders, or - for standard input")]
Source = Annotated[str, typer.Option(help="the paper it comes from, such as 南湖晚报")]
Day = Annotated[datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="the day it was printed")]
PageName = Annotated[str, typer.Option("--page", help="the page's name, such as 第04版")]
EMPTY = Background(0, {})


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
    except Exception as error:
        logging.getLogger(__name__).debug("unexpected", exc_info=True)
        sys.stderr.write(
            f"liwen: unexpected {type(error).__name__}: {logs.redact(str(error))} (LOG_LEVEL=DEBUG: more)\n"
        )
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def fail(error: Exception) -> NoReturn:
    """Ends with what is wrong, a line for each fault: status 2 for bad use, 1 for a failure."""
    text = error.format_message() if isinstance(error, typer.TyperException) else str(error)
    for line in text.splitlines():
        sys.stderr.write(f"liwen: {logs.redact(line)}\n")
    usage = isinstance(error, ConfigError | typer.TyperException) or getattr(error, "usage", False)
    sys.exit(2 if usage else 1)


@app.command()
def run() -> None:
    """The bot, scheduler and sender together; without TELEGRAM_TOKEN the console."""
    from bot.app import Newsroom, run_console, run_telegram

    settings = load()
    token = settings.token
    if token is None:
        sys.stderr.write("No TELEGRAM_TOKEN: this is the console. @BotFather in Telegram gives a token: /newbot\n")
    logs.configure(settings.log_level if token else _quiet(settings))
    with Newsroom(settings) as newsroom:
        if token is None:
            run_console(newsroom)
        else:
            run_telegram(newsroom, token)


@app.command()
def console() -> None:
    """The whole bot in the terminal, no token needed: same commands, same texts."""
    from bot.app import Newsroom, run_console

    settings = load()
    logs.configure(_quiet(settings))
    with Newsroom(settings) as newsroom:
        run_console(newsroom)


def _quiet(settings: Settings) -> str:
    """In a conversation only warnings are worth interrupting for, unless more was asked for."""
    return "WARNING" if settings.log_level == "INFO" else settings.log_level


@app.command()
def ingest(paths: Paths, source: Source = "", date: Day = None, page: PageName = "") -> None:
    """Reads pages of text or JSON lines of articles into the archive; what is known already adds nothing."""
    from rich.progress import track

    from digests.ingest import files
    from digests.ingest.pipeline import Ingested

    published_on = date.date() if date else None
    problems: list[InputError] = []
    total = Ingested()
    with _newsroom() as newsroom:
        contents = list(_contents(paths, problems))
        for name, content in track(contents, "ingest", console=_progress(), disable=not sys.stderr.isatty()):
            try:
                # Read to its end before anything is stored: of a file with a fault, nothing is.
                raws = list(files.read(content(), name, source=source, page=page, published_on=published_on))
            except InputError as error:
                problems.append(error)
            else:
                total += newsroom.ingest(raws)
    unread = len(problems) + total.failed
    print(f"new {total.new}, known {total.known}, near-duplicates {total.near_duplicates}, not read {unread}")
    for problem in problems:
        sys.stderr.write(f"liwen: {problem}\n")
    if unread:
        raise typer.Exit(2 if problems and all(problem.usage for problem in problems) else 1)


def _progress() -> Any:
    from rich.console import Console as Terminal

    return Terminal(stderr=True)


def _contents(paths: Iterable[str], problems: list[InputError]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Each file's name and how to read it; a path that is none goes to the problems."""
    from digests.ingest import files

    for path in paths:
        if path == "-":
            yield "standard input", sys.stdin.buffer.read
            continue
        try:
            for file in files.files_in(Path(path)):
                yield str(file), _Reading(file)
        except InputError as error:
            problems.append(error)


@dataclass(frozen=True)
class _Reading:
    file: Path

    def __call__(self) -> bytes:
        from digests.ingest import files

        return files.read_file(self.file)


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
    for name, content in _contents(paths, problems):
        try:
            text = decode(content(), name)
            if explain:
                for note in explain_page(text):
                    print(f"{note.number}\t{note.label}\t{note.reason}\t{note.text}")
            else:
                for raw in read_page(text, name):
                    _print_json(article_to_json(raw))
        except InputError as error:
            problems.append(error)
    for problem in problems[1:]:
        sys.stderr.write(f"liwen: {problem}\n")
    if problems:
        raise problems[0]


@app.command()
def summarize() -> None:
    """JSON lines of articles in, their summaries out; nothing is stored."""
    newsroom = _newsroom()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        sentences, characters = _whole(row, "max_sentences"), _whole(row, "max_chars")
        summary = newsroom.summarizer.summarize(
            row["title"], row["text"], EMPTY, max_sentences=sentences, max_chars=characters
        )
        return {"id": row.get("id"), "summary": [sentence.text for sentence in summary.sentences]}

    _answer_rows(answer, "title", "text")


@app.command()
def classify() -> None:
    """JSON lines of articles in, their topics out, best first; nothing is stored."""
    newsroom = _newsroom()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        return {"id": row.get("id"), "topics": newsroom.analyzer.analyze(_raw(row)).topics}

    _answer_rows(answer, "title", "text")


@app.command()
def places() -> None:
    """JSON lines of articles in, the places they speak of out, weightiest first; nothing is stored."""
    newsroom = _newsroom()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        found = [newsroom.lexicon.places[code] for code in newsroom.analyzer.analyze(_raw(row)).places]
        return {"id": row.get("id"), "places": [{"code": place.code, "name": place.name} for place in found]}

    _answer_rows(answer, "title", "text")


def _raw(row: dict[str, Any]) -> RawArticle:
    """An article to be understood: title and text, whatever else the line holds."""
    return RawArticle(title=row["title"], paragraphs=tuple(row["text"].splitlines()))


@app.command()
def build() -> None:
    """Closes the edition now: builds its digests and puts the deliveries in the outbox."""
    with _newsroom() as newsroom:
        closed = newsroom.build()
    if closed is None:
        print("nothing to build: no article waits for an edition")
    else:
        print(f"articles {closed.articles}, digests {closed.digests}, deliveries {closed.deliveries}")


@app.command()
def digest(
    wish: Annotated[str, typer.Argument(help="a topic or place; everything if left out")] = "",
    date: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="a past day")] = None,
) -> None:
    """Prints the newest edition's digest, or that of a day."""
    from bot import commands, console
    from bot.chat import Request

    with _newsroom() as newsroom:
        if wish:
            commands.named(newsroom.lexicon, wish)
        args = f"{date:%Y-%m-%d} {wish}" if date else wish
        reply = commands.answer(newsroom.desk, Request("cli:", "digest" if date else "today", args))
    for message in reply.messages:
        print(console.render(message, buttons=False))


@app.command()
def search(
    words: Annotated[list[str] | None, typer.Argument(help="a query, such as 公交 贷款")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="hits at most")] = 10,
    best: Annotated[bool, typer.Option("--best", help="best first instead of newest first")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help='queries from stdin: {"q","limit"?,"order"?}')] = False,
) -> None:
    """Prints what a query finds in the archive, newest first."""
    from digests.query import parse

    if jsonl == bool(words):
        raise typer.BadParameter("give either a query or --jsonl")
    with _newsroom() as newsroom:
        if jsonl:
            return _search_lines(newsroom)
        query = parse(" ".join(words or []), newsroom.lexicon)
        with newsroom.database.read() as store:
            for article in store.search.find(query, limit=limit, order="best" if best else "new"):
                print(f"{article.id}\t{article.published_on}\t{article.source}\t{article.headline}")
    return None


def _search_lines(newsroom: Any) -> None:
    from digests.errors import QueryError
    from digests.query import parse

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        limit, order = _whole(row, "limit") or 10, row.get("order") or "new"
        if order not in ("new", "best"):
            raise ValueError(f"'order' must be new or best, not {order!r}")
        started = time.perf_counter()
        try:
            query = parse(row["q"], newsroom.lexicon)
        except QueryError as error:
            return {"q": row["q"], "error": str(error)}
        with newsroom.database.read() as store:
            found = store.search.find(query, limit=limit, order=order)
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        return {"q": row["q"], "ids": [a.external_id or str(a.id) for a in found], "ms": milliseconds}

    _answer_rows(answer, "q")


@app.command()
def migrate() -> None:
    """Brings the database's tables to what this program needs."""
    from digests.storage import Database

    database = Database(load().database)
    try:
        before, after = database.migrate()
    finally:
        database.close()
    print(f"schema {before or 'none'} → {after}" if before != after else f"schema {after}, nothing to do")


@app.command()
def config() -> None:
    """Prints every setting with its value and where it comes from; secrets are masked."""
    for name, value, source in describe(load()):
        print(f"{name}={value}\t# {source}")


def _newsroom() -> Any:
    from bot.app import Newsroom

    settings = load()
    logs.configure(_quiet(settings))
    return Newsroom(settings)


def _answer_rows(answer: Callable[[dict[str, Any]], dict[str, Any]], *required: str) -> None:
    """Prints an answer to each JSON object of standard input, a line for a line.

    Raises BadLine for a line that is none, lacks a required text, or holds a value that cannot be taken.
    """
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            _print_json(answer(_row(line, required)))
        except (ValueError, RecursionError, OverflowError) as error:
            raise BadLine("standard input", number, str(error)) from None


def _row(line: str, required: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from None
    missing = [key for key in required if not isinstance(row, dict) or not isinstance(row.get(key), str)]
    if missing:
        raise ValueError(f"{missing[0]!r} is missing or no text")
    # Half a surrogate pair can be written in JSON, and nowhere else.
    line.encode() and json.dumps(row, ensure_ascii=False).encode()
    return dict(row)


def _whole(row: dict[str, Any], key: str) -> int | None:
    """A number of at least one, or nothing."""
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{key!r} must be a whole number of at least 1, not {value!r}")
    return min(value, 10**6)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)
