from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.chat import Message, Picture, Span
from bot.commands import Desk
from bot.console import render
from digests.storage.tables.outbox import pictures
from tests.benchmarks.archive import Press
from tests.bot.asking import ask, buttons, said
from tests.bot.test_telegram import running, until
from tests.fakes import FakeTelegram
from tests.samples import DAY, HOUR, NOW, raw


@pytest.fixture
def stormy(empty_desk: Desk) -> Desk:
    """A desk with three weeks of usual news, and a typhoon this week."""
    press = Press()
    empty_desk.ingest(replace(press.article(n), published_on=DAY - timedelta(n % 20 + 8)) for n in range(40))
    towns = ("乍浦镇", "澉浦镇", "黄湾镇", "新仓镇")
    empty_desk.ingest(
        raw(f"台风临近{town}", f"台风离{town}不到{n}百公里，渔船都回了港。") for n, town in enumerate(towns, 2)
    )
    with empty_desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [article.id for article in store.articles.unassigned()])
    return empty_desk


def test_a_card_shows_the_newest_edition(desk: Desk) -> None:
    (message,) = ask(desk, "/card").messages
    assert message.plain == "里闻 · 2024年11月13日 星期三 午报"
    assert message.picture is not None
    assert "公交新增三条线路" in message.picture.alt
    assert message.picture.draw().startswith(b"\x89PNG")
    assert "没有" in said(desk, "/trends") or "看不出" in said(desk, "/trends")


def test_what_rose_is_told_with_its_counts_and_a_way_to_read_it(stormy: Desk) -> None:
    reply = ask(stormy, "/trends")
    (message,) = reply.messages
    assert "台风 4 篇（此前每周 0）" in message.plain
    assert buttons(reply)["台风"] == "search 台风 since:2024-11-07"
    assert message.picture is not None
    assert "台风 4" in message.picture.alt
    assert "共 4 篇" in said(stormy, "/search 台风 since:2024-11-07")


def test_an_empty_archive_has_nothing_to_show(empty_desk: Desk) -> None:
    for line in ("/card", "/trends"):
        assert said(empty_desk, line)


def test_a_terminal_says_what_is_on_a_picture() -> None:
    shown = Message((Span("标题"),), picture=Picture("k", "图上有什么", lambda: b""))
    assert render(shown) == "[图上有什么]\n标题\n"


def names(desk: Desk) -> dict[str, str]:
    """Pictures that were sent, and what Telegram calls them."""
    with desk.database.read() as store:
        rows = store._connection.execute(select(pictures.c.key, pictures.c.file_id))
        return dict(map(tuple, rows))


async def test_a_picture_is_uploaded_once_and_named_from_then_on(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        for count in (1, 2):
            server.say("/card")
            await until(lambda count=count: len(server.named("sendPhoto")) == count)  # type: ignore[misc]
    first, second = server.named("sendPhoto")
    assert "photo" not in first  # it came along as a file
    assert second["photo"] == "photo-1"
    assert first["caption"] == second["caption"] == "里闻 · 2024年11月13日 星期三 午报"


async def test_a_name_that_telegram_forgot_is_no_harm(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/card")
        await until(lambda: names(desk))
        with desk.database.begin() as store:
            for key in names(desk):
                store.pictures.keep(key, "forgotten", NOW)
        server.say("/card")
        await until(lambda: "forgotten" not in names(desk).values())
    assert [*names(desk).values()] == ["photo-2"]
