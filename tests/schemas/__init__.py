"""A small database of each revision, as the program of that revision made it: what upgrades are tried on."""

from pathlib import Path

FOLDER = Path(__file__).parent
EXTENSIONS = {"sqlite": ".sqlite3.gz", "postgresql": ".sql.gz"}


def kept(kind: str) -> dict[str, Path]:
    """The databases of a kind, by their revision."""
    extension = EXTENSIONS[kind]
    return {path.name.removesuffix(extension): path for path in sorted(FOLDER.glob(f"*{extension}"))}
