"""What an operator is told when the disk is full, the folder read-only or the database locked: tried for real."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT

KIB = 1024


def liwen(folder: Path, *arguments: str, most: int = 0) -> tuple[int, str]:
    """Exit status and errors; no file may grow beyond `most` KiB, as on a disk that is full."""
    environment = {**os.environ, "LIWEN_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}  # noqa: TID251
    environment.pop("DATABASE_URL", None)
    # The shell counts in blocks of 512 bytes.
    limit = f"ulimit -f {2 * most}; " if most else ""
    command = ["sh", "-c", f'{limit}exec "$@"', "sh", sys.executable, "-m", "bot", *arguments]
    done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.fixture
def data(tmp_path: Path, seed_page: Path) -> Path:
    folder = tmp_path / "data"
    assert liwen(folder, "ingest", str(seed_page))[0] == 0
    return folder


def test_a_full_disk_is_one_clear_line_and_nothing_that_was_stored_is_harmed(data: Path, tmp_path: Path) -> None:
    for command in (["build"], ["restore", str(tmp_path / "none")]):
        status, said = liwen(data, *command, most=32)
        assert status == 1
        assert said.count("\n") == 1, said
    status, said = liwen(data, "build", most=32)
    assert "disk" in said
    assert liwen(data, "build") == (0, "")


def test_a_backup_for_which_there_is_no_room_is_one_clear_line_and_leaves_no_piece(data: Path, tmp_path: Path) -> None:
    file, more = tmp_path / "liwen.backup", tmp_path / "more.jsonl"
    more.write_text(json.dumps({"id": "1", "title": "长文", "text": os.urandom(50_000).hex()}), encoding="utf-8")
    assert liwen(data, "ingest", str(more))[0] == 0
    assert liwen(data, "backup", str(file))[0] == 0
    before = file.read_bytes()
    # More than SQLite's own files need to be read, less than the backup.
    status, said = liwen(data, "backup", str(file), most=40)
    assert (status, said.count("\n")) == (1, 1)
    assert said.startswith(f"liwen: {file}: ")
    assert file.read_bytes() == before
    assert not file.with_name("liwen.backup.part").exists()


def test_a_restore_for_which_there_is_no_room_leaves_the_place_empty(data: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "liwen.backup", tmp_path / "other"
    assert liwen(data, "backup", str(file))[0] == 0
    status, said = liwen(other, "restore", str(file), most=64)
    assert (status, said.count("\n")) == (1, 1), said
    assert "disk" in said
    assert liwen(other, "restore", str(file)) == (0, "")


def test_a_locked_database_is_one_clear_line(data: Path) -> None:
    with sqlite3.connect(data / "liwen.sqlite3") as holder:
        holder.execute("BEGIN IMMEDIATE")
        status, said = liwen(data, "build")
    holder.close()
    assert (status, said.count("\n")) == (1, 1)
    assert "another program has been writing for 10 s" in said
    assert liwen(data, "build") == (0, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere; on a read-only mount it was tried by hand")
def test_a_folder_that_may_only_be_read_is_one_clear_line(data: Path) -> None:
    data.chmod(0o500)
    status, said = liwen(data, "build")
    data.chmod(0o700)
    assert (status, said.count("\n")) == (1, 1)
