"""What `liwen doctor` finds, and what `liwen stats` counts."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config import Settings, load
from bot.doctor import Doctor, Finding, State
from digests.model.sources import SourceKind
from digests.storage import Database
from tests.bot.shell import Liwen
from tests.botapi import BotApi, serving
from tests.fakes import FakeClock
from tests.samples import NOW, add, follow, raw

TOKEN = "123456789:" + "A" * 35
HOOK = "https://news.example/telegram"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load({"LIWEN_DATA_DIR": str(tmp_path)}, tmp_path, tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


@pytest.fixture
def doctor(settings: Settings, database: Database, clock: FakeClock) -> Doctor:
    return Doctor(settings, database, clock)


def found(doctor: Doctor, subject: str, *, quick: bool = True) -> Finding:
    return next(one for one in doctor.findings(quick=quick) if one.subject == subject)


def close(database: Database, clock: FakeClock) -> int:
    with database.begin() as store:
        edition = store.editions.add(clock.now)
        assert edition is not None
        store.deliveries.fan_out(edition)
        return edition.id


def test_all_is_well_with_an_archive_in_use(doctor: Doctor, database: Database, clock: FakeClock) -> None:
    with database.begin() as store:
        add(store, raw())
    close(database, clock)
    states = {finding.subject: finding.state for finding in doctor.findings(quick=True) if finding.subject != "disk"}
    assert set(states.values()) == {State.OK}
    assert set(states) == {"settings", "database", "edition", "outbox", "answers", "index", "sources"}


def test_a_home_region_of_which_nobody_said_where_it_lies_is_named(
    settings: Settings, database: Database, clock: FakeClock, tmp_path: Path
) -> None:
    assert Doctor(settings, database, clock)._seeds().state is State.OK
    shutil.copytree(settings.seeds_dir, tmp_path / "seeds")
    (tmp_path / "seeds/places/coordinates.toml").write_text("")
    finding = Doctor(settings.model_copy(update={"seeds_dir": tmp_path / "seeds"}), database, clock)._seeds()
    assert (finding.state, "coordinates" in finding.detail) == (State.WARN, True)
    assert "liwen places --coordinates" in finding.remedy


def test_an_empty_place_is_said_to_be_one(settings: Settings, empty_url: str, clock: FakeClock) -> None:
    database = Database(empty_url)
    finding = found(Doctor(settings, database, clock), "database")
    assert (finding.state, finding.remedy) == (State.WARN, "liwen run fills it")
    database.close()


@pytest.mark.parametrize(("schema", "remedy"), [("0001", "liwen migrate"), ("9999", "upgrade Liwen")])
def test_a_schema_that_does_not_fit_names_what_to_do(
    doctor: Doctor, database: Database, schema: str, remedy: str
) -> None:
    with database.begin() as store:
        store._connection.execute(text(f"UPDATE alembic_version SET version_num = '{schema}'"))
    finding = found(doctor, "database")
    assert finding.state is State.FAIL
    assert remedy in finding.remedy


def test_an_edition_that_is_not_closed_is_a_failure(doctor: Doctor, database: Database, clock: FakeClock) -> None:
    close(database, clock)
    assert found(doctor, "edition").state is State.OK
    clock.advance(hours=24)
    assert found(doctor, "edition").state is State.FAIL


def test_a_digest_that_nobody_sends_is_a_failure(doctor: Doctor, database: Database, clock: FakeClock) -> None:
    follow(database, "telegram:1", "topic:transport")
    with database.begin() as store:
        article = add(store, raw(), "transport")
        edition = store.editions.add(clock.advance(hours=1))
        assert edition is not None
        store.articles.assign(edition.id, [article])
        store.digests.add(edition.id, {"topic:transport": [article]})
        assert store.deliveries.fan_out(edition) == 1
    clock.advance(minutes=9)
    assert found(doctor, "outbox").state is State.OK
    clock.advance(minutes=2)
    assert found(doctor, "outbox") == Finding(
        "outbox", State.FAIL, "1 deliveries wait, the first for 11 minutes", "are pushes sent? see the log"
    )


def test_readers_who_wait_for_an_answer_are_a_failure(doctor: Doctor, database: Database, clock: FakeClock) -> None:
    with database.begin() as store:
        store.updates.add([(1, {"message": "?"})], clock.now)
    clock.advance(minutes=11)
    assert found(doctor, "answers").state is State.FAIL


def test_an_index_that_lacks_articles_or_is_old_names_reindex(doctor: Doctor, database: Database) -> None:
    with database.begin() as store:
        add(store, raw())
        positions = "article_tokens" if "://" in database.where else "article_tokens_positions"
        store._connection.execute(text(f"DELETE FROM {positions}"))
    assert found(doctor, "index") == Finding("index", State.FAIL, "it holds 0 of 1 articles", "liwen reindex")
    with database.begin() as store:
        store.index.outdate()
    assert found(doctor, "index").state is State.WARN


def test_a_source_that_fails_is_named(doctor: Doctor, database: Database) -> None:
    with database.begin() as store:
        source = store.sources.add("https://a.example/rss", "晚报", SourceKind.FEED, NOW, every=30)
        assert source is not None
        store.sources.failed(source.id, NOW, NOW, "404 Not Found")
    finding = found(doctor, "sources")
    assert (finding.state, finding.detail) == (State.WARN, "晚报 is failing: 404 Not Found")


def asked(doctor: Doctor, api: BotApi, **more: str) -> Iterator[Finding]:
    with serving(api) as url:
        told = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": url, **more}
        folder = doctor.settings.data_dir
        yield from replace(doctor, settings=load(told, folder, folder)).findings(quick=False)


def test_telegram_is_asked_who_we_are_and_what_time_it_is(doctor: Doctor, clock: FakeClock) -> None:
    findings = {finding.subject: finding for finding in asked(doctor, BotApi())}
    assert findings["token"] == Finding("token", State.OK, "@liwen_bot")
    assert findings["clock"].state is State.FAIL  # it stands in 2024
    assert "slow beside Telegram's" in findings["clock"].detail
    assert "webhook" not in findings


def test_a_token_that_telegram_does_not_know_is_a_failure(doctor: Doctor) -> None:
    findings = {finding.subject: finding for finding in asked(doctor, BotApi(revoked=True))}
    assert findings["token"].state is State.FAIL
    assert "@BotFather" in findings["token"].remedy


def test_telegram_out_of_reach_is_a_failure_without_the_token(doctor: Doctor) -> None:
    folder = doctor.settings.data_dir
    told = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:1"}
    finding = found(replace(doctor, settings=load(told, folder, folder)), "token", quick=False)
    assert finding.state is State.FAIL
    assert TOKEN not in finding.detail


def test_a_webhook_of_somebody_else_is_told(doctor: Doctor) -> None:
    hook = {"url": "https://a.example/hook", "pending_update_count": 3, "last_error_message": "timed out"}
    findings = {finding.subject: finding for finding in asked(doctor, BotApi(webhook=hook))}
    assert findings["webhook"].detail == "set to https://a.example/hook, 3 updates wait: timed out"


@pytest.mark.parametrize(
    ("url", "pending", "fault", "state", "detail"),
    [
        (HOOK, 0, "", State.OK, "ours, 0 updates wait"),
        (HOOK, 0, "timed out", State.OK, "ours, 0 updates wait"),  # Telegram keeps its last fault when it is over
        (HOOK, 3, "timed out", State.WARN, "ours, but 3 updates wait: timed out"),
        ("", 3, "", State.WARN, "not set, LIWEN_WEBHOOK_URL is"),
        ("https://a.example/hook", 3, "", State.WARN, "set to https://a.example/hook, 3 updates wait"),
    ],
)
def test_our_webhook_is_well_if_telegram_has_it_and_brings_what_waits(
    doctor: Doctor, url: str, pending: int, fault: str, state: State, detail: str
) -> None:
    api = BotApi(webhook={"url": url, "pending_update_count": pending, "last_error_message": fault})
    ours = {"LIWEN_WEBHOOK_URL": HOOK, "LIWEN_WEB_ADDRESS": "127.0.0.1:8080"}
    findings = {finding.subject: finding for finding in asked(doctor, api, **ours)}
    assert (findings["webhook"].state, findings["webhook"].detail) == (state, detail)


def test_the_command_ends_with_1_if_something_fails_and_says_it_as_json(liwen: Liwen, tmp_path: Path) -> None:
    liwen("migrate")
    assert liwen("doctor", "--quick").status == 1  # nothing closes editions here
    told = json.loads(liwen("doctor", "--quick", "--json").out)
    assert told["well"] is False
    assert {"subject", "state", "detail", "remedy"} == set(told["findings"][0])
    (tmp_path / "data" / "liwen.sqlite3").write_text("no database" * 1000)
    ended = liwen("doctor", "--quick")
    assert ended.status == 1
    assert "file is not a database" in ended.out
    assert "Traceback" not in ended.err


def test_the_command_reports_settings_that_cannot_be_used(liwen: Liwen) -> None:
    ended = liwen("doctor", LIWEN_KEEP_ARTICLES="7", LIWEN_EDITIONS="25:00")
    assert ended.status == 2
    assert ended.err.count("\n") == 2


def test_stats_count_readers_wishes_articles_and_yesterdays_deliveries(
    liwen: Liwen, tmp_path: Path, seed_page: Path
) -> None:
    liwen("ingest", seed_page)
    database = Database(f"sqlite:///{tmp_path}/data/liwen.sqlite3")
    follow(database, "telegram:1", "topic:transport", "公交")
    follow(database, "telegram:2", "topic:transport", "place:330402101")
    database.close()
    found = json.loads(liwen("stats", "--json").out)
    assert found["readers"] == {"active": 2, "paused": 0, "blocked": 0}
    first, *others = found["subscriptions"]
    assert (first["kind"], first["readers"]) == ("topic", 2)
    assert {(row["kind"], row["name"]) for row in others} == {("place", "余新镇"), ("words", "")}
    assert sum(row["articles"] for row in found["articles"]) == 6
    assert found["deliveries yesterday"]["owed"] == 0
    assert "余新镇" in liwen("stats").out


def test_yesterdays_deliveries_are_counted_by_how_they_ended(database: Database, clock: FakeClock) -> None:
    for number in range(3):
        follow(database, f"telegram:{number}", "topic:transport")
    with database.begin() as store:
        article = add(store, raw(), "transport")
        edition = store.editions.add(clock.advance(hours=1))
        assert edition is not None
        store.digests.add(edition.id, {"topic:transport": [article]})
        store.deliveries.fan_out(edition)
        late = {"late": NOW + timedelta(hours=2)}
        store._connection.execute(text("UPDATE deliveries SET state = 'sent', sent_at = :late WHERE id = 1"), late)
        store._connection.execute(text("UPDATE deliveries SET attempts = 2, unknowns = 1 WHERE id = 2"))
    with database.read() as store:
        counts = store.statistics.deliveries(NOW, NOW + timedelta(days=1))
        assert {name: count for name, count in counts.items() if count} == {
            "owed": 3, "sent": 1, "pending": 2, "late": 1, "retried": 1, "ambiguous": 1,
        }  # fmt: skip
        assert store.statistics.deliveries(NOW - timedelta(days=1), NOW)["owed"] == 0
