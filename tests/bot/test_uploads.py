"""Administrators send papers to the bot: a preview first, and nothing counts before they say so."""

from datetime import date

import pytest

from bot import commands
from bot.chat import Document, Reply, Request
from bot.commands import Desk
from bot.commands.uploads import MOST_WAITING
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.asking import ME, ask, buttons, said
from tests.bot.conftest import desk_of
from tests.fakes import FakeClock

PAGE = "公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n\n线路下月开通，经过余新镇。\n"


@pytest.fixture
def admin(database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return desk_of(database, lexicon, clock, ME)


def send(desk: Desk, text: str = PAGE, name: str = "page.txt", address: str = ME) -> Reply:
    return commands.answer(desk, Request(address, "ingest", document=Document(name, text.encode())))


def text(reply: Reply) -> str:
    return "\n".join(message.plain for message in reply.messages)


def count(desk: Desk) -> int:
    with desk.database.read() as store:
        return store.articles.count()


def press(desk: Desk, reply: Reply, label: str) -> str:
    return text(ask(desk, f"/{buttons(reply)[label]}", pressed=True))


def test_a_paper_is_shown_before_it_counts_and_counts_once_accepted(admin: Desk) -> None:
    preview = send(admin)
    assert "page.txt：读出 1 篇" in text(preview)
    assert "1 公交新增三条线路" in text(preview)
    assert count(admin) == 0
    assert "新 1 篇" in press(admin, preview, "收下")
    assert count(admin) == 1
    assert "已经处理过" in press(admin, preview, "收下")
    assert count(admin) == 1


def test_a_paper_that_is_dropped_leaves_nothing(admin: Desk) -> None:
    preview = send(admin)
    assert "没有收 page.txt" in press(admin, preview, "不要")
    assert "已经处理过" in press(admin, preview, "收下")
    assert count(admin) == 0


def test_its_day_and_paper_can_be_mended_before(admin: Desk) -> None:
    send(admin)
    assert "2024年11月8日" in said(admin, "/ingest date 1 2024-11-08")
    assert "来源：南湖晚报" in said(admin, "/ingest source 1 南湖晚报")
    assert "不是日期" in said(admin, "/ingest date 1 昨天")
    said(admin, "/ingest accept 1")
    with admin.database.read() as store:
        (article,) = store.articles.unassigned()
    assert (article.published_on, article.source) == (date(2024, 11, 8), "南湖晚报")


def test_the_buttons_know_today_and_yesterday_in_the_paper_s_zone(admin: Desk) -> None:
    preview = send(admin)
    assert buttons(preview)["日期是今天"] == "ingest date 1 2024-11-13"
    assert "2024年11月12日" in press(admin, preview, "日期是昨天")


def test_what_cannot_be_read_is_said_with_the_reason_and_not_kept(admin: Desk) -> None:
    reply = send(admin, " \n", "empty.txt")
    assert "没有读出文章" in text(reply)
    assert "empty.txt：这一版是空的" in text(reply)
    assert "已经处理过" in said(admin, "/ingest accept 1")


def test_a_line_of_a_file_that_cannot_be_read_is_named_beside_what_was_found(admin: Desk) -> None:
    reply = send(admin, '{"title": "公交新增线路", "text": "下月开通。"}\n{"text": "没有标题"}\n', "paper.jsonl")
    assert "paper.jsonl：读出 1 篇" in text(reply)
    assert "paper.jsonl 第 2 行：缺少 title" in text(reply)


def test_many_that_wait_are_refused_until_some_are_done(admin: Desk) -> None:
    for _ in range(MOST_WAITING):
        send(admin)
    assert "先收下或丢掉" in text(send(admin))


@pytest.mark.parametrize("line", ["/ingest", "/ingest accept", "/ingest accept x", "/ingest steal 1", "/ingest date"])
def test_a_line_that_says_nothing_is_answered_with_how_it_goes(admin: Desk, line: str) -> None:
    assert "我先给你看" in said(admin, line)


def test_for_others_the_command_does_not_exist(admin: Desk) -> None:
    stranger = "telegram:8"
    send(admin)
    assert "我先给你看" not in said(admin, "/ingest", address=stranger)
    assert "收下" not in text(send(admin, address=stranger))
    assert count(admin) == 0
    said(admin, "/ingest accept 1", address=stranger)
    assert count(admin) == 0


def test_one_administrator_s_paper_is_not_another_s(database: Database, lexicon: Lexicon, clock: FakeClock) -> None:
    both = desk_of(database, lexicon, clock, ME, "telegram:8")
    send(both)
    assert "已经处理过" in said(both, "/ingest accept 1", address="telegram:8")


def test_the_day_an_administrator_gives_counts_more_than_the_document_s_own(admin: Desk) -> None:
    line = '{"title": "公交新增三条线路", "text": "南湖区公交新增三条线路。", "date": "2024-01-01", "source": "别家"}\n'
    assert "2024年1月1日" in text(send(admin, line, "a.jsonl"))
    assert "2024年11月8日" in said(admin, "/ingest date 1 2024-11-08")
    assert "来源：南湖晚报" in said(admin, "/ingest source 1 南湖晚报")
    said(admin, "/ingest accept 1")
    with admin.database.read() as store:
        (article,) = store.articles.unassigned()
    assert (article.published_on, article.source) == (date(2024, 11, 8), "南湖晚报")


def test_what_nobody_accepts_in_a_week_is_forgotten_and_makes_room(admin: Desk, clock: FakeClock) -> None:
    for _ in range(MOST_WAITING):
        send(admin)
    clock.advance(days=8)
    assert "读出 1 篇" in text(send(admin))
    assert "已经处理过" in said(admin, "/ingest accept 1")
