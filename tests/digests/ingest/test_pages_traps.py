import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.ingest.pages import explain_page, read_page
from digests.ingest.pages.needles import alternatives, needles
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.repair import repaired
from digests.ingest.pages.signs import SIGNS, Sign
from digests.ingest.pages.windows import WINDOW, windows
from digests.model import RawArticle
from tests.digests.ingest.trapgen import TrapPage, trap_page

SEEDS = range(80)
STORY = (
    "渔港添了新码头\n\n■记者 钱思远\n\n"
    "本报讯 昨天,老港码头二期完工,可停靠渔船八十艘。\n\n船老大们说,今后卸货不用再等潮水。\n\n"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def gold_of(page: TrapPage) -> Iterator[dict[str, Any]]:
    yield from cast(list[dict[str, Any]], page.gold["articles"])


def headline_of(gold: dict[str, Any]) -> str:
    return squeezed(gold["kicker"] + gold["title"] + gold["subtitle"])


def folded(text: str) -> str:
    return squeezed(text).translate(str.maketrans("，：；！？（）", ",:;!?()"))


def matched(page: TrapPage) -> Iterator[tuple[dict[str, Any], RawArticle | None]]:
    """Each article of the gold with the one read that has its text."""
    read = {folded(article.body): article for article in read_page(page.text).articles}
    for gold in gold_of(page):
        yield gold, read.get(folded("".join(gold["paragraphs"])))


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, Any], RawArticle | None]]:
    return [pair for seed in SEEDS for pair in matched(trap_page(seed))]


def test_nearly_every_article_of_a_stranger_s_page_is_read_whole(
    pairs: list[tuple[dict[str, Any], RawArticle | None]],
) -> None:
    assert sum(article is not None for _, article in pairs) >= 0.9 * len(pairs)


def test_of_articles_read_whole_headline_people_kind_and_paragraphs_are_right(
    pairs: list[tuple[dict[str, Any], RawArticle | None]],
) -> None:
    whole = [(gold, article) for gold, article in pairs if article is not None]
    few = 0.03 * len(whole)
    assert sum(folded(article.headline) != folded(headline_of(gold)) for gold, article in whole) <= few
    assert sum(set(article.byline) != set(gold["people"]) for gold, article in whole) <= few
    assert sum(article.kind != gold["kind"] for gold, article in whole) <= few
    assert sum(len(article.paragraphs) != len(gold["paragraphs"]) for gold, article in whole) <= few


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_invented_and_every_line_is_explained_once(seed: int) -> None:
    page = trap_page(seed)
    rest = iter(page.text)
    read = "".join(squeezed(article.body) for article in read_page(page.text).articles)
    assert all(char in rest for char in read)
    lines = [number for number, line in enumerate(page.text.split("\n"), 1) if line.strip()]
    assert [note.number for note in explain_page(page.text)] == lines


def test_names_without_brackets_before_a_report_are_credited() -> None:
    (article,) = read_page(STORY.replace("■记者 钱思远\n\n本报讯 ", "本报讯 记者钱思远 通讯员鲁瑶报道:")).articles
    assert (article.reporters, article.correspondents) == (("钱思远",), ("鲁瑶",))


def test_a_headline_broken_in_a_word_within_brackets_is_one() -> None:
    (article,) = read_page(STORY.replace("渔港添了新码头", "【渔港故事\n】老码头添了新泊位")).articles
    assert squeezed(article.headline) == "【渔港故事】老码头添了新泊位"


@pytest.mark.parametrize("sign", [*SIGNS, *NOTICES])
def test_all_that_a_sign_matches_holds_one_of_the_needles(sign: Sign) -> None:
    known = {pattern: needles(pattern) for pattern in alternatives(sign.wording)}

    @given(st.from_regex(sign.pattern))
    @settings(max_examples=20, deadline=None, database=None)
    def check(text: str) -> None:
        for pattern, found in known.items():
            assert not found or not re.search(pattern, text) or any(needle in text for needle in found)

    check()


@given(st.lists(st.sampled_from(["", "新" * 30, "第3版:民生", "a\fb", "\f", "渔"]), max_size=12), st.integers(1, 9000))
@settings(max_examples=40, deadline=None)
def test_windows_hold_the_whole_text_and_begin_at_its_lines(lines: list[str], times: int) -> None:
    text = "\n".join(lines * times)[: 5 * WINDOW]
    cut = list(windows(text))
    assert "".join(window.text for window in cut) == text
    place = 0
    for window in cut:
        assert window.first == text.count("\n", 0, place) + 1
        place += len(window.text)
        assert place == len(text) or text[place - 1] == "\n"


def test_many_pages_in_one_text_read_like_each_by_itself() -> None:
    page = f"第3版:民生\n\n\n{STORY}\n责编 鲁瑶\n"
    count = 4 * WINDOW // len(page)
    whole = read_page(page * count)
    assert whole.articles == read_page(page).articles * count
    assert whole.furniture == 2 * count


def test_a_space_behind_every_character_is_taken_out() -> None:
    spaced = "\n".join(" ".join(line.replace(" ", "  ")) for line in STORY.split("\n"))
    (article,) = read_page(spaced).articles
    assert (article.title, article.reporters) == ("渔港添了新码头", ("钱思远",))
    assert article.paragraphs == read_page(STORY).articles[0].paragraphs


@pytest.mark.parametrize(
    "doubled", ["渔渔港港添添了了新新码码头头", "渔港渔港添了添了新码头新码头", "渔港添了渔港添了新新码头码头"]
)
def test_a_headline_printed_twice_over_is_read_once(doubled: str) -> None:
    (article,) = read_page(STORY.replace("渔港添了新码头", doubled)).articles
    assert article.title == "渔港添了新码头"


@given(st.lists(st.sampled_from(["高高兴兴上班来", "平平安安", "哈哈哈哈哈哈哈哈", "王 强 摄", "新码头"]), max_size=9))
def test_a_sound_page_needs_no_repair(lines: list[str]) -> None:
    assert repaired("\n".join(lines)) == "\n".join(lines)
