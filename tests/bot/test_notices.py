"""Whoever set a group up is told once that digests cannot be brought there."""

import pytest

from bot import notices
from bot.chat import Again, Gone, TopicClosed, TopicGone
from bot.delivery import Sender
from digests.model import Trouble
from digests.storage import Database
from tests.bot.test_delivery import clock, owe, sender, transport
from tests.fakes import FakeTransport
from tests.samples import NOW, follow

__all__ = ["clock", "sender", "transport"]

GROUP, ADMIN = "telegram:-1005:3", "telegram:7"


def silence(database: Database, trouble: Trouble = Trouble.SILENCED, person: str = ADMIN) -> None:
    chat_id = follow(database, GROUP, "公交")
    with database.begin() as store:
        store.groups.set_up(chat_id, "邻里群", person)
        store.groups.silence(chat_id, trouble, NOW)


def untold(database: Database) -> int:
    with database.read() as store:
        return len(store.groups.notices())


@pytest.mark.parametrize(
    ("trouble", "word"), [(Trouble.SILENCED, "发消息"), (Trouble.CLOSED, "关闭"), (Trouble.DELETED, "删了")]
)
async def test_each_trouble_is_told_once_in_private(
    database: Database, transport: FakeTransport, trouble: Trouble, word: str
) -> None:
    silence(database, trouble)
    for _ in range(2):
        await notices.tell(database, transport)
    [said] = transport.to(ADMIN)
    assert word in said
    assert "邻里群" in said
    assert transport.to(GROUP) == []


async def test_it_is_told_in_the_language_of_the_one_who_is_told(database: Database, transport: FakeTransport) -> None:
    follow(database, ADMIN, language="en")
    silence(database)
    await notices.tell(database, transport)
    assert "I may not write in “邻里群”" in transport.to(ADMIN)[0]


async def test_who_cannot_be_reached_now_is_told_later_and_who_never_can_is_let_go(
    database: Database, transport: FakeTransport
) -> None:
    silence(database)
    transport.faults[ADMIN] = [Again("away"), Gone("never started the bot")]
    await notices.tell(database, transport)
    assert untold(database) == 1
    await notices.tell(database, transport)
    assert untold(database) == 0
    assert transport.to(ADMIN) == []


async def test_where_nobody_is_known_to_have_set_it_up_nobody_is_told(
    database: Database, transport: FakeTransport
) -> None:
    silence(database, person="")
    await notices.tell(database, transport)
    assert (untold(database), transport.sent) == (0, [])


async def test_other_transports_leave_it_to_telegram(database: Database) -> None:
    silence(database)
    await notices.tell(database, FakeTransport(scheme="console"))
    assert untold(database) == 1


@pytest.mark.parametrize(("fault", "trouble"), [(TopicClosed("x"), Trouble.CLOSED), (TopicGone("x"), Trouble.DELETED)])
async def test_a_push_that_is_refused_is_what_is_told(
    database: Database, sender: Sender, transport: FakeTransport, fault: Exception, trouble: Trouble
) -> None:
    owe(database, GROUP)
    transport.faults[GROUP] = [fault]
    await sender.send_due()
    with database.read() as store:
        [notice] = store.groups.notices()
    assert (notice.trouble, notice.group.chat.address) == (trouble, GROUP)
