"""The spotter finds what a search character by character would find."""

from hypothesis import given
from hypothesis import strategies as st

from digests.text.spotter import Spotter

LETTERS = st.text("公交车站A\U00020000", max_size=12)


def slowly(words: set[str], text: str) -> list[tuple[int, str]]:
    hits, at = [], 0
    while at < len(text):
        here = max((word for word in words if len(word) > 1 and text.startswith(word, at)), key=len, default="")
        hits += [(at, here)] if here else []
        at += len(here) or 1
    return hits


@given(st.sets(st.text("公交车站a\U00020000", max_size=4), max_size=8), LETTERS)
def test_the_longest_word_wins_and_none_overlap(words: set[str], text: str) -> None:
    assert Spotter(words).find(text.lower()) == slowly(words, text.lower())


def test_words_are_found_however_they_are_written() -> None:
    assert Spotter(["餘新鎮"]).find("在余新镇") == [(1, "余新镇")]
