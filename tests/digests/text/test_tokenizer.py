"""Both segmenters cut alike, leave nothing behind and keep user words whole."""

import logging
import random
import subprocess
import sys
from pathlib import Path

import pytest

from digests.text.tokenizer import Tokenizer, word_shares

WORDS = ("善居工程", "余新镇", "全区", "读嘉APP", "囧囧囧", "区人")


@pytest.fixture(scope="module")
def plain() -> Tokenizer:
    return Tokenizer(WORDS, fast=False)


@pytest.fixture(scope="module")
def fast() -> Tokenizer:
    pytest.importorskip("rjieba", reason="the extra `fast` is not installed: pip install liwen[fast]")
    return Tokenizer(WORDS, fast=True)


def test_the_tokens_joined_are_the_text(plain: Tokenizer, seed_page: Path) -> None:
    page = seed_page.read_text("utf-8")
    assert "".join(plain.cut(page)) == page
    assert plain.cut("") == []


def test_user_words_stay_whole(plain: Tokenizer) -> None:
    assert plain.cut("余新镇的善居工程") == ["余新镇", "的", "善居工程"]


def test_both_cut_the_seed_page_alike(plain: Tokenizer, fast: Tokenizer, seed_page: Path) -> None:
    page = seed_page.read_text("utf-8")
    assert fast.cut(page) == plain.cut(page)


def test_both_cut_random_text_alike(plain: Tokenizer, fast: Tokenizer, seed_page: Path) -> None:
    page = seed_page.read_text("utf-8")
    chance = random.Random(1)  # noqa: S311
    pieces = [
        *page,
        *WORDS,
        *(page[i : i + 3] for i in range(0, len(page), 3)),
        "abc",
        "3.5",
        "\u3400",
        "\U00020000",
        "餘",
    ]
    for _ in range(1000):
        text = "".join(chance.choices(pieces, k=20))
        assert fast.cut(text) == plain.cut(text)


def test_the_fast_one_is_taken_where_it_is_installed(fast: Tokenizer) -> None:
    assert Tokenizer(WORDS).cut("余新镇的善居工程") == fast.cut("余新镇的善居工程")


def test_jieba_is_loaded_without_warning_log_or_file(tmp_path: Path) -> None:
    program = "from digests.text.tokenizer import Tokenizer; print('/'.join(Tokenizer(fast=False).cut('南湖区')))"
    run = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", program],
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert (run.stdout, run.stderr) == ("南湖/区\n", "")
    assert list(tmp_path.iterdir()) == []


def test_jieba_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        Tokenizer(fast=False).cut("南湖区")
    assert not caplog.records


def test_word_shares_are_shares_and_frequent_words_have_more() -> None:
    shares = word_shares()
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["的"] > shares["工作"] > shares["公交"]
