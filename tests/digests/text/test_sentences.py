"""Sentences stand in the text word for word, end where a reader says they end, and lose nothing."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from digests.text.sentences import QUOTATION, split_sentences

MARKS = '。！？!?….．"“”‘’「」『』《》（）()【】，,;；:：\n \u3000南湖说道的1a%'


def texts(body: str) -> list[str]:
    return [sentence.text for sentence in split_sentences(body)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["昨天下雨。", "今天放晴！", "明天呢？", "不知道……", "再看"],
        ["他说：“走吧。”", "大家走了。"],
        ["“要做A。要做B。”他强调。", "大家点头。"],
        ["“这里有多少面积?还剩几家?”", "来到现场,他看了该区域的规划图纸。"],
        ["“A。”", "“B。”"],
        ["他喊出“冲啊！”的口号。", "好。"],
        ["以《向前走！》为题。", "下一句。"],
        ["(图为现场。)", "下一句。"],
        ["增长3.5%;地面焕然一新;完成。", "版本3.0升级。"],
        ["网址是www.cnjxol.com,请看http://a.cn/b?c=1!d。", "好。"],
        ["完成验收.", "记者看到120.", "好"],
        ["1.坚持原则。", "2.加强管理。"],
        ["真的？！", "对!!!", "好……", "嗯......", "完"],
        ['他说:"走吧。"', "大家走了。"],
        ["「走吧。」", "大家走了。"],
        ["没有句号的尾巴"],
    ],
)
def test_sentences_end_where_a_reader_says_they_end(sentences: list[str]) -> None:
    assert texts("".join(sentences)) == sentences


def test_a_line_end_ends_a_sentence_and_spaces_around_it_are_left_out() -> None:
    assert texts("  一行\n\n\u3000\u3000二行。 三句。\r\n四") == ["一行", "二行。", "三句。", "四"]


def test_half_a_quotation_is_given_only_if_the_whole_is_long() -> None:
    long = "好" * QUOTATION
    assert texts(f"“{long}。{long}。”") == [f"“{long}。", f"{long}。”"]
    assert texts("“很好。很好。") == ["“很好。", "很好。"]


def test_a_long_quotation_in_straight_quotes_keeps_its_closing_mark() -> None:
    long = "好" * QUOTATION
    assert texts(f'他说:"{long}。"\n下一行。') == [f'他说:"{long}。"', "下一行。"]


def test_nothing_has_no_sentences() -> None:
    assert split_sentences("") == split_sentences(" \n\u3000") == ()


def test_the_seed_page_is_split_at_its_full_stops(seed_page: Path) -> None:
    page = seed_page.read_text("utf-8")
    found = texts(page)
    assert "“自己不用出一分钱,通过改造让我住得更加舒适,衷心感谢政府的援助!”陈稼良老人激动地说。" in found
    assert "据悉,今年的“善居工程”相当于“暖巢行动”3.0升级版。" in found
    assert found[-1] == "此外,南湖区还通过入企宣传、线上对接等方式,为企业开"
    assert not any(sentence[0] in "”。,，！？" for sentence in found)


@given(st.text(alphabet=MARKS, max_size=300))
@example("“a。”“b”。")
@example('。""。')
def test_every_sentence_stands_at_its_offset_and_only_spaces_are_lost(body: str) -> None:
    sentences = split_sentences(body)
    assert all(body[sentence.start : sentence.end] == sentence.text for sentence in sentences)
    assert all(sentence.text == sentence.text.strip() for sentence in sentences)
    assert "".join("".join(sentence.text for sentence in sentences).split()) == "".join(body.split())
    assert [sentence.start for sentence in sentences] == sorted(sentence.start for sentence in sentences)


@given(st.text())
def test_any_text_at_all_can_be_split(body: str) -> None:
    assert all(body[sentence.start : sentence.end] == sentence.text for sentence in split_sentences(body))
