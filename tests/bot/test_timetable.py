"""Commands that set when a chat is told; how they look is in tests/conversations/settings.txt."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.commands import Desk
from bot.delivery import Sender
from digests.model.readers import Chat
from digests.storage import Store
from digests.timetable import EVERY_DAY, Quiet, Weekly
from tests.bot.asking import ME, ask, buttons, said
from tests.bot.owing import send_all
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, follow, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")


def chat_of(desk: Desk) -> Chat:
    with desk.database.read() as store:
        chat = store.chats.find(ME)
    assert chat is not None
    return chat


def test_hours_are_set_shown_and_cleared(desk: Desk) -> None:
    assert "每期一出就推送" in said(desk, "/time")
    assert "每天 07:30 18:00（上海）" in said(desk, "/time 18：00，7:30 07:30")
    assert chat_of(desk).times == (time(7, 30), time(18))
    assert "每天 07:30 18:00" in said(desk, "/time")
    assert "每天 18:00" in said(desk, "/time +07:30")
    for wrong in ("25:00", "七点", "7", "12:60"):
        assert f"“{wrong}”不是时间" in said(desk, f"/time {wrong}")
    assert "最多 24 个" in said(
        desk, "/time " + " ".join(f"{hour}:{minute}" for hour in range(13) for minute in (10, 20))
    )
    assert "每期一出就推送" in said(desk, "/time off")


def test_weekdays_are_set_and_one_remains(desk: Desk) -> None:
    assert "周一至周五" in said(desk, "/days 工作日")
    assert "周一至周四" in said(desk, "/days +5")
    assert "不是星期几" in said(desk, "/days 明天")
    said(desk, "/days 7")
    last = ask(desk, "days +7", pressed=True)
    assert "至少留一天" in last.notice
    assert chat_of(desk).days == (7,)


def test_a_weekly_edition_is_set_alone_or_besides(desk: Desk) -> None:
    said(desk, "/weekly 周五 20:00")
    assert (chat_of(desk).weekly, chat_of(desk).days) == (Weekly(5, time(20)), EVERY_DAY)
    said(desk, "/weekly only")
    assert chat_of(desk).days == ()
    assert "平日不推送" in said(desk, "/settings")
    said(desk, "/time 07:30")
    assert chat_of(desk).days == EVERY_DAY
    said(desk, "/weekly only")
    said(desk, "/weekly off")
    assert (chat_of(desk).weekly, chat_of(desk).days) == (None, EVERY_DAY)
    assert "不是星期，也不是时间" in said(desk, "/weekly 每月")


async def test_a_weekly_edition_that_waits_for_the_morning_comes_though_weekdays_are_added_meanwhile(
    empty_desk: Desk, clock: FakeClock, sender: Sender, transport: FakeTransport
) -> None:
    clock.now = datetime(2024, 11, 17, 22, tzinfo=SHANGHAI)
    settings = {"weekly": Weekly(7, time(21)), "days": (), "quiet": Quiet(time(20), time(7))}
    follow(empty_desk.database, ME, "公交", **settings)
    with empty_desk.database.begin() as store:
        store.deliveries.owe_weeklies(NOW)
        edition = store.editions.add(datetime(2024, 11, 17, 17, 30, tzinfo=SHANGHAI))
        assert edition is not None
        article = add(store, raw("公交新增三条线路"))
        store.articles.assign(edition.id, [article])
        store.digests.add(edition.id, {"公交": [article]})
        store.deliveries.fan_out(edition)
        assert store.deliveries.owe_weeklies(clock.now) == 1
    said(empty_desk, "/days 12345")
    await send_all(sender)
    assert transport.sent == []
    clock.now = datetime(2024, 11, 18, 7, 1, tzinfo=SHANGHAI)
    await send_all(sender)
    assert [("公交新增三条线路" in message.plain) for _, message in transport.sent] == [True]


def test_quiet_hours_are_set_and_those_that_they_swallow_are_named(desk: Desk) -> None:
    said(desk, "/quiet 22:00-07:00")
    assert chat_of(desk).quiet == Quiet(time(22), time(7))
    assert "06:00 在免打扰时段里" in said(desk, "/time 06:00 08:00")
    for wrong in ("22:00", "07:00-07:00", "夜里"):
        assert "不是时段" in said(desk, f"/quiet {wrong}")
    said(desk, "/quiet off")
    assert chat_of(desk).quiet is None


def test_a_zone_is_set_by_name_or_chosen_from_several(desk: Desk) -> None:
    assert "东京，现在 15:30" in said(desk, "/tz 东京")
    assert chat_of(desk).zone == "Asia/Tokyo"
    offered = buttons(ask(desk, "/tz UTC+8"))
    said(desk, offered["台北"])
    assert chat_of(desk).zone == "Asia/Taipei"
    assert "没有叫“火星”的时区" in said(desk, "/tz 火星")


def test_a_pause_keeps_what_is_followed_and_resuming_brings_no_flood(desk: Desk) -> None:
    ask(desk, "wish add 公交")
    ask(desk, "/pause")
    assert "暂停状态" in said(desk, "/list")
    with desk.database.begin() as store:
        newest = store.editions.add(NOW + timedelta(hours=11))
    assert newest is not None
    ask(desk, "/resume")
    assert (chat_of(desk).paused, chat_of(desk).covered) == (False, newest.id)
    assert "已恢复" in said(desk, "/resume")


@pytest.mark.parametrize("words", ["11-16", "3天", "2024-11-16"])
def test_a_pause_ends_with_the_midnight_of_its_date(desk: Desk, words: str) -> None:
    assert "11月16日 星期六恢复" in said(desk, f"/pause {words}")
    assert chat_of(desk).paused_until == datetime(2024, 11, 16, tzinfo=SHANGHAI)
    said(desk, "/resume")
    assert chat_of(desk).paused_until is None


def test_asking_how_long_pauses_nothing(desk: Desk) -> None:
    assert "正常推送" in said(desk, "pause ?")
    with desk.database.read() as store:
        chat = store.chats.find(ME)
    assert chat is None or not chat.paused


def test_who_never_set_anything_sees_what_there_is_to_set(desk: Desk) -> None:
    assert "每期一出就推送" in said(desk, "/settings")
    with desk.database.read() as store:
        assert store.chats.find(ME) is None


def waiting_at(store: Store, hour: int) -> bool:
    """Whether something waits from this hour of the day on, and not before."""
    at = datetime(2024, 11, 13, hour, tzinfo=SHANGHAI)
    early, late = (store.deliveries.waiting_since(now) for now in (at - timedelta(seconds=1), at + timedelta(hours=3)))
    return (early, late) == (None, at)


def test_a_changed_hour_moves_what_waits(desk: Desk) -> None:
    said(desk, "wish add 公交")
    said(desk, "/time 18:00")
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + timedelta(minutes=1))
        assert edition is not None
        article = add(store, raw("公交又添新线"))
        store.articles.assign(edition.id, [article])
        store.digests.add(edition.id, {"公交": [article]})
        assert store.deliveries.fan_out(edition) == 1
        assert waiting_at(store, 18)
    said(desk, "/time 20:00")
    with desk.database.read() as store:
        assert waiting_at(store, 20)
