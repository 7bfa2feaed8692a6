"""Key terms are what tells an article from others, names in one piece."""

from digests.model import Background
from digests.seeds import Lexicon
from digests.text.keyterms import counted, key_terms, mentions
from digests.text.tokenizer import Tokenizer

BODY = "记者 谢梦琦 昨天从民政局获悉,“暖巢行动”让70户家庭住上新房。“暖巢行动”明年继续,市慈善总会将参与。"


def found(lexicon: Lexicon, limit: int = 12) -> dict[str, float]:
    return dict(key_terms(spoken_of(lexicon, "老房焕新颜", BODY), Background(0, {}), limit))


def spoken_of(lexicon: Lexicon, headline: str, body: str) -> dict[str, int]:
    cut = Tokenizer(lexicon.words).cut
    return mentions(f"{headline}\n{body}", counted(cut(headline), cut(body), lexicon.stopwords), cut)


def test_a_name_set_in_quotation_marks_stays_whole(lexicon: Lexicon) -> None:
    assert "暖巢行动" in found(lexicon)


def test_credited_people_are_named(lexicon: Lexicon) -> None:
    assert "谢梦琦" in found(lexicon)


def test_weights_add_up_to_one_and_the_limit_holds(lexicon: Lexicon) -> None:
    terms = found(lexicon, 5)
    assert len(terms) == 5
    assert abs(sum(terms.values()) - 1) < 1e-9
    assert not any(term.isdigit() or len(term) < 2 for term in found(lexicon))


def test_a_term_of_the_headline_counts_thrice(lexicon: Lexicon) -> None:
    assert spoken_of(lexicon, "公交", "公交提速") == {"公交": 4, "提速": 1}


def test_the_parts_of_a_name_count_only_where_they_stand_outside_it(lexicon: Lexicon) -> None:
    said = spoken_of(lexicon, "", "“暖巢行动”启动,行动继续")
    assert (said["暖巢行动"], said["行动"]) == (2, 1)


def test_a_term_that_every_article_has_is_no_key_term(lexicon: Lexicon) -> None:
    archive = Background(1000, {"公交": 1000})
    assert [term for term, _ in key_terms(spoken_of(lexicon, "", "公交提速"), archive)] == ["提速", "公交"]


def test_nothing_has_no_key_terms() -> None:
    assert key_terms({}, Background(0, {})) == ()
