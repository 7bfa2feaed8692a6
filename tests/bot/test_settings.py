import re
from dataclasses import replace

import pytest

from bot.commands import COMMANDS, Desk, membership
from bot.texts import LANGUAGES
from digests.model.readers import ChatState
from digests.storage import Database
from tests.bot.asking import ME, ask, buttons, followed, said
from tests.digests.storage.owing import close, fan_out
from tests.samples import NOW, add, raw


def test_a_language_that_was_chosen_overrules_the_app(desk: Desk) -> None:
    assert "English" in buttons(ask(desk, "/lang"))
    assert "English from now on" in said(desk, "/lang EN")
    assert "What Liwen does" in said(desk, "/help", "zh-hans")
    assert "简体中文" in said(desk, "/lang zh-Hans", "en")


def test_the_language_of_the_app_is_the_first_one(desk: Desk) -> None:
    assert "Hello" in said(desk, "/start", "en-GB", "telegram:1")
    assert "你好" in said(desk, "/start", "zh-hant", "telegram:2")
    assert "你好" in said(desk, "/start", "", "telegram:3")


def test_help_lists_every_command_that_is_not_hidden(desk: Desk) -> None:
    for language in ("zh-hans", "en"):
        text = said(desk, "/help", language)
        for command in COMMANDS:
            assert (f"/{command.name} " in text) != command.hidden


def test_an_unknown_command_is_answered_with_the_nearest(desk: Desk) -> None:
    assert "/today" in said(desk, "/todya")
    assert "/help" in said(desk, "/xyzzy")
    assert "/today" in said(desk, "/todya", "en")


def test_every_command_is_a_name_telegram_takes_with_a_description_in_each_language() -> None:
    for command in COMMANDS:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,31}", command.name)
        if not command.hidden:
            assert all(1 <= len(texts.say(command.description)) <= 256 for texts in LANGUAGES.values())


def test_asking_stores_nothing_about_the_asker(desk: Desk) -> None:
    for line in ("/today", "/digest", "/search 公交", "/help", "/list", "/read 1"):
        said(desk, line)
    with desk.database.read() as store:
        assert store.chats.find(ME) is None


def test_an_archive_out_of_reach_is_said_in_the_readers_language(desk: Desk, tmp_path: object) -> None:
    broken = replace(desk, database=Database(f"sqlite:///{tmp_path}/none.sqlite3"))
    assert "打不开" in said(broken, "/today")
    assert "cannot be opened" in said(broken, "/today", "en")
    broken.database.close()


def test_a_chat_that_blocks_us_is_suspended_and_returns_with_everything(desk: Desk) -> None:
    ask(desk, "wish add 公交")
    fan_out(desk.database, close(desk.database, "公交"))
    membership.left(desk, ME)
    membership.left(desk, ME)
    with desk.database.read() as store:
        assert store.deliveries.counts() == {}
        chat = store.chats.find(ME)
        assert chat is not None
        assert chat.state is ChatState.BLOCKED
    membership.returned(desk, ME)
    assert followed(desk) == ["公交"]
    membership.left(desk, ME)
    ask(desk, "/start")
    with desk.database.read() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        assert chat.state is ChatState.ACTIVE
    membership.left(desk, "telegram:404")


def test_a_group_that_moves_keeps_what_it_follows(desk: Desk) -> None:
    ask(desk, "wish add 公交", address="telegram:-5")
    membership.moved(desk, "telegram:-5", "telegram:-1005")
    assert followed(desk, "telegram:-1005") == ["公交"]


def test_who_changes_something_is_written_to_again(desk: Desk) -> None:
    ask(desk, "wish add 公交")
    membership.left(desk, ME)
    ask(desk, "/resume")
    with desk.database.read() as store:
        chat = store.chats.find(ME)
    assert chat is not None
    assert chat.state is ChatState.ACTIVE


def test_leaving_a_forum_leaves_its_topics(desk: Desk) -> None:
    ask(desk, "wish add 公交", address="telegram:-1005:3")
    membership.left(desk, "telegram:-1005")
    with desk.database.read() as store:
        chat = store.chats.find("telegram:-1005:3")
    assert chat is not None
    assert chat.state is ChatState.BLOCKED


def test_a_topic_that_seeds_no_longer_hold_breaks_nothing(desk: Desk) -> None:
    ask(desk, "wish add 公交")
    with desk.database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        store.subscriptions.add(chat.id, "topic:gone", NOW)
    assert "共 2 篇" in said(desk, "/today")
    assert "topic:gone" in said(desk, "/list")
    assert "已取消关注" in said(desk, "/unfollow topic:gone")


def test_one_story_of_two_papers_is_shown_once(desk: Desk) -> None:
    with desk.database.begin() as store:
        edition = store.editions.newest()
        assert edition is not None
        [first] = [a for a in store.articles.of_edition(edition.id) if a.title == "归巢"]
        again = add(store, raw("鹭鸟归巢", "几只鹭鸟飞到树丛栖息了。", source="嘉兴日报"), duplicate_of=first.id)
        store.articles.assign(edition.id, [again])
    assert "共 4 篇" in said(desk, "/today")
    ask(desk, "wish add 鹭鸟")
    assert "共 1 篇" in said(desk, "/today")


@pytest.mark.parametrize(
    "line",
    ["/digest 9999-12-31", "/digest 0001-01-01", f"/unfollow {'9' * 5000}", f"/wish back {'9' * 20} - 公交",
     f"/read {'9' * 20}", f"/list #{'9' * 20}", "/search 公交 after:zzzzzzzzzzzzz.zzzzzzzzzzzzz", f"/back {'9' * 18}"],
)  # fmt: skip
def test_numbers_beyond_all_measure_are_answered(desk: Desk, caplog: pytest.LogCaptureFixture, line: str) -> None:
    ask(desk, "wish add 公交")
    reply = ask(desk, line)
    assert reply.messages
    assert not caplog.records


def test_more_hours_than_a_day_has_are_refused(desk: Desk) -> None:
    every_minute = " ".join(f"{n // 60:02d}:{n % 60:02d}" for n in range(90))
    assert "最多 24 个" in said(desk, f"/time {every_minute}")


def test_a_list_of_any_length_can_be_sent(desk: Desk) -> None:
    for number in range(130):
        ask(desk, f"wish add 第{number}路")
    reply = ask(desk, "/list")
    assert sum(len(row) for message in reply.messages for row in message.buttons) < 100
