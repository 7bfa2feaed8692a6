"""`liwen sources`: where news comes from by itself, added, listed, checked, removed, and exchanged as OPML."""

import re
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom, print_json
from digests.model.sources import Source, SourceKind

group = typer.Typer(help="Where news comes from by itself: feeds and newspaper sites.", no_args_is_help=True)
app.add_typer(group, name="sources")

EVERY = 30
"""Minutes between two looks at a source, unless told otherwise."""

Key = Annotated[str, typer.Argument(help="a source's number, name or address")]
Every = Annotated[int, typer.Option(min=5, max=7 * 24 * 60, help="minutes between two looks")]


@group.command()
def add(
    url: Annotated[str, typer.Argument(help="a feed, or any page of a newspaper site")],
    name: Annotated[str, typer.Option(help="the paper's name; what it calls itself if left out")] = "",
    kind: Annotated[SourceKind | None, typer.Option(help="what it is; looked up if left out")] = None,
    every: Every = EVERY,
    by: Annotated[str, typer.Option(help="the hour by which the day's paper comes, such as 09:00; else learnt")] = "",
) -> None:
    """Adds a source; the bot asks it from then on."""
    expected = _hour(by)
    if not re.match(r"https?://", url):
        raise typer.BadParameter(f"{url!r} is no address like https://example.org/rss.xml")
    with open_newsroom() as newsroom:
        if kind is None or not name:
            found = newsroom.introduce(url)
            url, kind, name = found.url, kind or found.kind, name or found.name
        with newsroom.database.begin() as store:
            added = store.sources.add(url, name, kind, newsroom.clock(), every=every, expected_by=expected)
    print(f"{url} is there already" if added is None else f"{added.id}\t{added.kind}\t{added.name}\t{added.url}")


def _hour(text: str) -> time | None:
    if not text:
        return None
    if not re.fullmatch(r"([01]?\d|2[0-3])[:：][0-5]\d", text):
        raise typer.BadParameter(f"{text!r} is no hour like 09:00")
    return time.fromisoformat(text.replace("：", ":").zfill(5))


@group.command("list")
def show(jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON lines instead of a table")] = False) -> None:
    """Lists the sources, and how each of them does."""
    from digests.ingest.watching import HISTORY, health

    with open_newsroom() as newsroom:
        now, zone = newsroom.clock(), newsroom.settings.timezone
        since: date = now.astimezone(zone).date() - HISTORY
        with newsroom.database.read() as store:
            arrivals = store.sources.arrivals(since)
            found = [(one, health(one, arrivals.get(one.name, {}), now, zone)) for one in store.sources.all()]
    for source, state in found:
        row = _row(source, state.value, zone)
        print_json(row) if jsonl else print("\t".join(str(value) for value in row.values()))


def _row(source: Source, state: str, zone: Any) -> dict[str, Any]:
    def local(when: datetime | None) -> str:
        return when.astimezone(zone).isoformat(" ", "minutes") if when else "-"

    return {
        "id": source.id,
        "health": state,
        "name": source.name,
        "kind": source.kind.value,
        "url": source.url,
        "every": source.every,
        "arrived": local(source.arrived_at),
        "checked": local(source.checked_at),
        "next": local(source.next_at),
        "failures": source.failures,
        "error": source.last_error or "-",
    }


@group.command()
def remove(key: Key) -> None:
    """Removes a source; its articles stay."""
    with open_newsroom() as newsroom, newsroom.database.begin() as store:
        found = _found(store, key)
        store.sources.remove(found.id)
    print(f"removed {found.name}\t{found.url}")


def _found(store: Any, key: str) -> Source:
    found: Source | None = store.sources.find(key)
    if found is None:
        raise typer.BadParameter(f"no source {key!r}; `liwen sources list` shows them")
    return found


@group.command()
def check(key: Annotated[str, typer.Argument(help="a source's number, name or address; all if left out")] = "") -> None:
    """Asks sources now, brings in what is new, and says how each did."""
    failed = False
    with open_newsroom() as newsroom:
        with newsroom.database.read() as store:
            asking = [_found(store, key)] if key else store.sources.all()
        for source in asking:
            asked = newsroom.poller.ask(source)
            done = asked.ingested
            failed |= asked.fault is not None
            counts = f"new {done.new}, known {done.known}, revised {done.revised}, not read {done.unread}"
            print(f"{source.name}\t{asked.fault or counts}", flush=True)
            for fault in done.faults:
                sys.stderr.write(f"liwen: {fault}\n")
    if failed:
        raise typer.Exit(1)


@group.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="an OPML file, as feed readers export it")], every: Every = EVERY
) -> None:
    """Adds every feed of an OPML file."""
    from digests.ingest.files import read_file
    from digests.ingest.opml import read_opml

    feeds = read_opml(read_file(file), str(file))
    with open_newsroom() as newsroom, newsroom.database.begin() as store:
        added = [store.sources.add(url, name, SourceKind.FEED, newsroom.clock(), every=every) for name, url in feeds]
    new = sum(source is not None for source in added)
    print(f"new {new}, known {len(added) - new}")


@group.command()
def export() -> None:
    """Prints the feeds as OPML; newspaper sites are not feeds and stay out."""
    from digests.ingest.opml import write_opml

    with open_newsroom() as newsroom:
        with newsroom.database.read() as store:
            feeds = [(one.name, one.url) for one in store.sources.all() if one.kind is SourceKind.FEED]
        sys.stdout.buffer.write(write_opml("里闻", feeds, newsroom.clock()))
