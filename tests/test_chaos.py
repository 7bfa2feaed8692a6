"""The judge of `make chaos` sees what it is there to see."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from digests.storage import Database
from tests.benchmarks.judgement import judge
from tests.benchmarks.stage import SHORT, close, fill, title
from tests.digests.storage.owing import LEASE
from tests.samples import FAST, HOUR

STORY = title("早", SHORT, 0)
OWED = {1: [STORY], 2: [STORY]}


@pytest.fixture
def played(database: Database) -> Database:
    """Two readers whose digests count as sent."""
    fill(database, list(OWED))
    edition, rows, _ = close(database, "早")
    assert rows == 2
    with database.begin() as store:
        for delivery in store.deliveries.claim(edition.closes_at, LEASE, "telegram", FAST, 9, HOUR):
            store.deliveries.arrived(delivery, edition.closes_at, edition.closes_at)
    return database


def faults(
    played: Database,
    *got: list[str],
    resend: bool = True,
    dead: Mapping[int, int] = MappingProxyType({}),
    counts: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, int]:
    """What is not as it must be, when these texts came to the readers and the server counted that."""
    stats: dict[str, Any] = {"texts": dict(enumerate(got, 1)), "moved": {}, "dead": dead, "counts": counts}
    found = judge(played, stats, OWED, resend=resend).faults
    return {name: number for name, number in found.items() if number}


def test_what_came_once_to_each_is_well(played: Database) -> None:
    assert faults(played, [STORY], [STORY]) == {}


def test_what_counts_as_sent_and_never_came_is_seen(played: Database) -> None:
    assert faults(played, [STORY], ["别的"]) == {
        "told as sent, never arrived": 1,
        "lost without a reason": 1,
        "lost": 1,
    }


def test_a_story_told_in_two_different_messages_is_seen(played: Database) -> None:
    twice = [f"一 {STORY}", f"二 {STORY}"]
    assert faults(played, twice, [STORY], resend=False) == {"doubled without a reason": 1, "doubled": 1}


def test_what_the_server_saw_done_wrong_is_seen(played: Database) -> None:
    seen = faults(played, [STORY], [STORY], counts={"waits ignored": 2}, dead={1: 0, 2: 1})
    assert seen == {"waits ignored": 2, "second sends to a dead chat": 1}
