"""Which articles of the archive are compared with one that comes in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.ingest.neighbours import Neighbours
from digests.model.news import Analysis, RawArticle
from digests.storage import Database, Store
from digests.storage.related import text_hash
from digests.text.duplicates import bands, fingerprint
from tests.samples import DAY, NOW, add, analysis, raw

OPENED = "运河边新建的长廊昨天开放，长一公里，有十二处座椅，傍晚常有人来散步。"
DIVERTED = "城西三条公交线路下月改道，不再经过老车站，沿线二十座站台同时换上电子站牌。"


def neighbours(store: Store, *raws: RawArticle) -> Neighbours:
    """Those that have a text of these articles, or had it."""
    found = Neighbours(store.related.newest())
    found.load_texts(store.related, [text_hash(one) for one in raws])
    return found


def knows(store: Store, article: RawArticle) -> bool:
    return neighbours(store, article).known(article) is not None


def understood(text: str) -> Analysis:
    mark = fingerprint(text)
    return replace(analysis(), fingerprint=mark, bands=bands(mark))


def test_the_same_text_is_known_whatever_its_white_space(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", "正文一。", "正文二。"))
        assert knows(store, raw("标 题", "正文一。 正文二。"))
        assert not knows(store, raw("标题", "正文一。", "正文三。"))


def test_the_same_text_from_another_paper_is_an_article_of_its_own(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", "正文。"))
        assert not knows(store, raw("标题", "正文。", source="嘉兴日报"))
        add(store, raw("标题", "正文。", source="嘉兴日报"))
        assert store.articles.count() == 2


@pytest.mark.parametrize(("stored", "brought"), [("", "南湖晚报"), ("南湖晚报", "")])
def test_a_text_that_does_not_say_where_it_comes_from_is_known_by_itself(
    database: Database, stored: str, brought: str
) -> None:
    with database.begin() as store:
        add(store, raw("标题", source=stored))
        assert knows(store, raw("标题", source=brought))


def test_the_same_text_under_two_ids_is_two_articles(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", external_id="1"))
        assert knows(store, raw("标题", external_id="1"))
        assert knows(store, raw("标题"))
        assert not knows(store, raw("标题", external_id="2"))


def test_a_text_that_was_revised_since_is_known(database: Database) -> None:
    with database.begin() as store:
        added = add(store, raw("甲", external_id="1"))
        store.articles.revise(added, store.articles.draft(raw("乙", external_id="1"), analysis()), NOW)
        assert knows(store, raw("甲", external_id="1"))
        assert knows(store, raw("乙", external_id="1"))
        assert not knows(store, raw("丙", external_id="1"))
        assert not knows(store, raw("甲", external_id="2"))


def test_an_id_is_borne_by_one_article_of_a_source(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("甲", external_id="1"))
        added = add(store, raw("乙", external_id="2"), duplicate_of=first)
        found = neighbours(store)
        found.load(store.related, store.related.with_names("南湖晚报", ["2", "3"]))
    bearer = found.bearer(raw("丙", external_id="2"))
    assert bearer is not None
    assert (bearer.id, bearer.root, bearer.headline) == (added, first, "乙")
    assert found.bearer(raw("乙", external_id="2", source="嘉兴日报")) is None
    assert found.bearer(raw("乙")) is None


def test_articles_that_share_a_band_are_found_oldest_first_within_their_days(database: Database) -> None:
    alike, other = understood(OPENED), understood(DIVERTED)
    with database.begin() as store:
        one = store.articles.add(raw("甲"), alike, NOW)
        two = store.articles.add(raw("乙"), alike, NOW)
        store.articles.add(raw("丁", published_on=DAY - timedelta(days=3)), alike, NOW)
        store.articles.add(raw("丙"), other, NOW)
        found = neighbours(store)
        found.load(store.related, store.related.with_bands(alike.bands), DAY - timedelta(days=9), DAY)
        assert [stored.id for stored in found.alike(alike.bands, DAY, DAY)] == [one, two]
        assert found.alike(other.bands, DAY, DAY) == []
        found.load(store.related, store.related.with_bands(other.bands), DAY + timedelta(days=1))
        assert found.alike(other.bands, DAY, DAY) == []


def test_articles_that_share_enough_story_terms_are_found(database: Database) -> None:
    told = {"公交": 0.8, "线路": 0.6}
    with database.begin() as store:
        one = store.articles.add(raw("甲"), analysis(), NOW, story_terms=told)
        store.articles.add(raw("乙"), analysis(), NOW, story_terms={"公交": 1.0})
        store.articles.add(raw("丁"), analysis(), NOW, story_terms={"公交": 0.1, "线路": 0.1})
        store.articles.add(raw("丙", published_on=DAY + timedelta(days=1)), analysis(), NOW, story_terms=told)
    with database.read() as store:
        assert store.related.telling([told], DAY, DAY, 2, 2.0) == [one]
        assert store.related.telling([{"公交": 1.0}, told], DAY, DAY, 2, 2.0) == [one]
        assert one is not None
        assert store.related.telling([{}], DAY, DAY, 2, 2.0) == []
        (stored,) = store.related.load([one])
    assert stored.story_terms == told


def test_what_came_in_since_the_first_look_is_caught_up_with(database: Database) -> None:
    late = raw("乙", OPENED)
    with database.begin() as store:
        add(store, raw("甲"))
        found = neighbours(store, late)
        added = store.articles.add(late, understood(OPENED), NOW, story_terms={"长廊": 1.0})
        assert found.known(late) is None
        found.catch_up(store.related, [])
    assert found.known(late) == added
    assert [stored.id for stored in found.telling({"长廊": 1.0}, DAY, DAY)] == [added]


def test_a_revised_article_is_found_by_its_new_text_and_no_longer_by_the_old(database: Database) -> None:
    before, after = understood(OPENED), understood(DIVERTED)
    newer = raw("乙", DIVERTED, external_id="1")
    with database.begin() as store:
        old, new = (
            store.articles.draft(*each) for each in ((raw("甲", OPENED, external_id="1"), before), (newer, after))
        )
        found = neighbours(store)
        stored = old.stored(1)
        found.put(stored)
        found.revise(stored, new.revised(stored))
    assert found.alike(before.bands, DAY, DAY) == []
    assert [other.text_hash for other in found.alike(after.bands, DAY, DAY)] == [text_hash(newer)]
    assert found.known(raw("甲", OPENED, external_id="1")) == found.known(newer) == 1
