"""Plays scripts on SQLite and writes down what came of them, where it is not what they say."""

import argparse
import asyncio
import tempfile
from pathlib import Path

from digests.seeds import read_lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.conversations.director import ROOT, play

FOLDER = Path(__file__).parent


def main() -> None:
    """Records the scripts that are named, or all."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("names", nargs="*", default=[file.stem for file in sorted(FOLDER.glob("*.txt"))])
    lexicon = read_lexicon(ROOT / "seeds", home_region="3304")
    analyzer = Analyzer(lexicon)
    for name in options.parse_args().names:
        file = FOLDER / f"{name}.txt"
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite:///{folder}/liwen.sqlite3")
            database.migrate()
            script = file.read_text("utf-8")
            played = asyncio.run(play(script, database, lexicon, analyzer))
            database.close()
        file.write_text(played, "utf-8")
        print(f"{name}: {'as it was' if played == script else 'written anew'}")


if __name__ == "__main__":
    main()
