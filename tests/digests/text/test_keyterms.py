"""Key terms are what tells an article from others, names in one piece."""

from digests.model.news import Background
from digests.seeds import Lexicon
from digests.text.keyterms import distinct, key_terms, standing_out
from digests.text.tokenizer import Tokenizer

BODY = "记者 谢梦琦 昨天从民政局获悉,“暖巢行动”让70户家庭住上新房。“暖巢行动”明年继续,市慈善总会将参与。"


def found(lexicon: Lexicon, limit: int = 12) -> dict[str, float]:
    cut = Tokenizer(lexicon.words).cut
    return dict(key_terms("老房焕新颜", BODY, Background(0, {}), limit, cut=cut, stopwords=lexicon.stopwords))


def test_a_name_set_in_quotation_marks_stays_whole(lexicon: Lexicon) -> None:
    assert "暖巢行动" in found(lexicon)


def test_credited_people_are_named(lexicon: Lexicon) -> None:
    assert "谢梦琦" in found(lexicon)


def terms_of(lexicon: Lexicon, headline: str, body: str, *names: str) -> list[str]:
    cut = Tokenizer(lexicon.words).cut
    ranked = key_terms(headline, body, Background(0, {}), cut=cut, stopwords=lexicon.stopwords, names=names)
    return [term for term, _ in ranked]


def test_words_that_keep_standing_side_by_side_are_one_term(lexicon: Lexicon) -> None:
    body = "口袋公园建在哪里?居民说,口袋公园要近。公园里要有椅子。徐王街也要一个,徐王街太挤。"
    found = terms_of(lexicon, "口袋公园可以再多建些", body)
    assert found[0] == "口袋公园"
    assert "口袋" not in found
    assert "徐王街" in found


def test_people_are_named_by_what_they_are_called_or_say_and_words_of_telling_are_not(lexicon: Lexicon) -> None:
    body = "村党委书记徐惠琴带队走访。王登辉说,彩色水稻好看。记者了解到,这辆收割机是新买的。记者表示感谢。"
    found = terms_of(lexicon, "彩色水稻", body)
    assert {"徐惠琴", "王登辉"} <= {*found}
    assert not {"了解到", "表示", "这辆"} & {*found}


def test_names_that_are_known_stay_whole(lexicon: Lexicon) -> None:
    assert "余新镇" in terms_of(lexicon, "", "余新镇的鸭子过河了,鸭子很多。", "余新镇", "不在文中镇")
    assert "不在文中镇" not in terms_of(lexicon, "", "余新镇的鸭子过河了,鸭子很多。", "余新镇", "不在文中镇")


def test_of_terms_within_each_other_one_is_given() -> None:
    ranked = [("公园", 1.0), ("口袋公园", 0.9), ("口袋", 0.8), ("口袋公园里的树", 0.1), ("绿地", 0.05)]
    assert distinct(ranked, 3) == [("口袋公园", 1.0), ("绿地", 0.05)]
    assert distinct(ranked, 1) == [("公园", 1.0)]


def test_what_many_stories_share_and_the_archive_does_not_stands_out() -> None:
    stories = [
        ("台风来了,记者站的灯亮着", {"台风": 0.9, "记者站": 0.1}),
        ("台风走了,小学的墙倒了", {"台风": 0.8, "小学": 0.2}),
        ("会议说,台风要防", {"会议": 0.7}),
        ("会议开了", {"会议": 0.9}),
    ]
    archive = Background(1000, {"会议": 500, "小学": 50, "台风": 5, "记者站": 40})
    (first, times), *rest = standing_out(stories, archive)
    assert (first, times) == ("台风", 3)
    assert "会议" not in dict(rest)
    assert standing_out([], archive) == ()


def test_weights_add_up_to_one_and_the_limit_holds(lexicon: Lexicon) -> None:
    terms = found(lexicon, 5)
    assert len(terms) == 5
    assert abs(sum(terms.values()) - 1) < 1e-9
    assert not any(term.isdigit() or len(term) < 2 for term in found(lexicon))


def test_nothing_has_no_key_terms(lexicon: Lexicon) -> None:
    assert key_terms("", "", Background(0, {}), cut=Tokenizer(lexicon.words).cut) == ()
