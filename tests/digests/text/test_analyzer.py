"""An article is understood in one go."""

import json
from pathlib import Path

from digests.ingest.pages import read_page
from digests.model.news import RawArticle
from digests.seeds import Lexicon
from digests.text.analyzer import Analyzer
from digests.text.duplicates import fingerprint
from digests.text.tokenizer import Tokenizer

RAW = RawArticle(
    title="把余新打造成为嘉兴市区“南大门”",
    kicker="邵潘锋赴余新镇调研时强调",
    paragraphs=("本报讯 昨天上午,区委书记邵潘锋赴南湖区余新镇调研。", "他强调,要提高站位。"),
)


def test_topics_places_terms_and_fingerprint_are_found(lexicon: Lexicon) -> None:
    analysis = Analyzer(lexicon).analyze(RAW)
    assert analysis.topics[0] == "politics"
    assert analysis.places[0] == "330402101"
    assert {"余新镇", "南湖区", "区委书记"} <= analysis.terms
    assert not analysis.terms & lexicon.stopwords
    assert analysis.fingerprint == fingerprint(RAW.body)


def test_either_segmenter_understands_the_same(lexicon: Lexicon) -> None:
    slow = Analyzer(lexicon, Tokenizer(lexicon.words, fast=False))
    assert slow.analyze(RAW) == Analyzer(lexicon).analyze(RAW)


def test_an_article_without_a_body_is_told_by_its_headline(lexicon: Lexicon) -> None:
    analysis = Analyzer(lexicon).analyze(RawArticle(title="公交线路调整", paragraphs=()))
    assert analysis.topics == ("transport",)
    assert analysis.fingerprint == fingerprint("公交线路调整")


def test_nothing_is_understood_of_nothing(lexicon: Lexicon) -> None:
    analysis = Analyzer(lexicon).analyze(RawArticle(title="", paragraphs=()))
    assert (analysis.topics, analysis.places, analysis.terms, analysis.fingerprint) == ((), (), frozenset(), b"")


def test_the_seed_page_is_understood_as_ever(lexicon: Lexicon, seed_page: Path) -> None:
    golden = Path(__file__).parents[2] / "golden" / "seed_topics.jsonl"
    analyzer = Analyzer(lexicon)
    understood = []
    for article in read_page(seed_page.read_text("utf-8")).articles:
        analysis = analyzer.analyze(article)
        places = [lexicon.places[code].name for code in analysis.places]
        understood.append({"title": article.title, "topics": list(analysis.topics), "places": places})
    assert understood == [json.loads(line) for line in golden.read_text("utf-8").splitlines()]
