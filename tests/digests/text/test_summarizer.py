"""A summary is made of the paper's own sentences, whole, in order, within its budget, and says what matters."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.model.news import Background, Summary
from digests.seeds import Lexicon
from digests.text.summarizer import CHARACTERS, SENTENCES, Summarizer
from digests.text.tokenizer import Tokenizer

NOTHING_KNOWN = Background(0, {})
TITLE = "全市公共交通领域首笔数据知识产权贷款落地南湖"
LEAD = "近日,嘉通集团通过数据知识产权质押方式,成功获得1500万元公交数据资产贷款,这是全市公共交通领域首笔。"
BODY = (
    "本报讯(记者 钟鑫媛 通讯员 吴言斐) " + LEAD + "他对此很高兴。\n"
    "此次数据知识产权质押贷款由嘉兴银行提供。数字经济时代,激活数据要素价值是发展新质生产力的核心要义。"
    "“把无形的数据资产转化为有形的资金支持,降低了企业资金压力。”公司负责人说。\n"
    "南湖区还通过入企宣传、线上对接等方式为企业服务。咨询电话:0573-82828282,扫码关注公众号。\n"
    "(记者 王强)\n"
    "此外,南湖区还将"
)


@pytest.fixture(scope="module")
def summarizer() -> Summarizer:
    return Summarizer()


def length(summary: Summary) -> int:
    return sum(len("".join(sentence.text.split())) for sentence in summary.sentences)


def texts(summary: Summary) -> list[str]:
    return [sentence.text for sentence in summary.sentences]


def test_the_lead_is_told_without_its_dateline_and_byline(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(TITLE, BODY, NOTHING_KNOWN)
    assert summary.sentences[0].text == LEAD
    assert BODY[summary.sentences[0].start :].startswith(LEAD)


def test_a_digest_s_summary_keeps_to_its_length(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(TITLE, BODY * 3, NOTHING_KNOWN)
    assert len(summary.sentences) <= SENTENCES
    assert length(summary) <= CHARACTERS


def test_credits_and_notices_are_left_out(summarizer: Summarizer) -> None:
    told = "".join(texts(summarizer.summarize(TITLE, BODY, NOTHING_KNOWN, max_sentences=5)))
    assert "王强" not in told
    assert "扫码" not in told


def test_a_sentence_that_repeats_the_headline_is_left_out(summarizer: Summarizer) -> None:
    body = f"{TITLE}\n{LEAD}"
    assert texts(summarizer.summarize(TITLE, body, NOTHING_KNOWN)) == [LEAD]


def test_a_sentence_is_not_told_twice(summarizer: Summarizer) -> None:
    assert texts(summarizer.summarize(TITLE, LEAD * 5, NOTHING_KNOWN, max_sentences=3)) == [LEAD]


def test_what_every_article_says_again_and_again_is_worth_less(summarizer: Summarizer, lexicon: Lexicon) -> None:
    usual, news = "南湖区召开会议部署清单事项。", "邵潘锋提出质押贷款方案细则。"
    archive = Background(5000, dict.fromkeys(Tokenizer(lexicon.words).cut(usual), 4990))
    body = (usual + news) * 3
    assert texts(summarizer.summarize("", body, NOTHING_KNOWN, max_sentences=1)) == [usual]
    assert texts(summarizer.summarize("", body, archive, max_sentences=1)) == [news]


def test_a_sentence_that_dates_its_news_is_told_before_the_scene_that_leads_to_it(summarizer: Summarizer) -> None:
    scene, news = "老人们在河边散步聊天,孩子们追逐打闹。", "运河两岸的散步道全线贯通,沿河的树木都得到了保留。"
    dated = f"近日,{news}"
    assert texts(summarizer.summarize("", f"天刚亮。{scene}{news}", NOTHING_KNOWN, max_sentences=1)) == [scene]
    assert texts(summarizer.summarize("", f"天刚亮。{scene}{dated}", NOTHING_KNOWN, max_sentences=1)) == [dated]


@pytest.mark.parametrize(
    "half",
    [
        "运河边的散步道什么时候开放?",
        "散步道、健身点、小公园……",
        "运河边的散步道都开放,通告如下:\n",
        "他说运河边的散步道都开放了。",
        "图为运河边都开放了的散步道。",
        "“运河边的散步道明年春天都开放。”",
    ],
)
def test_half_a_thought_is_not_told_alone(summarizer: Summarizer, half: str) -> None:
    whole = "沿河的树木都得到了保留养护。"
    assert texts(summarizer.summarize("", half + whole, NOTHING_KNOWN, max_sentences=1)) == [whole]


def test_a_quoted_name_may_begin_a_story(summarizer: Summarizer) -> None:
    lead = "“运河绿道”昨天全线贯通。"
    assert texts(summarizer.summarize("", f"{lead}沿河的树木都得到了保留。", NOTHING_KNOWN, max_sentences=1)) == [lead]


def test_a_question_is_told_with_its_answer(summarizer: Summarizer) -> None:
    body = "运河边的散步道什么时候向市民开放?" + "散步道将在明年春天向市民开放。" + "昨天天晴。" * 9
    assert texts(summarizer.summarize("", body, NOTHING_KNOWN, max_sentences=2)) == [body[:17], body[17:32]]


def test_what_is_told_is_told_by_the_paper_and_not_by_a_quotation(summarizer: Summarizer) -> None:
    quotation, told = "王强说:“运河边的散步道明年春天开放。”", "运河边的散步道明年春天向市民开放。"
    assert texts(summarizer.summarize("", quotation + told, NOTHING_KNOWN, max_sentences=1)) == [told]


def test_a_budget_takes_the_best_sentence_that_fits(summarizer: Summarizer) -> None:
    summary = summarizer.summarize(TITLE, BODY, NOTHING_KNOWN, max_chars=22)
    assert texts(summary) == ["此次数据知识产权质押贷款由嘉兴银行提供。"]


def test_a_lead_a_little_longer_than_the_budget_stands_alone(summarizer: Summarizer) -> None:
    assert texts(summarizer.summarize(TITLE, BODY, NOTHING_KNOWN, max_chars=45)) == [LEAD]


def test_a_sentence_broken_by_a_column_s_edge_is_told_whole(summarizer: Summarizer) -> None:
    broken = LEAD.replace("集团", "集\n\n团")
    body = f"■记者 钟鑫媛\n\n本报讯 {broken}\n扫码下载读嘉APP\n全区天晴。"
    [told] = summarizer.summarize(TITLE, body, NOTHING_KNOWN, max_sentences=1).sentences
    assert (told.text, told.line) == (broken, LEAD)
    assert body[told.start : told.end] == told.text


@pytest.mark.parametrize("budget", [{"max_sentences": 400}, {"max_chars": 9000}])
def test_an_extract_of_hundreds_of_sentences_ends_within_its_budget(
    summarizer: Summarizer, budget: dict[str, int]
) -> None:
    body = "".join(f"第{number}号小区的住户昨天领到了新钥匙。" for number in range(3000))
    told = summarizer.summarize("", body, NOTHING_KNOWN, **budget)
    assert 300 <= len(told.sentences) <= 500
    assert length(told) <= budget.get("max_chars", 9999)


def test_the_first_sentence_is_given_if_none_fits(summarizer: Summarizer) -> None:
    assert texts(summarizer.summarize(TITLE, BODY, NOTHING_KNOWN, max_chars=3)) == [LEAD]


@pytest.mark.parametrize("body", ["", " \n\u3000", "\n\n"])
def test_nothing_is_summarized_by_nothing(summarizer: Summarizer, body: str) -> None:
    assert summarizer.summarize(TITLE, body, NOTHING_KNOWN) == Summary()


@pytest.mark.parametrize("body", ["(记者 王强)", "……", "本报讯", TITLE])
def test_a_body_without_a_telling_sentence_still_gives_one(summarizer: Summarizer, body: str) -> None:
    assert texts(summarizer.summarize(TITLE, body, NOTHING_KNOWN)) == [body]


@pytest.mark.parametrize(
    ("dateline", "rest"),
    [
        ("本报讯", " 昨天天晴。"),
        ("■本报讯(记者 甲)", "昨天天晴。"),
        ("本报海宁讯", " 昨天天晴。"),
        ("新华社北京8月11日电(记者甲、乙)", "昨天天晴。"),
        ("中新网无锡4月1日电", " 昨天天晴。"),
        ("", "本报记者昨日从电力局获悉。"),
        ("", "本报讯员昨日从电力局获悉。"),
    ],
)
def test_only_a_dateline_is_taken_off(summarizer: Summarizer, dateline: str, rest: str) -> None:
    assert texts(summarizer.summarize("", dateline + rest, NOTHING_KNOWN)) == [rest.strip()]


@given(
    body=st.lists(
        st.sampled_from(
            [*BODY.replace("\n", "。\n").split("。"), "。", "……", "\n", "他说:“好!”", "本报讯 ", "3.5%", " "]
        ),
        max_size=12,
    ).map("。".join),
    max_sentences=st.none() | st.integers(1, 6),
    max_chars=st.none() | st.integers(1, 300),
)
def test_every_summary_is_verbatim_in_order_and_within_its_budget(
    summarizer: Summarizer, body: str, max_sentences: int | None, max_chars: int | None
) -> None:
    summary = summarizer.summarize(TITLE, body, NOTHING_KNOWN, max_sentences=max_sentences, max_chars=max_chars)
    told = summary.sentences
    assert bool(told) == bool(body.strip())
    assert all(body[sentence.start : sentence.end] == sentence.text != "" for sentence in told)
    assert all(first.end <= second.start for first, second in pairwise(told))
    if max_sentences is None and max_chars is None:
        max_sentences, max_chars = SENTENCES, CHARACTERS
    assert max_sentences is None or len(told) <= max_sentences
    assert max_chars is None or length(summary) <= max_chars or len(told) == 1
