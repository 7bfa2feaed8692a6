import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from digests.errors import QueryError
from digests.model.news import RawArticle
from digests.query import Subject, parse
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage.search import COUNTED, _cursor, read_cursor
from digests.storage.search.index import _number
from digests.storage.search.tokens import Label, place_token, tokens_of, word_tokens
from tests.benchmarks.archive import Press
from tests.benchmarks.recall import recall
from tests.samples import DAY, add, raw


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
        return [article.title for article in store.search.find(parse(query, lexicon), **options).articles]  # type: ignore[arg-type]


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


def test_a_pair_that_shares_its_number_is_neither_found_nor_left_out_by_the_other(
    archive: Database, lexicon: Lexicon
) -> None:
    pairs = (f"{first}{second}" for first in "甲乙丙丁" for second in map(chr, range(0x4E00, 0x9000)))
    like = next(pair for pair in pairs if _number(pair) == _number("地铁"))
    assert titles(archive, lexicon, like) == []
    assert titles(archive, lexicon, f"地铁 -{like}") == ["地铁开通"]


def test_best_first_means_a_hit_in_the_headline_comes_first(archive: Database, lexicon: Lexicon) -> None:
    assert titles(archive, lexicon, "嘉", order="best") == ["读嘉APP更新到3.0"]
    with archive.begin() as store:
        add(store, raw("市民乘车", "今天起地铁公交一张票。", published_on=DAY.replace(day=15)))
    assert titles(archive, lexicon, "地铁 公交", order="new") == ["市民乘车", "地铁开通"]
    assert titles(archive, lexicon, "地铁 OR 公交", order="best")[0] == "地铁开通"
    assert titles(archive, lexicon, "topic:tech", order="best") == ["读嘉APP更新到3.0"]


def test_syntax_of_the_index_is_searched_for_as_text(archive: Database, lexicon: Lexicon) -> None:
    for query in ('NEAR( "a" *', "a AND b", "'; DROP TABLE articles; --", "公*", "{x} : y", "%", "_", "^公"):
        try:
            assert titles(archive, lexicon, query) == []
        except QueryError as refused:
            assert refused.reason in ("quote", "field")  # noqa: PT017


def test_pages_follow_each_other_by_what_was_last_whatever_comes_in_between(
    database: Database, lexicon: Lexicon
) -> None:
    query = parse("公交", lexicon)
    with database.begin() as store:
        for number in range(7):
            add(store, raw(f"公交{number}", published_on=DAY.replace(day=10 + number % 3)))
        everything = store.search.find(query).articles
        first = store.search.find(query, limit=3)
        add(store, raw("公交新闻", published_on=DAY.replace(day=20)))
    for order in ("new", "best"):
        with database.read() as store:
            found = store.search.find(query, limit=3, order=order)
            shown = list(found.articles)
            while found.after:
                found = store.search.find(query, limit=3, order=order, after=read_cursor(found.after))
                shown += found.articles
            assert sorted(a.id for a in shown) == list(range(1, 9))
            assert shown == list(store.search.find(query, order=order).articles)
    with database.read() as store:
        rest = store.search.find(query, after=read_cursor(first.after or ""))
        assert first.articles + rest.articles == everything


def test_a_cursor_fits_on_a_button_and_what_is_none_is_nothing() -> None:
    longest = _cursor((10**9 * 2, 10**9))
    assert read_cursor(longest) == (10**9 * 2, 10**9)
    assert len(f" after:{longest}") <= 21
    for none in ("", "1", "x.y.z", "-1.2", "é.1", "1." + "z" * 40):
        assert read_cursor(none) is None


def test_a_story_of_several_papers_is_one_hit_and_the_one_that_has_the_word_is_found(
    database: Database, lexicon: Lexicon
) -> None:
    with database.begin() as store:
        first = add(store, raw("公交改道", "公交昨天改道。"))
        again = add(store, raw("公交改道了", "公交昨天改道，绕行余新。", source="嘉兴日报"), duplicate_of=first)
        for order in ("new", "best"):
            (hit,) = store.search.find(parse("公交", lexicon), order=order).articles
            assert hit.also_in == (("南湖晚报",) if hit.id == again else ("嘉兴日报",))
            (hit,) = store.search.find(parse("余新", lexicon), order=order).articles
            assert hit.id == again
        (hit,) = store.search.find(parse("公交 -余新", lexicon)).articles
        assert (hit.id, hit.also_in) == (first, ("嘉兴日报",))


def test_a_story_that_came_first_with_a_later_date_than_its_copy_is_one_hit(
    database: Database, lexicon: Lexicon
) -> None:
    with database.begin() as store:
        first = add(store, raw("公交改道", "公交昨天改道。", published_on=DAY.replace(day=14)))
        add(store, raw("公交改道了", "公交昨天改道，绕行余新。", source="嘉兴日报"), duplicate_of=first)
        for order in ("new", "best"):
            assert [hit.id for hit in store.search.find(parse("公交", lexicon), order=order).articles] == [first]


def test_topics_places_and_months_of_the_hits_are_counted(archive: Database, lexicon: Lexicon) -> None:
    with archive.begin() as store:
        add(store, raw("公交旧闻", published_on=DAY.replace(year=2023)), "transport")
        facets = store.search.facets(parse("公交", lexicon))
    assert list(facets.topics.items()) == [("transport", 2), ("politics", 1)]
    assert facets.places == {"330402101": 1}
    assert list(facets.months.items()) == [("2024-11", 2), ("2023-11", 1)]


def test_no_more_are_counted_than_a_reader_wants_to_know(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        for number in range(COUNTED + 5):
            add(store, raw(f"公交{number}"))
        assert store.search.count(parse("公交", lexicon)) == COUNTED
        assert store.search.count(parse("公交7 OR 公交99", lexicon)) > 2


@pytest.mark.parametrize("day", [date(1, 1, 1), date(9999, 12, 31)])
def test_articles_of_the_first_and_the_last_day_are_found(database: Database, lexicon: Lexicon, day: date) -> None:
    with database.begin() as store:
        add(store, raw("公交", published_on=day))
        add(store, raw("公交改道", published_on=DAY))
    assert len(titles(database, lexicon, "公交")) == 2
    assert len(titles(database, lexicon, f"公交 before:{day}")) + len(titles(database, lexicon, f"since:{day}")) > 0


WHOLE = [
    ("公交", ["公交"]), ("公", ["公"]), ("3.0", ["3.", ".0"]), ("12:30", ["12", "2:", ":3", "30"]),
    ("《读嘉》", ["读嘉", "《", "》"]), ("公 交", ["公", "交"]), (" ", []),
]  # fmt: skip


@pytest.mark.parametrize(("word", "tokens"), WHOLE)
def test_a_word_is_looked_for_by_its_pairs_and_what_is_in_none_of_them(word: str, tokens: list[str]) -> None:
    assert word_tokens(word) == tokens


def test_no_word_is_looked_for_by_more_tokens_than_pays() -> None:
    assert 12 <= len(word_tokens("".join(chr(0x4E00 + number) for number in range(500)))) <= 24


ANYTHING = st.text(st.sampled_from("公交a3.，《 \n\x01é😀"), max_size=12)


@given(before=ANYTHING, word=ANYTHING, behind=ANYTHING, source=ANYTHING)
def test_every_text_has_the_tokens_of_each_word_that_stands_in_it(
    before: str, word: str, behind: str, source: str
) -> None:
    word = " ".join(word.replace("\x01", "").split())
    subject = Subject(f"{before}{word}{behind}", "", f"{source}{word}", ("transport",), ("330402101",), DAY)
    tokens = tokens_of(subject)
    assert {*word_tokens(word), *(Label.SOURCE + token for token in word_tokens(word))} <= tokens
    assert {place_token(code) for code in ("3", "33", "3304", "330402", "3304021", "330402101")} <= tokens


BAD = [
    "公" * 10_000, "“公交", "的 了 在", "-公交", "since:2024-02-30", "since:9999-99-99", "; DROP TABLE articles; --",
    'NEAR("公" "交")', "公* OR ^x", "公交 AND 贷款", "\u200b\u200b", "公\u200d交", "👨\u200d👩 公交", "\ud800", "，",
    "。 -。", "a:b:c", "topic:", '"', "“”", "OR", "- -", "%_\\", "公\x00交", "{x} : y", "「」", "(" * 400, "a " * 240,
    "a OR " * 120, "前\n后", "since:2024-11-13 OR before:2024-11-01", "公交 OR -公交 地铁",
]  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_whatever_is_written_gets_an_answer_or_one_clear_line(archive: Database, lexicon: Lexicon, query: str) -> None:
    wanted, refused = None, ""
    try:
        wanted = parse(query, lexicon)
    except QueryError as error:
        refused = str(error)
    assert "\n" not in refused
    if wanted is None:
        return
    with archive.read() as store:
        for order in ("new", "best"):
            store.search.find(wanted, order=order)
        store.search.count(wanted)
        store.search.facets(wanted)


CHARACTERS = st.sampled_from("公交贷款余新镇嘉APPa3.，“ \n")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=12)
WORDS = st.text(CHARACTERS, min_size=1, max_size=3)


FIELDS = st.sampled_from(
    ["topic:交通", "place:余新镇", "place:3304", "by:冯", "by:思家", "source:晚报", "source:晚 报", "since:2024-11-13",
     "before:2024-11-13", "since:2024-10-02", "before:2024-12-01"]
)  # fmt: skip


@st.composite
def queries(draw: st.DrawFn) -> str:
    wish = st.one_of(WORDS.map(lambda word: f"「{word}」"), FIELDS)
    wishes = draw(st.lists(wish, min_size=1, max_size=4))
    signs = draw(st.lists(st.sampled_from([" ", " -", " OR ", " OR -"]), min_size=len(wishes), max_size=len(wishes)))
    return wishes[0] + "".join(sign + wish for sign, wish in zip(signs, wishes[1:], strict=False))


DAYS = st.sampled_from([date(2024, 9, 30), date(2024, 10, 1), date(2024, 11, 12), DAY, date(2024, 12, 1)])


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with ExitStack() as lent:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("search") / "liwen.sqlite3"
            url = f"sqlite:///{shutil.copyfile(request.getfixturevalue('sqlite_file'), file)}"
        else:
            url = lent.enter_context(request.getfixturevalue("databases").migrated())
        made = Database(url)
        yield made
        made.close()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(articles=st.lists(st.tuples(TEXTS, DAYS), min_size=1, max_size=6), query=queries())
def test_sqlite_postgresql_and_memory_agree_on_what_a_query_is_true_of(
    shared: Database, lexicon: Lexicon, articles: list[tuple[str, date]], query: str
) -> None:
    try:
        wanted = parse(query, lexicon)
    except QueryError:
        return
    with pytest.raises(_Undone), shared.begin() as store:
        for number, (body, day) in enumerate(articles):
            understood = ("transport",) if number % 2 else ()
            add(store, raw(f"{number}", body, published_on=day), *understood, places=("330402101",) * (number % 3 > 0))
        stored = [store.articles.get(article.id) for article in store.articles.unassigned()]
        matching = sorted([(a.published_on, a.id) for a in stored if a and wanted.matches(a)], reverse=True)
        found = [(a.published_on, a.id) for a in store.search.find(wanted, limit=99).articles]
        assert found == matching
        assert {a.id for a in store.search.find(wanted, limit=99, order="best").articles} == {i for _, i in matching}
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


@pytest.fixture(scope="module")
def newspaper(shared: Database) -> Iterator[tuple[Database, list[RawArticle]]]:
    press = Press()
    raws = [press.article(number * 37) for number in range(300)]
    with shared.begin() as store:
        for number in press.random.sample(range(len(raws)), len(raws)):
            add(store, raws[number])
    yield shared, raws
    with shared.begin() as store:
        store._connection.execute(text("DELETE FROM article_tokens" if "://" in shared.where else FORGET_ALL))
        store._connection.execute(text("DELETE FROM articles"))


FORGET_ALL = "INSERT INTO article_tokens (article_tokens) VALUES ('delete-all')"


def test_every_string_of_a_newspaper_is_found_where_it_stands_and_nowhere_else(
    newspaper: tuple[Database, list[RawArticle]], lexicon: Lexicon
) -> None:
    there, right, wrong = recall(newspaper[0], lexicon, newspaper[1], 100)
    assert there > 100
    assert (right, wrong) == (there, 0)
