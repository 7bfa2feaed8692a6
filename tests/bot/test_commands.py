import re
from dataclasses import replace

import pytest

from bot.commands import Desk
from tests.bot.asking import ask, buttons, follow, followed, said
from tests.samples import HOUR, NOW, add, raw


def test_pressing_a_topic_toggles_it_in_place(desk: Desk) -> None:
    on = ask(desk, "topics health", pressed=True)
    assert on.edit
    assert "✓ 健康" in buttons(on)
    assert "健康" in buttons(ask(desk, "topics health", pressed=True))
    assert followed(desk) == []


def test_a_topic_is_known_by_all_its_names(desk: Desk) -> None:
    for name in ("交通", "transport", "Transport", "TRANSPORT"):
        ask(desk, f"/topics {name}")
    assert followed(desk) == []


def test_an_unknown_topic_is_answered_with_those_there_are(desk: Desk) -> None:
    assert "没有“玄学”这个主题。有这些：时政、经济、" in said(desk, "/topics 玄学")
    assert "There are: Politics, " in said(desk, "/topics 玄学", "en", "telegram:2")


@pytest.mark.parametrize("command", ["topics", "places", "time", "days", "weekly", "quiet", "zone", "pause"])
def test_what_cannot_be_understood_is_not_said_back_at_length(desk: Desk, command: str) -> None:
    assert len(said(desk, f"/{command} {'公' * 5000}")) < 250


def test_places_are_walked_down_to_the_village_and_back(desk: Desk) -> None:
    counties = buttons(ask(desk, "/places"))
    assert counties["南湖区"] == "places 330402"
    towns = ask(desk, "places 330402", pressed=True)
    assert "嘉兴市 › 南湖区" in towns.messages[0].plain
    assert buttons(towns)["余新镇"] == "places 330402101"
    villages = buttons(ask(desk, "places 330402101", pressed=True))
    assert villages["↑ 南湖区"] == "places 330402"
    assert villages["关注 余新镇"] == "places +330402101"
    leaf = next(action for action in villages.values() if re.fullmatch(r"places \+330402101\d+", action))
    ask(desk, leaf, pressed=True)
    ask(desk, "places +330402101", pressed=True)
    assert followed(desk) == [f"place:{leaf.removeprefix('places +')}", "place:330402101"]


def test_a_place_is_found_by_its_name(desk: Desk) -> None:
    assert "余新镇" in said(desk, "/places 余新")
    assert "找不到“火星”" in said(desk, "/places 火星")


def test_many_places_come_in_pages(desk: Desk) -> None:
    children = {place.parent: 0 for place in desk.lexicon.places.values()}
    for place in desk.lexicon.places.values():
        children[place.parent] += 1
    crowded = next((code for code, count in children.items() if count > 40 and code in desk.lexicon.places), None)
    assert crowded is not None
    first = buttons(ask(desk, f"places {crowded}", pressed=True))
    assert first["下一页"] == f"places {crowded} 2"
    second = buttons(ask(desk, f"places {crowded} 2", pressed=True))
    assert len({*first.values()} & {*second.values()}) <= 2


def test_today_shows_everything_by_topic_to_one_who_follows_nothing(desk: Desk) -> None:
    text = said(desk, "/today")
    assert "里闻 · 2024年11月13日 星期三 午" in text
    assert "共 4 篇" in text
    assert text.index("▍时政") < text.index("▍经济") < text.index("▍交通") < text.index("▍其他")
    assert "公交新增三条线路，方便市民出行。" in text
    assert "南湖晚报 · 共 4 篇" in text
    assert "\n余新镇 · 记者 冯思家\n" in text
    assert "（来稿至此中断，全文未完）" in text
    assert "摄影 王嘉宁" in text


def test_today_shows_what_is_followed_and_no_article_twice(desk: Desk) -> None:
    follow(desk, "公交")
    ask(desk, "/topics 交通")
    text = said(desk, "/today")
    assert "共 2 篇" in text
    assert text.count("公交新增三条线路\n") == 1
    assert "归巢" not in text


def test_today_falls_back_to_everything_when_nothing_followed_is_there(desk: Desk) -> None:
    follow(desk, "长城")
    assert "共 4 篇" in said(desk, "/today")


@pytest.mark.parametrize("name", ["交通", "transport", "余新镇", "南湖区"])
def test_today_takes_a_topic_or_a_place(desk: Desk, name: str) -> None:
    assert "公交新增三条线路" in said(desk, f"/today {name}")


def test_today_about_something_that_is_not_there_says_so(desk: Desk) -> None:
    assert "没有“健康”的报道" in said(desk, "/today 健康")
    assert "没有“玄学”这个主题" in said(desk, "/today 玄学")


@pytest.mark.parametrize("date", ["2024-11-13", "2024年11月13日", "2024/11/13", "2024.11.13"])
def test_a_past_digest_is_found_by_its_date(desk: Desk, date: str) -> None:
    assert "共 4 篇" in said(desk, f"/digest {date}")
    assert "公交新增三条线路" in said(desk, f"/digest {date} 交通")


def test_digest_helps_with_wrong_dates(desk: Desk) -> None:
    assert "“2024-13-01”不是日期" in said(desk, "/digest 2024-13-01")
    assert "没有出过摘要" in said(desk, "/digest 2020-01-01")
    assert "写法" in said(desk, "/digest 昨天")
    assert "共 4 篇" in said(desk, "/digest")
    assert "公交新增三条线路" in said(desk, "/digest 交通")


def test_an_empty_archive_is_answered_with_what_to_do(empty_desk: Desk) -> None:
    assert "还没有报道" in said(empty_desk, "/today")
    assert "没有“公交”" in said(empty_desk, "/search 公交")
    assert "还没有报道" in said(empty_desk, "/digest")


def test_an_article_is_read_in_full(desk: Desk) -> None:
    read = buttons(ask(desk, "/search 贷款"))["读 1"]
    text = said(desk, read)
    assert "“没想到数据能贷款。”公交公司说。" in text
    assert "2024年11月13日 星期三\n南湖区 · 记者 冯思家 · 通讯员 吴言斐" in text
    assert "没有编号 999" in said(desk, "/read 999")
    assert "想读哪一篇" in said(desk, "/read x")
    assert "想读哪一篇" in said(desk, f"/read {'9' * 30}")


def test_the_other_papers_and_the_story_before_are_named_in_an_edition_and_under_an_article(desk: Desk) -> None:
    with desk.database.begin() as store:
        before = store.articles.of_edition(1)[0]
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        first = add(store, raw("公交夜班线开通"), "transport", follows=before.id)
        again = add(store, raw("公交夜班线开通", source="嘉兴日报"), "transport", duplicate_of=first)
        store.articles.assign(edition.id, [first, again])
    for line in ("/today 交通", f"/read {first}"):
        shown = said(desk, line)
        assert "另见：嘉兴日报" in shown
        assert f"跟进：{before.title}" in shown


def busy_day(desk: Desk, *articles: tuple[str, str]) -> None:
    """A newer edition with these articles, of a topic each."""
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [add(store, raw(title), topic) for title, topic in articles])


def test_a_full_message_says_what_it_leaves_out_and_a_button_shows_all_of_it(desk: Desk) -> None:
    busy_day(desk, *((f"第{number}条公交新线", "transport") for number in range(12)), ("稻谷丰收", "agriculture"))
    ask(desk, "/topics 交通")
    ask(desk, "/topics 三农")
    reply = ask(desk, "/today")
    assert "共 13 篇，先看 10 篇" in reply.messages[0].plain
    assert "本期还有：交通 3 篇" in reply.messages[0].plain
    first = ask(desk, buttons(reply)["交通 +3"], pressed=True)
    assert not first.edit
    assert "▍交通" in first.messages[0].plain
    assert "共 12 篇" in first.messages[0].plain
    second = ask(desk, buttons(first)["下一页"], pressed=True)
    assert second.edit
    assert "11 第" in second.messages[0].plain
    assert "下一页" not in buttons(second)
    assert ask(desk, buttons(second)["上一页"], pressed=True) == replace(first, edit=True)
    listed = first.messages[0].plain + second.messages[0].plain
    assert [listed.count(f"第{number}条公交新线\n") for number in range(12)] == [1] * 12


def test_today_about_a_topic_shows_all_of_it_page_by_page(desk: Desk) -> None:
    busy_day(desk, *((f"第{number}条公交新线", "transport") for number in range(12)))
    first = ask(desk, "/today 交通")
    assert "共 12 篇" in first.messages[0].plain
    assert buttons(first)["下一页"] == "more 2 topic:transport page:2"
    assert "12 第11条" in said(desk, "/today 交通 page:2")
    assert "没有“交通”的报道" in said(desk, "/today 交通 page:3")
    assert "12 第11条" in said(desk, "/digest 交通 page:2")


def test_a_button_for_more_keeps_to_its_edition(desk: Desk) -> None:
    busy_day(desk, ("公交改道", "transport"))
    assert "公交新增三条线路" in said(desk, "more 1 topic:transport")
    assert "公交改道" in said(desk, "more 2 topic:transport")
    both = said(desk, "more 1-2 topic:transport")
    assert "公交新增三条线路" in both
    assert "公交改道" in both


def test_what_no_topic_has_is_a_button_away_too(desk: Desk) -> None:
    assert "归巢" in said(desk, "more 1 -")
    assert "▍其他" in said(desk, "more 1 -")


def test_a_long_wish_is_found_by_its_fingerprint_and_only_by_who_follows_it(desk: Desk) -> None:
    wish = "公交 OR " + " OR ".join(f"一个很长的词{number}" for number in range(9))
    busy_day(desk, *((f"第{number}条公交新线", "transport") for number in range(12)))
    follow(desk, wish)
    [action] = [action for label, action in buttons(ask(desk, "/today")).items() if " +" in label]
    assert "~" in action
    assert "共 12 篇" in said(desk, action)
    assert "太旧了" in said(desk, action, address="telegram:8")


def test_of_many_sections_a_button_asks_which(desk: Desk) -> None:
    menu = ask(desk, "more 1", pressed=True)
    assert buttons(menu)["交通 1"] == "more 1 topic:transport"
    assert buttons(menu)["其他 1"] == "more 1 -"


@pytest.mark.parametrize("args", ["", "x", "9", "9 topic:transport", "9-1 公交", "1 ~abc", "99999999999 公交"])
def test_a_button_whose_edition_or_wish_is_gone_says_so(desk: Desk, args: str) -> None:
    assert "太旧了" in said(desk, f"more {args}")


@pytest.mark.usefixtures("story_of_two_papers")
def test_a_story_of_two_papers_is_shown_once_however_many_wishes_find_it(desk: Desk) -> None:
    for wish in ("topic:交通", "来源:嘉兴日报", "夜班"):
        follow(desk, f"{wish}")
    text = said(desk, "/today")
    assert text.count("公交夜班线开通\n") == 1
    assert "▍交通" in text
    assert "另见：嘉兴日报" in text
