from dataclasses import replace

from digests.model.news import Edition
from digests.storage import Database, Store
from tests.samples import HOUR, NOW, add, follow, raw


def _edition(store: Store, hours: int = 0) -> Edition:
    made = store.editions.add(NOW + hours * HOUR)
    assert made is not None
    return made


def test_an_instant_closes_one_edition_only(database: Database) -> None:
    with database.begin() as store:
        edition = _edition(store)
        assert store.editions.add(NOW) is None
        assert store.editions.get(edition.id) == edition
        assert store.editions.get(edition.id + 1) is None


def test_the_newest_edition_is_the_one_that_closed_last(database: Database) -> None:
    with database.begin() as store:
        assert store.editions.newest() is None
        filled = _edition(store, 0)
        store.articles.assign(filled.id, [add(store, raw())])
        late = _edition(store, 2)
        _edition(store, 1)
        assert store.editions.newest() == late
        assert store.editions.newest(filled=True) == filled


def test_editions_of_a_span_come_oldest_first_and_its_end_is_outside(database: Database) -> None:
    with database.begin() as store:
        second, first, _ = _edition(store, 1), _edition(store, 0), _edition(store, 2)
        assert store.editions.on(NOW, NOW + 2 * HOUR) == [first, second]


def test_a_digest_keeps_the_order_of_its_articles(database: Database) -> None:
    with database.begin() as store:
        edition = _edition(store)
        ids = [add(store, raw(title)) for title in ("甲", "乙", "丙")]
        store.digests.add(edition.id, {"topic:transport": ids[::-1]})
        store.digests.add(edition.id, {"公交": []})
    with database.read() as store:
        digest = store.digests.find(edition.id, "topic:transport")
        assert store.digests.find(edition.id, "topic:health") is None
        assert [d.query for d in store.digests.of_edition(edition.id)] == ["topic:transport", "公交"]
    assert digest is not None
    assert digest.edition == edition
    assert [article.id for article in digest.articles] == ids[::-1]


def test_a_chat_is_owed_what_it_follows_in_the_editions_it_has_not_been_told_of(database: Database) -> None:
    with database.begin() as store:
        old = _edition(store, 0)
        store.digests.add(old.id, {"公交": [add(store, raw("旧闻"))]})
    chat_id = follow(database, "telegram:1", "贷款", "公交")
    with database.begin() as store:
        for hours, title in ((1, "甲"), (2, "乙"), (3, "丙")):
            edition = _edition(store, hours)
            for query in ("公交", "贷款", "余新"):
                store.digests.add(edition.id, {query: [add(store, raw(title + query))]})
        upto = edition.id - 1
    with database.read() as store:
        chat = store.chats.find("telegram:1")
        assert chat is not None
        assert chat.id == chat_id
        owed = [digest.articles[0].title for digest in store.digests.load(store.digests.owed(chat, upto))]
    assert owed == ["甲贷款", "乙贷款", "甲公交", "乙公交"]


def test_a_story_counts_as_told_where_the_chat_followed_a_query_that_had_it(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    with database.begin() as store:
        chat = store.chats.find("telegram:1")
        edition = store.editions.add(NOW)
        assert chat is not None
        assert edition is not None
        had, reprinted, other = (add(store, raw(title)) for title in ("甲", "乙", "丙"))
        reprint = add(store, raw("乙", source="嘉兴日报"), duplicate_of=reprinted)
        store.articles.assign(edition.id, [had, reprint, other])
        store.digests.add(edition.id, {"公交": [had, reprint], "地铁": [other]})
        stories = [had, reprinted, other]
        assert store.digests.told(chat, stories) == set()
        told = replace(chat, covered=edition.id)
        assert store.digests.told(told, stories) == {had, reprinted}
        # What was followed only later was not told of then.
        store.subscriptions.add(chat.id, "地铁", NOW)
        assert store.digests.told(told, stories) == {had, reprinted}
        assert store.digests.told(told, []) == set()
