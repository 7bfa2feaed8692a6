"""A watched folder: what is put there is read, and moved to done/ or failed/ beside it."""

import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from digests.ingest.dates import day_in
from digests.ingest.doors import Label
from digests.ingest.files import SUFFIXES
from digests.ingest.pipeline import Ingested

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=2)
"""How long a file must have been left alone: one that is still being copied is not read in half."""
DONE, FAILED = "done", "failed"

Stamp = tuple[int, int]
"""By which a file is seen to change: its size, and when it was written last (nanoseconds)."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder; a folder in it names the paper whose pages lie there, a day in a file's name is its day.

    `read` says what a file came to, or nothing while another process reads it.
    `stuck` are files that were read and could not be moved away: they are read again only when they change.
    """

    folder: Path
    read: Callable[[Path, Stamp, Label], Ingested | None]
    stuck: dict[Path, Stamp] = field(default_factory=dict)

    def empty(self, now: datetime) -> Ingested:
        """Reads every file that has settled, and moves it away. Raises StorageError; nothing is moved then.

        A process that dies in between reads the file again, which adds nothing; so does one that finds that
        somebody went on writing while it read.
        """
        total = Ingested()
        for file in list(self._waiting()):
            stamp = _stamp(file)
            if stamp is None or not _has_settled(stamp, now) or self.stuck.get(file) == stamp:
                continue
            done = self.read(file, stamp, self._label(file))
            if done is None:
                continue
            total += done
            if _stamp(file) == stamp and not self._put_away(file, done):
                self.stuck[file] = stamp
        return total

    def _waiting(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.folder):
            away = (DONE, FAILED) if Path(folder) == self.folder else ()
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in away)
            files = (Path(folder, name) for name in sorted(names) if not name.startswith("."))
            yield from (file for file in files if file.suffix.lower() in SUFFIXES)

    def _label(self, file: Path) -> Label:
        inside = file.relative_to(self.folder)
        # A day as a file's name bears it, 2024-11-13_03.txt or 20241113.txt.
        stem = re.sub(r"[_\s]+", " ", file.stem)
        return Label(source=inside.parts[0] if len(inside.parts) > 1 else "", published_on=day_in(stem))

    def _put_away(self, file: Path, done: Ingested) -> bool:
        """Moves a file that was read, and writes what it could not be read of beside it; says whether it moved."""
        nothing = bool(done.unread) and not done.articles
        try:
            place = self._free(self.folder / (FAILED if nothing else DONE) / file.relative_to(self.folder))
            place.parent.mkdir(parents=True, exist_ok=True)
            file.rename(place)
            if done.faults:
                reasons = "".join(f"{fault}\n" for fault in done.faults)
                place.with_name(f"{place.name}.log").write_text(reasons, encoding="utf-8", errors="backslashreplace")
        except FileNotFoundError:
            return True  # another process that watches the folder read it, too
        except OSError as error:
            log.error("inbox: %s is read but cannot be moved away: %s", file, (error.strerror or str(error)).lower())
            return False
        return True

    def _free(self, place: Path) -> Path:
        """The place, or one beside it when something lies there."""
        number, free = 1, place
        while free.exists():
            number += 1
            free = place.with_stem(f"{place.stem}-{number}")
        return free


def _stamp(file: Path) -> Stamp | None:
    """Nothing for what is no file, or no more."""
    try:
        return (file.stat().st_size, file.stat().st_mtime_ns) if file.is_file() else None
    except OSError:
        return None


def _has_settled(stamp: Stamp, now: datetime) -> bool:
    # A time to come is some other clock's: nobody waits for it.
    return abs(now.timestamp() - stamp[1] / 1e9) >= SETTLED.total_seconds()
