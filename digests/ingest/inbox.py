"""A watched folder: what is put there is read, and moved to done/ or failed/ beside it."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from digests.ingest.dates import day_in
from digests.ingest.doors import Doors, Item, Label
from digests.ingest.files import SUFFIXES, read_path
from digests.ingest.pipeline import Ingested

log = logging.getLogger(__name__)

SETTLED = timedelta(seconds=2)
"""How long a file must have been left alone: one that is still being copied is not read in half."""
DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The folder; a folder in it names the paper whose pages lie there, a day in a file's name is its day."""

    folder: Path
    doors: Callable[[], Doors]
    ingest: Callable[[Iterable[Item]], Ingested]

    def empty(self, now: datetime) -> Ingested:
        """Reads every file that has settled, and moves it away. Raises StorageError; nothing is moved then.

        A process that dies in between reads the file again, which adds nothing.
        """
        total = Ingested()
        for file in list(self._settled(now)):
            done = self.ingest(read_path(self.doors(), file, self._label(file)))
            total += done
            self._put_away(file, done)
        return total

    def _settled(self, now: datetime) -> Iterator[Path]:
        if not self.folder.is_dir():
            return
        for file in sorted(self.folder.rglob("*")):
            inside = file.relative_to(self.folder)
            hidden = any(part.startswith(".") for part in inside.parts)
            if hidden or inside.parts[0] in (DONE, FAILED) or file.suffix.lower() not in SUFFIXES:
                continue
            if file.is_file() and now.timestamp() - file.stat().st_mtime >= SETTLED.total_seconds():
                yield file

    def _label(self, file: Path) -> Label:
        inside = file.relative_to(self.folder)
        # A day as a file's name bears it, 2024-11-13_03.txt or 20241113.txt.
        stem = re.sub(r"[_\s]+", " ", file.stem)
        return Label(source=inside.parts[0] if len(inside.parts) > 1 else "", published_on=day_in(stem))

    def _put_away(self, file: Path, done: Ingested) -> None:
        nothing = bool(done.unread) and not done.articles
        try:
            place = self._free(self.folder / (FAILED if nothing else DONE) / file.relative_to(self.folder))
            place.parent.mkdir(parents=True, exist_ok=True)
            file.rename(place)
            if done.faults:
                reasons = "".join(f"{fault}\n" for fault in done.faults)
                place.with_name(f"{place.name}.log").write_text(reasons, encoding="utf-8")
        except OSError as error:
            log.error("inbox: %s is read but cannot be moved away: %s", file, (error.strerror or str(error)).lower())

    def _free(self, place: Path) -> Path:
        """The place, or one beside it when something lies there."""
        number, free = 1, place
        while free.exists():
            number += 1
            free = place.with_stem(f"{place.stem}-{number}")
        return free
