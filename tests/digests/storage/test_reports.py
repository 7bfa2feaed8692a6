from datetime import timedelta

from digests.storage import Database
from tests.samples import DAY, NOW


def test_a_report_is_given_to_each_once_and_again_when_it_did_not_arrive(database: Database) -> None:
    with database.begin() as store:
        assert store.reports.take(DAY, "telegram:1", NOW)
        assert not store.reports.take(DAY, "telegram:1", NOW)
        assert store.reports.take(DAY, "telegram:2", NOW)
        assert store.reports.take(DAY + timedelta(days=1), "telegram:1", NOW)
        store.reports.give_back(DAY, "telegram:1")
        assert store.reports.take(DAY, "telegram:1", NOW)
