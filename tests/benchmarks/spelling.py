"""`make bench-spelling`: how often what was meant is offered for a misspelt word, and how quickly.

The articles are JSON lines of `title` and `text` (ARTICLES=files), else artificial ones. Words of the archive are
misspelt at random: another character that sounds the same (tones aside), any other character, or pinyin.
"""

import argparse
import json
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from sqlalchemy import text

from digests.ingest.pipeline import Pipeline
from digests.model.news import RawArticle
from digests.query import Query, Word
from digests.seeds import Lexicon, read_lexicon
from digests.sounds import _readings
from digests.spelling import near_misses
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests import ROOT
from tests.benchmarks.archive import Press
from tests.benchmarks.following import percentiles
from tests.samples import DAY, NOW

WORDS = 300
"""Misspelt words of each kind."""
ARTIFICIAL = 20_000
"""Artificial articles, when none are given."""


def stories(paths: Sequence[Path]) -> Iterator[RawArticle]:
    """The articles of these files, or artificial ones."""
    if not paths:
        press = Press()
        yield from map(press.article, range(ARTIFICIAL))
    lines = chain.from_iterable(path.read_text("utf-8").splitlines() for path in paths)
    for number, line in enumerate(lines):
        row = json.loads(line)
        yield RawArticle(
            title=row["title"] or f"第{number}篇", paragraphs=tuple(row["text"].split("\n")), external_id=str(number)
        )


def misspellings(random_: random.Random) -> dict[str, Callable[[str], str]]:
    """Ways to misspell a word, each by its name."""
    alike = defaultdict(list)
    for character, reading in _readings().items():
        if len(character.encode("gb2312", "ignore")) == 2:
            alike[reading].append(character)
    common = sorted(chain.from_iterable(alike.values()))

    def replaced(word: str, choose: Callable[[str], Sequence[str]]) -> str:
        at = random_.randrange(len(word))
        others = [other for other in choose(word[at]) if other != word[at]] or [word[at]]
        return word[:at] + random_.choice(others) + word[at + 1 :]

    return {
        "sounds the same": lambda word: replaced(word, lambda character: alike[_readings()[character]]),
        "any character": lambda word: replaced(word, lambda _: common),
        "pinyin": lambda word: "".join(_readings()[character] for character in word),
    }


def measure(database: Database, lexicon: Lexicon, words: Sequence[str], misspell: Callable[[str], str]) -> str:
    """How many of the words are offered first, or among all, and the time that takes."""
    first = offered = asked = 0
    seconds = []
    for word in words:
        wrong = misspell(word)
        with database.read() as store:
            if wrong == word or store.search.count(Query((Word(wrong),)), most=1):
                continue
            started = time.process_time()
            found = [query.canonical for query in near_misses(store, lexicon, Query((Word(wrong),)))]
            seconds.append(time.process_time() - started)
        asked += 1
        first += found[:1] == [word]
        offered += word in found
    return f"first {first / asked:.2f}, among three {offered / asked:.2f} of {asked}; {percentiles(seconds)} CPU"


def main() -> None:
    """Fills an archive in SQLite and misspells its words, the two-character ones and the longer ones apart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", nargs="*", type=Path)
    lexicon, random_ = read_lexicon(ROOT / "seeds", home_region="3304"), random.Random(7)  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.sqlite3")
        database.migrate()
        started = time.process_time()
        done = Pipeline(database, Analyzer(lexicon)).ingest(stories(parser.parse_args().articles), NOW, DAY)
        print(f"{done.new:,} articles taken in, {time.process_time() - started:.1f} s CPU")
        with database.read() as store:
            known = list(store._connection.execute(text("SELECT DISTINCT word FROM spellings ORDER BY word")).scalars())
        for title, some in (("two", [w for w in known if len(w) == 2]), ("more", [w for w in known if len(w) > 2])):
            chosen = random_.sample(some, min(WORDS, len(some)))
            for name, misspell in misspellings(random_).items():
                print(f"{title:>5} characters, {name:<16} {measure(database, lexicon, chosen, misspell)}")
        database.close()


if __name__ == "__main__":
    main()
