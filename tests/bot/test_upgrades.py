"""What a program says that is started on the tables of another one."""

import gzip
from pathlib import Path

from sqlalchemy import text

from digests.storage import Database
from digests.storage.migrations import HEAD
from tests.bot.shell import Liwen
from tests.schemas import kept

TELEGRAM = {"TELEGRAM_TOKEN": "123456789:" + "A" * 35, "TELEGRAM_API_URL": "http://127.0.0.1:1"}


def test_a_program_that_is_started_on_an_older_schema_names_the_command(liwen: Liwen, tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    file.write_bytes(gzip.decompress(kept("sqlite")["0001"].read_bytes()))
    url = f"sqlite:///{file}"
    for command in (["run"], ["build"], ["search", "公交"], ["reindex"]):
        ended = liwen(*command, DATABASE_URL=url, **TELEGRAM)
        assert ended.status == 1
        assert ended.err.splitlines()[-1].endswith(f"schema 0001, this program needs {HEAD}: liwen migrate")
    assert liwen("migrate", DATABASE_URL=url).out == f"schema 0001 → {HEAD}\n"
    assert liwen("reindex", DATABASE_URL=url).out == "articles 3\n"
    assert liwen("search", "公交", DATABASE_URL=url).out.count("\n") == 2


def test_a_program_that_is_started_on_a_newer_schema_refuses(liwen: Liwen, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.sqlite3"
    database = Database(url)
    database.migrate()
    with database.begin() as store:
        store._connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    for command in ("run", "migrate", "build"):
        ended = liwen(command, DATABASE_URL=url, **TELEGRAM)
        assert (ended.status, ended.err.count("\n")) == (1, 1)
        assert "newer than this program" in ended.err
