"""Searching in a chat: pages, orders, what makes it narrower, and what was meant."""

import pytest

from bot.chat import BUTTON_BYTES
from bot.commands import Desk
from digests.ingest.pipeline import Pipeline
from digests.model.news import Kind
from tests.bot.asking import ask, buttons, said
from tests.samples import DAY, NOW, add, raw

LONG = "换乘 OR " + " OR ".join(f"一个很长的词{number}" for number in range(9))


@pytest.fixture
def stocked(desk: Desk) -> Desk:
    """Twelve more articles about 换乘, the oldest of them with the word in its headline."""
    with desk.database.begin() as store:
        for number in range(12):
            day = DAY.replace(day=number + 1)
            title = "换乘指南" if number == 0 else f"第{number}条消息"
            add(store, raw(title, f"换乘更快了{number}。", published_on=day), "transport", places=("330402101",))
    return desk


def titles(text: str) -> list[str]:
    return [line.partition(" ")[2] for line in text.splitlines() if line.partition(" ")[0].isdecimal()]


def test_search_marks_the_hits_and_offers_to_follow(desk: Desk) -> None:
    reply = ask(desk, "/search 公交")
    assert "“公交”共 2 篇" in reply.messages[0].plain
    assert "<b>公交</b>" in reply.messages[0].html
    assert buttons(reply)["关注“公交”"] == "follow 公交"


@pytest.mark.parametrize("query", ["换乘", LONG], ids=["short", "too long for a button"])
def test_pages_are_turned_there_and_back_in_place_and_show_every_hit_once(stocked: Desk, query: str) -> None:
    first = ask(stocked, f"/search {query}")
    second = ask(stocked, buttons(first)["下一页"], pressed=True)
    assert second.edit
    assert "第 2 页" in second.messages[0].plain
    third = ask(stocked, buttons(second)["下一页"], pressed=True)
    assert "下一页" not in buttons(third)
    shown = [title for reply in (first, second, third) for title in titles(reply.messages[0].plain)]
    assert len(shown) == len(set(shown)) == 12
    back = ask(stocked, buttons(third)["上一页"], pressed=True)
    assert back.messages[0].plain == second.messages[0].plain
    assert ask(stocked, buttons(back)["上一页"], pressed=True).messages[0].plain == first.messages[0].plain


def test_what_comes_in_between_moves_no_page(stocked: Desk) -> None:
    first = ask(stocked, "/search 换乘")
    with stocked.database.begin() as store:
        add(store, raw("刚到的换乘消息", "换乘。"))
    second = ask(stocked, buttons(first)["下一页"], pressed=True)
    assert not {*titles(first.messages[0].plain)} & {*titles(second.messages[0].plain)}


def test_buttons_of_before_still_turn_the_page(stocked: Desk) -> None:
    second = buttons(ask(stocked, "/search 换乘"))["下一页"]
    assert second.endswith(" page:2")
    assert titles(said(stocked, second.removesuffix(" page:2"))) == titles(said(stocked, "search 换乘 page:2"))
    assert "“换乘”" in said(stocked, "search 换乘 page:9")


def test_a_button_flips_between_newest_and_best_first(stocked: Desk) -> None:
    newest = ask(stocked, "/search 换乘")
    assert "最新的在前" in newest.messages[0].plain
    best = ask(stocked, buttons(newest)["按相关程度排"], pressed=True)
    assert "最相关的在前" in best.messages[0].plain
    assert titles(best.messages[0].plain)[0] == "换乘指南"
    assert "最相关的在前" in said(stocked, buttons(best)["下一页"])
    assert "最新的在前" in said(stocked, buttons(best)["按时间排"])


def test_a_search_is_made_narrower_by_what_its_hits_are_about_and_wider_again(desk: Desk) -> None:
    offered = ask(desk, buttons(ask(desk, "/search 公交"))["缩小范围"], pressed=True)
    assert offered.edit
    assert {"交通 1", "经济 1", "余新镇 1", "南湖区 1", "2024-11 · 2"} <= buttons(offered).keys()
    narrow = ask(desk, buttons(offered)["交通 1"], pressed=True)
    assert "“交通新闻 公交”共 1 篇" in narrow.messages[0].plain
    assert "2024-11 · 1" in buttons(ask(desk, buttons(narrow)["缩小范围"], pressed=True))
    wide = ask(desk, buttons(narrow)["✕ 交通新闻"], pressed=True)
    assert "“公交”共 2 篇" in wide.messages[0].plain
    assert "“公交”共 2 篇" in said(desk, buttons(offered)["‹ 返回"])


def test_a_month_is_taken_away_as_a_whole(desk: Desk) -> None:
    offered = ask(desk, "search 公交 show:filters", pressed=True)
    month = ask(desk, buttons(offered)["2024-11 · 2"], pressed=True)
    assert "2024-11-01 起" in month.messages[0].plain
    [away] = [action for label, action in buttons(month).items() if label.startswith("✕")]
    assert "“公交”共 2 篇" in said(desk, away)


@pytest.mark.parametrize("query", ["换乘", LONG, "换乘 topic:transport place:330402101 since:2024-11-02"])
def test_every_button_fits_and_no_message_has_too_many(stocked: Desk, query: str) -> None:
    for suffix in ("", " order:best", " show:filters", " page:2 order:best"):
        for action in buttons(ask(stocked, f"/search {query}{suffix}")).values():
            assert 0 < len(action.encode()) <= BUTTON_BYTES


def test_a_word_that_stands_nowhere_is_answered_with_what_was_meant(desk: Desk) -> None:
    Pipeline(desk.database, desk.analyzer()).ingest([raw("文艺汇演", "善居工程验收。", kind=Kind.BRIEF)], NOW, DAY)
    with desk.database.begin() as store:
        store.spellings.add(["公交"])
    reply = ask(desk, "/search 公郊")
    assert "报道里没有“公郊”。你要找的是不是" in reply.messages[0].plain
    assert "1. 公交（2 篇）" in reply.messages[0].plain
    assert "“公交”共 2 篇" in said(desk, buttons(reply)["公交"])
    assert buttons(reply)["关注“公郊”"] == "follow 公郊"
    assert "换个词试试" in said(desk, "/search 长城")


def test_an_empty_search_is_answered_with_what_the_newest_edition_speaks_of(desk: Desk) -> None:
    with desk.database.begin() as store:
        edition = store.editions.add(NOW.replace(hour=23))
        assert edition is not None
        for number in range(3):
            story = raw(f"善居工程第{number}批验收", f"善居工程验收{number}，老房焕新颜。", source=f"报{number}")
            Pipeline(desk.database, desk.analyzer())
            store.articles.assign(edition.id, [add(store, story)])
    reply = ask(desk, "/search")
    assert "想搜什么" in reply.messages[0].plain
    for action in buttons(reply).values():
        assert action.startswith("search ")
        assert "共" in said(desk, action)


def test_a_query_that_was_kept_for_a_button_is_forgotten_after_long(stocked: Desk) -> None:
    action = buttons(ask(stocked, f"/search {LONG}"))["下一页"]
    assert action.startswith("search ~")
    with stocked.database.begin() as store:
        assert store.retention.prune("digests", NOW.replace(year=2026), NOW.replace(year=2026), seconds=9) > 0
    assert "请重新搜索" in said(stocked, action)


def test_a_query_that_cannot_be_read_is_answered_with_where_and_why(desk: Desk) -> None:
    assert "第 4 个字（author：），没有这个栏目" in said(desk, "/search 公交 author：张三")
    assert "引号没有配对" in said(desk, "/search “公交")
    assert "只写了不要的" in said(desk, "/follow -广告")
    assert "quotation mark" in said(desk, "/search “公交", "en", "telegram:8")
