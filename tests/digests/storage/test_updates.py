"""Updates that wait for their answers."""

from datetime import timedelta

from digests.storage import Database
from tests.samples import HOUR, NOW


def test_an_update_that_comes_twice_is_kept_once_and_waits_until_it_is_answered(database: Database) -> None:
    with database.begin() as store:
        assert store.updates.add([(5, {"update_id": 5}), (6, {"update_id": 6})], NOW) == [5, 6]
        assert store.updates.add([(6, {"update_id": 6}), (7, {"update_id": 7})], NOW + HOUR) == [7]
        store.updates.done([5])
        assert store.updates.oldest() == NOW
        left, next_one = store.updates.resume(3, NOW + HOUR)
    assert [waiting.content for waiting in left] == [{"update_id": 6}, {"update_id": 7}]
    assert next_one == 8


def test_the_number_of_the_last_one_is_known_when_all_are_answered_but_not_for_ever(database: Database) -> None:
    with database.begin() as store:
        store.updates.add([(5, {}), (6, {})], NOW)
        store.updates.done([6])
        store.updates.done([5])
        assert store.updates.oldest() is None
        assert store.updates.resume(3, NOW + HOUR) == ([], 7)
        assert store.updates.add([(6, {})], NOW) == []
        assert store.updates.resume(3, NOW + timedelta(days=7)) == ([], None)


def test_what_ends_three_processes_is_left_out_and_what_only_waited_is_not(database: Database) -> None:
    with database.begin() as store:
        store.updates.add([(5, {"update_id": 5}), (6, {"update_id": 6})], NOW)
        for _ in range(3):
            left, _ = store.updates.resume(3, NOW)
            assert [waiting.id for waiting in left] == [5, 6]
            store.updates.begin(5)
        left, _ = store.updates.resume(3, NOW)
    assert [waiting.id for waiting in left] == [6]
