"""Fingerprints of reprints agree, those of other stories do not, and they never change."""

import hashlib
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.duplicates import THRESHOLD, bands, fingerprint, similarity


@pytest.fixture(scope="module")
def paragraphs(seed_page: Path) -> list[str]:
    return [line for line in seed_page.read_text("utf-8").splitlines() if len(line) > 60]


def shingles(text: str) -> set[str]:
    letters = "".join(filter(str.isalnum, text))
    return {letters[i : i + 4] for i in range(len(letters) - 3)}


def test_a_reprint_is_recognized_though_it_is_cut_and_printed_otherwise(paragraphs: list[str]) -> None:
    story = "\n".join(paragraphs[:6])
    reprint = "本报讯 " + story[: len(story) * 3 // 4].replace(",", "，").replace("\n", " ")
    assert similarity(fingerprint(story), fingerprint(reprint)) >= THRESHOLD
    assert set(bands(fingerprint(story))) & set(bands(fingerprint(reprint)))


def test_punctuation_space_width_and_script_do_not_count() -> None:
    assert fingerprint("余新镇，ABC 公交。") == fingerprint("餘新鎮,ａｂｃ\n公交")


def test_other_stories_are_not_taken_for_duplicates(paragraphs: list[str]) -> None:
    prints = [fingerprint(paragraph) for paragraph in paragraphs]
    others = [(a, b) for number, a in enumerate(prints) for b in prints[:number]]
    assert max(similarity(a, b) for a, b in others) < THRESHOLD / 2


def test_the_estimate_is_near_the_true_share_of_shingles(paragraphs: list[str]) -> None:
    chance = random.Random(7)  # noqa: S311
    story = "".join(paragraphs)[:1500]
    for _ in range(20):
        other = story[: chance.randint(300, 1400)]
        true = len(shingles(story) & shingles(other)) / len(shingles(story) | shingles(other))
        assert similarity(fingerprint(story), fingerprint(other)) == pytest.approx(true, abs=0.15)


def test_a_fingerprint_is_the_same_on_every_machine() -> None:
    assert hashlib.sha256(fingerprint("南湖区余新镇公交数据资产")).hexdigest()[:16] == "56bc2683743b7bf6"


def test_a_text_without_letters_is_like_nothing() -> None:
    assert fingerprint("，。 \n") == b""
    assert bands(b"") == ()
    assert similarity(b"", b"") == similarity(b"", fingerprint("字")) == 0.0


@given(st.text(max_size=60))
def test_a_fingerprint_has_one_size_and_is_like_itself(text: str) -> None:
    print_ = fingerprint(text)
    assert len(print_) in {0, 512}
    assert similarity(print_, print_) == bool(print_)
    assert all(-(2**63) <= band < 2**63 for band in bands(print_))
    assert len(bands(print_)) == (32 if print_ else 0)
