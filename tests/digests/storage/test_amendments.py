"""Amendments as rows: the newest of each kind, and a number that only grows."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from digests import amending
from digests.model.news import Act, Amendment, Article
from digests.storage import Database, Store
from digests.text.analyzer import Analyzer
from tests.digests.storage.test_contention import at_once, meet
from tests.samples import NOW, add, raw


def made(act: Act = Act.NOTED, words: str = "一句", *, announced: bool = True) -> Amendment:
    return Amendment(act, words, NOW, announced)


def no_analyzer() -> Analyzer:
    return pytest.fail("no text is read anew")


def locked(store: Store, number: int) -> Article:
    found = amending.begin(store, number)
    assert found is not None
    return found


def test_of_each_kind_the_newest_is_kept_and_told_oldest_first(database: Database) -> None:
    with database.begin() as store:
        number, other = add(store, raw()), add(store, raw("别的"))
        for amendment in (made(words="旧"), made(Act.SHORTENED, ""), made(words="新")):
            store.amendments.add(number, amendment)
        store.amendments.add(number, made(Act.PINNED, "", announced=False))
        assert [(each.act, each.words) for each in store.amendments.announced([number, other])[number]] == [
            (Act.SHORTENED, ""),
            (Act.NOTED, "新"),
        ]
        assert [*store.amendments.of(number)] == [Act.SHORTENED, Act.NOTED, Act.PINNED]
        assert store.amendments.of(other) == {}
        assert store.amendments.having(Act.PINNED, [number, other]) == {number}
        assert [article for article, _ in store.amendments.latest(2)] == [number, number]


def test_every_change_and_its_undoing_has_a_greater_number(database: Database) -> None:
    numbers = []
    with database.begin() as store:
        number = add(store, raw())
        changes: list[Callable[[Article], object]] = [
            lambda article: amending.note(store, article, "一句", NOW),
            lambda article: amending.take_back(store, no_analyzer, article, Act.NOTED, NOW),
            lambda article: amending.drop(store, article, NOW),
            lambda article: amending.take_back(store, no_analyzer, article, Act.DROPPED, NOW),
        ]
        for change in changes:
            change(locked(store, number))
            numbers.append(store.amendments.newest())
    assert numbers == sorted(set(numbers))


def test_what_nobody_has_seen_is_changed_without_a_word(database: Database) -> None:
    with database.begin() as store:
        number = add(store, raw())
        amending.drop(store, locked(store, number), NOW)
        amending.take_back(store, no_analyzer, locked(store, number), Act.DROPPED, NOW)
        assert store.amendments.announced([number])[number] == ()


def test_two_administrators_at_once_do_one_after_the_other(database: Database) -> None:
    with database.begin() as store:
        number = add(store, raw())

    def write(store: Store, gate: threading.Barrier) -> None:
        article = locked(store, number)
        meet(gate)
        amending.pin(store, article, NOW)

    assert at_once(database, write, write) == []
    with database.read() as store:
        assert [*store.amendments.of(number)] == [Act.PINNED]


def test_amendments_go_with_their_article(database: Database) -> None:
    with database.begin() as store:
        number = add(store, raw())
        amending.note(store, locked(store, number), "一句", NOW + timedelta(days=1))
    with database.begin() as store:
        store.articles.remove([number])
        assert store.amendments.latest(10) == []
