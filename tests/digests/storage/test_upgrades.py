"""Databases that older programs made, with something in them: each is brought up to date, and goes on."""

import gzip
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage.backups import Reader
from digests.storage.migrations import HEAD
from tests.samples import NOW, add, raw
from tests.schemas import kept

NEVER = ("0004", "0005", "0006", "0012", "0013")
"""Revisions that were numbered side by side: no program stopped at one for longer than a merge took."""
REVISIONS = [name for number in range(1, int(HEAD) + 1) if (name := f"{number:04}") not in NEVER]


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """Either database; skips PostgreSQL where there is none."""
    name: str = request.param
    if name == "postgresql":
        request.getfixturevalue("databases")
    return name


@pytest.fixture(params=REVISIONS)
def old_url(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> str:
    """The URL of a database as an older program left it."""
    content = gzip.decompress(kept(kind)[request.param].read_bytes())
    if kind == "sqlite":
        (tmp_path / "old.sqlite3").write_bytes(content)
        return f"sqlite:///{tmp_path}/old.sqlite3"
    url: str = request.getfixturevalue("fresh")()
    database = Database(url)
    with database._transaction(writes=True) as connection:
        connection.exec_driver_sql(content.decode().replace("%", "%%"))
    database.close()
    return url


@pytest.fixture
def old(old_url: str) -> Iterator[Database]:
    database = Database(old_url)
    yield database
    database.close()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_database_of_each_revision_is_kept(kind: str) -> None:
    assert list(kept(kind)) == REVISIONS, "python -m tests.schemas keeps that of a new revision"


def reindex(database: Database) -> None:
    going_on = True
    while going_on:
        with database.begin() as store:
            going_on = store.index.rebuild(100)


def test_what_an_older_program_stored_is_all_there_after_the_upgrade(old: Database, lexicon: Lexicon) -> None:
    before = old.revision()
    assert old.migrate() == (before, HEAD)
    reindex(old)
    with old.begin() as store:
        (chat,) = store.chats.within("console:local")
        assert [f"{at:%H:%M}" for at in chat.times] == ["07:30"]
        wishes = {subscription.query for subscription in store.subscriptions.of(chat.id)}
        assert wishes == {"公交", "topic:transport", "place:330402101"}
        titles = {article.title for article in store.search.find(parse("公交", lexicon)).articles}
        assert titles == {"公交新增三条线路", "公交又有新消息"}
        assert [article.title for article in store.articles.unassigned()] == ["公交又有新消息"]
        assert store.articles.background().documents == 3
        # It goes on: with a new article, an edition, and what is owed.
        new = add(store, raw("公交新线路开通"), "transport")
        edition = store.editions.add(NOW.replace(year=2100))
        assert edition is not None
        store.articles.assign(edition.id, [new])
        store.digests.add(edition.id, {"topic:transport": [new]})
        store.deliveries.fan_out(edition)
        assert sum(store.deliveries.counts().values()) >= 1


def test_search_answers_before_the_index_of_an_older_program_is_rebuilt(old: Database, lexicon: Lexicon) -> None:
    old.migrate()
    with old.read() as store:
        titles = {article.title for article in store.search.find(parse("公交", lexicon)).articles}
    assert titles == {"公交新增三条线路", "公交又有新消息"}


def test_a_backup_of_an_older_schema_can_be_taken_and_is_upgraded_when_it_is_restored(
    old: Database, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    lines = list(old.backup(NOW, lambda *_: None))
    place = f"sqlite:///{tmp_path}/new.sqlite3" if kind == "sqlite" else request.getfixturevalue("fresh")()
    restored = Database(place)
    restored.restore(Reader(lines, "a backup"), lambda *_: None)
    old.migrate()
    with old.begin() as store:
        store.index.outdate()

    def contents(database: Database) -> list[str]:
        return sorted(line for line in database.backup(NOW, lambda *_: None) if line.startswith("["))

    assert contents(restored) == contents(old)
    restored.close()


def test_edits_that_wait_are_there_when_the_table_of_deliveries_was_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    file.write_bytes(gzip.decompress(kept("sqlite")["0017"].read_bytes()))
    with closing(sqlite3.connect(file)) as connection:
        waiting = "SELECT 77, id, 'pending', 0, '2024-01-01', NULL, 0, 0, '', '2024-01-01' FROM deliveries LIMIT 1"
        connection.execute(f"INSERT INTO edits {waiting}")
        connection.commit()
    database = Database(f"sqlite:///{file}")
    assert database.migrate()[0] == "0017"
    database.close()
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT id FROM edits").fetchall() == [(77,)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
