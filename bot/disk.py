"""How much room there is where the data lies."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings

LEAST, LITTLE = 0.05, 0.10
"""Shares of the disk that should be free: below the first, writing will soon fail."""


@dataclass(frozen=True, slots=True)
class Room:
    """Room on the file system of a folder, in bytes."""

    folder: Path
    free: int
    total: int

    @property
    def share(self) -> float:
        """How much of it all is free, from 0 to 1."""
        return self.free / self.total


def room(settings: Settings) -> Room:
    """Room where SQLite's database lies, else where the data folder is or will be."""
    folder = settings.data_dir.absolute()
    if settings.database.startswith("sqlite:///"):
        folder = Path(settings.database.removeprefix("sqlite:///")).absolute().parent
    while not folder.exists():
        folder = folder.parent
    usage = shutil.disk_usage(folder)
    return Room(folder, usage.free, usage.total)
