"""Administrators set topics right with one tap; for others neither buttons nor command exist."""

import pytest

from bot.chat import BUTTON_BYTES
from bot.commands import Desk
from digests.model.news import Article
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.asking import ME, ask, buttons, said
from tests.bot.conftest import desk_of
from tests.bot.shell import Liwen
from tests.fakes import FakeClock

STRANGER = "telegram:8"


@pytest.fixture
def admin(desk: Desk, database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return desk_of(database, lexicon, clock, ME)


def article(desk: Desk, title: str = "公交新增三条线路") -> Article:
    with desk.database.read() as store:
        edition = store.editions.newest(filled=True)
        assert edition is not None
        return next(a for a in store.articles.of_edition(edition.id) if a.title == title)


def test_under_an_article_an_administrator_has_a_button_for_each_topic(admin: Desk, lexicon: Lexicon) -> None:
    read = buttons(ask(admin, f"/read {article(admin).id}"))
    assert len([action for action in read.values() if action.startswith("correct")]) == len(lexicon.topics)
    assert {"1 ✓ 交通", "2 ✓ 民生", "体育"} <= read.keys()
    assert all(len(action.encode()) <= BUTTON_BYTES for action in read.values())


def test_one_tap_puts_a_topic_first_and_the_next_of_its_like_gets_it(admin: Desk) -> None:
    bus = article(admin)
    tap = buttons(ask(admin, f"/read {bus.id}"))["体育"]
    assert tap == f"correct {bus.id} +sports page:1"
    reply = ask(admin, f"/{tap}", pressed=True)
    assert reply.edit
    assert reply.notice == "主题改为：体育、交通、民生。以后相似的报道照此归类。"
    assert {"1 ✓ 体育", "2 ✓ 交通", "撤销"} <= buttons(reply).keys()
    assert article(admin).topics == ("sports", "transport", "livelihood")
    assert "公交新增三条线路" in said(admin, "/today 体育")


def test_a_tap_on_a_ticked_topic_takes_it_away_and_on_the_last_one_leaves_none(admin: Desk) -> None:
    bus = article(admin)
    ask(admin, f"/{buttons(ask(admin, f'/read {bus.id}'))['1 ✓ 交通']}", pressed=True)
    assert article(admin).topics == ("livelihood",)
    reply = ask(admin, f"/{buttons(ask(admin, f'/read {bus.id}'))['1 ✓ 民生']}", pressed=True)
    assert article(admin).topics == ()
    assert reply.notice.startswith("主题改为：无")


def test_a_button_of_an_earlier_release_that_names_all_topics_still_corrects(admin: Desk) -> None:
    bus = article(admin)
    reply = ask(admin, f"/correct {bus.id} sports transport livelihood", pressed=True)
    assert "体育、交通、民生" in reply.messages[0].plain
    assert article(admin).topics == ("sports", "transport", "livelihood")


def test_undo_stands_only_where_there_is_something_to_take_back(admin: Desk) -> None:
    bus = article(admin)
    assert "撤销" not in buttons(ask(admin, f"/read {bus.id}"))
    reply = ask(admin, f"/correct {bus.id} 体育 科技")
    undone = ask(admin, f"/{buttons(reply)['撤销']}", pressed=True)
    assert "交通、民生" in undone.messages[0].plain
    assert "撤销" not in buttons(undone)
    assert article(admin).topics == bus.topics


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("/correct", "写法"),
        ("/correct 交通", "写法"),
        ("/correct 1 交通 民生 体育 科技", "写法"),
        ("/correct 999 交通", "没有编号 999"),
        ("/correct 1 没有的", "没有“没有的”这个主题"),
        ("/correct 1", "点一个主题"),
        ("/correct 1 无", "主题改为：无"),
        ("/correct 1 無", "主题改为：无"),
        ("/correct 1 撤銷", "已撤销"),
        ("/correct 1 Sports 体育", "主题改为：体育。"),
    ],
)
def test_typed_lines_are_answered_with_what_was_done_or_how_it_goes(admin: Desk, line: str, answer: str) -> None:
    assert answer in said(admin, line)


def test_in_english_too(admin: Desk) -> None:
    assert "Topics now: Sports" in said(admin, "/correct 1 sports", "en")


def test_strangers_have_no_buttons_and_no_command(admin: Desk) -> None:
    bus = article(admin)
    assert "correct" not in " ".join(buttons(ask(admin, f"/read {bus.id}", address=STRANGER)).values())
    answer = said(admin, f"/correct {bus.id} sports", address=STRANGER)
    assert "没有 /correct 这个命令" in answer
    assert "correct" not in said(admin, "/help", address=STRANGER)
    assert article(admin).topics == bus.topics


def test_the_command_line_corrects_lists_and_takes_back(liwen: Liwen) -> None:
    liwen("ingest", "-", stdin="公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n")
    title = "公交新增三条线路"
    before = liwen("correct", "1", "体育", "science").err
    assert "science" in before
    assert liwen("correct", "1", "体育", "tech").out == f"1\tsports tech\t{title}\n"
    assert liwen("correct").out == f"1\tsports tech\t{title}\n"
    assert liwen("correct", "1", "--undo").out.startswith("1\ttransport")
    assert liwen("correct").out == ""
    assert liwen("correct", "1").out == f"1\t-\t{title}\n"


@pytest.mark.parametrize("line", ["9 sports", "--undo", "1 sports --undo", "1 sports tech world jobs"])
def test_bad_use_on_the_command_line_is_one_line(liwen: Liwen, line: str) -> None:
    ended = liwen("correct", *line.split())
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 1
