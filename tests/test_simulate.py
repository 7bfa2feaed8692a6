"""The arithmetic of `make simulate` and the queues that are played beside it agree."""

import random

import pytest

from tests.benchmarks.simulate import House, breaks, need, play_ingest, play_outbox


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311


SMALL = House(readers=20_000, papers=30, articles=3000)


def test_an_edition_takes_as_long_when_it_is_played_as_by_arithmetic() -> None:
    for house in (SMALL, House(readers=20_000, messages=2.5, commands=5)):
        assert play_outbox(house, chance()) == pytest.approx(need(house).send_hours, rel=0.05)


def test_workers_are_as_busy_when_they_are_played_as_by_arithmetic() -> None:
    used = play_ingest(SMALL, 4, chance()).used * 4 * 86_400
    assert used >= SMALL.articles * (SMALL.read_seconds + SMALL.summary_seconds) * 0.9
    assert play_ingest(SMALL, 4, chance()).longest_wait <= play_ingest(SMALL, 1, chance()).longest_wait


def test_what_breaks_first_is_named_first_and_breaks_later_in_a_smaller_house() -> None:
    large = breaks(House(), need(House()))
    assert large[0][0] == "one token cannot reach all within an hour"
    assert large[0][1] < 1 < breaks(SMALL, need(SMALL))[0][1]
