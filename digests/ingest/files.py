"""Files and folders → what they hold, in the order of their names and without taking in more than one at a time."""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from digests.errors import InputError, NotText
from digests.ingest.charset import decode
from digests.ingest.doors import Doors, Item, Label, read_lines

SUFFIXES = (".txt", ".jsonl", ".xml", ".rss", ".atom", ".json", ".html", ".htm", ".pdf")
"""What is read of a folder."""

LARGEST = 64 << 20
"""Bytes of the largest document that is read at once; JSON lines are read line by line, however many there are."""


class Unreadable(InputError):
    """A file or folder that cannot be opened."""

    usage = True

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name)
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


def files_in(path: Path) -> list[Path]:
    """The file itself, or every document below a folder in the order of their names; hidden ones are passed over.

    Raises Unreadable when a folder cannot be looked into, or holds nothing to read.
    """
    if not path.is_dir():
        return [path]
    try:
        found = sorted(_below(path))
    except OSError as error:
        raise Unreadable(error.filename or str(path), _reason(error)) from None
    if not found:
        raise Unreadable(str(path), f"no file to read in this folder (one of {' '.join(SUFFIXES)})")
    return found


def _below(folder: Path) -> Iterator[Path]:
    for entry in folder.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from _below(entry)
        elif entry.suffix.lower() in SUFFIXES and entry.is_file():
            yield entry


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises Unreadable, also for one larger than LARGEST."""
    try:
        with path.open("rb") as file:
            return read_stream(file, str(path))
    except OSError as error:
        raise Unreadable(str(path), _reason(error)) from None


def read_stream(file: BinaryIO, name: str) -> bytes:
    """What is left of a file or pipe; raises Unreadable if that is more than LARGEST bytes, and reads no more then."""
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Unreadable(name, f"more than {LARGEST >> 20} MB, which are not read at once: cut it into pages")
    return content


def read_path(doors: Doors, path: Path, label: Label) -> Iterator[Item]:
    """What a file holds; one that cannot be opened is delivered as its Unreadable."""
    try:
        if path.suffix.lower() == ".jsonl":
            yield from read_lines(_lines(path), str(path), label)
        else:
            yield from doors.read(read_file(path), str(path), label)
    except InputError as fault:
        yield fault


def read_standard_input(doors: Doors, file: BinaryIO, label: Label) -> Iterator[Item]:
    """What comes from a pipe; more than LARGEST bytes are delivered as Unreadable."""
    try:
        yield from doors.read(read_stream(file, "standard input"), "standard input", label)
    except InputError as fault:
        yield fault


def _lines(path: Path) -> Iterator[str | InputError]:
    """The lines of a file, each decoded for itself; UTF-16, whose lines cannot be told apart, as a whole."""
    try:
        with path.open("rb") as file:
            start = file.read(3)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                yield from decode(read_file(path), str(path)).split("\n")
                return
            file.seek(len(codecs.BOM_UTF8) if start == codecs.BOM_UTF8 else 0)
            for number, line in enumerate(iter(lambda: file.readline(LARGEST), b""), 1):
                try:
                    yield decode(line, f"{path}, line {number}")
                except NotText as fault:
                    yield fault
    except OSError as error:
        raise Unreadable(str(path), _reason(error)) from None


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
