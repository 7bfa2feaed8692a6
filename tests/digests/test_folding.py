"""Folding makes texts comparable and keeps every character's place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("，！？（）", ",!?()"),
        ("餘新鎮", "余新镇"),
        ("南湖区", "南湖区"),
        ("Straße", "straße"),
        ("", ""),
    ],
)
def test_width_case_and_traditional_characters_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_every_character_keeps_its_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert all(fold(char) == folded for char, folded in zip(text, fold(text), strict=True))


def test_folding_twice_is_folding_once() -> None:
    every = "".join(map(chr, (*range(0xD800), *range(0xE000, 0x30000))))
    assert fold(fold(every)) == fold(every)
