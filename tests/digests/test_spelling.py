"""What is offered for a query that finds nothing."""

from itertools import product

import pytest
from sqlalchemy import event

from digests.ingest.pipeline import Pipeline
from digests.query import Query, parse
from digests.seeds import Lexicon
from digests.sounds import sound
from digests.spelling import near_misses
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.samples import DAY, NOW, raw


@pytest.fixture
def archive(database: Database, lexicon: Lexicon) -> Database:
    bus = raw(
        "公交新增三条线路", "市民乘公交去余新镇，银行门口新设一站。", "“善居工程”完成验收。", reporters=("邵潘锋",)
    )
    Pipeline(database, Analyzer(lexicon)).ingest([bus], NOW, DAY)
    return database


def offered(archive: Database, lexicon: Lexicon, text: str) -> list[str]:
    with archive.read() as store:
        return [query.canonical for query in near_misses(store, lexicon, parse(text, lexicon))]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("公郊", "公交"),
        ("gongjiao", "公交"),
        ("余兴镇", "余新镇"),
        ("余新填", "余新镇"),
        ("邵潘风", "邵潘锋"),
        ("上潘锋", "邵潘锋"),
        ("善居工呈", "善居工程"),
        ("银杏", "银行"),
        ("公郊 余兴镇", "余新镇 公交"),
        ("公郊 -广告", "-广告 公交"),
    ],
)
def test_a_word_that_sounds_alike_or_has_one_wrong_character_is_understood(
    archive: Database, lexicon: Lexicon, written: str, meant: str
) -> None:
    assert meant in offered(archive, lexicon, written)


def test_what_is_offered_finds_something(archive: Database, lexicon: Lexicon) -> None:
    assert offered(archive, lexicon, "公郊 贷款") == []
    assert offered(archive, lexicon, "长城") == []


def test_of_words_that_never_stand_together_each_is_offered_without_the_others(
    archive: Database, lexicon: Lexicon
) -> None:
    Pipeline(archive, Analyzer(lexicon)).ingest([raw("稻谷丰收", "稻田里机器轰鸣。")], NOW, DAY)
    assert sorted(offered(archive, lexicon, "公交 稻谷")) == ["公交", "稻谷"]


def test_southern_ears_hear_no_difference() -> None:
    assert sound("诗人") == sound("私人")
    assert sound("星光") == sound("新光")
    assert sound("蓝天") == sound("南天")
    assert sound("女孩") == sound("nvhai")
    assert sound("公") == sound("CBD") == sound("公交123") == ""


def test_no_query_is_too_odd(archive: Database, lexicon: Lexicon) -> None:
    for text in ("a" * 300, "？？", "公" * 300, "3.0", "“公 交”", "余新 OR 长城", "by:无名氏"):
        with archive.read() as store:
            assert all(isinstance(found, Query) for found in near_misses(store, lexicon, parse(text, lexicon)))


@pytest.mark.parametrize("words", [3, 4, 7])
def test_a_query_of_many_wrong_words_asks_the_archive_only_so_often(
    archive: Database, lexicon: Lexicon, words: int
) -> None:
    asked: list[str] = []
    with archive.begin() as store:
        store.spellings.add(f"公交{others}" for others in map("".join, product("甲乙丙丁戊己", "金木水火土日")))
    event.listen(archive._reading, "before_cursor_execute", lambda *call: asked.append(call[2]))
    assert offered(archive, lexicon, " ".join(f"公交甲{other}" for other in "赵钱孙李周吴郑"[:words])) == []
    assert len(asked) < 150
