from dataclasses import replace
from datetime import timedelta

import pytest

from digests.storage import Database
from tests.samples import DAY, NOW, add, analysis, raw


def test_the_same_text_is_known_whatever_its_white_space(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", "正文一。", "正文二。"))
        assert store.related.known(raw("标 题", "正文一。 正文二。"))
        assert not store.related.known(raw("标题", "正文一。", "正文三。"))


def test_the_same_text_from_another_paper_is_an_article_of_its_own(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", "正文。"))
        assert not store.related.known(raw("标题", "正文。", source="嘉兴日报"))
        add(store, raw("标题", "正文。", source="嘉兴日报"))
        assert store.articles.count() == 2


@pytest.mark.parametrize(("stored", "brought"), [("", "南湖晚报"), ("南湖晚报", "")])
def test_a_text_that_does_not_say_where_it_comes_from_is_known_by_itself(
    database: Database, stored: str, brought: str
) -> None:
    with database.begin() as store:
        add(store, raw("标题", source=stored))
        assert store.related.known(raw("标题", source=brought))


def test_the_same_text_under_two_ids_is_two_articles(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", external_id="1"))
        assert store.related.known(raw("标题", external_id="1"))
        assert store.related.known(raw("标题"))
        assert not store.related.known(raw("标题", external_id="2"))


def test_an_id_is_borne_by_one_article_of_a_source(database: Database) -> None:
    with database.begin() as store:
        added = add(store, raw("甲", external_id="1"))
        bearer = store.related.bearer(raw("乙", external_id="1"))
        assert bearer is not None
        assert (bearer.id, bearer.root, bearer.headline) == (added, added, "甲")
        assert store.related.bearer(raw("甲", external_id="1", source="嘉兴日报")) is None
        assert store.related.bearer(raw("甲")) is None


def test_a_text_that_was_revised_since_is_known(database: Database) -> None:
    with database.begin() as store:
        added = add(store, raw("甲", external_id="1"))
        store.articles.revise(added, raw("乙", external_id="1"), analysis(), NOW)
        assert store.related.known(raw("甲", external_id="1"))
        assert store.related.known(raw("乙", external_id="1"))
        assert not store.related.known(raw("丙", external_id="1"))


def test_articles_that_share_a_band_are_found_oldest_first_within_their_days(database: Database) -> None:
    with database.begin() as store:
        one = store.articles.add(raw("甲"), replace(analysis(), fingerprint=b"1", bands=(-5, 7, 7)), NOW)
        two = store.articles.add(raw("乙"), replace(analysis(), fingerprint=b"2", bands=(7, 2**62)), NOW)
        old = raw("丁", published_on=DAY - timedelta(days=3))
        store.articles.add(old, replace(analysis(), bands=(7,)), NOW)
        store.articles.add(raw("丙"), replace(analysis(), bands=(9,)), NOW)
    with database.read() as store:
        found = store.related.alike([7, 1], DAY, DAY)
        assert [(other.id, other.fingerprint) for other in found] == [(one, b"1"), (two, b"2")]
        assert store.related.alike([], DAY, DAY) == []


def test_what_repeats_an_article_leads_back_to_the_first(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("甲", external_id="1"))
        add(store, raw("乙", external_id="2"), duplicate_of=first)
        bearer = store.related.bearer(raw("乙", external_id="2"))
    assert bearer is not None
    assert bearer.root == first


def test_articles_that_share_story_terms_are_found_with_the_weights_of_those(database: Database) -> None:
    with database.begin() as store:
        one = store.articles.add(raw("甲"), analysis(), NOW, story_terms={"公交": 0.8, "线路": 0.6})
        store.articles.add(raw("乙"), analysis(), NOW, story_terms={"长城": 1.0})
        later = raw("丙", published_on=DAY + timedelta(days=1))
        store.articles.add(later, analysis(), NOW, story_terms={"公交": 1.0})
    with database.read() as store:
        assert store.related.sharing(["公交", "地铁"], DAY, DAY) == {one: {"公交": 0.8}}
