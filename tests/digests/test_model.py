"""The nouns' own small rules."""

from digests.model.news import RawArticle, Sentence, Topic


def test_a_headline_has_its_parts_in_printed_order_without_gaps() -> None:
    assert RawArticle(title="标题", paragraphs=()).headline == "标题"
    assert RawArticle(title="标题", kicker="引题", subtitle="副题", paragraphs=()).headline == "引题 标题 副题"


def test_a_body_has_one_paragraph_a_line() -> None:
    assert RawArticle(title="", paragraphs=("一。", "二。")).body == "一。\n二。"


def test_a_byline_names_each_person_once() -> None:
    raw = RawArticle(title="", paragraphs=(), reporters=("甲", "乙"), correspondents=("丙",), photographers=("甲",))
    assert raw.byline == ("甲", "乙", "丙")


def test_a_sentence_ends_behind_its_last_character() -> None:
    assert Sentence("三个字", 4).end == 7


def test_a_topic_answers_to_each_part_of_its_chinese_name() -> None:
    assert Topic("society", "社会·法治", "Society", {}).names == ("society", "社会·法治", "社会", "法治", "Society")
