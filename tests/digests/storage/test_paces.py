"""The pace that all processes share: whatever is asked for when, no limit is passed."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.model.outbox import Pace
from digests.storage import Database, Store
from digests.storage.paces import PATIENCE, is_group, room_of
from tests.samples import HOUR, NOW

SECOND = timedelta(seconds=1)
AHEAD = timedelta(seconds=0.2)
PACE = Pace()
READERS = [f"telegram:{number}" for number in range(1, 100)]
GROUP, OTHER = "telegram:-1005", "telegram:-1006"


class _Undone(Exception):
    """Takes a test's transaction back."""


@contextmanager
def undone(database: Database) -> Iterator[Store]:
    with pytest.raises(_Undone), database.begin() as store:
        yield store
        raise _Undone


def push(store: Store, now: datetime, rooms: list[str], pace: Pace = PACE) -> list[datetime]:
    """As many of the rooms as there are slots for get a message each; returns the instants."""
    slots = store.paces.slots("telegram", now, pace, len(rooms), AHEAD)
    store.paces.take("telegram", now, pace, slots, rooms[: len(slots)])
    return slots


def most_within(instants: list[datetime], span: timedelta) -> int:
    """The largest number of instants in any stretch of time that is shorter than `span`."""
    ordered = sorted(instants)
    return max(sum(start <= at < start + span for at in ordered) for start in ordered)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(1, 400), min_size=20, max_size=80))
def test_no_second_ever_holds_more_than_telegram_allows_and_what_it_allows_is_used(
    database: Database, steps: list[int]
) -> None:
    with undone(database) as store:
        now, sent = NOW, list[datetime]()
        for milliseconds in steps:
            sent += push(store, now, READERS)
            now += timedelta(milliseconds=min(milliseconds, 150))
        assert most_within(sent, SECOND) <= 30
        # A tick late is made up for; held back longer than that, the instants are gone.
        assert len(sent) >= PACE.rate * (now - NOW).total_seconds() * 0.9


def test_two_processes_that_ask_at_once_share_the_rate(database: Database) -> None:
    with undone(database) as store:
        first = push(store, NOW, READERS)
        second = push(store, NOW, READERS)
        assert 1 <= len(first) <= 8
        assert second == []
        assert len(push(store, NOW + SECOND, READERS)) >= 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.integers(0, 9000), st.sampled_from([GROUP, OTHER, "telegram:1"])), max_size=60))
def test_answers_keep_each_rooms_pace(database: Database, steps: list[tuple[int, str]]) -> None:
    with undone(database) as store:
        now, given_out = NOW, defaultdict[str, list[datetime]](list)
        for milliseconds, room in steps:
            now += timedelta(milliseconds=milliseconds)
            if (at := store.paces.turn("telegram", room, now, PACE)) is not None:
                assert now <= at <= now + PATIENCE
                given_out[room].append(at)
        for room, instants in given_out.items():
            assert all(later - sooner >= PACE.gap for sooner, later in pairwise(instants))
            if is_group(room):
                assert most_within(instants, timedelta(minutes=1)) <= PACE.group_budget


def test_a_group_may_be_answered_five_times_on_end_and_then_less_often(database: Database) -> None:
    with undone(database) as store:
        waits = [(at - NOW).total_seconds() for _ in range(7) if (at := store.paces.turn("telegram", GROUP, NOW, PACE))]
    assert waits == [0, 1, 2, 3, 4, 5, 8]


def test_an_answer_goes_at_once_in_the_middle_of_a_broadcast_which_makes_room(database: Database) -> None:
    with undone(database) as store:
        push(store, NOW, READERS)
        assert [store.paces.turn("telegram", reader, NOW, PACE) for reader in READERS[20:30]] == 10 * [NOW]
        assert push(store, NOW + SECOND / 10, READERS) == []
        assert push(store, NOW + 2 * SECOND, READERS)


def test_who_is_told_to_wait_waits_and_nobody_else_does(database: Database) -> None:
    with undone(database) as store:
        store.paces.hold("telegram", NOW, NOW + 30 * SECOND, GROUP)
        store.paces.hold("telegram", NOW, NOW + 30 * SECOND, OTHER)
        told = [store.paces.told_to_wait("telegram", room, NOW + SECOND) for room in (GROUP, "telegram:1")]
        assert told == [True, False]
        assert store.paces.turn("telegram", GROUP, NOW, PACE) == NOW + 30 * SECOND
        assert push(store, NOW, ["telegram:1"])
        assert store.paces.held(NOW) == 2


def test_when_all_are_told_to_wait_nothing_goes_before_the_longest_wait_is_over(database: Database) -> None:
    with undone(database) as store:
        store.paces.hold("telegram", NOW, NOW + 5 * SECOND)
        store.paces.hold("telegram", NOW, NOW + 3 * SECOND)
        assert push(store, NOW + 4 * SECOND, ["telegram:4"]) == []
        assert store.paces.turn("telegram", "telegram:5", NOW, PACE) == NOW + 5 * SECOND
        assert push(store, NOW + 5 * SECOND, ["telegram:4"])


def test_an_answer_that_would_come_too_late_takes_no_place(database: Database) -> None:
    with undone(database) as store:
        store.paces.hold("telegram", NOW, NOW + HOUR, "telegram:1")
        assert store.paces.turn("telegram", "telegram:1", NOW, PACE) is None
        assert store.paces.turn("telegram", "telegram:1", NOW + HOUR, PACE) == NOW + HOUR
        store.paces.hold("telegram", NOW, NOW + PATIENCE, "telegram:2")
        assert store.paces.turn("telegram", "telegram:2", NOW, PACE) == NOW + PATIENCE


def test_a_clock_that_is_put_back_stops_nothing(database: Database) -> None:
    with undone(database) as store:
        push(store, NOW + 5 * HOUR, READERS)
        store.paces.turn("telegram", GROUP, NOW + 5 * HOUR, PACE)
        assert store.paces.slots("telegram", NOW, PACE, 10, AHEAD)
        assert store.paces.turn("telegram", GROUP, NOW, PACE) == NOW
        assert store.paces.turn("telegram", READERS[0], NOW, PACE) == NOW


def test_the_topics_of_a_forum_are_one_room() -> None:
    assert room_of("telegram:-1005:3") == room_of("telegram:-1005") == "telegram:-1005"
    assert is_group("telegram:-1005")
    assert not is_group("telegram:7")
