"""Key terms are what tells an article from others, names in one piece."""

from digests.model import Background
from digests.seeds import Lexicon
from digests.text.keyterms import key_terms
from digests.text.tokenizer import Tokenizer

BODY = "记者 谢梦琦 昨天从民政局获悉,“暖巢行动”让70户家庭住上新房。“暖巢行动”明年继续,市慈善总会将参与。"


def found(lexicon: Lexicon, limit: int = 12) -> dict[str, float]:
    cut = Tokenizer(lexicon.words).cut
    return dict(key_terms("老房焕新颜", BODY, Background(0, {}), limit, cut=cut, stopwords=lexicon.stopwords))


def test_a_name_set_in_quotation_marks_stays_whole(lexicon: Lexicon) -> None:
    assert "暖巢行动" in found(lexicon)


def test_credited_people_are_named(lexicon: Lexicon) -> None:
    assert "谢梦琦" in found(lexicon)


def test_weights_add_up_to_one_and_the_limit_holds(lexicon: Lexicon) -> None:
    terms = found(lexicon, 5)
    assert len(terms) == 5
    assert abs(sum(terms.values()) - 1) < 1e-9
    assert not any(term.isdigit() or len(term) < 2 for term in found(lexicon))


def test_nothing_has_no_key_terms(lexicon: Lexicon) -> None:
    assert key_terms("", "", Background(0, {}), cut=Tokenizer(lexicon.words).cut) == ()
