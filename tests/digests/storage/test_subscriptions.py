from dataclasses import replace
from datetime import time

from digests.model import ChatState
from digests.storage import Database
from tests.samples import HOUR, NOW, follow


def test_a_new_chat_has_been_told_of_every_edition_so_far(database: Database) -> None:
    with database.begin() as store:
        assert store.chats.find_or_add("telegram:1", "en", "Asia/Shanghai", NOW).covered == 0
        edition = store.editions.add(NOW)
        assert edition is not None
        chat = store.chats.find_or_add("telegram:2", "en", "Asia/Shanghai", NOW)
        assert chat.covered == edition.id
        assert store.chats.find_or_add("telegram:2", "zh-Hans", "Europe/Rome", NOW) == chat
        assert store.chats.find("telegram:3") is None


def test_settings_are_kept(database: Database) -> None:
    chat_id = follow(
        database, "telegram:1", times=(time(7, 30), time(18, 0)), paused=True, state=ChatState.BLOCKED, language="en"
    )
    with database.read() as store:
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert chat.id == chat_id
    assert (chat.times, chat.paused, chat.state) == ((time(7, 30), time(18, 0)), True, ChatState.BLOCKED)
    assert (chat.language, chat.zone) == ("en", "Asia/Shanghai")


def test_catching_up_counts_every_edition_as_told(database: Database) -> None:
    chat_id = follow(database, "telegram:1")
    with database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        store.chats.catch_up(chat_id)
        chat = store.chats.find("telegram:1")
    assert edition is not None
    assert chat is not None
    assert chat.covered == edition.id


def test_what_is_followed_is_kept_once_in_the_order_chosen(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "公交", "topic:transport")
    with database.begin() as store:
        assert not store.subscriptions.add(chat_id, "公交", NOW)
        assert [s.query for s in store.subscriptions.of(chat_id)] == ["公交", "topic:transport"]
        assert store.subscriptions.remove_query(chat_id, "公交")
        assert not store.subscriptions.remove_query(chat_id, "公交")


def test_a_chat_cannot_touch_what_another_follows(database: Database) -> None:
    mine, other = follow(database, "telegram:1", "公交"), follow(database, "telegram:2", "公交")
    with database.begin() as store:
        [theirs] = store.subscriptions.of(other)
        assert not store.subscriptions.remove(mine, theirs.id)
        assert store.subscriptions.of(other) == [theirs]
        assert store.subscriptions.remove(other, theirs.id)
        assert list(store.subscriptions.followers()) == ["公交"]


def test_what_was_told_never_becomes_less(database: Database) -> None:
    chat_id = follow(database, "telegram:1")
    with database.begin() as store:
        store.chats.cover(chat_id, 9)
        store.chats.cover(chat_id, 3)
        chat = store.chats.find("telegram:1")
    assert chat == replace(chat, covered=9) if chat else False
