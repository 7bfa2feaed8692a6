"""Tests of digests/text/pairs.py."""

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from digests.text.pairs import Alphabet

TEXT = st.text("嘉兴南湖ab19.,_ \n。𠀀é½", max_size=40)


def spelled(*texts: str) -> list[list[str]]:
    alphabet = Alphabet()
    return [[alphabet.spell(pair) for pair in pairs] for pairs in alphabet.pairs(texts)]


def test_each_character_and_its_neighbour_are_a_pair() -> None:
    assert spelled("嘉兴南湖") == [["嘉兴", "兴南", "南湖"]]


def test_punctuation_and_line_ends_do_not_keep_neighbours_apart_but_texts_do() -> None:
    assert spelled("嘉，兴\n南", "湖_区") == [["嘉兴", "兴南"], ["湖区"]]


def test_a_number_or_a_latin_word_is_one_character() -> None:
    assert spelled("长3.5公里 ktv店") == [["长3.5", "3.5公", "公里", "里ktv", "ktv店"]]


def test_what_has_fewer_than_two_characters_has_no_pair() -> None:
    assert spelled("", "嘉", "。", "2024") == [[], [], [], []]
    assert spelled() == [[]]


def test_the_same_pair_is_the_same_number_in_all_texts() -> None:
    alphabet = Alphabet()
    assert alphabet.pairs(["第12届"]) == alphabet.pairs(["第12届"])
    assert alphabet.pairs(["第12"]) != alphabet.pairs(["第13"])


@given(st.lists(TEXT, min_size=1, max_size=4))
def test_pairs_are_those_of_a_plain_reading(texts: list[str]) -> None:
    words = [re.findall(r"[^\W\d_a-z]|[a-z]+|\d+(?:\.\d+)?", text) for text in texts]
    assert spelled(*texts) == [[first + second for first, second in pairwise(found)] for found in words]
