"""What is left out or remembered for speed changes no result."""

from itertools import product
from random import Random

import pytest

from digests.ingest.pages.grammar import NEVER, Border, _step, steps
from digests.ingest.pages.labels import STATES
from digests.ingest.pages.needles import Index, ways
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.signs import SIGNS
from digests.ingest.pages.traits import Ending, Opening
from tests.digests.ingest.trapgen import trap_page

FLAGS = (False, True)
SETTINGS = (None, False, True)
VALUES = (Ending, Opening, FLAGS, (-1, 0, 1), *[SETTINGS] * 3, *[FLAGS] * 10)


def any_border(chance: Random) -> Border:
    return Border(*(chance.choice(list(values)) for values in VALUES))


def test_steps_are_what_the_grammar_says_of_every_border() -> None:
    chance = Random(1)  # noqa: S311
    for edge in (any_border(chance) for _ in range(150)):
        expected = tuple(
            tuple((i, score) for i, upper in enumerate(STATES) if (score := _step(upper, lower, edge)) > NEVER)
            for lower in STATES
        )
        found = steps(edge)
        assert found.into == expected
        assert set(found.rows) == set(expected)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("遗失|下?转", {"遗失", "转"}),
        ("(?:热线|电话):", {"热线:", "电话:"}),
        ("[甲乙]丙", {"甲丙", "乙丙"}),
        ("停[水电].{0,9}(?:通知)?", {"停水", "停电"}),
        (r"\d+", {""}),
        ("甲*", {""}),
        ("甲|\\w", {""}),
    ],
)
def test_the_ways_to_match_are_told_by_the_characters_they_need(pattern: str, expected: set[str]) -> None:
    assert ways(pattern) == {frozenset(way) for way in expected}


def test_every_sign_found_in_a_line_is_a_candidate() -> None:
    index = Index((sign, sign.pattern) for sign in (*SIGNS, *NOTICES))
    lines = {line.strip() for seed in range(30) for line in trap_page(seed).text.splitlines()}
    for line, sign in product(sorted(lines), (*SIGNS, *NOTICES)):
        assert sign in index.candidates(line) or not sign.pattern.search(line)
