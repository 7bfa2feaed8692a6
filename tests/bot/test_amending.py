"""Administrators preview the coming digest, and drop, pin and correct what is in it; for others none of that exists."""

from dataclasses import replace
from datetime import datetime, time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import BUTTON_BYTES
from bot.commands import Desk
from digests import builder
from digests.model.news import Article
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.summarizer import Summarizer
from tests.bot.asking import ME, ask, buttons, follow, said
from tests.bot.conftest import desk_of
from tests.bot.shell import Liwen
from tests.fakes import FakeClock
from tests.samples import HOUR, NOW, add, raw

STRANGER = "telegram:8"
BUS = ("公交新增三条线路", "南湖区公交新增三条线路，方便市民出行。", "线路下月开通，经过余新镇。")
ROAD = ("高架桥夜间封闭", "南湖大道高架桥今晚起夜间封闭，车辆绕行。", "公交车改走地面道路。")


@pytest.fixture
def admin(database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    """An administrator's desk with two articles that wait for their edition."""
    with database.begin() as store:
        for text in (BUS, ROAD):
            add(store, raw(*text), "transport")
    return desk_of(database, lexicon, clock, ME)


def close(desk: Desk) -> None:
    builder.close_edition(desk.database, Summarizer(), desk.lexicon, NOW + HOUR, empty=True)


def article(desk: Desk, number: int = 1) -> Article:
    with desk.database.read() as store:
        found = store.articles.get(number)
        assert found is not None
        [introduced] = store.related.introduced([found])
        return introduced


@pytest.mark.parametrize("line", ["preview", "preview 交通", "amend", "amend 1", "amend 1 drop", "retract 1"])
def test_for_others_there_is_no_such_command(admin: Desk, line: str) -> None:
    refused = said(admin, f"/{line}", address=STRANGER)
    unknown = said(admin, f"/{line.replace('e', 'x')}", address=STRANGER)
    name = line.split()[0]
    assert refused.startswith(f"没有 /{name} 这个命令")
    assert unknown.startswith(f"没有 /{name.replace('e', 'x')} 这个命令")
    assert article(admin).dropped_at is None


def test_the_preview_is_what_the_edition_turns_out_to_be(admin: Desk) -> None:
    follow(admin, "topic:transport")
    previewed = said(admin, "/preview 交通")
    assert previewed.startswith("预览，尚未发出，")
    close(admin)
    _, *digest = said(admin, "/today").splitlines()
    assert previewed.splitlines()[1:] == digest


def test_the_preview_is_headed_by_the_edition_to_come_and_its_hour(admin: Desk) -> None:
    noon = datetime(2024, 11, 20, 12, 5, tzinfo=admin.zone)
    with admin.database.begin() as store:
        store.editions.add(noon.replace(hour=6, minute=30))
    for hours, expected in (
        ((time(6, 30), time(17, 30)), "17:30 截稿 · 里闻 · 2024年11月20日 星期三 晚报"),
        ((time(6, 30),), "06:30 截稿 · 里闻 · 2024年11月21日 星期四 早报"),
    ):
        title = said(replace(admin, clock=lambda: noon, editions=hours), "/preview").partition("\n")[0]
        assert title == f"预览，尚未发出，{expected}"


def test_the_preview_is_also_what_a_reader_would_get(admin: Desk) -> None:
    follow(admin, "余新镇", address=STRANGER)
    assert "1 公交新增三条线路" in said(admin, f"/preview {STRANGER}")
    assert "高架桥" not in said(admin, f"/preview {STRANGER}")
    assert "高架桥夜间封闭" in said(admin, "/preview 封闭 OR 没有的")
    assert "下一期目前还没有内容。" in said(admin, "/preview 体育")


def test_a_preview_changes_nothing_but_makes_the_summaries(admin: Desk) -> None:
    ask(admin, "/preview")
    with admin.database.read() as store:
        assert store.editions.newest() is None
        assert [found.id for found in store.articles.unassigned()] == [1, 2]
        assert store.articles.unsummarised() == []
        assert article(admin).points == ()


def test_what_is_dropped_before_the_edition_is_in_no_digest_but_is_found(admin: Desk) -> None:
    ask(admin, "/preview drop 1 交通", pressed=True)
    close(admin)
    assert BUS[0] not in said(admin, "/today")
    assert BUS[0] in said(admin, "/search 公交")
    with admin.database.read() as store:
        assert [found.title for digest in store.digests.of_edition(1) for found in digest.articles] == [ROAD[0]]
        assert store.articles.unassigned() == []


def test_what_is_pinned_before_the_edition_leads_it_and_nobody_is_told_that_it_was(admin: Desk) -> None:
    ask(admin, "/preview pin 2 交通", pressed=True)
    close(admin)
    assert f"1 {ROAD[0]}" in said(admin, "/today")
    assert "更正" not in said(admin, "/today")
    with admin.database.read() as store:
        assert [found.title for digest in store.digests.of_edition(1) for found in digest.articles][:1] == [ROAD[0]]


def test_pressed_after_the_edition_closed_a_preview_asks_what_to_do(admin: Desk) -> None:
    close(admin)
    assert "撤下" in buttons(ask(admin, "/preview drop 1 交通", pressed=True))
    assert article(admin).dropped_at is None


def test_each_change_can_be_undone_from_its_card(admin: Desk) -> None:
    close(admin)
    for label, undo in (("置顶", "取消置顶"), ("撤下", "放回本期"), ("删第 1 句", "恢复摘要")):
        before = article(admin)
        done = ask(admin, f"/{buttons(ask(admin, '/amend 1'))[label]}", pressed=True)
        assert article(admin) != before
        ask(admin, f"/{buttons(done)[undo]}", pressed=True)
        after = article(admin)
        assert (after.points, after.dropped_at, after.summary) == (before.points, before.dropped_at, before.summary)
        assert after.amendments[-1].act == "restored"


def test_another_text_takes_the_place_of_one_and_gives_way_to_it_again(admin: Desk) -> None:
    close(admin)
    before = article(admin)
    ask(admin, "/amend 1 text 公交新增两条线路\n南湖区公交新增两条线路，方便市民出行。\n线路下月开通，经过余新镇。")
    revised = article(admin)
    assert revised.title == "公交新增两条线路"
    assert [sentence.text for sentence in revised.summary.sentences] == [BUS[2]]
    assert "两条" in said(admin, "/search 两条线路")
    assert "没有" in said(admin, "/search 三条线路")
    ask(admin, "/amend 1 undo revised")
    after = article(admin)
    assert (after.title, after.paragraphs, after.summary) == (before.title, before.paragraphs, before.summary)
    assert "三条" in said(admin, "/search 三条线路")


def test_a_headline_alone_is_replaced(admin: Desk) -> None:
    ask(admin, "/amend 1 title 公交新增两条线路")
    assert (article(admin).title, article(admin).body) == ("公交新增两条线路", "\n".join(BUS[1:]))


def test_the_same_text_is_no_revision(admin: Desk) -> None:
    ask(admin, f"/amend 1 title {BUS[0]}")
    assert article(admin).amendments == ()
    assert article(admin).revision == 0


def test_a_note_stands_beside_the_article_wherever_it_is_told(admin: Desk) -> None:
    close(admin)
    ask(admin, "/amend 1 note 线路后天开通。")
    for line in ("/today", "/read 1", "/inline 公交"):
        assert "更正（11月13日 14:30）：线路后天开通。" in said(admin, line), line
    assert "Correction (Nov 13 14:30): 线路后天开通。" in said(admin, "/read 1", language="en", address=STRANGER)
    assert article(admin).body == "\n".join(BUS[1:])


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("amend", "这样写：/amend 12"),
        ("amend x", "这样写：/amend 12"),
        ("retract", "这样写：/retract 12"),
        ("amend 99 drop", "没有编号 99"),
        ("amend 1 note", "附一句更正"),
        ("amend 1 cut 9", "没有改动。"),
        ("amend 1 cut x", "没有改动。"),
        ("amend 1 undo dropped", "没有改动。"),
        ("amend 1 undo x", "没有改动。"),
        ("amend 1 note " + "长" * 501, "太长了，最多 500 字。"),
    ],
)
def test_what_makes_no_sense_changes_nothing_and_says_how(admin: Desk, line: str, answer: str) -> None:
    assert answer in said(admin, f"/{line}")
    assert article(admin).amendments == ()


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=80))
def test_whatever_is_typed_is_answered_with_buttons_that_fit(admin: Desk, typed: str) -> None:
    for line in (f"/amend 1 {typed}", f"/retract 1 {typed}", f"/preview {typed}"):
        reply = ask(admin, line)
        assert reply.messages
        assert all(len(action.encode()) <= BUTTON_BYTES for action in buttons(reply).values())


def test_on_the_command_line_the_coming_digest_is_printed_and_put_right(liwen: Liwen) -> None:
    liwen("ingest", "-", stdin=f"{BUS[0]}\n\n{BUS[1]}\n")
    assert BUS[0] in liwen("preview").out
    assert "预览，尚未发出" in liwen("preview", "交通").out
    assert liwen("preview", "--language", "en").out.startswith("Preview, not sent yet, closes at ")
    assert liwen("amend", "1", "drop", "--yes").out.endswith("done\n")
    assert BUS[0] not in liwen("preview").out
    assert liwen("amend", "1", "undo", "dropped", "--yes").out.endswith("done\n")
    assert BUS[0] in liwen("preview").out
    assert liwen("amend", "1", "undo", "dropped", "--yes").out.endswith("nothing was changed\n")


def test_on_the_command_line_what_cannot_be_done_is_one_line_without_a_preamble(liwen: Liwen) -> None:
    refused = liwen("amend", "99", "drop", "--yes")
    assert (refused.status, refused.err) == (2, "liwen: no article 99; `liwen search` prints their numbers\n")
    assert liwen("amend", "1", "burn").err.startswith("liwen: give an article and one of ")
