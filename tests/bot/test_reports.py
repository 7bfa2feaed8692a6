"""Once a day the administrators are told what yesterday was like; /admin and `liwen stats` tell all that is counted."""

import json
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot import reports
from bot.chat import Again
from bot.commands import Desk
from bot.config import load
from bot.delivery import Sender
from bot.disk import Room
from bot.jobs import reports_job
from bot.newsroom import Newsroom
from bot.texts import DEFAULT
from digests.model.readers import ChatState
from digests.model.sources import SourceKind
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.asking import ME, ask, said
from tests.bot.conftest import SHANGHAI, desk_of
from tests.bot.owing import owe, send_all
from tests.fakes import FakeClock, FakeTransport
from tests.samples import DAY, NOW, add, follow, raw

ROOM = Room(Path("/data"), 12_300_000_000, 100_000_000_000)
TOMORROW = NOW + timedelta(days=1)
SETTINGS = {"LIWEN_ADMIN_IDS": "7,8", "TELEGRAM_TOKEN": "123456789:" + "A" * 35}


def newsroom_on(database: Database, folder: Path, clock: FakeClock, **settings: str) -> Newsroom:
    newsroom = Newsroom(load({**SETTINGS, **settings}, folder, folder), clock)
    newsroom.__dict__["database"] = database  # as if it had been opened already
    return newsroom


async def test_it_says_in_few_lines_what_the_day_was_like(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1", "telegram:2")
    await send_all(sender)
    follow(database, "telegram:3", paused=True)
    with database.begin() as store:
        add(store, raw("别的消息", source="嘉兴日报"))
        source = store.sources.add("http://127.0.0.1:1/rss", "嘉禾日报", SourceKind.FEED, NOW, every=30)
        assert source is not None
        day = reports.day_of(store, DAY, "telegram", SHANGHAI, NOW)
    assert reports.daily(DEFAULT, day, ROOM).splitlines() == [
        "里闻运行情况 · 2024年11月13日 星期三",
        "推送：应发 2、送达 2、迟到 0、重试 0、读者已离开 0、失败 0、不确定是否送达 0",
        "报道：南湖晚报 1、嘉兴日报 1",
        "读者：新增 3，离开 0；现有 2，暂停 1",
        "来源：都正常",
        "待发：没有积压",
        "磁盘：剩余 12.3 GB（12%）",
    ]


def test_what_waits_and_who_left_is_said(database: Database) -> None:
    owe(database, "telegram:1")
    follow(database, "telegram:2", state=ChatState.BLOCKED)
    with database.begin() as store:
        store.retention.prune("chats", NOW - timedelta(days=9), NOW)
        day = reports.day_of(store, DAY, "telegram", SHANGHAI, NOW + timedelta(minutes=12))
    told = reports.daily(DEFAULT, day, ROOM)
    assert "最早一条已等了 12 分钟" in told
    assert "离开 1" in told


async def test_each_administrator_gets_it_once_a_day_whatever_restarts(
    database: Database, transport: FakeTransport, tmp_path: Path, clock: FakeClock
) -> None:
    clock.now = NOW.replace(hour=23, minute=0)  # seven in the morning in Shanghai
    for minutes in range(0, 600, 30):
        job = reports_job(newsroom_on(database, tmp_path, clock), transport)  # a process that was just started
        await job.run()
        await job.run()
        assert (len(transport.sent) > 0) == (minutes >= 60)
        clock.advance(minutes=30)
    assert [address for address, _ in transport.sent] == ["telegram:7", "telegram:8"]
    clock.advance(days=1)
    await reports_job(newsroom_on(database, tmp_path, clock), transport).run()
    assert len(transport.sent) == 4


async def test_what_certainly_did_not_arrive_is_given_again(
    database: Database, transport: FakeTransport, tmp_path: Path, clock: FakeClock
) -> None:
    transport.faults = {"telegram:7": [Again("no network")]}
    job = reports_job(newsroom_on(database, tmp_path, clock), transport)
    for _ in range(3):
        await job.run()
    assert sorted(address for address, _ in transport.sent) == ["telegram:7", "telegram:8"]


async def test_it_can_be_off(database: Database, transport: FakeTransport, tmp_path: Path, clock: FakeClock) -> None:
    await reports_job(newsroom_on(database, tmp_path, clock, LIWEN_REPORT="off"), transport).run()
    assert transport.sent == []


def test_its_hour_is_a_setting(tmp_path: Path) -> None:
    assert load({"LIWEN_REPORT": "9：05"}, tmp_path, tmp_path).report == time(9, 5)
    assert load({}, tmp_path, tmp_path).report == time(8)


@pytest.fixture
def admin(desk: Desk, database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return desk_of(database, lexicon, clock, ME)


def test_an_administrator_sees_all_that_is_counted(admin: Desk) -> None:
    follow(admin.database, "telegram:1", "topic:transport", "place:330402101", "公交 贷款")
    told = said(admin, "/admin")
    assert "读者：现有 1，暂停 0，已离开 0" in told
    assert "关注：余新镇 1、交通 1、自拟关键词 1" in told
    assert "昨天的推送：无" in told
    assert "2024年11月13日 星期三 · 南湖晚报 4" in told
    assert "公交 贷款" not in told


def test_and_has_it_as_a_file(admin: Desk) -> None:
    reply = ask(admin, "/admin json")
    assert reply.document is not None
    told = json.loads(reply.document.content)
    assert told["articles"] == [{"day": "2024-11-13", "source": "南湖晚报", "articles": 4}]
    wanted = {"sent", "late", "retried", "gone", "ambiguous"}
    assert wanted <= told["deliveries yesterday"].keys()


def test_of_many_topics_and_places_the_first_are_named(admin: Desk, lexicon: Lexicon) -> None:
    places = [f"place:{code}" for code in list(lexicon.places)[:30]]
    follow(admin.database, "telegram:1", *places)
    assert "其他 10" in said(admin, "/admin")
