"""What an administrator says of an article's topics is kept, learnt by every process, and can be taken back."""

import pytest

from digests import correcting
from digests.ingest.pipeline import Pipeline
from digests.model.news import Article, RawArticle
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from digests.text.tokenizer import Tokenizer
from tests.samples import DAY, HOUR, NOW, raw

FAIR = raw("村口办起丝瓜络编织赛", "昨天，村里的老人围坐一圈比赛编丝瓜络，谁编得快谁得奖。", external_id="1")
LIKE = raw("丝瓜络编织赛又来了", "上周末，老人们又比了一回编丝瓜络，观众连连叫好。", external_id="2")


@pytest.fixture(scope="module")
def tokenizer(lexicon: Lexicon) -> Tokenizer:
    return Tokenizer(lexicon.words)


@pytest.fixture
def here(database: Database, lexicon: Lexicon, tokenizer: Tokenizer) -> Pipeline:
    return Pipeline(database, Analyzer(lexicon, tokenizer))


@pytest.fixture
def elsewhere(database: Database, lexicon: Lexicon, tokenizer: Tokenizer) -> Pipeline:
    """Another process: it shares nothing but the database."""
    return Pipeline(database, Analyzer(lexicon, tokenizer))


def ingest(pipeline: Pipeline, article: RawArticle) -> None:
    pipeline.ingest([article], NOW, DAY)


def stored(pipeline: Pipeline, external_id: str) -> Article:
    with pipeline.database.read() as store:
        return next(a for a in store.articles.unassigned() if a.external_id == external_id)


def correct(pipeline: Pipeline, external_id: str, *topics: str) -> None:
    article = stored(pipeline, external_id)
    with pipeline.database.begin() as store:
        correcting.correct(store, pipeline.analyzer, article, topics, NOW)


def withdraw(pipeline: Pipeline, external_id: str) -> None:
    article = stored(pipeline, external_id)
    with pipeline.database.begin() as store:
        correcting.withdraw(store, article)


def test_a_correction_shows_at_once_and_the_next_of_its_like_is_right_in_another_process(
    here: Pipeline, elsewhere: Pipeline
) -> None:
    ingest(elsewhere, raw("别的事", external_id="0"))
    ingest(here, FAIR)
    assert stored(here, "1").topics[:1] != ("culture",)
    correct(here, "1", "culture", "livelihood")
    assert stored(here, "1").topics == ("culture", "livelihood")
    ingest(elsewhere, LIKE)
    assert stored(here, "2").topics[:1] == ("culture",)


def test_undone_it_is_forgotten_with_what_it_taught(here: Pipeline, elsewhere: Pipeline) -> None:
    ingest(here, FAIR)
    before = stored(here, "1").topics
    correct(here, "1", "culture")
    withdraw(elsewhere, "1")
    assert stored(here, "1").topics == before
    ingest(here, LIKE)
    assert "culture" not in stored(here, "2").topics


def test_the_newest_word_on_an_article_is_the_only_one_and_undo_goes_back_to_its_own_topics(here: Pipeline) -> None:
    ingest(here, FAIR)
    before = stored(here, "1").topics
    correct(here, "1", "education")
    correct(here, "1", "culture")
    with here.database.read() as store:
        assert len(store.corrections.lessons()) == 1
    ingest(here, LIKE)
    assert stored(here, "2").topics[:1] == ("culture",)
    withdraw(here, "1")
    withdraw(here, "1")
    assert stored(here, "1").topics == before


def test_a_correction_that_was_not_committed_teaches_nothing(here: Pipeline) -> None:
    ingest(here, FAIR)
    article = stored(here, "1")
    with pytest.raises(ZeroDivisionError), here.database.begin() as store:
        correcting.correct(store, here.analyzer, article, ("culture",), NOW)
        raise ZeroDivisionError
    ingest(here, LIKE)
    assert "culture" not in stored(here, "2").topics


def test_a_corrected_article_that_is_revised_keeps_the_topics_it_was_given(here: Pipeline) -> None:
    ingest(here, FAIR)
    correct(here, "1", "culture")
    newer = raw(FAIR.title, FAIR.paragraphs[0] + "奖品是一个丝瓜。", external_id="1")
    assert here.ingest([newer], NOW + HOUR, DAY).revised == 1
    assert stored(here, "1").topics == ("culture",)
    assert stored(here, "1").revision == 1
