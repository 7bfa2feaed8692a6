from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import QueryError
from digests.following import Following
from digests.model.news import Article
from digests.query import parse, subject_of
from digests.seeds import Lexicon
from tests.samples import DAY, NOW, raw

TEXT = st.text(st.sampled_from("公交线路新增南湖區区APPａ3.0“-”，。 \n"), min_size=1, max_size=12)
SLUGS = ("transport", "economy", "health")
CODES = ("33", "3304", "330402", "330402101", "330411")

words = TEXT.map(lambda text: "".join(text.split()).strip('-"“”|') or "公")
plain = st.one_of(
    words,
    words.map(lambda word: f'"{word} {word}"'),
    words.map(lambda word: f"by:{word}"),
    words.map(lambda word: f"source:{word}"),
    st.sampled_from(SLUGS).map(lambda slug: f"topic:{slug}"),
    st.sampled_from(CODES).map(lambda code: f"place:{code}"),
    st.sampled_from(("since:2024-11-13", "before:2024-11-13")),
)
wishes = st.one_of(
    plain, plain.map(lambda wish: f"-{wish}"), st.lists(plain, min_size=2, max_size=3).map(" OR ".join),
    st.tuples(plain, plain).map(lambda two: f"{two[0]} OR -{two[1]}"),
)  # fmt: skip
queries = st.lists(wishes, min_size=1, max_size=4).map(" ".join)


def article(title: str, body: str = "", **more: object) -> Article:
    base = raw(title, body)
    fields: dict[str, object] = {name: getattr(base, name) for name in base.__dataclass_fields__}
    known = {"id": 1, "topics": (), "places": (), "ingested_at": NOW}
    return Article(**(fields | known | more))  # type: ignore[arg-type]


articles = st.builds(
    article,
    TEXT,
    TEXT,
    reporters=st.lists(TEXT, max_size=2).map(tuple),
    source=TEXT | st.just(""),
    topics=st.lists(st.sampled_from(SLUGS), unique=True).map(tuple),
    places=st.lists(st.sampled_from((*CODES, "330402101205")), unique=True).map(tuple),
    published_on=st.sampled_from((None, DAY)),
)


def index(lexicon: Lexicon, *texts: str) -> Following:
    following = Following()
    for text in texts:
        following.add(text, parse(text, lexicon))
    return following


@given(texts=st.lists(queries, max_size=12), found=st.lists(articles, min_size=1, max_size=4))
def test_exactly_those_queries_are_found_that_are_true_of_an_article(
    lexicon: Lexicon, texts: list[str], found: list[Article]
) -> None:
    parsed = {}
    for text in texts:
        try:
            parsed[text] = parse(text, lexicon)
        except QueryError:
            continue
    following = index(lexicon, *parsed)
    for each in found:
        true = {text for text, query in parsed.items() if query.matches(each)}
        assert set(following.matching(subject_of(each))) == true
    for text in list(parsed)[::2]:
        following.remove(text)
        del parsed[text]
    assert set(following) == set(parsed)
    for each in found:
        true = {text for text, query in parsed.items() if query.matches(each)}
        assert set(following.matching(subject_of(each))) == true


@pytest.mark.parametrize(
    "text",
    ["交", "公交", "数据知识产权贷款", "公交 OR 地铁", "公交 -地铁", "APP", "公車 OR ａｐｐ", "by:思家", "source:晚报",
     "place:嘉兴市", "topic:交通", "since:2024-11-01", "地铁 OR topic:交通"],
)  # fmt: skip
def test_a_query_of_every_kind_is_found(lexicon: Lexicon, text: str) -> None:
    shown = article("公交數據知識產權貸款", "讀嘉app", topics=("transport",), places=("330402101",))
    assert index(lexicon, text).matching(subject_of(shown)) == [text]


def test_only_queries_that_may_be_true_are_tried(lexicon: Lexicon) -> None:
    following = index(lexicon, *(f"第{number}路公交" for number in range(1000)))
    tried: list[str] = []

    class Spy(str):
        def __contains__(self, word: str) -> bool:  # type: ignore[override]
            tried.append(word)
            return super().__contains__(word)

    subject = subject_of(article("第7路公交改道"))
    assert following.matching(replace(subject, text=Spy(subject.text))) == ["第7路公交"]
    assert len(tried) < 50


def test_what_was_removed_leaves_nothing_behind(lexicon: Lexicon) -> None:
    following = index(lexicon, "公交 贷款", "a OR b", "since:2024-11-01", "source:晚报")
    for text in list(following):
        following.remove(text)
        following.remove(text)
    assert len(following) == 0
    assert following.matching(subject_of(article("公交贷款ab"))) == []


def test_a_name_that_is_taken_changes_nothing(lexicon: Lexicon) -> None:
    following = index(lexicon, "公交")
    following.add("公交", parse("地铁", lexicon))
    assert following["公交"] == parse("公交", lexicon)
    assert following.matching(subject_of(article("地铁"))) == []
