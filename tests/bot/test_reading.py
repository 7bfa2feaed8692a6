"""Reading an article where the digest stood, and back; saving; wanting more or less; the style of digests."""

import re
from dataclasses import replace

import pytest

from bot.chat import BUTTON_BYTES, Message, Reply
from bot.commands import Desk
from digests.model.readers import Style
from tests.bot.asking import ME, ask, buttons, said
from tests.fakes import FakeClock
from tests.samples import add, raw

OTHER, GROUP = "telegram:8", "telegram:-5"


def press(desk: Desk, shown: Reply, label: str, address: str = ME) -> Reply:
    """Presses a button of the last message of a reply."""
    message = shown.messages[-1]
    actions = {button.label: button.action for row in message.buttons for button in row}
    return ask(desk, actions[label], address=address, pressed=True, shown=message)


@pytest.fixture
def digest(desk: Desk) -> Reply:
    """The digest of one who is known to the bot."""
    ask(desk, "/start")
    return ask(desk, "/today")


def test_an_article_takes_the_place_of_its_digest_and_back_returns_the_digest_to_the_letter(
    desk: Desk, digest: Reply
) -> None:
    read = press(desk, digest, "读 1")
    assert read.edit
    assert "领导赴余新镇调研" in read.messages[0].plain
    back = press(desk, read, "返回")
    assert back.edit
    assert back.messages == digest.messages


def test_back_returns_the_digest_whatever_was_changed_meanwhile(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 1")
    press(desk, read, "👎 少看")
    ask(desk, "/style compact")
    ask(desk, "wish add 长城")
    ask(desk, "/lang en")
    assert press(desk, read, "返回").messages == digest.messages


def test_one_reads_on_from_article_to_article_without_going_back(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 1")
    labels = [button.label for button in read.messages[0].buttons[-1]]
    assert labels == ["返回", "下一篇 ›"]
    on = press(desk, press(desk, read, "下一篇 ›"), "下一篇 ›")
    assert on.edit
    assert "公交新增三条线路" in on.messages[0].plain
    assert press(desk, on, "‹ 上一篇").messages == press(desk, read, "下一篇 ›").messages
    assert press(desk, on, "返回").messages == digest.messages


def test_a_button_tapped_twice_still_leads_back_to_the_digest(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 1")
    again = ask(desk, buttons(digest)["读 1"], pressed=True, shown=read.messages[0])
    assert again.messages == read.messages
    assert press(desk, again, "返回").messages == digest.messages


def test_from_an_article_that_was_asked_for_by_number_one_goes_on_and_back_to_it(desk: Desk, digest: Reply) -> None:
    with desk.database.begin() as store:
        later = add(store, raw("公交夜班线开通"), "transport", follows=1)
    asked = ask(desk, f"/read {later}")
    before = press(desk, asked, "看前情")
    assert before.edit
    assert press(desk, before, "返回").messages == asked.messages


def test_nobody_goes_back_to_what_another_chat_was_shown(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 1")
    ask(desk, "/start", address=OTHER)
    assert "太旧了" in said(desk, buttons(read)["返回"], address=OTHER)
    assert "太旧了" in said(desk, "back x")
    assert "太旧了" in said(desk, "back 999")


def test_where_many_read_along_the_digest_stays_and_the_article_stands_below(desk: Desk) -> None:
    ask(desk, "/start", address=GROUP)
    digest = ask(desk, "/today", address=GROUP)
    read = press(desk, digest, "读 1", GROUP)
    assert not read.edit
    assert "返回" not in buttons(read)
    assert press(desk, read, "☆ 收藏", GROUP).edit


def test_a_button_of_a_message_too_old_to_be_told_brings_the_article_below_it(desk: Desk, digest: Reply) -> None:
    read = ask(desk, buttons(digest)["读 1"], pressed=True)
    assert not read.edit
    assert "返回" not in buttons(read)


def test_one_who_was_forgotten_can_read_and_nothing_is_kept(desk: Desk, digest: Reply) -> None:
    ask(desk, "/forget yes")
    read = press(desk, digest, "读 1")
    assert not read.edit
    with desk.database.read() as store:
        assert store.chats.find(ME) is None


def test_a_long_article_is_turned_in_place(desk: Desk, digest: Reply) -> None:
    with desk.database.begin() as store:
        long = add(store, raw("长篇", *(f"第{n}段" + "字" * 300 + "。" for n in range(20))))
    first = ask(desk, f"/read {long}")
    second = press(desk, first, "第 2 页 ›")
    assert second.edit
    assert second.messages[0].plain.startswith("长篇 2/")
    assert press(desk, second, "‹ 第 1 页").messages == first.messages


def test_every_button_of_an_article_fits_whatever_its_numbers(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 1")
    for action in buttons(read).values():
        huge = re.sub(r"\b[1-9]\b", "9" * 12, action).replace("page:999999999999", "page:999")
        assert len(huge.encode()) <= BUTTON_BYTES


def test_the_other_papers_version_and_the_story_before_are_a_button_away(desk: Desk, digest: Reply) -> None:
    with desk.database.begin() as store:
        before = store.articles.of_edition(1)[0]
        first = add(store, raw("公交夜班线开通"), "transport", follows=before.id)
        add(store, raw("公交夜班线开通", "嘉兴日报的说法。", source="嘉兴日报"), "transport", duplicate_of=first)
    read = ask(desk, f"/read {first}")
    version = press(desk, read, "看 嘉兴日报")
    assert "嘉兴日报的说法。" in version.messages[0].plain
    assert buttons(version)["看 南湖晚报"].startswith(f"read {first}")
    assert before.title in press(desk, read, "看前情").messages[0].plain


def test_what_is_saved_is_listed_read_and_removed_with_a_way_back(desk: Desk, digest: Reply, clock: FakeClock) -> None:
    assert "还没有收藏" in said(desk, "/saved")
    for number in (1, 2, 3):
        clock.advance(minutes=1)
        saved = press(desk, press(desk, digest, f"读 {number}"), "☆ 收藏")
        assert saved.edit
        assert saved.notice == "已收藏。看全部收藏：/saved"
        assert "★ 已收藏" in buttons(saved)
    listed = ask(desk, "/saved")
    assert "收藏 · 3 篇" in listed.messages[0].plain
    assert listed.messages[0].plain.index("公交新增") < listed.messages[0].plain.index("领导赴余新镇")
    read = press(desk, listed, "读 1")
    assert press(desk, read, "返回").messages == listed.messages
    removed = press(desk, press(desk, listed, "移出…"), "✕ 2")
    assert removed.notice == "已移出收藏。"
    assert "收藏 · 2 篇" in removed.messages[0].plain
    undone = press(desk, removed, "撤销")
    assert undone.messages == listed.messages
    assert press(desk, press(desk, listed, "移出…"), "完成").messages == listed.messages


def test_saved_articles_come_in_pages(desk: Desk, digest: Reply, clock: FakeClock) -> None:
    with desk.database.begin() as store:
        ids = [add(store, raw(f"第{number}篇")) for number in range(12)]
    for number in ids:
        clock.advance(minutes=1)
        ask(desk, f"/save {number}")
    first = ask(desk, "/saved")
    second = press(desk, first, "下一页")
    assert second.edit
    assert "\n12 第0篇" in second.messages[0].plain
    assert press(desk, second, "上一页").messages == first.messages
    assert "\n12 第0篇" in said(desk, "/saved page:99")


def test_an_article_is_saved_and_removed_by_its_number_too(desk: Desk) -> None:
    reply = ask(desk, "/save 1")
    assert "已收藏" in reply.messages[0].plain
    gone = press(desk, reply, "移出收藏")
    assert "已移出收藏" in gone.messages[0].plain
    press(desk, gone, "撤销")
    assert "收藏 · 1 篇" in said(desk, "/saved")
    assert "读报道时点下面的 ☆" in said(desk, "/save")
    assert "读报道时点下面的 ☆" in said(desk, "/save 999")
    assert "还没有收藏" in said(desk, "/saved", address=OTHER)


def test_more_of_this_says_at_once_what_it_does_and_does_it(desk: Desk, digest: Reply) -> None:
    read = press(desk, digest, "读 3")
    assert "公交新增三条线路" in read.messages[0].plain
    more = press(desk, read, "👍 多看")
    assert more.edit
    assert more.notice == "“交通新闻”会在你的摘要里排在前面。"
    assert more.notice in more.messages[0].plain
    assert "👍 多看 ✓" in buttons(more)
    text = said(desk, "/today")
    assert text.index("▍交通") < text.index("▍时政")
    less = press(desk, press(desk, press(desk, more, "👎 少看"), "👎 少看"), "👎 少看 ✓")
    assert less.notice == "“交通新闻”会在你的摘要里排在最后，放不下就先略去。"
    text = said(desk, "/today")
    assert text.index("▍经济") < text.index("▍交通")


def test_tastes_are_listed_changed_and_reset(desk: Desk) -> None:
    assert "还没有说过" in said(desk, "/taste")
    ask(desk, "/taste 多 交通")
    assert "“余新镇新闻”会在你的摘要里排在后面。" in said(desk, "/taste less 余新镇")
    listed = ask(desk, "/taste")
    assert "“交通新闻”会在你的摘要里排在前面。\n" in listed.messages[0].plain
    assert press(desk, listed, "👍 交通新闻").notice == "“交通新闻”会在你的摘要里排在最前面。"
    assert press(desk, listed, "👎 余新镇新闻").edit
    asked = press(desk, listed, "全部还原")
    press(desk, asked, "不动")
    assert "交通新闻" in said(desk, "/taste")
    assert "还没有说过" in press(desk, asked, "全部还原").messages[0].plain
    assert "没有“玄学”这个主题" in said(desk, "/taste more 玄学")


def test_an_article_without_topic_and_place_is_neither_wanted_more_nor_less(desk: Desk, digest: Reply) -> None:
    birds = press(desk, digest, "读 4")
    assert "归巢" in birds.messages[0].plain
    assert not [label for label in buttons(birds) if "👍" in label]
    assert "还没有说过" in said(desk, "taste more 3 page:1")


def test_the_style_is_chosen_by_button_or_name_and_digests_follow_it(desk: Desk) -> None:
    full = said(desk, "/today")
    asked = ask(desk, "/style")
    assert {"✓ 标题和摘要", "只有标题"} <= buttons(asked).keys()
    chosen = press(desk, asked, "只有标题")
    assert "✓ 只有标题" in buttons(chosen)
    compact = said(desk, "/today")
    assert "公交新增三条线路 · 余新镇" in compact
    assert "方便市民出行" not in compact
    ask(desk, "/style 详细")
    assert said(desk, "/today") == full
    with desk.database.read() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        assert chat.style is Style.FULL


def test_what_leads_nowhere_back_stands_below_a_digest_not_in_its_place(desk: Desk, digest: Reply) -> None:
    def pressed(action: str, shown: Message) -> Reply:
        return ask(desk, action, pressed=True, shown=shown)

    assert not pressed("style", digest.messages[0]).edit
    assert pressed("style compact", ask(desk, "/style").messages[0]).edit
    hits = ask(desk, "/search 公交")
    assert not pressed("follow 公交", hits.messages[0]).edit


def test_a_digest_of_two_papers_that_have_a_story_tells_who_else_has_it(
    desk: Desk, story_of_two_papers: tuple[int, int]
) -> None:
    first, again = story_of_two_papers
    with desk.database.read() as store:
        article = store.articles.get(again)
        assert article is not None
        [shown] = store.related.introduced([article])
        assert store.related.versions(shown) == [(first, "南湖晚报")]
        assert store.related.versions(replace(shown, id=first, duplicate_of=None, source="南湖晚报")) == [
            (again, "嘉兴日报")
        ]
