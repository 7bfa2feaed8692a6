"""Commands that answer JSON lines of articles, a line for a line; nothing is stored."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_reader, print_json
from digests.errors import BadLine
from digests.model.news import Background, RawArticle

EMPTY = Background(0, {})


@app.command()
def summarize() -> None:
    """JSON lines of articles in, their summaries out; nothing is stored."""
    reader = open_reader()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        sentences, characters = whole(row, "max_sentences"), whole(row, "max_chars")
        summary = reader.summarizer.summarize(
            row["title"], row["text"], EMPTY, max_sentences=sentences, max_chars=characters
        )
        return {"id": row.get("id"), "summary": [sentence.line for sentence in summary.sentences]}

    answer_rows(answer, "title", "text")


@app.command()
def classify(
    explain: Annotated[bool, typer.Option(help='add "why": for each topic its words with their points')] = False,
) -> None:
    """JSON lines of articles in, their topics out, best first; nothing is stored."""
    reader = open_reader()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        raw = _raw(row)
        answered = {"id": row.get("id"), "topics": reader.analyzer.topics(raw)}
        return answered | {"why": reader.analyzer.explain_topics(raw)} if explain else answered

    answer_rows(answer, "title", "text")


@app.command()
def places(
    national: Annotated[
        str, typer.Argument(help="with --build-region or --coordinates: a file of all China's places, or -")
    ] = "",
    build_region: Annotated[
        str,
        typer.Option(help="print the rows of seeds/places for this code; FILE: columns code,name,… of china-division"),
    ] = "",
    coordinates: Annotated[
        bool,
        typer.Option(help="print seeds/places/coordinates.toml of the home region; FILE: GeoNames' cities500.txt"),
    ] = False,
) -> None:
    """JSON lines of articles in, the places they speak of out, weightiest first; nothing is stored."""
    if bool(national) != bool(build_region or coordinates):
        raise typer.BadParameter("--build-region CODE, or --coordinates, and FILE go together")
    if build_region:
        _build_region(build_region, national)
        return
    if coordinates:
        _coordinates(national)
        return
    reader = open_reader()

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        found = [reader.lexicon.places[code] for code in reader.analyzer.places(_raw(row))]
        return {"id": row.get("id"), "places": [{"code": place.code, "name": place.name} for place in found]}

    answer_rows(answer, "title", "text")


def _build_region(code: str, path: str) -> None:
    from digests.gazetteer import region_csv

    rows = region_csv(_national(path), code)
    if rows.count("\n") < 2:
        raise typer.BadParameter(f"{path} has no place with the code {code}")
    print(rows, end="")


def _coordinates(path: str) -> None:
    from digests.gazetteer import coordinates_toml

    rows = coordinates_toml(_national(path), open_reader().lexicon)
    if not rows:
        raise typer.BadParameter(f"{path} has no place of the home region (LIWEN_HOME_REGION)")
    print(rows, end="")


def _national(path: str) -> list[str]:
    """The lines of a file of the whole country; `-`: of standard input."""
    from digests.ingest import files
    from digests.ingest.charset import decode

    content = sys.stdin.buffer.read() if path == "-" else files.read_file(Path(path))
    return decode(content, path).splitlines()


def _raw(row: dict[str, Any]) -> RawArticle:
    """An article to be understood: title and text, whatever else the line holds."""
    return RawArticle(title=row["title"], paragraphs=tuple(row["text"].splitlines()))


def answer_rows(answer: Callable[[dict[str, Any]], dict[str, Any]], *required: str) -> None:
    """Prints an answer to each JSON object of standard input, a line for a line.

    Raises BadLine for a line that is none, lacks a required text, or holds a value that cannot be taken.
    """
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            print_json(answer(_row(line, required)))
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


def whole(row: dict[str, Any], key: str) -> int | None:
    """A number of at least one, or nothing."""
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{key!r} must be a whole number of at least 1, not {value!r}")
    return min(value, 10**6)
