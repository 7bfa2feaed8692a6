import logging

import pytest

from bot import alarms
from bot.chat import Again, Gone
from digests.ingest.watching import FAILING, SILENT
from digests.model.sources import Alarm
from digests.storage import Database
from tests.fakes import FakeTransport
from tests.samples import HOUR, NOW, follow

ADMINS = ("telegram:1", "telegram:2")


def raise_(database: Database, kind: str = SILENT) -> None:
    with database.begin() as store:
        store.alarms.raise_(kind, "嘉禾日报", "09:00", NOW)


def untold(database: Database) -> list[Alarm]:
    with database.read() as store:
        return store.alarms.untold()


async def test_every_administrator_is_told_once_when_it_begins_and_once_when_it_is_over(
    database: Database, transport: FakeTransport
) -> None:
    raise_(database)
    for _ in range(2):
        await alarms.tell(database, transport, ADMINS)
    assert [transport.to(address) for address in ADMINS] == [["⚠️ 嘉禾日报：到 09:00 还没有今天的报纸。"]] * 2
    with database.begin() as store:
        store.alarms.end(SILENT, "嘉禾日报", NOW + HOUR)
    for _ in range(2):
        await alarms.tell(database, transport, ADMINS)
    assert transport.to("telegram:1")[1:] == ["✅ 嘉禾日报 来了，前面说的迟到已经结束。"]


async def test_an_administrator_is_told_in_the_language_they_chose(
    database: Database, transport: FakeTransport
) -> None:
    follow(database, "telegram:1", language="en")
    raise_(database, FAILING)
    await alarms.tell(database, transport, ["telegram:1"])
    assert transport.to("telegram:1") == ["⚠️ 嘉禾日报 failed several times in a row: 09:00"]


async def test_the_reason_of_a_failing_source_is_told_in_the_language_of_who_reads_it(
    database: Database, transport: FakeTransport
) -> None:
    for address, language in zip(ADMINS, ("zh-Hans", "en"), strict=True):
        follow(database, address, language=language)
    with database.begin() as store:
        store.alarms.raise_(FAILING, "嘉禾日报", "there is no such page (404)", NOW)
    await alarms.tell(database, transport, ADMINS)
    assert transport.to("telegram:1") == ["⚠️ 嘉禾日报 连着几次取不到：没有这个网页（404）"]
    assert transport.to("telegram:2") == ["⚠️ 嘉禾日报 failed several times in a row: there is no such page (404)"]


async def test_what_reached_nobody_is_told_again(database: Database, transport: FakeTransport) -> None:
    raise_(database)
    transport.faults = {address: [Again("no network")] for address in ADMINS}
    await alarms.tell(database, transport, ADMINS)
    assert len(untold(database)) == 1
    await alarms.tell(database, transport, ADMINS)
    assert untold(database) == []
    assert len(transport.to("telegram:2")) == 1


async def test_an_administrator_who_is_gone_is_waited_for_no_longer(
    database: Database, transport: FakeTransport
) -> None:
    raise_(database)
    transport.faults = {"telegram:1": [Gone("blocked")]}
    await alarms.tell(database, transport, ["telegram:1"])
    assert untold(database) == []


async def test_without_administrators_it_stands_in_the_log(
    database: Database, transport: FakeTransport, caplog: pytest.LogCaptureFixture
) -> None:
    raise_(database)
    with caplog.at_level(logging.WARNING):
        await alarms.tell(database, transport, [])
    assert "嘉禾日报" in caplog.text
    assert untold(database) == []
