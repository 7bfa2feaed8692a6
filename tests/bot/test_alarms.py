import logging
from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from bot import alarms
from bot.chat import Again, Gone
from bot.delivery import Sender
from bot.disk import Room
from bot.logs import Unexpected
from digests.ingest import watching
from digests.ingest.watching import FAILING, SILENT
from digests.model.sources import Alarm
from digests.storage import Database
from tests.bot.conftest import SHANGHAI
from tests.bot.owing import owe, send_all
from tests.fakes import FakeClock, FakeTransport
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


def outbox(database: Database, clock: FakeClock, rate: float = 27.4) -> alarms.Condition:
    with database.read() as store:
        return alarms.outbox(store, "telegram", rate, clock(), SHANGHAI)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


async def test_an_outbox_that_is_late_is_told_once_and_once_when_it_is_over(
    database: Database, transport: FakeTransport, sender: Sender, clock: FakeClock
) -> None:
    owe(database, "telegram:5")
    for minutes in (9, 2, 2, 2):
        clock.advance(minutes=minutes)
        alarms.watch(database, [outbox(database, clock)], clock())
        await alarms.tell(database, transport, ["telegram:1"])
    assert transport.to("telegram:1") == ["⚠️ 推送积压：11-13 14:30 该发的还没发出去。运行 liwen doctor 可以看原因。"]
    await send_all(sender)
    for _ in range(2):
        alarms.watch(database, [outbox(database, clock)], clock())
        await alarms.tell(database, transport, ["telegram:1"])
    assert transport.to("telegram:1")[1:] == ["✅ 推送不再积压，恢复准时。"]


async def test_what_was_tried_and_did_not_go_counts_from_its_hour_on(
    database: Database, transport: FakeTransport, sender: Sender, clock: FakeClock
) -> None:
    owe(database, "telegram:5")
    transport.faults["telegram:5"] = [Again("no network")] * 9
    for _ in range(6):
        await send_all(sender)
        clock.advance(minutes=2)
    assert outbox(database, clock).bad


def test_who_is_paused_or_at_the_console_makes_no_outbox_late(database: Database, clock: FakeClock) -> None:
    owe(database, "telegram:5", "console:local")
    follow(database, "telegram:5", paused=True)
    clock.advance(hours=1)
    assert not outbox(database, clock).bad


def test_an_outbox_is_not_late_as_long_as_the_pace_explains_it(database: Database, clock: FakeClock) -> None:
    owe(database, *(f"telegram:{number}" for number in range(5)))
    clock.advance(minutes=11)
    assert outbox(database, clock).bad
    assert not outbox(database, clock, rate=0.05).bad


@pytest.mark.parametrize(("free", "bad", "well"), [(4, True, False), (5, False, False), (6, False, True)])
def test_a_disk_is_full_below_five_percent_and_well_again_above_six(free: int, bad: bool, well: bool) -> None:
    found = alarms.disk(Room(Path("/data"), free, 100))
    assert (found.bad, found.well) == (bad, well)


def test_nothing_is_written_while_all_is_as_it_was(tmp_path: Path, clock: FakeClock) -> None:
    database = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
    database.migrate()
    begun = list[Connection]()
    event.listen(database._writing, "begin", begun.append)
    full, empty = (alarms.disk(Room(Path("/data"), free, 100)) for free in (4, 50))
    alarms.watch(database, [empty, outbox(database, clock)], clock())
    assert not begun
    alarms.watch(database, [full], clock())
    assert len(begun) == 1
    alarms.watch(database, [full], clock())
    assert len(begun) == 1
    database.close()


def test_alarms_of_sources_and_of_the_machine_end_each_by_its_own_cause(database: Database) -> None:
    raise_(database, alarms.DISK)
    watching.watch(database, NOW, SHANGHAI)
    with database.read() as store:
        assert [alarm.kind for alarm in store.alarms.going_on()] == [alarms.DISK]


ERROR = Unexpected("1a2b3c4d", "ValueError at commands/reading.py:7 today")


async def test_an_unexpected_error_reaches_the_first_administrator_once_a_day(
    database: Database, transport: FakeTransport, clock: FakeClock
) -> None:
    for _ in range(3):
        alarms.note(database, [ERROR], clock())
        alarms.watch(database, [], clock())
        await alarms.tell(database, transport, ADMINS)
        clock.advance(hours=11)
    told = "⚠️ 程序出了意外，编号 1a2b3c4d：ValueError at commands/reading.py:7 today\n按这个编号可以在日志里找到。"
    assert transport.sent[0][1].plain == told
    assert [address for address, _ in transport.sent] == [ADMINS[0]]
    alarms.watch(database, [], clock())
    alarms.note(database, [ERROR], clock())
    await alarms.tell(database, transport, ADMINS)
    assert transport.to(ADMINS[0]) == [told, told]


def test_of_many_kinds_of_errors_ten_are_told_in_a_day(database: Database, clock: FakeClock) -> None:
    alarms.note(database, [Unexpected(f"{n:08}", f"ValueError at a.py:{n} f") for n in range(30)], clock())
    alarms.note(database, [Unexpected("x", "ValueError at b.py:1 g")], clock())
    assert len(untold(database)) == alarms.MOST_ERRORS
