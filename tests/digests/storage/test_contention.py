"""Two that write at once keep out of each other's way, and a reader sees one state."""

import contextlib
import threading
from collections.abc import Callable

import pytest

from digests.storage import Database, Store
from digests.storage.related import text_hash
from tests.samples import HOUR, NOW, add, raw


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
    with pytest.raises(Exception, match=r"read-?only"), database.read() as store:
        store.editions.add(NOW)
    with database.begin() as store:
        assert store.editions.add(NOW) is not None
