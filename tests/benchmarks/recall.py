"""`make bench-recall`: whether all that stands in the paper is found, and nothing else, on both databases."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from digests.model.news import RawArticle
from digests.query import Query, parse, subject_of
from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from tests import ROOT
from tests.benchmarks.archive import Press
from tests.benchmarks.search import databases, fill, printed

LENGTHS = (1, 2, 2, 2, 3, 3, 4, 5, 6, 8)
"""Characters of the strings that are looked for: names and short forms are the hard ones."""


def known_items(raws: list[RawArticle], many: int) -> Iterator[str]:
    """Strings that stand in some article, from anywhere in headline, body or byline, as a reader might quote them."""
    random = Press(seed=3).random
    for number in range(many):
        raw = random.choice(raws)
        line = random.choice([raw.headline, *raw.byline, *raw.paragraphs])
        length = min(LENGTHS[number % len(LENGTHS)], len(line))
        at = random.randrange(len(line) - length + 1)
        yield f"“{line[at : at + length].replace('“', '').replace('”', '')}”"


def recall(database: Database, lexicon: Lexicon, raws: list[RawArticle], many: int) -> tuple[int, int, int]:
    """Of so many queries: hits that there are, hits that were found of them, and false ones."""
    subjects = {raw.external_id: subject_of(raw) for raw in raws}
    there = right = wrong = 0
    for text in known_items(raws, many):
        query = parse(text, lexicon)
        truly = {external_id for external_id, subject in subjects.items() if query.accepts(subject)}
        got = set(_all(database, query))
        there, right, wrong = there + len(truly), right + len(truly & got), wrong + len(got - truly)
    return there, right, wrong


def _all(database: Database, query: Query) -> Iterator[str | None]:
    with database.read() as store:
        for article in store.search.find(query, limit=10**6).articles:
            yield article.external_id


def main() -> None:
    """Prints a line for each database."""
    parser = argparse.ArgumentParser(description=Path(__file__).name)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=400)
    arguments = parser.parse_args()
    lexicon = read_lexicon(ROOT / "seeds", home_region="3304")
    raws = [raw for batch in printed(arguments.articles) for raw in batch]
    with databases(["sqlite", "postgresql"]) as opened:
        for _, database in opened:
            fill(database, arguments.articles)
            there, right, wrong = recall(database, lexicon, raws, arguments.queries)
            print(
                f"{arguments.queries} known items: recall {right / there:.6f}, precision {right / (right + wrong):.6f}"
            )


if __name__ == "__main__":
    main()
