from datetime import timedelta

from digests.query import Query, Word
from digests.storage import Database, Store
from tests.samples import DAY, HOUR, NOW, add, raw


def publish(store: Store, *ids: int, hours: int = 0) -> int:
    edition = store.editions.add(NOW + hours * HOUR)
    assert edition is not None
    store.articles.assign(edition.id, ids)
    return edition.id


def test_what_waits_for_its_edition_is_not_published(database: Database) -> None:
    with database.begin() as store:
        shown, waits = add(store, raw("公交一号线")), add(store, raw("公交二号线"))
        publish(store, shown)
        assert store.published.article(waits) is None
        found = store.published.article(shown)
        assert found is not None
        assert found.title == "公交一号线"
        query = Query((Word("公交"),))
        assert [article.id for article in store.search.find(query, published=True).articles] == [shown]
        assert store.search.count(query, published=True) == 1
        assert store.search.count(query) == 2
        assert store.search.facets(query, published=True).months == {"2024-11": 1}


def test_an_article_knows_its_copies_and_what_its_story_was_and_became(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("开工"))
        second = add(store, raw("封顶"), follows=first)
        copy = add(store, raw("封顶", source="乙报"), duplicate_of=second)
        third = add(store, raw("通车"), follows=second)
        waits = add(store, raw("一周年"), follows=second)
        publish(store, first, second, copy, third)
        article = store.published.article(second)
        assert article is not None
        kin = store.published.kin(article)
        assert [one.id for one in kin.copies] == [copy]
        assert [one.id for one in kin.earlier] == [first]
        assert [one.id for one in kin.later] == [third]
        assert waits not in [one.id for one in kin.later]


def test_a_story_that_is_told_to_follow_itself_ends(database: Database) -> None:
    with database.begin() as store:
        only = add(store, raw("绕圈"))
        odd = add(store, raw("绕圈再绕"), follows=only + 1)
        publish(store, only, odd)
        article = store.published.article(odd)
        assert article is not None
        assert len(store.published.kin(article).earlier) <= 1


def test_editions_with_articles_are_found_by_day_and_by_what_is_beside_them(database: Database) -> None:
    with database.begin() as store:
        assert store.published.ends() is None
        morning = publish(store, add(store, raw("早")), add(store, raw("早二")))
        publish(store, hours=5)
        evening = publish(store, add(store, raw("晚")), hours=11)
        listed = store.published.editions(NOW - HOUR, NOW + timedelta(days=1))
        assert [(edition.id, number) for edition, number in listed] == [(morning, 2), (evening, 1)]
        first, last = store.published.ends() or (None, None)
        assert first == listed[0][0]
        assert last == listed[1][0]
        assert store.published.beside(listed[0][0]) == (None, last)
        assert store.published.beside(listed[1][0]) == (first, None)


def test_stories_are_tallied_by_topic_and_place_without_their_copies(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("一"), "transport", "economy", places=("330402",))
        copy = add(store, raw("一", source="乙报"), "transport", duplicate_of=first)
        second = add(store, raw("二"), "transport")
        old = add(store, raw("三", published_on=DAY - timedelta(days=9)), "transport")
        add(store, raw("四"), "transport")
        publish(store, first, copy, second, old)
        tally = store.published.tally(DAY - timedelta(days=6), DAY)
        assert (tally.stories, tally.topics, tally.places) == (2, {"transport": 2, "economy": 1}, {"330402": 1})
        assert [one.id for one in store.published.stories(DAY, DAY, 10)] == [second, first]
        assert store.published.newest_day() == DAY
