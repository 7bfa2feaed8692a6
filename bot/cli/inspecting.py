"""Commands that look after an installation: what is wrong with it, and what it does."""

import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from bot.cli.frame import app, open_newsroom, print_json

AsJson = Annotated[bool, typer.Option("--json", help="one JSON object instead")]


@app.command()
def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="only what this machine knows: for a health check")] = False,
    as_json: AsJson = False,
) -> None:
    """Looks at everything that can be wrong and says what to do; exit status 1 if something is, for cron."""
    from bot.config import load
    from bot.doctor import Doctor, State
    from bot.newsroom import system_clock
    from digests.storage import Database

    settings = load()
    database = Database(settings.database)
    findings = []
    try:
        for finding in Doctor(settings, database, system_clock).findings(quick=quick):
            findings.append(finding)
            if not as_json:
                remedy = f"  → {finding.remedy}" if finding.remedy else ""
                print(f"{finding.state:<5} {finding.subject:<9} {finding.detail}{remedy}", flush=True)
    finally:
        database.close()
    failed = any(finding.state is State.FAIL for finding in findings)
    if as_json:
        names = ("subject", "state", "detail", "remedy")
        rows = [{name: str(getattr(finding, name)) for name in names} for finding in findings]
        print_json({"well": not failed, "findings": rows})
    if failed:
        raise typer.Exit(1)


@app.command()
def stats(as_json: AsJson = False) -> None:
    """Counts readers, what they follow, the week's articles, how digests went out yesterday, and what was put right."""
    with open_newsroom() as newsroom:
        found = _statistics(newsroom)
    if as_json:
        return print_json(found)
    for title, rows in found.items():
        _print_table(title, rows)
    return None


def _statistics(newsroom: Any) -> dict[str, Any]:
    from bot.figures import figures

    with newsroom.database.read() as store:
        return figures(store, newsroom.lexicon, newsroom.settings.timezone, newsroom.clock())


def _print_table(title: str, rows: Mapping[str, int] | Iterable[Mapping[str, Any]]) -> None:
    # Imported here, for most commands print no table.
    from rich.console import Console
    from rich.table import Table

    if isinstance(rows, Mapping):
        rows = [{"": name, "count": count} for name, count in rows.items()]
    listed = list(rows)
    table = Table(title=title, title_justify="left")
    for name in listed[0] if listed else ():
        table.add_column(name, justify="right" if isinstance(listed[0][name], int) else "left")
    for row in listed:
        table.add_row(*map(str, row.values()))
    Console(file=sys.stdout).print(table if listed else f"{title}: none", highlight=False)
