from dataclasses import replace

import pytest
from sqlalchemy import text

from digests.model.news import Article
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from tests.samples import DAY, NOW, add, analysis, raw


def found(database: Database, lexicon: Lexicon, query: str) -> list[str]:
    with database.read() as store:
        return [article.title for article in store.search.find(parse(query, lexicon)).articles]


def outdate(database: Database) -> None:
    """As if the index had been made by another version of this program: it holds nothing of use."""
    with database.begin() as store:
        store._connection.execute(text("UPDATE search_index SET version = 1"))
        if "://" in database.where:
            store._connection.execute(text("DELETE FROM article_tokens"))
        else:
            store._connection.execute(text("INSERT INTO article_tokens (article_tokens) VALUES ('delete-all')"))


def steps(database: Database, limit: int) -> int:
    """Rebuilds to the end; each step is a transaction, as if the program was killed and started after each."""
    taken = 0
    going_on = True
    while going_on:
        with database.begin() as store:
            going_on = store.index.rebuild(limit)
        taken += 1
    return taken


@pytest.fixture
def archive(database: Database) -> Database:
    with database.begin() as store:
        for number in range(7):
            add(store, raw(f"公交{number}", published_on=DAY.replace(day=20 - number)))
    return database


EVERYTHING = [f"公交{number}" for number in range(7)]


def test_a_new_archive_needs_no_rebuilding(archive: Database) -> None:
    with archive.read() as store:
        assert not store.index.outdated


def test_an_outdated_index_is_known_as_one_and_texts_are_read_until_it_is_rebuilt(
    archive: Database, lexicon: Lexicon
) -> None:
    outdate(archive)
    with archive.read() as store:
        assert store.index.outdated
    assert found(archive, lexicon, "公交") == EVERYTHING
    with archive.begin() as store:
        add(store, raw("新来的公交", published_on=DAY.replace(day=28)))
    assert found(archive, lexicon, "公交") == ["新来的公交", *EVERYTHING]
    steps(archive, 3)
    with archive.read() as store:
        assert not store.index.outdated
    assert found(archive, lexicon, "公交") == ["新来的公交", *EVERYTHING]
    assert found(archive, lexicon, "公 -新来") == EVERYTHING


def test_what_comes_and_changes_during_a_rebuild_is_found_in_both_indexes(archive: Database, lexicon: Lexicon) -> None:
    with archive.begin() as store:
        assert store.index.rebuild(3)
    with archive.begin() as store:
        assert store.index.built == 3
        early = add(store, raw("更早的公交", published_on=DAY.replace(day=1)))
        add(store, raw("更晚的公交", published_on=DAY.replace(day=28)))
        store.articles.revise(early, store.articles.draft(raw("更早的地铁", "地铁。"), analysis()), NOW)
        changed = store.search.find(parse("公交0", lexicon)).articles[0]
        draft = store.articles.draft(replace(_raw(changed), title="改了的公交"), analysis())
        store.articles.revise(changed.id, draft, NOW)
    expected = ["更晚的公交", "改了的公交", *EVERYTHING[1:]]
    assert found(archive, lexicon, "公交") == expected
    steps(archive, 3)
    assert found(archive, lexicon, "公交") == expected
    assert found(archive, lexicon, "地铁") == ["更早的地铁"]
    assert found(archive, lexicon, "公交0") == []


def _raw(article: Article) -> Article:
    return replace(article, paragraphs=("改道。",))


def test_rebuilding_again_and_again_changes_nothing(archive: Database, lexicon: Lexicon) -> None:
    for limit in (1, 100):
        steps(archive, limit)
        assert found(archive, lexicon, "公交") == EVERYTHING
        with archive.begin() as store:
            assert store.search.count(parse("交", lexicon)) == 7
            assert store.index.built == 0
