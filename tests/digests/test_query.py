import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import QueryError
from digests.model.news import Article
from digests.query import LONGEST, parse, subject_of
from digests.seeds import Lexicon
from tests.samples import NOW, raw


def understood(title: str = "公交新增三条线路", **more: object) -> Article:
    base = raw(title)
    fields: dict[str, object] = {name: getattr(base, name) for name in base.__dataclass_fields__}
    known = {"id": 1, "topics": ("transport",), "places": ("330402101",), "ingested_at": NOW}
    return Article(**(fields | known | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("公交 贷款", "公交 贷款"),
        ("贷款　公交  贷款", "公交 贷款"),
        ("ＡＰＰ 讀嘉", "app 读嘉"),
        ("“数据资产” -广告", "-广告 数据资产"),
        ("「数据 资产」", '"数据 资产"'),
        ("地铁 OR 公交", "公交 OR 地铁"),
        ("地铁|公交", "公交 OR 地铁"),
        ("地铁 或 公交 或 轻轨", "公交 OR 地铁 OR 轻轨"),
        ("a b OR c", "a b OR c"),
        ("OR a OR", "a"),
        ("or", '"or"'),
        ("主题：交通", "topic:transport"),
        ("topic:Transport", "topic:transport"),
        ("地点:余新镇", "place:330402101"),
        ("place:330402101", "place:330402101"),
        ("记者:冯思家", "by:冯思家"),
        ("来源:“南湖 晚报”", 'source:"南湖 晚报"'),
        ("从:2024年11月1日 到:2024/12/1", "before:2024-12-01 since:2024-11-01"),
        ("-topic:交通 公交", "-topic:transport 公交"),
        ("公交 - 地铁", '"-" 公交 地铁'),
        ("12:30", '"12:30"'),
        ("https://a.cn", '"https://a.cn"'),
        ("公\u200b交", "公交"),
        ('「a"b」', '“a"b”'),
        ('『a"b”c」』', '『a"b”c」』'),
        ("3.0", "3.0"),
        ("＂数据 资产＂ ｢公 交｣", '"公 交" "数据 资产"'),
        ("﹁公 交﹂", '"公 交"'),
        ("公\ud800交", "公交"),
        ("薴", "苎"),
    ],
)
def test_what_is_written_has_one_canonical_form(lexicon: Lexicon, written: str, canonical: str) -> None:
    assert parse(written, lexicon).canonical == canonical
    assert parse(canonical, lexicon).canonical == canonical


@pytest.mark.parametrize(
    ("written", "reason", "position"),
    [
        ("", "empty", 0),
        ("  \u200b ", "empty", 0),
        ("“”", "empty", 0),
        ("-广告", "only_excluded", 0),
        ("-a OR b", "only_excluded", 0),
        ("公交 “数据", "quote", 3),
        ("公交 author:张", "field", 3),
        ("公交 topic:", "value", 3),
        ("-", "value", 0),
        ("topic:玄学", "topic", 0),
        ("地点:火星", "place", 0),
        ("since:昨天", "date", 0),
        ("since:2024-02-30", "date", 0),
        ("长" * (LONGEST + 1), "too_long", LONGEST),
    ],
)
def test_what_cannot_be_read_says_where_and_why(lexicon: Lexicon, written: str, reason: str, position: int) -> None:
    with pytest.raises(QueryError) as refused:
        parse(written, lexicon)
    assert (refused.value.reason, refused.value.position) == (reason, position)
    assert refused.value.usage
    assert str(position + 1) in str(refused.value)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("公交", True),
        ("公交 方便", True),
        ("公交 地铁", False),
        ("公交 OR 地铁", True),
        ("公交 -方便", False),
        ("公交 -地铁", True),
        ("冯思家", True),
        ("by:思家", True),
        ("by:公交", False),
        ("source:晚报", True),
        ("topic:交通", True),
        ("topic:健康", False),
        ("place:南湖区", True),
        ("place:嘉兴市", True),
        ("place:秀洲区", False),
        ("since:2024-11-13", True),
        ("since:2024-11-14", False),
        ("before:2024-11-13", False),
        ("before:2024-11-14", True),
        ("“公交新增三条线路，方便”", True),
    ],
)
def test_a_query_is_true_of_an_article_or_not(lexicon: Lexicon, query: str, found: bool) -> None:
    assert parse(query, lexicon).matches(understood()) is found


def test_an_article_without_a_day_is_in_no_span_of_time(lexicon: Lexicon) -> None:
    undated = understood(published_on=None)
    assert not parse("since:1900-01-01", lexicon).matches(undated)
    assert not parse("before:2100-01-01", lexicon).matches(undated)


def test_an_article_not_yet_understood_has_no_topic(lexicon: Lexicon) -> None:
    assert not parse("topic:交通", lexicon).matches(raw())
    assert parse("公交", lexicon).accepts(subject_of(raw()))


def test_the_words_to_mark_are_those_wished_for(lexicon: Lexicon) -> None:
    assert parse("公交 -广告 地铁 OR ＡＰＰ topic:交通", lexicon).words == ("公交", "地铁", "app")


@given(
    st.text(st.sampled_from('公交a -:：“”「」|"OR或 topicplaceby主题since2024/.日\u200b'), max_size=30)
    | st.text(max_size=30)
)
def test_any_text_is_read_or_refused_and_reading_the_canonical_form_changes_nothing(
    lexicon: Lexicon, text: str
) -> None:
    try:
        query = parse(text, lexicon)
    except QueryError:
        return
    again = parse(query.canonical, lexicon)
    assert again.canonical == query.canonical
    for title in ("公交", "a-公", text[:20] or "x"):
        assert again.matches(understood(title)) == query.matches(understood(title))
