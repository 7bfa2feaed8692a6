import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.folding import fold
from digests.text.snippets import LONGEST, snippet


def test_a_snippet_is_the_sentence_that_has_the_words() -> None:
    body = "第一句说别的。第二句说公交。\n第三句说公交和贷款。"
    assert snippet(body, ["公交"]) == "第二句说公交。"
    assert snippet(body, ["公交", "贷款"]) == "第三句说公交和贷款。"
    assert snippet(body, ["没有"]) == "第一句说别的。"


@pytest.mark.parametrize(
    "body",
    [
        "本报讯（记者 许冰洲 通讯员 张三）昨天公交改道。",
        "■记者 许冰洲\n昨天公交改道。",
        "新华社北京8月11日电 昨天公交改道。",
        "昨天公交改道。\n（记者 许冰洲）",
    ],
)
@pytest.mark.parametrize("word", ["公交", "许冰洲", "本报讯", "没有"])
def test_a_snippet_begins_with_the_story(body: str, word: str) -> None:
    assert snippet(body, [word]) == "昨天公交改道。"


def test_a_long_sentence_is_cut_around_the_hit() -> None:
    cut = snippet("前" * 200 + "公交" + "后" * 200 + "。", ["公交"])
    assert "公交" in cut
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert len(cut) <= LONGEST + 2


def test_a_long_sentence_is_cut_between_clauses_where_they_are_near() -> None:
    clauses = "，".join(f"第{number}个镇的居民都说这里的路好走" for number in range(20)) + "，公交也好坐，" + "尾" * 200
    cut = snippet(clauses, ["公交"])
    assert cut.startswith("…第")
    assert "公交也好坐" in cut


def test_a_snippet_of_nothing_is_nothing() -> None:
    assert snippet("", ["公交"]) == ""


BODIES = st.text(st.sampled_from("公交贷款说。，！“”\n 本报讯记者(（)）A1…"), max_size=300)


@given(BODIES, st.lists(st.sampled_from(["公交", "贷款", "a1", "说"]), max_size=2), st.integers(10, 100))
def test_a_snippet_stands_in_the_article_and_is_short(body: str, words: list[str], longest: int) -> None:
    shown = snippet(body, words, longest)
    assert len(shown) <= longest + 2
    core = shown.strip("…")
    assert fold("".join(core.split())) in fold("".join(body.split()))
