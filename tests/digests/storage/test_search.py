from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.errors import QueryError
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage.search import bigrams
from tests.samples import DAY, HOUR, NOW, add, raw


@pytest.fixture
def archive(database: Database) -> Database:
    with database.begin() as store:
        add(
            store,
            raw("邵潘锋赴余新镇调研", "城市公共交通再增新车道。", "公交贷款落地。"),
            "politics",
            places=("330402101",),
        )
        add(store, raw("读嘉APP更新到3.0", "《嘉興日報》客户端，欢迎下载。", published_on=DAY.replace(day=14)), "tech")
        add(store, raw("地铁开通", "乘地铁不用再换公交。", reporters=("许冰洲",), source="嘉兴日报"), "transport")
    return database


def titles(database: Database, lexicon: Lexicon, query: str, **options: object) -> list[str]:
    with database.read() as store:
        return [article.title for article in store.search.find(parse(query, lexicon), **options)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("邵潘锋", ["邵潘锋赴余新镇调研"]),
        ("余新", ["邵潘锋赴余新镇调研"]),
        ("潘", ["邵潘锋赴余新镇调研"]),
        ("道", ["邵潘锋赴余新镇调研"]),
        ("公交 贷款", ["邵潘锋赴余新镇调研"]),
        ("“公交贷款”", ["邵潘锋赴余新镇调研"]),
        ("“公交 贷款”", []),
        ("公交 -贷款", ["地铁开通"]),
        ("地铁 OR 邵潘锋", ["地铁开通", "邵潘锋赴余新镇调研"]),
        ("读嘉app", ["读嘉APP更新到3.0"]),
        ("ＡＰＰ", ["读嘉APP更新到3.0"]),
        ("3.0", ["读嘉APP更新到3.0"]),
        ("《", ["读嘉APP更新到3.0"]),
        ("嘉兴日报", ["读嘉APP更新到3.0"]),
        ("topic:交通", ["地铁开通"]),
        ("place:南湖区", ["邵潘锋赴余新镇调研"]),
        ("place:330402101", ["邵潘锋赴余新镇调研"]),
        ("place:秀洲区", []),
        ("记者:冰洲", ["地铁开通"]),
        ("来源:南湖", ["读嘉APP更新到3.0", "邵潘锋赴余新镇调研"]),
        ("since:2024-11-14", ["读嘉APP更新到3.0"]),
        ("before:2024-11-14 公交", ["地铁开通", "邵潘锋赴余新镇调研"]),
        ("没有这个词", []),
    ],
)
def test_what_stands_in_the_paper_is_found_and_nothing_else(
    archive: Database, lexicon: Lexicon, query: str, found: list[str]
) -> None:
    assert titles(archive, lexicon, query) == found
    with archive.read() as store:
        assert store.search.count(parse(query, lexicon)) == len(found)


def test_pages_of_hits_follow_each_other(archive: Database, lexicon: Lexicon) -> None:
    assert titles(archive, lexicon, "公交", limit=1) == ["地铁开通"]
    assert titles(archive, lexicon, "公交", limit=1, offset=1) == ["邵潘锋赴余新镇调研"]


def test_best_first_means_a_hit_in_the_headline_comes_first(archive: Database, lexicon: Lexicon) -> None:
    assert titles(archive, lexicon, "嘉", order="best") == ["读嘉APP更新到3.0"]
    with archive.begin() as store:
        add(store, raw("市民乘车", "今天起地铁公交一张票。", published_on=DAY.replace(day=15)))
    assert titles(archive, lexicon, "地铁 公交", order="new") == ["市民乘车", "地铁开通"]
    assert titles(archive, lexicon, "地铁 OR 公交", order="best")[0] == "地铁开通"
    assert titles(archive, lexicon, "topic:tech", order="best") == ["读嘉APP更新到3.0"]


def test_hits_can_be_limited_to_what_came_lately(archive: Database, lexicon: Lexicon) -> None:
    assert titles(archive, lexicon, "公交", since=NOW + HOUR) == []
    assert len(titles(archive, lexicon, "公交", since=NOW)) == 2


def test_syntax_of_the_index_is_searched_for_as_text(archive: Database, lexicon: Lexicon) -> None:
    for query in ('NEAR( "a" *', "a AND b", "'; DROP TABLE articles; --", "公*", "{x} : y", "%", "_", "^公"):
        try:
            assert titles(archive, lexicon, query) == []
        except QueryError as refused:
            assert refused.reason in ("quote", "field")  # noqa: PT017


def test_every_character_begins_a_token() -> None:
    assert bigrams("公交,app 3.0") == ["公交", "交", "ap", "pp", "p", "3", "0"]


CHARACTERS = st.sampled_from("公交贷款余新镇嘉APPa3.，“ \n")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12)
WORDS = st.text(CHARACTERS, min_size=1, max_size=3)


@st.composite
def queries(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS.map(lambda word: f"「{word}」"), min_size=1, max_size=3))
    signs = draw(st.lists(st.sampled_from([" ", " -", " OR "]), min_size=len(words) - 1, max_size=len(words) - 1))
    field = draw(st.sampled_from(["", "", " -topic:交通", " place:余新镇", " OR by:冯", " since:2024-11-13"]))
    return words[0] + "".join(sign + word for sign, word in zip(signs, words[1:], strict=True)) + field


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path_factory.mktemp('search')}/liwen.sqlite3")
        made.migrate()
    else:
        made = Database(request.getfixturevalue("postgres_url").replace("/postgres?", "/migrated?"))
    yield made
    made.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(TEXTS, min_size=1, max_size=5), query=queries())
def test_search_finds_exactly_what_a_query_matches(
    shared: Database, lexicon: Lexicon, bodies: list[str], query: str
) -> None:
    try:
        wanted = parse(query, lexicon)
    except QueryError:
        return
    with pytest.raises(_Undone), shared.begin() as store:
        for number, body in enumerate(bodies):
            add(store, raw(f"{number}", body), *(("transport",) if number % 2 else ()), places=("330402101",))
        articles = [store.articles.get(article.id) for article in store.articles.unassigned()]
        matching = {article.title for article in articles if article and wanted.matches(article)}
        assert {article.title for article in store.search.find(wanted, limit=99)} == matching
        assert store.search.count(wanted) == len(matching)
        raise _Undone


class _Undone(Exception):
    """Takes an example's articles back."""


def test_an_archive_of_its_own_file_is_found_again(tmp_path: Path, lexicon: Lexicon) -> None:
    first = Database(f"sqlite:///{tmp_path}/a/b/liwen.sqlite3")
    first.migrate()
    with first.begin() as store:
        add(store, raw("公交"))
    first.close()
    second = Database(f"sqlite:///{tmp_path}/a/b/liwen.sqlite3")
    assert titles(second, lexicon, "公交") == ["公交"]
    second.close()
