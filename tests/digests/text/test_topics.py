"""An article's topics are those whose words it uses, the headline's words first."""

import json
from pathlib import Path

import pytest

from digests.model.news import Topic
from digests.seeds import Lexicon
from digests.text.topics import MOST, TopicFinder, combined

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def finder(lexicon: Lexicon) -> TopicFinder:
    return TopicFinder(lexicon)


def made(**words: dict[str, float]) -> TopicFinder:
    topics = {slug: Topic(slug, slug, slug, own) for slug, own in words.items()}
    return TopicFinder(Lexicon(topics, {}, frozenset(), (), "3304"))


@pytest.mark.parametrize(
    ("headline", "body", "slug"),
    [
        ("区委书记赴余新镇调研", "昨天,区委书记实地查看腾退工作进展。", "politics"),
        ("70户困难家庭老房焕新颜", "区民政局和慈善总会联合推动,低保户受益。", "livelihood"),
        ("归巢", "几只鹭鸟飞到路边的树丛栖息,河道水环境越来越好。", "environment"),
        ("12名高手参加技能大赛", "区人力社保局组织职工参加职业技能竞赛。", "jobs"),
        ("首笔数据知识产权贷款落地", "公司通过质押获得银行贷款,降低了企业资金压力。", "economy"),
        ("三条公交线路明起调整", "乘客可在公交站点换乘。", "transport"),
        ("男子酒驾被查", "民警将其带回派出所,公安依法处罚。", "society"),
        ("晚稻开镰", "农户驾驶收割机在田间作业。", "agriculture"),
        ("明起降温", "气象台预计冷空气带来降雨。", "environment"),
        ("女排夺冠", "决赛中球队击败对手。", "sports"),
    ],
)
def test_local_news_is_recognized(finder: TopicFinder, headline: str, body: str, slug: str) -> None:
    assert finder.rank(headline, body)[0] == slug


def test_an_article_may_have_no_topic_and_never_has_more_than_three(finder: TopicFinder, lexicon: Lexicon) -> None:
    assert finder.rank("", "") == ()
    assert finder.rank("啊", "哦哦哦哦。") == ()
    everything = "。".join(word for topic in lexicon.topics.values() for word in topic.words)
    assert len(finder.rank("", everything)) == MOST


def test_the_headline_counts_more_than_the_body() -> None:
    finder = made(a={"公交": 2}, b={"足球": 2})
    assert finder.rank("公交", "足球足球")[0] == "a"


def test_repeating_a_word_adds_less_than_another_word() -> None:
    finder = made(a={"公交": 2}, b={"足球": 2, "篮球": 2})
    assert finder.rank("", "公交公交公交。足球篮球")[0] == "b"


def test_a_weak_second_is_not_named() -> None:
    finder = made(a={"公交": 3, "地铁": 3}, b={"足球": 1})
    assert finder.rank("公交地铁", "公交地铁足球") == ("a",)


def test_traditional_and_full_width_text_has_the_same_topics(finder: TopicFinder) -> None:
    assert finder.rank("三條公交線路調整", "乘客可換乘ＥＴＣ") == finder.rank("三条公交线路调整", "乘客可换乘ETC") != ()


def test_own_articles_get_their_topics(finder: TopicFinder) -> None:
    rows = [json.loads(line) for line in (GOLDEN / "topics_own.jsonl").read_text("utf-8").splitlines()]
    given = [(finder.rank(row["title"], row["text"]), row["topics"]) for row in rows]
    assert sum(bool(own) and own[0] in gold for own, gold in given) / len(rows) >= 0.92
    assert sum(gold[0] in own for own, gold in given) / len(rows) >= 0.92
    assert sum(slug in gold for own, gold in given for slug in own) / sum(len(own) for own, _ in given) >= 0.88


@pytest.mark.parametrize("right", [("sports",), ("urban", "tech"), ("world", "jobs", "health"), ()])
def test_a_correction_is_learnt_at_once_and_leaves_others_alone(
    finder: TopicFinder, lexicon: Lexicon, right: tuple[str, ...]
) -> None:
    article = ("社区来了机器人", "昨天,居民围着会讲故事的机器人看个不停,工程师演示了升级后的功能。")
    taught = TopicFinder(lexicon, finder.lesson(*article, right))
    assert taught.rank(*article) == right
    assert taught.rank("晚稻开镰", "农户驾驶收割机在田间作业。")[0] == "agriculture"


def test_lessons_can_be_kept_and_taken_up(finder: TopicFinder, lexicon: Lexicon) -> None:
    kept = json.loads(json.dumps(finder.lesson("三条公交线路调整", "乘客可换乘。", ("sports",), ["乘客们"])))
    assert TopicFinder(lexicon, kept).rank("三条公交线路调整", "乘客可换乘。") == ("sports",)


def test_what_is_right_already_teaches_nothing(finder: TopicFinder) -> None:
    article = ("三条公交线路调整", "乘客可换乘。")
    assert finder.lesson(*article, finder.rank(*article)) == {}


def test_lessons_add_up_and_no_word_outgrows_the_others(finder: TopicFinder, lexicon: Lexicon) -> None:
    article = ("三条公交线路调整", "乘客可换乘。")
    first = finder.lesson(*article, ("sports",))
    second = TopicFinder(lexicon, first).lesson(*article, ("transport",))
    assert TopicFinder(lexicon, combined([first, second])).rank(*article) == ("transport",)
    loud = combined([{"sports": {"公交": 3.0}}] * 5)
    assert loud == {"sports": {"公交": 4.0}}


def test_the_points_explained_are_those_ranked_by(finder: TopicFinder) -> None:
    why = finder.explain("三条公交线路调整", "乘客可换乘,公司说。")
    assert next(iter(why)) == finder.rank("三条公交线路调整", "乘客可换乘,公司说。")[0] == "transport"
    assert any("公交" in word for word in why["transport"])
