"""Groups, forums and channels: who may change what, what moves, what happens where the bot may not write."""

from typing import Any

import pytest

from bot.commands import Desk
from digests.model.readers import Chat, ChatState, Trouble
from tests.bot.asking import followed
from tests.bot.test_telegram import running, until
from tests.fakes import FakeClock, FakeTelegram, Fault
from tests.samples import FAST, HOUR, NOW, add, follow, raw

GROUP, FORUM, CHANNEL = -5, -1005, -1007


def at(desk: Desk, address: str) -> Chat | None:
    with desk.database.read() as store:
        return store.chats.find(address)


def trouble(desk: Desk, address: str) -> Trouble | None:
    with desk.database.read() as store:
        chat = store.chats.find(address)
        return store.groups.trouble(chat.id) if chat else None


async def answered(server: FakeTelegram, count: int) -> str:
    """The last of so many texts, once there are."""
    await until(lambda: len(server.texts()) == count)
    return server.texts()[-1]


async def test_in_a_group_only_what_is_meant_for_the_bot_is_answered(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("大家好", -5, "group")
        server.say("/today@other_bot", -5, "group")
        server.say("/search@Liwen_Bot 公交", -5, "group")
        await until(server.texts)
    assert len(server.texts()) == 1
    assert "公交" in server.texts()[0]


async def test_in_a_group_only_administrators_change_settings(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {8}
    async with running(desk, server):
        server.say("/wish add 贷款", GROUP, "group", user=7)
        assert "管理员" in await answered(server, 1)
        server.say("/wish add 公交", GROUP, "group", user=8)
        assert "公交" in await answered(server, 2)
        server.say("/list", GROUP, "group", user=7)
        assert "公交" in await answered(server, 3)
    assert followed(desk, "telegram:-5") == ["公交"]


async def test_a_member_who_tries_is_told_once_without_a_sound_and_at_a_button_alone(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        for _ in range(3):
            server.say("/wish add 贷款", GROUP, "group", user=7)
        server.press("topics transport", GROUP, "group", user=7)
        await until(lambda: server.named("answerCallbackQuery"))
    assert len(server.texts()) == 1
    assert server.named("sendMessage")[0]["disable_notification"] is True
    assert "管理员" in server.named("answerCallbackQuery")[0]["text"]
    assert followed(desk, "telegram:-5") == []


async def test_telegram_is_asked_for_an_administrator_once_in_half_a_minute(desk: Desk, clock: FakeClock) -> None:
    server = FakeTelegram()
    server.admins = {8}
    async with running(desk, server, ticks=lambda: clock().timestamp()):
        for count, query in enumerate(("公交", "贷款", "余新"), 1):
            server.say(f"/wish add {query}", GROUP, "group", user=8)
            await answered(server, count)
        assert len(server.named("getChatMember")) == 1
        clock.advance(seconds=31)
        server.admins = set()
        server.say("/unfollow 公交", GROUP, "group", user=8)
        assert "管理员" in await answered(server, 4)
    assert len(followed(desk, "telegram:-5")) == 3


async def test_when_telegram_does_not_say_who_is_an_administrator_nobody_is(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {8}
    server.faults["getChatMember"] = [Fault(500, "Internal Server Error")]
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "group", user=8)
        assert "管理员" in await answered(server, 1)
        server.say("/wish add 公交", GROUP, "group", user=8)
        assert "公交" in await answered(server, 2)


@pytest.mark.parametrize(("writer", "may"), [(GROUP, True), (CHANNEL, True), (-1008, False)])
async def test_who_writes_as_the_group_or_its_channel_is_an_administrator_but_no_other_channel(
    desk: Desk, writer: int, may: bool
) -> None:
    server = FakeTelegram()
    server.chats[GROUP] = {"id": GROUP, "type": "supergroup", "title": "邻里", "linked_chat_id": CHANNEL}
    sender = {"id": writer, "type": "channel", "title": "x"}
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "supergroup", user=1087968824, sender_chat=sender)
        await answered(server, 1)
    assert followed(desk, "telegram:-5") == (["公交"] if may else [])


async def test_a_post_of_the_groups_channel_gives_no_commands(desk: Desk) -> None:
    server = FakeTelegram()
    sender = {"id": CHANNEL, "type": "channel", "title": "x"}
    server.chats[GROUP] = {"id": GROUP, "type": "supergroup", "title": "邻里", "linked_chat_id": CHANNEL}
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "supergroup", sender_chat=sender, is_automatic_forward=True)
        server.say("/help", GROUP, "supergroup")
        await answered(server, 1)
    assert followed(desk, "telegram:-5") == []


async def test_commands_of_other_bots_are_left_alone_in_groups(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.say("/weather", GROUP, "group")
        server.say("/weather@liwen_bot", GROUP, "group")
        assert "/weather" in await answered(server, 1)


async def test_a_forum_topic_is_an_address_of_its_own(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", -1005, "supergroup", message_thread_id=3, is_topic_message=True)
        await until(server.texts)
    assert server.named("sendMessage")[0]["message_thread_id"] == 3
    with desk.database.read() as store:
        assert store.chats.find("telegram:-1005:3") is not None


async def test_an_old_button_acts_in_the_topic_where_it_stands_or_nowhere(desk: Desk) -> None:
    topic = f"telegram:{FORUM}:3"
    follow(desk.database, topic, "公交")
    with desk.database.begin() as store:
        edition = store.editions.add(NOW + HOUR)
        assert edition is not None
        store.digests.add(edition.id, {"公交": [add(store, raw("公交夜班线开通"))]})
        store.deliveries.fan_out(edition)
        (delivery,) = store.deliveries.claim(NOW + HOUR, HOUR, "telegram", FAST, 9, HOUR)
        assert store.deliveries.sending(delivery, NOW + 2 * HOUR)
        store.deliveries.arrived(delivery, NOW + HOUR, NOW + HOUR, message_id=77)
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        for number in (77, 78):
            server.press("topics transport", FORUM, "supergroup", date=0, text="", forum=True, message_id=number)
        await until(lambda: len(server.named("answerCallbackQuery")) == 2)
    assert followed(desk, topic) == ["公交", "topic:transport"]
    assert at(desk, f"telegram:{FORUM}") is None
    assert "哪个话题" in server.named("answerCallbackQuery")[1]["text"]


async def test_a_block_suspends_and_a_return_resumes(desk: Desk) -> None:
    def state() -> ChatState | None:
        with desk.database.read() as store:
            chat = store.chats.find("telegram:7")
            return chat.state if chat else None

    server = FakeTelegram()
    async with running(desk, server):
        server.say("/wish add 公交")
        await until(lambda: state() is ChatState.ACTIVE)
        server.member("kicked")
        await until(lambda: state() is ChatState.BLOCKED)
        server.member("member")
        await until(lambda: state() is ChatState.ACTIVE)
    with desk.database.read() as store:
        assert list(store.subscriptions.followers()) == ["公交"]


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
async def test_a_group_that_becomes_a_supergroup_keeps_everything_whichever_word_of_it_comes_first(
    desk: Desk, order: tuple[str, str]
) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "group")
        await answered(server, 1)
        for side in order:
            if side == "old":
                server.say("", GROUP, "group", migrate_to_chat_id=FORUM)
            else:
                server.say("", FORUM, "supergroup", migrate_from_chat_id=GROUP)
            await until(lambda: at(desk, "telegram:-1005"))
        server.say("/wish add 贷款", FORUM, "supergroup")
        await answered(server, 2)
    assert at(desk, "telegram:-5") is None
    assert followed(desk, "telegram:-1005") == ["公交", "贷款"]


async def test_an_answer_follows_a_group_that_has_moved(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "group")
        await answered(server, 1)
        server.faults["sendMessage"] = [Fault(400, "group chat was upgraded", {"migrate_to_chat_id": FORUM})]
        server.say("/today", GROUP, "group")
        await until(lambda: len(server.named("sendMessage")) == 3)
    assert server.named("sendMessage")[-1]["chat_id"] == FORUM
    assert followed(desk, "telegram:-1005") == ["公交"]


async def test_a_group_that_puts_the_bot_out_and_takes_it_back_keeps_everything(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", GROUP, "group")
        await answered(server, 1)
        for status, state in (("kicked", ChatState.BLOCKED), ("member", ChatState.ACTIVE)):
            server.member(status, GROUP, kind="group")
            await until(lambda wanted=state: (chat := at(desk, "telegram:-5")) and chat.state is wanted)  # type: ignore[misc]
    assert followed(desk, "telegram:-5") == ["公交"]


async def test_the_right_to_write_is_taken_and_given_back(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", FORUM, "supergroup", message_thread_id=3, is_topic_message=True)
        await answered(server, 1)
        server.member("restricted", FORUM, kind="supergroup", can_send_messages=False)
        await until(lambda: trouble(desk, "telegram:-1005:3") is Trouble.SILENCED)
        server.member("restricted", FORUM, kind="supergroup")
        await until(lambda: trouble(desk, "telegram:-1005:3") is None)
    assert followed(desk, "telegram:-1005:3") == ["公交"]


async def test_a_topic_that_is_opened_again_is_written_to_again_and_one_that_was_deleted_is_not(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        for count, topic in enumerate((3, 4), 1):
            server.say("/wish add 公交", FORUM, "supergroup", message_thread_id=topic, is_topic_message=True)
            await answered(server, count)
        with desk.database.begin() as store:
            for address, kind in (("telegram:-1005:3", Trouble.CLOSED), ("telegram:-1005:4", Trouble.DELETED)):
                chat = store.chats.find(address)
                assert chat is not None
                store.groups.silence(chat.id, kind, desk.clock())
        server.say("", FORUM, "supergroup", message_thread_id=3, is_topic_message=True, forum_topic_reopened={})
        await until(lambda: trouble(desk, "telegram:-1005:3") is None)
        server.member("administrator", FORUM, kind="supergroup")
        server.say("/help", FORUM, "supergroup")
        await answered(server, 3)
    assert trouble(desk, "telegram:-1005:4") is Trouble.DELETED


async def test_whoever_last_changed_something_is_who_set_it_up_unless_it_is_not_known_who(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7, 8}
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    anonymous: dict[str, Any] = {"from": bot, "sender_chat": {"id": GROUP, "type": "group"}}
    async with running(desk, server):
        for count, user in enumerate((7, 8), 1):
            server.say("/wish add 公交", GROUP, "group", user=user)
            await answered(server, count)
        server.say("/wish add 贷款", GROUP, "group", **anonymous)
        await answered(server, 3)
    with desk.database.read() as store:
        chat = store.chats.find("telegram:-5")
        assert chat is not None
        [group] = store.belongings.of(chat.id)["groups"]
    assert (group["title"], group["set_by"]) == ("邻里", "telegram:8")


async def test_a_group_takes_in_a_file_only_from_an_administrator(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {8}
    server.files["f1"] = b'{"format": "liwen-chat", "version": 1, "follows": [{"query": "topic:transport"}]}'
    file = {"file_id": "f1", "file_unique_id": "u1", "file_name": "liwen.json", "file_size": 100}
    async with running(desk, server):
        server.say("", GROUP, "group", user=8, document=file)
        server.say("", GROUP, "group", user=7, document=file, caption="/import")
        assert "管理员" in await answered(server, 1)
        server.say("", GROUP, "group", user=8, document=file, caption="/import")
        assert "1 项" in await answered(server, 2)
        server.press("import apply", GROUP, "group", user=8)
        await answered(server, 3)
    assert followed(desk, "telegram:-5") == ["topic:transport"]
