"""`python -m tests.schemas`: keeps a small database of the present revision; `--checkout` runs an older program.

To be run once whenever a migration is added. Only the command line is used, for it is the same in every revision.
"""

import argparse
import gzip
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests import ROOT, postgres
from tests.schemas import EXTENSIONS, FOLDER

ARTICLES = [
    {
        "id": "1",
        "title": "公交新增三条线路",
        "text": "公交新增三条线路，方便市民出行。\n记者昨天从市交通局获悉，线路下月开通。",
    },
    {"id": "2", "title": "余新镇修路", "text": "余新镇开始修路，预计年底完工。\n村民说，等这条路等了三年。"},
    {"id": "3", "title": "公交又有新消息", "text": "公交新线路明天开通。\n首班车六点发车，票价两元。"},
]
CHAT = "/follow 公交\n/wish add 公交\n/topics transport\n/follow place:余新镇\n/wish add place:余新镇\n/time 07:30\n"


def make(checkout: Path, url: str, folder: Path) -> None:
    """Everything a program of that checkout can be made to store."""

    def liwen(*arguments: str, stdin: str = "") -> None:
        environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(checkout)}  # noqa: TID251
        command = [sys.executable, "-m", "bot", *arguments]
        done = subprocess.run(
            command, input=stdin, env=environment, cwd=folder, capture_output=True, text=True, check=False
        )
        print(f"{' '.join(arguments)}: {done.stdout.strip()[-60:]!r} {done.stderr.strip()[-200:]!r}")

    for number, article in enumerate(ARTICLES):
        line = json.dumps({**article, "source": "南湖晚报", "date": f"2024-11-{13 + number}"}, ensure_ascii=False)
        (folder / "articles.jsonl").write_text(line + "\n", encoding="utf-8")
        liwen("ingest", "articles.jsonl")
        if number == 0:
            liwen("console", stdin=CHAT)
        if number < 2:
            liwen("build")
    (folder / "articles.jsonl").write_text(line.replace("两元", "三元") + "\n", encoding="utf-8")
    liwen("ingest", "articles.jsonl")
    liwen("correct", "1", "transport", "livelihood")
    liwen("sources", "add", "https://a.example/rss", "--name", "晚报", "--kind", "feed")


def keep_sqlite(checkout: Path) -> tuple[str, bytes]:
    """The revision and the file of a SQLite database."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "liwen.sqlite3"
        make(checkout, f"sqlite:///{file}", Path(name))
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("VACUUM")
            (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.close()
        return revision, file.read_bytes()


def keep_postgresql(checkout: Path) -> tuple[str, bytes]:
    """The revision and the statements of a PostgreSQL database."""
    binaries = postgres.binaries()
    assert binaries is not None, "no PostgreSQL here"
    with postgres.private_folder() as folder, postgres.server(folder) as url, tempfile.TemporaryDirectory() as name:
        make(checkout, url, Path(name))
        dump = [f"{binaries}/pg_dump", "--inserts", "--no-owner", url]
        text = subprocess.run(dump, capture_output=True, text=True, check=True).stdout
    # Not SQL but psql's own, or set for the rest of a session, or unknown to older servers.
    lines = [line for line in text.splitlines() if not re.match(r"--|\\|SET |SELECT pg_catalog.set_config|$", line)]
    found = re.search(r"alembic_version VALUES \('(\d+)'\)", text)
    assert found is not None
    return found[1], "\n".join(lines).encode()


def main() -> None:
    """Keeps one of each kind."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--checkout", type=Path, default=ROOT, help="where the program of that revision lies")
    checkout = options.parse_args().checkout.absolute()
    for kind, keep in (("sqlite", keep_sqlite), ("postgresql", keep_postgresql)):
        revision, content = keep(checkout)
        file = FOLDER / f"{revision}{EXTENSIONS[kind]}"
        file.write_bytes(gzip.compress(content, mtime=0))
        print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main()
