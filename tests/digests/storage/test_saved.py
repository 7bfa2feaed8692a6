from digests.storage import Database
from tests.samples import HOUR, NOW, add, follow, raw


def test_what_is_saved_comes_last_first_and_in_pieces(database: Database) -> None:
    chat_id = follow(database, "telegram:1")
    with database.begin() as store:
        ids = [add(store, raw(f"第{number}篇")) for number in range(5)]
        for number, article_id in enumerate(ids):
            assert store.saved.add(chat_id, article_id, NOW + number * HOUR)
    with database.read() as store:
        assert [saved.article.id for saved in store.saved.of(chat_id)] == ids[::-1]
        assert [saved.saved_at for saved in store.saved.of(chat_id, skip=1, limit=2)] == [
            NOW + 3 * HOUR,
            NOW + 2 * HOUR,
        ]
        assert store.saved.count(chat_id) == 5


def test_an_article_is_saved_once_and_removed_with_the_hour_it_was_saved_at(database: Database) -> None:
    chat_id, other = follow(database, "telegram:1"), follow(database, "telegram:2")
    with database.begin() as store:
        article_id = add(store, raw())
        assert store.saved.add(chat_id, article_id, NOW)
        assert not store.saved.add(chat_id, article_id, NOW + HOUR)
        assert store.saved.has(chat_id, article_id)
        assert not store.saved.has(other, article_id)
        assert store.saved.remove(other, article_id) is None
        assert store.saved.remove(chat_id, article_id) == NOW
        assert store.saved.remove(chat_id, article_id) is None
        assert store.saved.count(chat_id) == 0


def test_a_group_that_moves_keeps_what_it_saved_on_either_side(database: Database) -> None:
    old, new = follow(database, "telegram:-5"), follow(database, "telegram:-1005")
    with database.begin() as store:
        first, second = add(store, raw("甲")), add(store, raw("乙"))
        store.saved.add(old, first, NOW)
        store.saved.add(new, first, NOW + HOUR)
        store.saved.add(new, second, NOW + HOUR)
        store.belongings.move("telegram:-5", "telegram:-1005")
        assert [(saved.article.id, saved.saved_at) for saved in store.saved.of(old)] == [
            (second, NOW + HOUR),
            (first, NOW),
        ]


def test_what_a_chat_saved_goes_with_it(database: Database) -> None:
    chat_id = follow(database, "telegram:1")
    with database.begin() as store:
        chat = store.chats.find("telegram:1")
        assert chat is not None
        store.saved.add(chat_id, add(store, raw()), NOW)
        store.originals.keep(chat_id, {"spans": []}, NOW)
        store.belongings.forget(chat)
        assert store.saved.count(chat_id) == 0
        assert store.originals.of(chat_id) == []
