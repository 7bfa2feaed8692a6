"""Buttons under messages that were sent long ago: what each said in the release that sent it is still carried out.

A line is never changed or removed: the messages are on people's phones.
"""

import pytest

from bot.chat import Message, Span
from bot.commands import Desk
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.asking import ME, ask
from tests.bot.conftest import desk_of
from tests.fakes import FakeClock
from tests.samples import NOW

RELEASED = [
    # 0.1.0
    ("today", "里闻 · "),
    ("topics", "点一下关注"),
    ("topics transport", "点一下关注"),
    ("places", "你想看哪里的新闻"),
    ("places 330402", "南湖区"),
    ("places +330402101", "余新镇"),
    ("places 330402 2", "南湖区"),
    ("list", "公交"),
    ("help", "里闻能做这些"),
    ("follow 贷款", "要关注“贷款”吗"),
    ("unfollow #1", "已取消关注：公交"),
    ("lang zh-Hans", "简体中文"),
    ("lang en", "English"),
    ("forget no", "什么都没有动"),
    ("forget yes", "全部数据"),
    ("read 1", "公交新增三条线路"),
    ("more 1 topic:transport", "▍交通"),
    ("more 1-1 topic:transport page:1", "▍交通"),
    ("more 1 -", "归巢"),
    ("more 1 ~0123456789ab", "太旧了"),
    ("search 公交", "“公交”共 2 篇"),
    ("search 公交 page:1", "“公交”共 2 篇"),
    ("search 公交 after:fudg.9", "“公交”共 2 篇"),
    # since articles are read where the digest stood
    ("read 1 page:1", "公交新增三条线路"),
    ("read 1 from:1 page:1", "公交新增三条线路"),
    ("back 1", "这是摘要"),
    ("save 1 from:1 page:1", "公交新增三条线路"),
    ("unsave 1 from:1 page:1", "公交新增三条线路"),
    ("taste more 1 from:1 page:1", "排在前面"),
    ("taste less 1 page:1", "排在后面"),
    ("taste more topic:transport", "排在前面"),
    ("taste reset", "全部还原吗"),
    ("taste reset yes", "还没有说过"),
    ("style compact", "只有标题"),
    ("more 1", "按栏目看"),
    ("saved page:1", "收藏 · 1 篇"),
    ("saved drop page:1", "收藏 · 1 篇"),
    ("saved drop 2 page:1", "还没有收藏"),
    ("saved undo 3 1700000000 page:1", "收藏 · 2 篇"),
]
BY_ADMINS = [
    # 0.1.0
    ("correct 1 transport", "主题改为：交通"),
    ("correct 1 sports transport livelihood", "主题改为：体育、交通、民生"),
    ("correct 1 none", "主题改为：无"),
    ("correct 1 undo", "已撤销"),
    ("ingest accept 1", "已经处理过了"),
    ("ingest drop 1", "已经处理过了"),
    ("ingest date 1 2024-11-13", "已经处理过了"),
    # since articles are read where the digest stood
    ("correct 1 +sports page:1", "公交新增三条线路"),
    ("correct 1 -transport from:1 page:1", "公交新增三条线路"),
    # since sent messages are put right
    ("preview", "预览，尚未发出"),
    ("preview topic:transport", "预览，尚未发出"),
    ("preview drop 1 topic:transport", "附一句更正"),
    ("preview undrop 1", "附一句更正"),
    ("preview pin 1", "附一句更正"),
    ("preview unpin 1", "附一句更正"),
    ("amend 1", "附一句更正"),
    ("amend 1 drop", "这条已从本期撤下。"),
    ("amend 1 drop!", "这条已从本期撤下。"),
    ("amend 1 pin!", "这条已移到最前。"),
    ("amend 1 cut 1", "摘要删去了一句。"),
    ("amend 1 note! 线路后天开通。", "线路后天开通。"),
    ("amend 1 title! 公交新增两条线路", "公交新增两条线路"),
    ("amend 1 retract", "彻底撤回这篇报道？"),
    ("amend 1 retract! 人物有误。", "这篇报道已撤回。人物有误。"),
    ("amend 1 undo retracted", "没有改动。"),
    ("amend 1 undo! dropped", "没有改动。"),
]


@pytest.fixture
def used(desk: Desk) -> Desk:
    """A desk at which somebody has done what can be undone."""
    ask(desk, "wish add 公交")
    with desk.database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        store.originals.keep(chat.id, Message((Span("这是摘要"),)).stored, NOW)
        store.saved.add(chat.id, 2, NOW)
    return desk


def pressed(desk: Desk, action: str) -> str:
    reply = ask(desk, action, pressed=True, shown=Message((Span("一条很旧的消息"),)))
    return "".join([reply.notice, *(message.plain for message in reply.messages)])


@pytest.mark.parametrize(("action", "answer"), RELEASED)
def test_a_button_of_any_release_does_what_it_said(used: Desk, action: str, answer: str) -> None:
    assert answer in pressed(used, action)


@pytest.mark.parametrize(("action", "answer"), BY_ADMINS)
def test_an_administrators_button_of_any_release_does_what_it_said(
    desk: Desk, database: Database, lexicon: Lexicon, clock: FakeClock, action: str, answer: str
) -> None:
    assert answer in pressed(desk_of(database, lexicon, clock, ME), action)
