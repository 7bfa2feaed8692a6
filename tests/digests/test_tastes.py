from hypothesis import given
from hypothesis import strategies as st

from digests.seeds import Lexicon
from digests.tastes import MOST_STEPS, MOST_TASTES, stepped, this_of, understood
from tests.digests.test_composition import article


def test_this_is_the_first_topic_else_the_place_else_nothing() -> None:
    assert this_of(article(1, topics=("transport", "economy"), places=("330402",))) == "topic:transport"
    assert this_of(article(2, places=("330402101", "330402"))) == "place:330402101"
    assert this_of(article(3)) is None


def test_steps_add_up_to_two_and_a_step_back_forgets() -> None:
    more = stepped((), "topic:transport", 1)
    assert more == (("topic:transport", 1),)
    assert stepped(stepped(more, "topic:transport", 1), "topic:transport", 1) == (("topic:transport", MOST_STEPS),)
    assert stepped(more, "topic:transport", -1) == ()
    assert stepped(more, "topic:transport", -2) == (("topic:transport", -1),)


@given(steps=st.lists(st.tuples(st.integers(0, 60), st.integers(-3, 3))))
def test_tastes_stay_few_ordered_and_within_bounds(steps: list[tuple[int, int]]) -> None:
    tastes: tuple[tuple[str, int], ...] = ()
    for number, wanted in steps:
        tastes = stepped(tastes, f"place:{number}", wanted)
    assert len(tastes) <= MOST_TASTES
    assert list(tastes) == sorted(tastes)
    assert all(0 < abs(number) <= MOST_STEPS for _, number in tastes)


def test_a_taste_for_a_topic_that_is_no_more_is_passed_over(lexicon: Lexicon) -> None:
    found = understood([("topic:gone", 1), ("topic:transport", -1)], lexicon)
    assert [(query.canonical, steps) for query, steps in found] == [("topic:transport", -1)]
