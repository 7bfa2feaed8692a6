"""Cleaning takes away what nobody sees and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.normalize import clean


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("南\u200b湖\ufeff区\u00ad", "南湖区"),
        ("南湖\xa0区\u3000余新\t镇", "南湖 区 余新 镇"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
        ("响\x07铃\x00", "响铃"),
        ("⽂化⾥闻", "文化里闻"),
        ("坏\ud800字", "坏\ufffd字"),
    ],
)
def test_the_unseen_is_gone_and_spaces_and_line_ends_are_plain(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("text", ["，。！？（）：；“”《》……—", "ＡＢＣ１２３", "繁體字", "3.5%", "a,b.c"])
def test_what_is_seen_stays_as_it_was_printed(text: str) -> None:
    assert clean(text) == text


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
