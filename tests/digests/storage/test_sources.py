from datetime import time, timedelta

from digests.model.sources import SourceKind
from digests.storage import Database, Store
from tests.samples import DAY, HOUR, NOW, add, raw

FEED = "https://example.org/rss.xml"
LEASE = timedelta(minutes=10)


def add_source(store: Store, url: str = FEED, name: str = "嘉兴日报", **more: object) -> int:
    added = store.sources.add(url, name, SourceKind.FEED, NOW, every=30, **more)  # type: ignore[arg-type]
    assert added is not None
    return added.id


def test_a_source_is_kept_as_it_was_added_and_only_once(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store, expected_by=time(9))
        assert store.sources.add(FEED, "别名", SourceKind.FEED, NOW, every=5) is None
    with database.read() as store:
        (source,) = store.sources.all()
    assert (source.id, source.url, source.name, source.kind) == (added, FEED, "嘉兴日报", SourceKind.FEED)
    assert (source.every, source.expected_by, source.next_at, source.checked_at) == (30, time(9), NOW, None)


def test_a_source_is_found_by_number_address_or_name(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store)
        for key in (str(added), FEED, "嘉兴日报"):
            found = store.sources.find(key)
            assert found is not None
            assert found.id == added
        assert store.sources.find("9" * 30) is None


def test_a_source_that_was_removed_is_forgotten(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store)
        assert store.sources.remove(added)
        assert not store.sources.remove(added)
        assert store.sources.all() == []


def test_a_due_source_is_claimed_by_one_and_again_after_the_lease(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store)
        assert store.sources.claim(added, NOW - HOUR, LEASE) is None
        claimed = store.sources.claim(added, NOW, LEASE)
        assert claimed is not None
        assert (claimed.id, claimed.next_at) == (added, NOW + LEASE)
    with database.begin() as store:
        assert store.sources.claim(added, NOW, LEASE) is None
        assert store.sources.claim(added, NOW + LEASE, LEASE) is not None


def test_the_one_that_waits_longest_is_due_first(database: Database) -> None:
    with database.begin() as store:
        first, second = add_source(store), add_source(store, "https://example.org/2")
        store.sources.give_back(second, NOW - HOUR)
        assert store.sources.due(NOW) == [(second, NOW - HOUR), (first, NOW)]
        assert store.sources.due(NOW - HOUR) == [(second, NOW - HOUR)]


def test_a_lease_is_renewed_only_by_the_one_who_holds_it(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store)
        store.sources.claim(added, NOW, LEASE)
        assert store.sources.renew(added, NOW + LEASE, NOW + 2 * LEASE)
        assert not store.sources.renew(added, NOW + LEASE, NOW + 3 * LEASE)
        assert store.sources.claim(added, NOW + LEASE, LEASE) is None
        store.sources.answered(added, NOW, NOW + HOUR, etag="", last_modified="", arrived=True)
        assert not store.sources.renew(added, NOW + 2 * LEASE, NOW + 3 * LEASE)


def test_what_became_of_asking_is_noted(database: Database) -> None:
    with database.begin() as store:
        added = add_source(store)
        store.sources.failed(added, NOW, NOW + HOUR, "no such host")
        store.sources.failed(added, NOW, NOW + 2 * HOUR, "no such host")
        (source,) = store.sources.all()
        assert (source.failures, source.last_error, source.next_at) == (2, "no such host", NOW + 2 * HOUR)
        store.sources.answered(added, NOW, NOW + HOUR, etag="e", last_modified="m", arrived=True)
        (source,) = store.sources.all()
    assert (source.failures, source.last_error, source.arrived_at) == (0, "", NOW)
    assert (source.etag, source.last_modified) == ("e", "m")


def test_arrivals_are_the_first_article_of_each_paper_s_day(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("甲", source="嘉兴日报"), now=NOW + HOUR)
        add(store, raw("乙", source="嘉兴日报"), now=NOW)
        add(store, raw("丙", source="别家"), now=NOW - HOUR)
        add(store, raw("丁", source="嘉兴日报", published_on=DAY - timedelta(days=40)))
        arrivals = store.sources.arrivals(DAY - timedelta(days=30))
    assert arrivals == {"嘉兴日报": {DAY: NOW}, "别家": {DAY: NOW - HOUR}}
