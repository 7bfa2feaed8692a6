"""Two that write at once keep out of each other's way, and a reader sees one state."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from digests.model.news import Edition
from digests.model.readers import ChatState
from digests.storage import Database, Store
from digests.storage.related import text_hash
from digests.storage.retention import CHATS
from tests.samples import FAST, HOUR, NOW, add, follow, raw


def at_once(database: Database, *writers: Callable[[Store, threading.Barrier], None]) -> list[Exception]:
    """Runs each writer in a transaction and thread of its own; returns what went wrong."""
    gate, faults = threading.Barrier(len(writers)), list[Exception]()

    def run(write: Callable[[Store, threading.Barrier], None]) -> None:
        try:
            with database.begin() as store:
                write(store, gate)
        except Exception as fault:  # noqa: BLE001 - every fault is handed to the test
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(writer,)) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def meet(gate: threading.Barrier) -> None:
    """Waits for the other if it can come; where writers queue up it cannot."""
    with contextlib.suppress(threading.BrokenBarrierError):
        gate.wait(timeout=0.5)


def test_two_ingests_of_the_same_stories_do_not_lock_each_other_out(database: Database) -> None:
    def ingest(*titles: str) -> Callable[[Store, threading.Barrier], None]:
        def write(store: Store, gate: threading.Barrier) -> None:
            store.articles.queue_up()
            for title in titles:
                if not store.related.with_texts([text_hash(raw(title))]):
                    add(store, raw(title))
                meet(gate)

        return write

    assert at_once(database, ingest("甲", "乙"), ingest("乙", "甲")) == []
    with database.read() as store:
        assert store.articles.count() == 2
        assert store.articles.background().counts["公交"] == 2


def test_two_editions_that_close_at_once_share_no_article(database: Database) -> None:
    taken: list[int] = []

    def close(hours: int) -> Callable[[Store, threading.Barrier], None]:
        def write(store: Store, gate: threading.Barrier) -> None:
            store.editions.queue_up()
            edition = store.editions.add(NOW + hours * HOUR)
            assert edition is not None
            waiting = [article.id for article in store.articles.unassigned()]
            meet(gate)
            store.articles.assign(edition.id, waiting)
            taken.extend(waiting)

        return write

    with database.begin() as store:
        article = add(store, raw())
    assert at_once(database, close(1), close(2)) == []
    assert taken == [article]


def test_a_reader_sees_the_state_it_began_with(database: Database) -> None:
    with database.read() as reading:
        assert reading.articles.count() == 0
        with database.begin() as writing:
            add(writing, raw())
        assert reading.articles.count() == 0


def test_a_reader_cannot_write_and_leaves_the_next_writer_free(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only|only be read"), database.read() as store:
        store.editions.add(NOW)
    with database.begin() as store:
        assert store.editions.add(NOW) is not None


def forget(store: Store, chat_id: int) -> None:
    store.belongings.forget(next(chat for chat in store.chats.all() if chat.id == chat_id))


@pytest.fixture
def reader(database: Database) -> int:
    """One who is owed an edition, to whom nothing went for days."""
    chat = follow(database, "telegram:7", "公交")
    with database.begin() as store:
        store.deliveries.fan_out(publish(store, NOW))
        store.paces.turn("telegram", "telegram:7", NOW - 99 * HOUR, FAST)
    return chat


def publish(store: Store, closes_at: datetime) -> Edition:
    """An edition that has something for those who follow 公交."""
    edition = store.editions.add(closes_at)
    assert edition is not None
    store.digests.add(edition.id, {"公交": [add(store, raw(f"公交{closes_at}"))]})
    return edition


def test_a_sender_and_an_edition_that_closes_do_not_wait_for_each_other(database: Database, reader: int) -> None:
    def claim(store: Store, gate: threading.Barrier) -> None:
        (row,) = store.deliveries._due(NOW, "telegram", FAST, 1)  # the first half of a claim, and the second
        meet(gate)
        time.sleep(0.5)
        store.paces.take("telegram", NOW, FAST, [NOW], [row.room])

    def close(store: Store, gate: threading.Barrier) -> None:
        edition = publish(store, NOW + HOUR)
        meet(gate)
        assert store.deliveries.fan_out(edition) == 1

    assert at_once(database, claim, close) == []


def arriving(database: Database, reader: int) -> Callable[[Store, threading.Barrier], None]:
    """What is written when the one message that is due arrives, in its two halves."""
    with database.begin() as store:
        (delivery,) = store.deliveries.claim(NOW, HOUR, "telegram", FAST, 1, HOUR)

    def arrive(store: Store, gate: threading.Barrier) -> None:
        store.deliveries.wait(delivery, NOW, "")
        meet(gate)
        time.sleep(0.5)
        store.chats.cover(reader, delivery.edition_id)

    return arrive


def test_a_chat_that_is_deleted_while_a_message_arrives_there_waits_for_it(database: Database, reader: int) -> None:
    arrive = arriving(database, reader)

    def leave(store: Store, gate: threading.Barrier) -> None:
        meet(gate)
        forget(store, reader)

    assert at_once(database, arrive, leave) == []


def test_a_group_that_moves_to_where_a_message_arrives_waits_for_it(database: Database, reader: int) -> None:
    follow(database, "telegram:-5", "公交")
    arrive = arriving(database, reader)

    def move(store: Store, gate: threading.Barrier) -> None:
        meet(gate)
        store.belongings.move("telegram:-5", "telegram:7")

    assert at_once(database, arrive, move) == []


def test_a_chat_that_comes_back_while_old_ones_go_stays(database: Database, reader: int) -> None:
    with database.begin() as store:
        chat = store.chats.find("telegram:7")
        assert chat is not None
        store.chats.save(replace(chat, state=ChatState.BLOCKED))
        store.retention.prune(CHATS, NOW - HOUR, NOW - 2 * HOUR)

    def prune() -> None:
        with database.begin() as store:
            store.retention.prune(CHATS, NOW, NOW)

    pruning = threading.Thread(target=prune)
    with database.begin() as store:
        store.chats.save(chat)
        pruning.start()
        pruning.join(0.5)
    pruning.join()
    with database.read() as store:
        assert store.chats.find("telegram:7") == chat


def test_a_chat_that_is_deleted_while_an_edition_closes_is_owed_nothing(database: Database, reader: int) -> None:
    with database.begin() as store:
        (delivery,) = store.deliveries.claim(NOW, HOUR, "telegram", FAST, 1, HOUR)
        store.deliveries.failed(delivery, "400")
        edition = publish(store, NOW + HOUR)

    def leave(store: Store, gate: threading.Barrier) -> None:
        forget(store, reader)
        meet(gate)
        time.sleep(0.5)

    def close(store: Store, gate: threading.Barrier) -> None:
        meet(gate)
        store.deliveries.fan_out(edition)

    assert at_once(database, leave, close) == []
    with database.read() as store:
        assert store.deliveries.counts() == {}
