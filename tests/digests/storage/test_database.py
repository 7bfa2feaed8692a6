import subprocess
import sys
from datetime import datetime
from pathlib import Path

import alembic.config
import alembic.script
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, make_url, text

from digests.errors import DatabaseUnreachable, SchemaMismatch
from digests.storage import Database
from digests.storage import migrations as history
from digests.storage.tables import metadata
from tests.samples import add, raw


def test_an_empty_database_is_told_apart_from_a_migrated_one(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(SchemaMismatch, match="liwen migrate"):
        database.check()
    assert database.migrate() == (None, history.HEAD)
    assert database.migrate() == (history.HEAD, history.HEAD)
    database.check()
    database.close()


def test_the_tables_that_the_migrations_make_are_those_the_program_works_with(empty_url: str) -> None:
    database = Database(empty_url)
    database.migrate()
    database.close()
    engine = create_engine(make_url(empty_url.replace("postgresql:", "postgresql+psycopg:")))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _ours})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in metadata.tables


def test_head_is_the_newest_revision() -> None:
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(history.__file__).parent))
    assert alembic.script.ScriptDirectory.from_config(config).get_current_head() == history.HEAD


def test_processes_that_migrate_at_once_all_succeed(empty_url: str) -> None:
    program = f"from digests.storage import Database; print(Database({empty_url!r}).migrate())"
    running = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in running)
    assert said == sorted([f"(None, '{history.HEAD}')"] + 2 * [f"('{history.HEAD}', '{history.HEAD}')"])


def test_tables_newer_than_the_program_are_left_alone(database: Database) -> None:
    with database._transaction(writes=True) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaMismatch, match="newer than this program"):
        database.check()
    with pytest.raises(SchemaMismatch, match="upgrade Liwen"):
        database.migrate()


def test_a_failed_transaction_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        add(store, raw())
        add(store, raw(title=str(1 // (store.articles.count() - 1))))
    with database.read() as store:
        assert store.articles.count() == 0


def test_a_reader_keeps_no_writer_waiting(database: Database) -> None:
    with database.read() as reading:
        assert reading.articles.count() == 0
        with database.begin() as writing:
            add(writing, raw())
    with database.read() as store:
        assert store.articles.count() == 1


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs a zone"), database.begin() as store:
        store.editions.add(datetime(2024, 11, 13))  # noqa: DTZ001


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseUnreachable, match=r"file/liwen.sqlite3: (Not a directory|File exists)"):
        Database(f"sqlite:///{tmp_path}/file/liwen.sqlite3")


def test_a_file_that_is_no_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "liwen.sqlite3").write_text("not a database, but long enough to look like one" * 100)
    database = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
    with pytest.raises(DatabaseUnreachable, match="file is not a database"):
        database.check()
    database.close()


def test_a_server_that_is_not_there_is_one_clear_line_without_its_password() -> None:
    database = Database("postgres://liwen:secret@127.0.0.1:1/news")
    with pytest.raises(DatabaseUnreachable, match=r"news: .*refused") as failed:
        database.check()
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)
    database.close()


def test_what_is_no_url_is_one_clear_line_without_its_password() -> None:
    with pytest.raises(DatabaseUnreachable, match="not a database URL") as failed:
        Database("liwen:secret@news")
    assert "secret" not in str(failed.value)


def test_a_fault_of_ours_is_not_taken_for_one_of_the_database(database: Database) -> None:
    with pytest.raises(Exception, match="nonsense") as failed, database._transaction(writes=False) as connection:
        connection.execute(text("SELECT * FROM nonsense"))
    assert isinstance(failed.value, DatabaseUnreachable) == (database.where.endswith("sqlite3"))
