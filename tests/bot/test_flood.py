"""A flood from one chat slows that chat alone, and is told so once."""

from bot.commands import Desk
from bot.telegram.intake import FLOOD
from digests.storage.tables.readers import updates
from tests.bot.asking import followed
from tests.bot.test_groups import answered, at
from tests.bot.test_telegram import running, until
from tests.digests.storage.test_belongings import everything
from tests.fakes import FakeTelegram

MANY = FLOOD + 20
TOLD = "太多"


async def test_of_a_flood_some_is_answered_and_the_rest_is_dropped_with_one_polite_line(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        server.delays["sendMessage"] = 0.02
        for _ in range(MANY):
            server.say("/help", 7)
        server.say("/help", 8, user=8)
        await until(lambda: any(parameters["chat_id"] == 8 for parameters in server.named("sendMessage")))
        assert len(server.texts()) < FLOOD / 2
        assert len(everything(desk.database)[updates.name]) <= FLOOD + 2
        await answered(server, FLOOD + 2)
        quiet = [parameters for parameters in server.named("sendMessage") if parameters.get("disable_notification")]
        assert len(quiet) == 1
        assert TOLD in quiet[0]["text"]


async def test_a_second_flood_is_told_again(desk: Desk) -> None:
    server = FakeTelegram()
    async with running(desk, server):
        for round_ in (1, 2):
            for _ in range(MANY):
                server.press("help", 7)
            await until(lambda wanted=round_: sum(TOLD in text for text in server.texts()) == wanted, 30)  # type: ignore[misc]
            await until(lambda: len(everything(desk.database)[updates.name]) == 1, 30)
    assert sum(TOLD in text for text in server.texts()) == 2


async def test_what_becomes_of_a_chat_is_taken_in_during_its_flood(desk: Desk) -> None:
    server = FakeTelegram()
    server.admins = {7}
    async with running(desk, server):
        server.say("/wish add 公交", -5, "group")
        await answered(server, 1)
        for _ in range(MANY):
            server.say("/help", -5, "group")
        server.say("", -5, "group", migrate_to_chat_id=-1005)
        await until(lambda: at(desk, "telegram:-1005"), 20)
    assert followed(desk, "telegram:-1005") == ["公交"]
    assert at(desk, "telegram:-5") is None
