import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from digests.errors import BadBackup, NotEmpty, SchemaMismatch
from digests.model.news import Summary
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage.backups import Reader
from digests.storage.tables import metadata
from digests.storage.tables.readers import chats, updates
from tests import ROOT
from tests.samples import NOW, add, analysis, follow, raw


def taken(database: Database) -> list[str]:
    return list(database.backup(NOW, lambda *_: None))


def restored(lines: list[str], url: str) -> Database:
    database = Database(url)
    try:
        database.restore(Reader(lines, "a backup"), lambda *_: None)
    except BaseException:
        database.close()
        raise
    return database


@pytest.fixture
def archive(database: Database) -> Database:
    """Something of what there is, and what is hard to carry: nothing, null, bytes, references forward and back."""
    reader = follow(database, "telegram:7", "topic:transport", "公交")
    follow(database, "telegram:8")
    with database.begin() as store:
        bus = add(store, raw("公交新增三条线路"), "transport", places=("330402101",))
        again = add(store, raw("公交再增线路"), "transport", duplicate_of=bus, follows=bus)
        revised = store.articles.draft(raw("公交改线"), replace(analysis("transport"), bands=(1,)))
        store.articles.revise(again, revised, NOW)
        edition = store.editions.add(NOW)
        assert edition is not None
        store.articles.assign(edition.id, [bus])
        store.articles.set_summary(bus, Summary())
        store.digests.add(edition.id, {"topic:transport": [bus]})
        store.deliveries.fan_out(edition)
        store.updates.add([(5, {"message": "一"})], NOW)
        store.updates.done([5])
        store.updates.add([(6, {"message": "1.0", "n": 1.0})], NOW)
        store.uploads.add(reader, "a.txt", b"\x00\xff", NOW)
        # The first article is the near-duplicate of a later one, and a chat has gone for good.
        store._connection.execute(text("UPDATE articles SET duplicate_of = 2 WHERE id = 1"))
        store.belongings.forget(store.chats.find_or_add("telegram:9", "en", "UTC", NOW))
    return database


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty place of either kind, besides the archive's."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/other/liwen.sqlite3"
    url: str = request.getfixturevalue("fresh")()
    return url


def test_what_is_restored_into_either_database_is_what_was_there(archive: Database, place: str) -> None:
    before = taken(archive)
    after = restored(before, place)
    assert taken(after) == before or sorted(taken(after)) == sorted(before)  # databases sort texts in their own ways
    after.check()
    after.close()


def test_a_backup_holds_every_table_but_the_index(archive: Database) -> None:
    heads = [json.loads(line)["table"] for line in taken(archive) if line.startswith('{"table"')]
    assert set(heads) == set(metadata.tables) - {"search_index"}


def test_nothing_and_null_stay_apart(archive: Database, place: str) -> None:
    after = restored(taken(archive), place)
    with after.read() as store:
        assert store._connection.execute(select(updates.c.content).order_by(updates.c.id)).scalars().all() == [
            None,
            {"message": "1.0", "n": 1.0},
        ]
        assert store.updates.oldest() == NOW
    after.close()


def test_numbers_that_were_given_out_never_come_again(archive: Database, place: str) -> None:
    after = restored(taken(archive), place)
    assert follow(after, "telegram:10") == 4
    after.close()


def test_search_reads_texts_until_the_index_is_made(archive: Database, place: str, lexicon: Lexicon) -> None:
    after = restored(taken(archive), place)

    def found() -> set[int]:
        with after.read() as store:
            return {article.id for article in store.search.find(parse("公交", lexicon)).articles}

    with after.read() as store:
        assert store.index.outdated
    slow = found()
    going_on = True
    while going_on:
        with after.begin() as store:
            going_on = store.index.rebuild(10)
    assert found() == slow != set()
    after.close()


def test_a_backup_is_one_state_though_others_write_meanwhile(archive: Database) -> None:
    lines = archive.backup(NOW, lambda *_: None)
    first = next(lines)
    follow(archive, "telegram:11", "地铁")
    rest = list(lines)
    assert json.loads(first)["rows"] == sum(json.loads(line)["rows"] for line in rest if line.startswith('{"rows"'))
    assert not any("telegram:11" in line for line in rest)


def test_only_an_empty_place_is_filled(archive: Database) -> None:
    lines = taken(archive)
    with pytest.raises(NotEmpty, match="an empty place only"):
        archive.restore(Reader(lines, "a backup"), lambda *_: None)
    assert taken(archive)[1:] == lines[1:]


def test_an_empty_database_has_nothing_to_back_up(empty_url: str) -> None:
    database = Database(empty_url)
    with pytest.raises(SchemaMismatch):
        taken(database)
    database.close()


def _damaged(lines: list[str]) -> Iterator[tuple[list[str], str]]:
    row = next(number for number, line in enumerate(lines) if "telegram:7" in line)
    yield [*lines[:row], lines[row].replace("telegram:7", "telegram:6"), *lines[row + 1 :]], "not those that were"
    yield [*lines[:row], *lines[row + 1 :]], "not those that were written"
    yield lines[:-1], "cut off"
    yield lines[: row + 1], "cut off"
    yield [*lines[:row], "[1\n", *lines[row + 1 :]], "damaged"
    yield [lines[0].replace('"rows":', '"rows":"many","":'), *lines[1:]], "no backup of Liwen's"
    yield [lines[0].replace('"schema":"', '"schema":"00'), *lines[1:]], "no such schema"
    yield [lines[0], lines[1].replace('"columns":[[', '"columns":[["x"],['), *lines[2:]], "damaged"
    yield [lines[0], "5\n", *lines[2:]], "damaged"
    yield ["{}\n"], "no backup of Liwen's"
    yield ["[1,2]\n"], "no backup of Liwen's"
    yield ["nonsense\n"], "no backup of Liwen's"
    yield [], "no backup of Liwen's"
    yield [lines[0], *lines[1:-1], '{"end":3}\n'], "tables are missing"


def test_a_damaged_backup_is_refused_in_one_line_and_leaves_the_place_empty(archive: Database, place: str) -> None:
    lines = taken(archive)
    for damaged, reason in _damaged(lines):
        with pytest.raises(BadBackup, match=reason) as refused:
            restored(damaged, place)
        assert "\n" not in str(refused.value)
    database = Database(place)
    assert database.revision() is None
    database.close()
    restored(lines, place).close()


def test_a_row_that_no_database_takes_is_refused_before_the_sum_of_its_table_is_known(
    large: Database, place: str
) -> None:
    lines = taken(large)
    row = next(number for number, line in enumerate(lines) if "telegram:1000" in line)
    bad = ("[1]\n", "5\n", lines[row].replace("T06", "T6"), lines[row].replace('"telegram:1000"', "null"))
    for line in (*bad, lines[row + 1]):
        with pytest.raises(BadBackup, match="damaged"):
            restored([*lines[:row], line, *lines[row + 1 :]], place)
    database = Database(place)
    assert database.revision() is None
    database.close()


def test_a_backup_of_a_newer_program_is_refused(archive: Database, place: str) -> None:
    lines = taken(archive)
    lines[0] = lines[0].replace(json.loads(lines[0])["schema"], "9999")
    with pytest.raises(SchemaMismatch, match="newer than this program"):
        restored(lines, place)


def liwen(url: str, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)}  # noqa: TID251
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def done(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()


def killed(process: subprocess.Popen[bytes], when: Callable[[], bool], later: float) -> None:
    """Ends a process without warning, so many seconds after something is so."""
    deadline = time.monotonic() + 30
    while not when() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


@pytest.fixture
def large(archive: Database) -> Database:
    """So much that a kill finds the work half done."""
    with archive.begin() as store:
        one = store._connection.execute(select(chats).limit(1)).mappings().one()
        rows = [{**one, "id": None, "address": f"telegram:{number}"} for number in range(1000, 16_000)]
        for row in rows:
            del row["id"]
        store._connection.execute(insert(chats), rows)
    return archive


def url_of(database: Database) -> str:
    return database._url.render_as_string(hide_password=False)


LATER = (0.0, 0.02, 0.1)


def test_a_killed_backup_leaves_the_older_file_whole(large: Database, tmp_path: Path) -> None:
    file, part = tmp_path / "liwen.backup", tmp_path / "liwen.backup.part"
    done(liwen(url_of(large), "backup", str(file)))
    before = file.read_bytes()
    for later in LATER:
        killed(liwen(url_of(large), "backup", str(file)), part.exists, later)
        assert part.exists(), "the kill came too late to mean anything"
        part.unlink()
        assert file.read_bytes() == before
    done(liwen(f"sqlite:///{tmp_path}/other.sqlite3", "restore", str(file)))


def test_a_killed_restore_leaves_the_place_empty_for_the_next_one(large: Database, place: str, tmp_path: Path) -> None:
    if url_of(large).startswith("sqlite") != place.startswith("sqlite"):
        pytest.skip("from one to the other is tested above")
    file = tmp_path / "liwen.backup"
    done(liwen(url_of(large), "backup", str(file)))
    database = Database(place)
    for later in LATER:
        killed(liwen(place, "restore", str(file)), lambda: _under_way(database), later)
        assert database.revision() is None
    done(liwen(place, "restore", str(file)))
    assert sorted(taken(database)[1:]) == sorted(taken(large)[1:])
    database.close()


def _under_way(database: Database) -> bool:
    """Whether something is written there by now."""
    if "://" not in database.where:
        journal = Path(f"{database.where}-wal")
        return journal.exists() and journal.stat().st_size > 0
    writing = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'INSERT INTO%' AND datname = current_database()"
    with database.read() as store:
        return bool(store._connection.execute(text(writing)).scalar())
