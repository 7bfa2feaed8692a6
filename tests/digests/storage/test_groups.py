"""Groups and channels: who set them up, who administers them, and whether we may write there."""

from datetime import timedelta

import pytest

from digests.model.outbox import Delivery, DeliveryState
from digests.model.readers import Chat, Trouble
from digests.storage import Database
from digests.storage.deliveries import asked_again
from tests.digests.storage.owing import LEASE, close, fan_out
from tests.samples import FAST, HOUR, NOW, follow

GROUP, ADMIN = "telegram:-1005", "telegram:7"


def claim(database: Database, hours: float) -> list[Delivery]:
    with database.begin() as store:
        return store.deliveries.claim(NOW + hours * HOUR, LEASE, "telegram", FAST, 10, HOUR)


def refuse(database: Database, delivery: Delivery, hours: float, trouble: Trouble = Trouble.SILENCED) -> None:
    with database.begin() as store:
        store.deliveries.sending(delivery, NOW + hours * HOUR + LEASE)
        store.deliveries.silenced(delivery, trouble, NOW + hours * HOUR, "no rights")


def chat(database: Database) -> Chat:
    with database.read() as store:
        found = store.chats.find(GROUP)
    assert found is not None
    return found


@pytest.fixture
def silenced(database: Database) -> int:
    """A group whose delivery of an hour ago was refused; returns its id."""
    chat_id = follow(database, GROUP, "公交")
    with database.begin() as store:
        store.groups.set_up(chat_id, "邻里群", ADMIN)
    fan_out(database, close(database, "公交"))
    [delivery] = claim(database, 1)
    refuse(database, delivery, 1)
    return chat_id


def test_where_we_may_not_write_we_ask_again_after_pauses_that_grow_to_a_day_and_for_a_month() -> None:
    at, tries = NOW, list[float]()
    while (again := asked_again(NOW, at)) is not None:
        tries.append((again - NOW) / HOUR)
        at = again
    assert tries[:8] == [1, 2, 4, 8, 16, 32, 56, 80]
    assert len(tries) == 35
    assert asked_again(NOW, NOW - HOUR) == NOW


def test_whoever_set_it_up_is_told_once(database: Database, silenced: int) -> None:
    with database.begin() as store:
        [notice] = store.groups.notices()
        assert (notice.person, notice.group.title, notice.trouble) == (ADMIN, "邻里群", Trouble.SILENCED)
        assert notice.group.chat.id == silenced
        store.groups.told(notice)
    [delivery] = claim(database, 2)
    refuse(database, delivery, 2)
    with database.read() as store:
        assert store.groups.notices() == []


def test_editions_that_close_meanwhile_come_in_one_delivery(database: Database, silenced: int) -> None:
    for hours in (2, 3, 4):
        fan_out(database, newest := close(database, "公交", hours=hours))
    assert claim(database, 1.9) == []
    [delivery] = claim(database, 4)
    assert delivery.edition_id == newest.id
    with database.begin() as store:
        assert len(store.digests.owed(delivery.chat, delivery.edition_id)) == 4
        store.deliveries.sending(delivery, NOW + 5 * HOUR)
        store.deliveries.arrived(delivery, NOW + 4 * HOUR, NOW + 4 * HOUR)
        assert store.groups.trouble(silenced) is None
    assert claim(database, 99) == []
    assert chat(database).covered == newest.id


def test_when_we_may_write_again_what_waits_is_due_at_once(database: Database, silenced: int) -> None:
    assert claim(database, 1.5) == []
    with database.begin() as store:
        assert store.groups.unsilence(silenced, NOW + 1.5 * HOUR)
        assert not store.groups.unsilence(silenced, NOW + 1.5 * HOUR)
        assert store.groups.notices() == []
    assert len(claim(database, 1.5)) == 1


def test_a_chat_silenced_before_anything_was_owed_is_still_tried(database: Database) -> None:
    chat_id = follow(database, GROUP, "公交")
    with database.begin() as store:
        store.groups.silence(chat_id, Trouble.SILENCED, NOW)
    fan_out(database, close(database, "公交", hours=48))
    [delivery] = claim(database, 48)
    refuse(database, delivery, 48)
    assert claim(database, 71) == []
    assert len(claim(database, 72)) == 1


def test_after_a_month_it_is_left_in_peace(database: Database, silenced: int) -> None:
    [delivery] = claim(database, 31 * 24)
    refuse(database, delivery, 31 * 24)
    with database.read() as store:
        assert store.deliveries.counts() == {DeliveryState.GONE: 1}
    fan_out(database, close(database, "公交", hours=32 * 24))
    assert claim(database, 33 * 24) == []


def test_pauses_of_the_silenced_are_no_fault_of_the_clock(database: Database, silenced: int) -> None:
    [delivery] = claim(database, 40)
    refuse(database, delivery, 40)
    with database.begin() as store:
        store.clock.draw_in(NOW + 41 * HOUR, timedelta(minutes=10))
    assert claim(database, 42) == []
    with database.begin() as store:
        store.clock.draw_in(NOW, timedelta(minutes=10))
    assert len(claim(database, 1)) == 1


def test_a_channel_is_managed_by_one_person_at_a_time_per_private_chat(database: Database) -> None:
    first, second = follow(database, "telegram:-1001"), follow(database, "telegram:-1002")
    with database.begin() as store:
        for chat_id, title in ((first, "甲"), (second, "乙")):
            store.groups.set_up(chat_id, title, ADMIN)
            store.groups.admit(chat_id, ADMIN)
        store.groups.admit(first, "telegram:8")
        assert store.groups.managed(ADMIN) is None
        store.groups.manage("telegram:8", first)
        for chat_id, title in ((first, "甲"), (second, "乙")):
            store.groups.manage(ADMIN, chat_id)
            managed = store.groups.managed(ADMIN)
            assert managed is not None
            assert managed.title == title
        assert [group.title for group in store.groups.administered(ADMIN)] == ["乙", "甲"]
        store.groups.dismiss(second, ADMIN)
        assert store.groups.managed(ADMIN) is None
        store.groups.manage("telegram:8", None)
        assert store.groups.managed("telegram:8") is None


def test_only_channels_are_found_by_their_ids(database: Database) -> None:
    group, channel = follow(database, GROUP), follow(database, "telegram:-1001")
    with database.begin() as store:
        store.groups.set_up(group, "群", ADMIN)
        store.groups.set_up(channel, "频道", ADMIN)
        store.groups.admit(channel, ADMIN)
        found = store.groups.channel(channel)
        assert found is not None
        assert found.title == "频道"
        assert store.groups.channel(group) is None
