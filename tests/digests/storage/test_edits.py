"""Edits: owed once for all that was amended, taken up by one at a time, and never lost."""

from datetime import timedelta

import pytest

from digests import amending
from digests.model.outbox import Delivery, Edit, EditState, Pace
from digests.storage import Database
from tests.digests.storage.owing import claim, close, fan_out
from tests.samples import FAST, NOW, add, follow, raw

LATER = NOW + timedelta(hours=2)
LEASE = timedelta(minutes=2)
ROOMS = ("telegram:1", "telegram:2")


@pytest.fixture
def article(database: Database) -> int:
    """An article of a digest that two chats were sent."""
    for room in ROOMS:
        follow(database, room, "公交")
    with database.begin() as store:
        number = add(store, raw())
    edition = close(database, "公交")
    fan_out(database, edition)
    for delivery in claim(database):
        send(database, delivery, number, int(delivery.chat.address[-1]))
    return number


def send(database: Database, delivery: Delivery, number: int, message: int) -> None:
    with database.begin() as store:
        recipe = store.recipes.keep({"sections": [["公交", [number], 0]]}, [number], NOW)
        assert store.deliveries.sending(delivery, LATER + LEASE, recipe_id=recipe, amended=store.amendments.newest())
    with database.begin() as store:
        store.deliveries.arrived(delivery, LATER, LATER, message_id=message)


def note(database: Database, number: int, words: str = "第二天才开通。") -> None:
    with database.begin() as store:
        article = amending.begin(store, number)
        assert article is not None
        amending.note(store, article, words, LATER)


def take(database: Database, minutes: int = 0, most: int = 10, pace: Pace = FAST) -> list[Edit]:
    with database.begin() as store:
        return store.edits.claim(LATER + timedelta(minutes=minutes), LEASE, "telegram", pace, most, timedelta())


def finish(database: Database, edit: Edit) -> None:
    with database.begin() as store:
        store.edits.arrived(edit, LATER, store.amendments.newest())


def states(database: Database) -> dict[EditState, int]:
    with database.read() as store:
        return store.edits.counts()


def test_every_message_that_shows_an_article_is_owed_an_edit_with_the_decision(
    database: Database, article: int
) -> None:
    assert take(database) == []
    note(database, article)
    edits = take(database)
    assert {edit.chat.address: edit.message_ids for edit in edits} == {"telegram:1": (1,), "telegram:2": (2,)}
    assert edits[0].recipe == {"sections": [["公交", [article], 0]]}
    for edit in edits:
        finish(database, edit)
    assert states(database) == {EditState.DONE: 2}
    assert take(database) == []


def test_a_decision_that_is_not_committed_owes_nothing(database: Database, article: int) -> None:
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        found = amending.begin(store, article)
        assert found is not None
        amending.note(store, found, "一句", LATER)
        1 / 0  # noqa: B018
    assert take(database) == []


def test_ten_decisions_are_one_edit_of_each_message(database: Database, article: int) -> None:
    for number in range(10):
        note(database, article, f"第{number}次更正。")
    assert len(take(database)) == 2
    assert take(database) == []


def test_a_decision_during_an_edit_is_done_after_it_never_before(database: Database, article: int) -> None:
    note(database, article)
    [first, _] = take(database)
    note(database, article, "再更正一次。")
    finish(database, first)  # it knew less
    assert take(database, minutes=1) == []
    assert len(take(database, minutes=2)) == 2


def test_what_a_killed_process_held_is_due_again_when_its_lease_ends(database: Database, article: int) -> None:
    note(database, article)
    [lost, _] = take(database)
    with database.begin() as store:
        store.edits.recover(LATER + LEASE - timedelta(seconds=1), LEASE)
    assert states(database) == {EditState.CLAIMED: 2}
    with database.begin() as store:
        store.edits.recover(LATER + LEASE, LEASE)
    [again, _] = take(database, minutes=3)
    finish(database, lost)
    assert states(database) == {EditState.CLAIMED: 2}
    finish(database, again)
    assert states(database) == {EditState.CLAIMED: 1, EditState.DONE: 1}


def test_a_lease_of_a_clock_that_was_put_back_holds_up_nothing(database: Database, article: int) -> None:
    note(database, article)
    take(database, minutes=60 * 24)
    with database.begin() as store:
        store.edits.recover(LATER, LEASE)
    assert states(database) == {EditState.PENDING: 2}


def test_no_more_edits_are_taken_than_the_pace_allows(database: Database, article: int) -> None:
    note(database, article)
    slow = Pace(rate=1.0, burst=0.0)
    assert len(take(database, pace=slow)) == 1
    assert take(database, pace=slow) == []
    assert len(take(database, minutes=1, pace=slow)) == 1


def test_a_message_that_was_under_way_in_another_transaction_is_owed_its_edit_later(
    database: Database, article: int
) -> None:
    follow(database, "telegram:3", "公交")
    with database.begin() as store:
        add(store, raw("又一条公交消息"))
    fan_out(database, close(database, "公交", hours=2))
    [delivery] = [found for found in claim(database, LATER + timedelta(hours=1)) if found.chat.address == "telegram:3"]
    with database.read() as before:
        amended = before.amendments.newest()
    note(database, article)
    with database.begin() as store:
        recipe = store.recipes.keep({"sections": [["公交", [article], 0]]}, [article], NOW)
        store.deliveries.sending(delivery, LATER + LEASE, recipe_id=recipe, amended=amended)
        store.deliveries.arrived(delivery, LATER, LATER, message_id=9)
    assert len(take(database)) == 2
    with database.begin() as store:
        store.edits.catch_up(LATER, 2 * LEASE)
        store.edits.catch_up(LATER, 2 * LEASE)
    assert [edit.message_ids for edit in take(database)] == [(9,)]


def test_a_delivery_that_knew_is_owed_nothing(database: Database, article: int) -> None:
    note(database, article)
    for edit in take(database):
        finish(database, edit)
    with database.begin() as store:
        store.edits.catch_up(LATER, 2 * LEASE)
    assert take(database) == []


def test_recipes_are_kept_once_and_go_with_the_last_delivery(database: Database, article: int) -> None:
    with database.begin() as store:
        assert store.recipes.get(1) == {"sections": [["公交", [article], 0]]}
        assert store.recipes.get(2) is None
        late = NOW + timedelta(days=400)
        while store.retention.prune("deliveries", late, late):
            pass
        assert store.recipes.get(1) is None
