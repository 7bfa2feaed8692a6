from datetime import timedelta

from bot import metrics
from bot.chat import Gone, Wait
from bot.metrics import Archive, count_send
from digests.storage import Database
from tests.fakes import FakeClock
from tests.samples import NOW, add, follow, raw


def asked(database: Database, clock: FakeClock) -> dict[str, float]:
    """Each sample by its name and labels."""
    found = (sample for metric in Archive(database, clock).collect() for sample in metric.samples)
    return {" ".join([sample.name, *sample.labels.values()]): sample.value for sample in found}


def test_rows_are_counted_and_dated_when_somebody_looks(database: Database) -> None:
    follow(database, "telegram:7", "topic:transport")
    with database.begin() as store:
        article = add(store, raw("公交新增三条线路"), "transport")
        add(store, raw("图书馆今天开馆"))
        edition = store.editions.add(NOW)
        assert edition is not None
        store.articles.assign(edition.id, [article])
        store.digests.add(edition.id, {"topic:transport": [article]})
        store.deliveries.fan_out(edition)
        store.documents.add("page.txt", "1:1", b"", "", None, NOW)
        store.updates.add([(1, {"update_id": 1})], NOW)
    found = asked(database, FakeClock(NOW + timedelta(seconds=90)))
    assert found == {
        "liwen_database_up": 1,
        "liwen_deliveries pending": 1,
        "liwen_deliveries claimed": 0,
        "liwen_deliveries sending": 0,
        "liwen_outbox_age_seconds": 90,
        "liwen_edits_owed": 0,
        "liwen_edits_age_seconds": 0,
        "liwen_updates_age_seconds": 90,
        "liwen_documents": 1,
        "liwen_documents_age_seconds": 90,
        "liwen_articles_unsummarised": 1,
        "liwen_edition_age_seconds": 90,
        "liwen_sources well": 0,
        "liwen_sources failing": 0,
        "liwen_sources_age_seconds": 0,
    }


def test_a_database_that_is_away_is_said_to_be_down() -> None:
    assert asked(Database("postgresql://nobody@127.0.0.1:1/none"), FakeClock(NOW)) == {"liwen_database_up": 0}


def test_tries_are_counted_by_what_came_of_them() -> None:
    def counted(outcome: str) -> float:
        return metrics.REGISTRY.get_sample_value("liwen_sends_total", {"outcome": outcome}) or 0.0

    before = {outcome: counted(outcome) for outcome in ("arrived", "wait", "gone")}
    waited = metrics.REGISTRY.get_sample_value("liwen_waits_seconds_total") or 0.0
    for fault in (None, None, Wait(3, "too many"), Gone("blocked")):
        count_send(fault)
    assert {outcome: counted(outcome) - before[outcome] for outcome in before} == {"arrived": 2, "wait": 1, "gone": 1}
    assert metrics.REGISTRY.get_sample_value("liwen_waits_seconds_total") == waited + 3
