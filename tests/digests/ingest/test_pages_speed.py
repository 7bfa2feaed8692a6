"""What is left out or remembered for speed changes no result."""

from random import Random

import pytest

from digests.folding import fold
from digests.ingest.pages.grammar import NEVER, Border, step
from digests.ingest.pages.labels import STATES
from digests.ingest.pages.needles import Index, alternatives, needles
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.signs import SIGNS
from digests.ingest.pages.steps import steps
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
            tuple((i, score) for i, upper in enumerate(STATES) if (score := step(upper, lower, edge)) > NEVER)
            for lower in STATES
        )
        assert steps(edge).into == expected


def test_each_state_is_entered_with_the_best_of_all_totals() -> None:
    chance = Random(2)  # noqa: S311
    for edge in (any_border(chance) for _ in range(150)):
        totals = [chance.choice([NEVER, chance.uniform(-20, 20)]) for _ in STATES]
        expected = [max((totals[i] + score for i, score in choices), default=NEVER) for choices in steps(edge).into]
        assert steps(edge).best_totals(totals, [0.0] * len(STATES)) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("遗失|下?转", {"遗失", "转"}),
        ("(?:热线|电话):", {"热线", "电话"}),
        ("[甲乙]丙", {"甲丙", "乙丙"}),
        ("停[水电].{0,9}(?:通知)?", {"停水", "停电"}),
        (r"\d+年", {"年"}),
        (r"\d+", set()),
        ("甲*", set()),
        ("甲|\\w", set()),
    ],
)
def test_every_match_of_a_pattern_holds_one_of_its_needles(pattern: str, expected: set[str]) -> None:
    assert needles(pattern) == expected


def test_patterns_are_parted_at_the_bars_that_no_bracket_encloses() -> None:
    assert alternatives(r"a(b|(c|d))|[|\]|()]|\||[^]|]e") == ["a(b|(c|d))", r"[|\]|()]", r"\|", "[^]|]e"]


def test_texts_that_are_empty_or_longer_than_a_pattern_allows_show_nothing() -> None:
    index = Index([("loss", "遗失", 4), ("number", r"^\d+$", 6)])
    assert index.found([]) == []
    assert index.found(["", "遗失遗失", "他遗失了证", "12345", "1234567", "遗"]) == [
        (),
        ("loss",),
        (),
        ("number",),
        (),
        (),
    ]


def test_every_sign_found_in_a_line_is_found_by_its_needles() -> None:
    signs = (*SIGNS, *NOTICES)
    index = Index((sign, sign.wording, sign.longest) for sign in signs)
    lines = sorted({fold(line.strip()) for seed in range(30) for line in trap_page(seed).text.splitlines()})
    expected = [
        tuple(sign for sign in signs if len(line) <= sign.longest and sign.pattern.search(line)) for line in lines
    ]
    assert index.found(lines) == expected
