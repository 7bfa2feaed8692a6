"""Following: a look first, then each wish with its buttons, all to be undone."""

from itertools import count

import pytest

from bot.commands import Desk
from digests.model.readers import MOST_WISHES, Subscription
from tests import samples
from tests.bot.asking import ME, ask, buttons, follow, followed, said
from tests.fakes import FakeClock
from tests.samples import add, raw

LONG = "公交 OR " + " OR ".join(f"一个很长的词{number}" for number in range(9))
_numbers = count()


def press(desk: Desk, label: str, line: str, address: str = ME) -> str:
    """What is said when the button with this label is pressed under the answer to a line."""
    reply = ask(desk, buttons(ask(desk, line, address=address))[label], address=address, pressed=True)
    assert reply.edit
    return reply.messages[0].plain


def wishes(desk: Desk, address: str = ME) -> list[Subscription]:
    with desk.database.read() as store:
        chat = store.chats.find(address)
        return store.subscriptions.of(chat.id) if chat else []


def printed(desk: Desk, title: str, number: int) -> None:
    with desk.database.begin() as store:
        for _ in range(number):
            add(store, raw(f"{title}{next(_numbers)}", f"{title}的消息。"))


def test_a_look_shows_what_would_have_been_found_in_thirty_days_and_keeps_nothing(desk: Desk, clock: FakeClock) -> None:
    reply = ask(desk, "/follow 贷款 公交")
    assert "要关注“公交 贷款”吗" in reply.messages[0].plain
    assert "最近 30 天里有 1 篇" in reply.messages[0].plain
    assert "公交数据换来贷款" in reply.messages[0].plain
    assert list(buttons(reply)) == ["关注", "关注，有了就提醒我", "不用了"]
    assert followed(desk) == []
    with desk.database.read() as store:
        assert store.chats.find(ME) is None
    clock.advance(days=31)
    assert "最近 30 天里还没有这样的报道，有了就" in said(desk, "/follow 归巢")


def test_a_press_follows_with_alerts_or_without_or_not_at_all(desk: Desk) -> None:
    assert "已关注。" in press(desk, "关注", "/follow 公交")
    assert "一天最多 5 条" in press(desk, "关注，有了就提醒我", "/follow 贷款")
    assert "什么都没有动" in press(desk, "不用了", "/follow 长城")
    assert [(wish.query, wish.alerts_since is not None) for wish in wishes(desk)] == [("公交", False), ("贷款", True)]
    assert "你早就关注了这个" in said(desk, "/follow 公交")


def test_a_wish_that_finds_a_fifth_of_everything_is_said_to_be_wide(desk: Desk) -> None:
    printed(desk, "公交", 20)
    assert "范围太宽" not in said(desk, "/follow 公交")  # of so few a share says nothing
    printed(desk, "稻谷", 60)
    assert "占这些天全部报道的 26%" in said(desk, "/follow 公交")
    assert "范围太宽" not in said(desk, "/follow 贷款")


def test_one_that_would_alert_too_often_is_told_how_many_there_are_at_most(desk: Desk) -> None:
    printed(desk, "稻谷", 700)
    printed(desk, "公交", 160)
    assert "即时提醒一天最多 5 条" in said(desk, "/follow 公交")


def test_a_wish_that_finds_nothing_is_answered_with_what_was_meant(desk: Desk) -> None:
    with desk.database.begin() as store:
        store.spellings.add(["公交"])
    reply = ask(desk, "/follow 公郊")
    assert "你说的是不是这个" in reply.messages[0].plain
    assert buttons(reply)["换成“公交”"] == "follow 公交"
    assert "关注" in buttons(reply)


def test_a_long_wish_is_followed_by_its_button_too(desk: Desk) -> None:
    action = buttons(ask(desk, f"/follow {LONG}"))["关注"]
    assert action.startswith("wish add ~")
    ask(desk, action, pressed=True)
    assert "一个很长的词8" in followed(desk)[0]
    assert "太旧了" in said(desk, "wish add ~000000000000")


@pytest.mark.parametrize(
    ("button", "said_then", "sign", "undone"),
    [
        ("暂停这一项", "这一项暂停了", "⏸", "已恢复"),
        ("有了就提醒我", "有了就马上提醒你", "🔔", "不再即时提醒"),
    ],
)
def test_each_change_of_a_wish_can_be_undone_in_place(
    desk: Desk, button: str, said_then: str, sign: str, undone: str
) -> None:
    follow(desk, "公交")
    [wish] = wishes(desk)
    assert said_then in press(desk, button, f"list #{wish.id}")
    assert f"1. 公交 {sign}" in said(desk, "/list")
    changed = ask(desk, f"wish {wish.id} {'pause' if sign == '⏸' else 'alert'}", pressed=True)
    assert undone in said(desk, buttons(changed)["撤销"])
    assert sign not in said(desk, "/list")


def test_what_is_given_up_comes_back_as_it_was(desk: Desk) -> None:
    for query in ("公交", LONG):
        follow(desk, query)
        wish = wishes(desk)[-1]
        ask(desk, f"wish {wish.id} alert", pressed=True)
        ask(desk, f"wish {wish.id} pause", pressed=True)
        gone = ask(desk, f"wish {wish.id} remove", pressed=True)
        assert gone.edit
        assert "已取消关注" in gone.messages[0].plain
        assert wish.query not in followed(desk)
        assert "已重新关注" in said(desk, buttons(gone)["撤销"])
        back = wishes(desk)[-1]
        assert (back.query, back.since, back.paused, back.alerts_since is not None) == (
            wish.query,
            wish.since,
            True,
            True,
        )


def test_what_is_followed_is_listed_in_pages_with_a_button_for_each(desk: Desk) -> None:
    for number in range(10):
        follow(desk, f"词{number}")
    first = ask(desk, "/list")
    assert "8. 词7" in first.messages[0].plain
    assert "词8" not in first.messages[0].plain
    assert "推送时间" in first.messages[0].plain
    assert buttons(first)["改推送时间"] == "time"
    second = ask(desk, buttons(first)["下一页"], pressed=True)
    assert second.edit
    assert "9. 词8" in second.messages[0].plain
    assert buttons(second)["上一页"] == "list page:1"
    one = ask(desk, buttons(second)["10"], pressed=True)
    assert "词9" in one.messages[0].plain
    assert list(buttons(one))[:2] == ["暂停这一项", "有了就提醒我"]
    assert said(desk, "/list page:99") == said(desk, "/list page:2")


def test_a_wish_ends_by_number_by_word_and_by_an_old_button(desk: Desk) -> None:
    for query in ("公交", "topic:交通 贷款", "地点:余新", "鹭鸟"):
        follow(desk, query)
    assert "交通新闻" in said(desk, "/list")
    assert "3. 余新镇新闻" in said(desk, "/list")
    assert "已取消关注：鹭鸟" in said(desk, f"unfollow #{wishes(desk)[3].id}")
    assert "已取消关注：公交" in said(desk, "/unfollow 1")
    assert "已取消关注：余新镇新闻" in said(desk, "/unfollow 地点:余新镇")
    assert "要取消哪一个" in said(desk, "/unfollow")
    assert "你没有关注“长城”" in said(desk, "/unfollow 长城")
    assert "你没有关注“999”" in said(desk, "/unfollow #999")
    assert len(followed(desk)) == 1


def test_following_nothing_is_helped(desk: Desk) -> None:
    assert "/topics" in said(desk, "/list")
    assert "/topics" in said(desk, "/unfollow")
    assert "例如" in said(desk, "/follow")


@pytest.mark.parametrize("action", ["pause", "alert", "remove"])
def test_nobody_touches_what_another_follows(desk: Desk, action: str) -> None:
    follow(desk, "公交")
    before = wishes(desk)
    assert "太旧了" in said(desk, f"wish {before[0].id} {action}", address="telegram:8")
    assert "太旧了" in said(desk, f"list #{before[0].id}", address="telegram:8")
    assert wishes(desk) == before


@pytest.mark.parametrize(
    "line", ["wish", "wish 1", "wish x pause", "wish 1 fly", "wish add", "wish back", "wish back x - 公交"]
)
def test_a_button_that_says_nothing_is_answered(desk: Desk, line: str) -> None:
    assert "太旧了" in said(desk, line)


def test_a_wish_that_rests_is_owed_nothing_and_goes_on_from_the_next_edition(desk: Desk) -> None:
    follow(desk, "公交")
    [wish] = wishes(desk)
    ask(desk, f"wish {wish.id} pause", pressed=True)
    with desk.database.read() as store:
        assert store.subscriptions.followers() == {}
    ask(desk, f"wish {wish.id} go", pressed=True)
    with desk.database.read() as store:
        newest = store.editions.newest()
        assert newest is not None
        assert wishes(desk)[0].since == newest.id


@pytest.mark.parametrize("line", ["/wish add 贷款", "/wish alert 贷款", "/wish back 0 - 贷款", "/topics transport",
                                  "/places +330402101", "/setup topic transport", "/setup at 330402101",
                                  "/start topic_transport"])  # fmt: skip
def test_who_follows_as_much_as_there_may_be_is_told_to_remove_some(desk: Desk, line: str) -> None:
    everything = [f"词{number}" for number in range(MOST_WISHES)]
    samples.follow(desk.database, ME, *everything)
    assert said(desk, line) == "已经关注了 500 项，先取消几项：/list"
    assert followed(desk) == everything
    said(desk, "/wish add 词7")
    said(desk, "/unfollow 词7")
    said(desk, line)
    assert len(followed(desk)) == MOST_WISHES
