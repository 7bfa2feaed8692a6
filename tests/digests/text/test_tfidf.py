"""Terms carry meaning, and rare ones weigh more: by the archive, or by the dictionary while it is small."""

import pytest

from digests.model.news import Background
from digests.text.tfidf import idf, terms

EMPTY = Background(0, {})


def test_terms_are_the_tokens_that_carry_meaning() -> None:
    tokens = ["南湖区", "的", "公交", ",", "公交", "3", "2024", "3.5%", "a", "app", "……", "人", " "]
    assert terms(tokens, {"的"}) == ["南湖区", "公交", "公交", "2024", "3.5%", "app"]


def test_in_an_empty_archive_the_dictionary_says_which_words_are_rare() -> None:
    assert 0 < idf("我们", EMPTY) < idf("贷款", EMPTY) < idf("邵潘锋", EMPTY)


def test_seven_articles_are_enough_to_learn_the_town_s_own_words() -> None:
    town = Background(7, {"南湖区": 7})
    assert idf("南湖区", town) < idf("南湖区", EMPTY) / 2
    assert idf("邵潘锋", town) > idf("南湖区", town) * 2


def test_a_large_archive_decides_by_itself() -> None:
    assert idf("贷款", Background(100_000, {"贷款": 1000})) == pytest.approx(4.6, abs=0.1)


def test_a_word_of_every_article_weighs_little_but_something() -> None:
    assert 0 < idf("的", Background(1000, {"的": 1000})) < 0.1
