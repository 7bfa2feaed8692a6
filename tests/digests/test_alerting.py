"""Who is told of an article at once, and who is not."""

import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from digests.alerting import Alerting
from digests.model.outbox import Delivery, DeliveryState
from digests.model.readers import ChatState, Trouble
from digests.seeds import Lexicon
from digests.storage import Database
from tests.digests.storage.owing import close, fan_out
from tests.samples import DAY, FAST, HOUR, NOW, add, analysis, follow, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = timedelta(seconds=2)


@pytest.fixture
def alerting(database: Database, lexicon: Lexicon) -> Alerting:
    return Alerting(database, lexicon, SHANGHAI, most=5)


def wants(database: Database, address: str, *queries: str, since: datetime = NOW, **settings: object) -> int:
    """A chat that wants to be told at once of these queries."""
    chat_id = follow(database, address, *queries, **settings)
    with database.begin() as store:
        for wish in store.subscriptions.of(chat_id):
            store.subscriptions.set_alerts(wish, since)
    return chat_id


def comes(database: Database, title: str = "公交新增三条线路", now: datetime = NOW, **more: object) -> int:
    duplicate_of = more.pop("duplicate_of", None)
    with database.begin() as store:
        return add(store, raw(title, **more), now=now, duplicate_of=duplicate_of)  # type: ignore[arg-type]


def look(alerting: Alerting, database: Database, now: datetime = NOW + SOON) -> int:
    with database.read() as store:
        waiting = store.alerts.waiting(100)
    return alerting.alert(waiting, now)


def owed(database: Database, now: datetime = NOW + 48 * HOUR) -> list[Delivery]:
    with database.begin() as store:
        return store.deliveries.claim(now, HOUR, "telegram", FAST, 100, HOUR)


def test_who_wants_to_be_told_at_once_is_owed_the_article_once(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交", "线路")
    wants(database, "telegram:2", "贷款")
    follow(database, "telegram:3", "公交")
    article = comes(database)
    assert look(alerting, database) == 1
    assert look(alerting, database) == 0
    [delivery] = owed(database)
    assert (delivery.chat.address, delivery.article_id, delivery.due_at) == ("telegram:1", article, NOW + SOON)


def test_a_chat_that_pauses_or_has_blocked_us_is_not_alerted(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交", paused=True)
    wants(database, "telegram:2", "公交", state=ChatState.BLOCKED)
    comes(database)
    assert look(alerting, database) == 0


def test_a_wish_that_rests_alerts_nobody(database: Database, alerting: Alerting) -> None:
    chat_id = wants(database, "telegram:1", "公交")
    with database.begin() as store:
        [wish] = store.subscriptions.of(chat_id)
        store.subscriptions.set_paused(wish, paused=True)
    comes(database)
    assert look(alerting, database) == 0


def test_what_came_before_alerts_were_wanted_alerts_nobody(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交", since=NOW + SOON)
    comes(database, now=NOW)
    assert look(alerting, database) == 0


@pytest.mark.parametrize(("days", "alerts"), [(1, 1), (0, 1), (-1, 1), (-2, 0), (-3650, 0)])
def test_what_was_printed_before_yesterday_alerts_nobody(
    database: Database, alerting: Alerting, days: int, alerts: int
) -> None:
    wants(database, "telegram:1", "公交")
    comes(database, published_on=DAY + timedelta(days=days))
    assert look(alerting, database) == alerts


def test_yesterday_is_that_of_the_papers_zone(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    comes(database, published_on=date(2024, 11, 12))
    # 2024-11-13 23:59 in Shanghai, then 2024-11-14 00:00.
    evening = datetime(2024, 11, 13, 23, 59, tzinfo=SHANGHAI)
    assert look(alerting, database, evening) == 1
    comes(database, "公交改道", published_on=date(2024, 11, 12))
    assert look(alerting, database, evening + timedelta(minutes=1)) == 0


def test_what_an_edition_holds_comes_with_the_digest_alone(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    article = comes(database)
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        store.articles.assign(edition.id, [article])
    assert look(alerting, database) == 0
    with database.read() as store:
        assert store.alerts.waiting(9) == []


def test_a_chat_gets_so_many_in_any_day_and_no_more(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    for number in range(7):
        comes(database, f"公交第{number}条")
    assert look(alerting, database) == 5
    assert look(alerting, database, NOW + 23 * HOUR) == 0
    comes(database, "公交又一条", NOW + 25 * HOUR, published_on=DAY + timedelta(days=1))
    assert look(alerting, database, NOW + 25 * HOUR) == 1
    claimed = owed(database)
    with database.read() as store:
        assert [store.alerts.number(delivery) for delivery in claimed] == [1]


def test_of_a_story_a_chat_is_alerted_once_by_whichever_paper(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交", "夜班")
    wants(database, "telegram:2", "夜班")
    first = comes(database)
    assert look(alerting, database) == 1
    comes(database, "公交夜班线", source="嘉兴日报", duplicate_of=first)
    assert look(alerting, database) == 1
    assert sorted(delivery.chat.address for delivery in owed(database)) == ["telegram:1", "telegram:2"]


def test_a_reprint_of_what_a_digest_told_alerts_nobody_who_was_told(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    wants(database, "telegram:2", "夜班")
    first = comes(database)
    with database.begin() as store:
        edition = store.editions.add(NOW + SOON)
        assert edition is not None
        store.articles.assign(edition.id, [first])
        store.digests.add(edition.id, {"公交": [first]})
    comes(database, "公交夜班线", NOW + HOUR, source="嘉兴日报", duplicate_of=first)
    assert look(alerting, database, NOW + HOUR) == 1
    [delivery] = owed(database)
    assert delivery.chat.address == "telegram:2"


def test_a_revision_alerts_nobody_again(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交", "地铁")
    article = comes(database)
    assert look(alerting, database) == 1
    with database.begin() as store:
        draft = store.articles.draft(raw("公交地铁新增三条线路"), analysis(), {})
        store.articles.revise(article, draft, NOW + HOUR)
    assert look(alerting, database, NOW + HOUR) == 0


def test_two_processes_at_once_alert_once_and_keep_to_the_number(database: Database, lexicon: Lexicon) -> None:
    wants(database, "telegram:1", "公交")
    ids = [comes(database, f"公交第{number}条") for number in range(12)]
    together = threading.Barrier(3)

    def look_at(some: list[int]) -> None:
        each = Alerting(database, lexicon, SHANGHAI, most=5)
        together.wait()
        each.alert(some, NOW + SOON)

    threads = [threading.Thread(target=look_at, args=(ids[begin:],)) for begin in (0, 4, 8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as store:
        assert sum(store.deliveries.counts().values()) == 5
        assert store.alerts.waiting(99) == []


def test_a_process_that_dies_before_it_looked_leaves_the_article_due(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    article = comes(database)
    with pytest.raises(ZeroDivisionError), database.begin() as store:
        assert store.alerts.take([article]) == {article: 0}
        raise ZeroDivisionError
    assert look(alerting, database) == 1


def test_an_alert_and_a_digest_of_the_same_instant_stand_side_by_side(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    comes(database)
    look(alerting, database)
    with database.begin() as store:
        edition = store.editions.add(NOW + SOON)
        assert edition is not None
        store.digests.add(edition.id, {"公交": [add(store, raw("公交改道"))]})
        assert store.deliveries.fan_out(edition) == 1
    [alert] = owed(database)
    assert alert.article_id is not None
    with database.begin() as store:
        store.deliveries.arrived(alert, NOW, NOW)
        assert store.alerts.told(alert.chat, NOW, unknown=False) == {alert.article_id}
    [digest] = owed(database)
    assert (digest.article_id, digest.edition_id) == (None, edition.id)


def test_an_alert_that_is_withdrawn_leaves_no_trace(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:1", "公交")
    comes(database)
    look(alerting, database)
    [alert] = owed(database)
    with database.begin() as store:
        store.deliveries.withdraw(replace(alert, claim=alert.claim + 1))
        assert sum(store.deliveries.counts().values()) == 1
        store.deliveries.withdraw(alert)
        assert store.deliveries.counts() == {}


def test_what_is_not_followed_any_more_alerts_nobody(database: Database, alerting: Alerting) -> None:
    chat_id = wants(database, "telegram:1", "公交", "线路")
    comes(database)
    assert look(alerting, database) == 1
    with database.begin() as store:
        for wish in store.subscriptions.of(chat_id):
            store.subscriptions.set_alerts(wish, None)
    comes(database, "公交改道")
    assert look(alerting, database) == 0


def test_where_we_may_not_write_alerts_are_left_to_the_digest(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:-1005", "公交")
    comes(database)
    look(alerting, database)
    [alert] = owed(database)
    with database.begin() as store:
        store.deliveries.sending(alert, NOW + 48 * HOUR)
        store.deliveries.silenced(alert, Trouble.SILENCED, NOW + HOUR, "no rights")
    comes(database, "公交第二条")
    assert look(alerting, database) == 0
    fan_out(database, newest := close(database, "公交"))
    [digest] = owed(database)
    assert digest.edition_id == newest.id


def test_after_a_month_a_chat_with_alerts_alone_is_left_in_peace(database: Database, alerting: Alerting) -> None:
    wants(database, "telegram:-1005", "公交")
    comes(database)
    look(alerting, database)
    [alert] = owed(database)
    with database.begin() as store:
        store.groups.silence(alert.chat.id, Trouble.SILENCED, NOW - 31 * 24 * HOUR)
        store.deliveries.silenced(alert, Trouble.SILENCED, NOW, "no rights")
    with database.read() as store:
        assert store.deliveries.counts() == {DeliveryState.GONE: 1}
