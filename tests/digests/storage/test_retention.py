from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select, text

from digests.model.news import Correction
from digests.model.readers import ChatState
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage import retention as keeping
from digests.storage.tables import metadata
from digests.storage.tables.news import articles, digest_articles, fingerprint_bands
from digests.storage.tables.readers import chats
from tests.samples import NOW, add, follow, raw

DAYS = timedelta(days=1)
OLD = NOW - 100 * DAYS


def pruned(database: Database, kind: str, days: int = 50, seconds: float = 10.0) -> int:
    with database.begin() as store:
        return store.retention.prune(kind, NOW - days * DAYS, NOW, seconds)


def rows(database: Database, table: str) -> int:
    with database.read() as store:
        return store._connection.execute(select(func.count()).select_from(metadata.tables[table])).scalar_one()


def titles(database: Database, lexicon: Lexicon) -> set[str]:
    with database.read() as store:
        return {article.title for article in store.search.find(parse("公交", lexicon)).articles}


def test_every_table_is_pruned_or_goes_with_another_or_stays_for_a_reason() -> None:
    tied = {
        table.name
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.ondelete == "CASCADE" and key.column.table is not table
    }
    classified = tied | keeping.PRUNED | set(keeping.STAYING)
    assert set(metadata.tables) - classified == set()
    assert keeping.PRUNED | set(keeping.STAYING) <= set(metadata.tables)


def test_every_reference_to_an_article_says_whether_it_keeps_it() -> None:
    references = [key.parent for table in metadata.sorted_tables for key in table.foreign_keys]
    assert [str(column) for column in references if "keeps" not in column.info] == []


def test_what_is_about_a_chat_goes_with_it() -> None:
    about = [table for table in metadata.sorted_tables if "chat_id" in table.columns]
    assert {table.name for table in about} >= {"subscriptions", "deliveries", "uploads"}
    for table in about:
        keys = list(table.columns["chat_id"].foreign_keys)
        assert [(key.column.table, key.ondelete) for key in keys] == [(chats, "CASCADE")], table.name


def test_old_articles_go_from_the_archive_and_from_search(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        for number in range(5):
            add(store, raw(f"旧公交{number}", external_id=str(number)), now=OLD)
        add(store, raw("新公交"), now=NOW)
    assert pruned(database, "articles") == 5
    assert pruned(database, "articles") == 0
    assert titles(database, lexicon) == {"新公交"}
    assert rows(database, "fingerprint_bands") == 1
    with database.begin() as store:
        assert store._connection.execute(select(articles.c.id)).scalars().all() == [6]
        assert add(store, raw("旧公交0", external_id="0"), now=NOW) == 7
    assert titles(database, lexicon) == {"新公交", "旧公交0"}


def test_tokens_made_ahead_are_of_no_use_once_the_article_changed(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        changed = add(store, raw("旧公交"), now=OLD)
        add(store, raw("旧电车公交"), now=OLD)
        add(store, raw("新公交"), now=NOW)
    with database.read() as store:
        spelled = store.retention.spell("articles", NOW - 50 * DAYS)
    assert len(spelled) == 2
    with database.begin() as store:
        store.articles.set_topics(changed, ["transport"])
        assert store.retention.prune("articles", NOW - 50 * DAYS, NOW, 10.0, spelled) == 2
        assert store.index.held() == 1
    assert titles(database, lexicon) == {"新公交"}


def test_an_index_that_is_being_built_forgets_them_too(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        add(store, raw("旧公交"), now=OLD)
        add(store, raw("新公交"), now=NOW)
        store.index.rebuild(2)
    pruned(database, "articles")
    going_on = True
    while going_on:
        with database.begin() as store:
            going_on = store.index.rebuild(2)
    assert titles(database, lexicon) == {"新公交"}


def test_what_an_administrator_corrected_stays_and_so_does_what_a_younger_copy_leans_on(database: Database) -> None:
    with database.begin() as store:
        corrected = add(store, raw("改过"), now=OLD)
        store.corrections.add(Correction(corrected, (), (), {}), NOW)
        first = add(store, raw("首发"), now=OLD)
        add(store, raw("转载"), now=NOW, duplicate_of=first)
        add(store, raw("无人问津"), now=OLD)
    assert pruned(database, "articles") == 1
    with database.read() as store:
        assert set(store._connection.execute(select(articles.c.title)).scalars()) == {"改过", "首发", "转载"}


def test_how_common_words_are_is_not_forgotten(database: Database) -> None:
    with database.begin() as store:
        for number in range(4):
            add(store, raw(f"旧{number}"), now=OLD)
    pruned(database, "articles")
    with database.read() as store:
        background = store.articles.background()
        assert (background.documents, dict(background.counts)) == (4, {"公交": 4})
        assert store.articles.background_of(["公交"]) == background


def test_an_edition_stays_so_that_no_article_comes_again(database: Database) -> None:
    with database.begin() as store:
        edition = store.editions.add(OLD)
        assert edition is not None
        kept = add(store, raw("改过"), now=OLD)
        store.corrections.add(Correction(kept, (), (), {}), NOW)
        store.articles.assign(edition.id, [kept])
        store.digests.add(edition.id, {"topic:transport": [kept]})
    follow(database, "telegram:1", "topic:transport")
    assert pruned(database, "digests") == 1
    assert pruned(database, "articles") == 0
    assert rows(database, "digest_articles") == 0
    with database.read() as store:
        assert store.articles.unassigned() == []


def test_digests_and_deliveries_go_oldest_first_and_young_ones_stay(database: Database) -> None:
    follow(database, "telegram:1", "topic:transport")
    for when in (OLD, OLD + DAYS, NOW):
        with database.begin() as store:
            edition = store.editions.add(when)
            assert edition is not None
            article = add(store, raw(f"{when:%Y%m%d}"), now=when)
            store.digests.add(edition.id, {"topic:transport": [article]})
            store.deliveries.fan_out(edition)
    with database.begin() as store:
        store._connection.execute(text("UPDATE deliveries SET created_at = due_at"))
    assert (pruned(database, "digests"), pruned(database, "deliveries")) == (2, 2)
    assert (rows(database, "digests"), rows(database, "deliveries"), rows(database, "editions")) == (1, 1, 3)


def leave(database: Database, address: str, state: ChatState) -> None:
    with database.begin() as store:
        chat = store.chats.find(address)
        assert chat is not None
        store.chats.save(replace(chat, state=state))


def test_a_chat_that_left_goes_with_all_it_followed_when_its_time_is_over(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    follow(database, "telegram:2", "公交")
    leave(database, "telegram:1", ChatState.BLOCKED)

    def prune(day: int) -> int:
        with database.begin() as store:
            return store.retention.prune("chats", NOW + (day - 180) * DAYS, NOW + day * DAYS)

    assert (prune(0), prune(179)) == (0, 0)
    assert prune(181) == 1
    assert (rows(database, "chats"), rows(database, "subscriptions")) == (1, 1)


def test_a_chat_that_came_back_begins_anew(database: Database) -> None:
    follow(database, "telegram:1")
    for state, day in ((ChatState.BLOCKED, 0), (ChatState.ACTIVE, 100), (ChatState.BLOCKED, 150)):
        leave(database, "telegram:1", state)
        with database.begin() as store:
            assert store.retention.prune("chats", NOW + (day - 180) * DAYS, NOW + day * DAYS) == 0
    with database.begin() as store:
        assert store.retention.prune("chats", NOW + 20 * DAYS, NOW + 200 * DAYS) == 0
        assert store.retention.prune("chats", NOW + 151 * DAYS, NOW + 331 * DAYS) == 1


def test_what_is_done_with_goes_and_the_number_of_the_last_update_stays(database: Database) -> None:
    chat = follow(database, "telegram:1")
    with database.begin() as store:
        store.updates.add([(1, {"message": "旧"}), (2, {"message": "旧"})], OLD)
        store.uploads.add(chat, "旧.txt", b"x", OLD)
        store.documents.add("旧.txt", "1", b"x", "", None, OLD)
        store.documents.add("未读.txt", "1", b"x", "", None, OLD)
        store.documents.finish(1, {})
        for subject in ("旧", "新"):
            store.alarms.raise_("source_silent", subject, "", OLD)
        store.alarms.end("source_silent", "旧", OLD)
        for alarm in store.alarms.untold():
            store.alarms.told(alarm)
    pruned(database, "work")
    kept = {name: rows(database, name) for name in ("updates", "uploads", "documents", "alarms")}
    assert kept == {"updates": 1, "uploads": 0, "documents": 1, "alarms": 1}


def test_names_of_old_pictures_go_with_the_digests_and_a_newer_one_stays(database: Database) -> None:
    with database.begin() as store:
        store.pictures.keep("old", "a", OLD)
        store.pictures.keep("new", "b", OLD)
        store.pictures.keep("new", "c", NOW)
    assert pruned(database, "digests") == 1
    with database.read() as store:
        assert (store.pictures.find("old"), store.pictures.find("new")) == (None, "c")


def test_a_step_ends_when_its_time_is_over(database: Database) -> None:
    with database.begin() as store:
        for number in range(3):
            add(store, raw(f"旧{number}"), now=OLD)
    assert [pruned(database, "articles", seconds=0.0) for _ in range(4)] == [1, 1, 1, 0]


@pytest.mark.parametrize("table", [fingerprint_bands, digest_articles])
def test_what_goes_with_an_article_is_found_by_an_index(table: Table) -> None:
    assert any(index.columns.keys() == ["article_id"] for index in table.indexes)


def test_for_ever_is_for_ever() -> None:
    keep = {"articles": 0, "digests": 31, "deliveries": 0, "chats": 0, "work": 2}
    assert dict(keeping.moments(keep, NOW)) == {"digests": NOW - 31 * DAYS, "work": NOW - 2 * DAYS}
