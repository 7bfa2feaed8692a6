from dataclasses import replace
from datetime import datetime, time

import pytest

from digests.model.outbox import Audience, Broadcast, BroadcastState, DeliveryState, Progress
from digests.model.readers import ChatState, Trouble
from digests.storage import Database
from digests.timetable import Quiet
from tests.digests.storage.owing import claim, close, counts, fan_out
from tests.samples import HOUR, NOW, follow

YUXIN = "place:330402101"
NIGHT = Quiet(time(14), time(20))  # 14:30 in Shanghai is NOW
DRAFT = Broadcast(id=0, author="telegram:1", transport="telegram", content={"spans": [["通知", None]]}, query="")


def draft(database: Database, query: str = "") -> int:
    with database.begin() as store:
        return store.broadcasts.draft(replace(DRAFT, query=query), NOW)


def begin(database: Database, number: int) -> int | None:
    with database.begin() as store:
        return store.broadcasts.begin(number, NOW)


def progress(database: Database, number: int) -> Progress:
    with database.read() as store:
        return store.broadcasts.progress(number)


def state(database: Database, number: int) -> BroadcastState:
    with database.read() as store:
        found = store.broadcasts.get(number)
    assert found is not None
    return found.state


def reached(database: Database, now: datetime = NOW + HOUR / 60) -> set[str]:
    return {delivery.chat.address for delivery in claim(database, now)}


def test_all_but_those_who_paused_left_or_closed_their_group_are_owed_it_once(database: Database) -> None:
    follow(database, "telegram:1")
    follow(database, "telegram:2", "公交")
    follow(database, "telegram:3", paused=True)
    follow(database, "telegram:4", state=ChatState.BLOCKED)
    closed = follow(database, "telegram:-5")
    follow(database, "console:local")
    with database.begin() as store:
        store.groups.silence(closed, Trouble.SILENCED, NOW)
    with database.read() as store:
        audience = store.broadcasts.audience("", "telegram", NOW)
    assert audience == Audience(chats=2, paused=1, left=1, silenced=1)
    assert begin(database, draft(database)) == 2
    assert reached(database) == {"telegram:1", "telegram:2"}


def test_confirmed_twice_it_goes_out_once(database: Database) -> None:
    follow(database, "telegram:1")
    number = draft(database)
    assert [begin(database, number), begin(database, number)] == [1, None]
    assert counts(database) == {DeliveryState.PENDING: 1}


def test_of_the_topics_of_a_forum_one_gets_it(database: Database) -> None:
    for topic in (1, 2, 3):
        follow(database, f"telegram:-9:{topic}")
    assert begin(database, draft(database)) == 1


@pytest.mark.parametrize(
    ("query", "chats"),
    [
        ("公交", {"telegram:1"}),
        ("place:330402101", {"telegram:2"}),
        ("place:330402", {"telegram:2", "telegram:3"}),
        ("topic:transport", set()),
    ],
)
def test_it_goes_to_those_who_follow_something_or_a_place_within(
    database: Database, query: str, chats: set[str]
) -> None:
    follow(database, "telegram:1", "公交")
    follow(database, "telegram:2", YUXIN)
    follow(database, "telegram:3", "place:330402")
    begin(database, draft(database, query))
    assert reached(database) == chats


def test_who_is_in_quiet_hours_gets_it_when_they_end_and_is_counted(database: Database) -> None:
    follow(database, "telegram:1", quiet=NIGHT)
    follow(database, "telegram:2")
    with database.read() as store:
        assert store.broadcasts.audience("", "telegram", NOW) == Audience(chats=2, asleep=1)
    begin(database, draft(database))
    assert reached(database) == {"telegram:2"}
    assert reached(database, NOW + 6 * HOUR) == {"telegram:1"}


def test_stopped_it_reaches_nobody_whom_it_is_not_on_its_way_to(database: Database) -> None:
    for number in range(3):
        follow(database, f"telegram:{number}")
    number = draft(database)
    begin(database, number)
    [under_way] = claim(database, NOW, 1)
    with database.begin() as store:
        assert store.broadcasts.stop(number)
        assert not store.broadcasts.stop(number)
    assert counts(database) == {DeliveryState.CLAIMED: 1}
    assert begin(database, number) is None
    with database.begin() as store:
        assert store.deliveries.sending(under_way, NOW + HOUR)
        store.deliveries.arrived(under_way, NOW, NOW)
    assert progress(database, number) == Progress(sent=1)
    assert state(database, number) is BroadcastState.STOPPED


def test_a_dropped_draft_cannot_be_sent_and_one_that_is_sent_not_dropped(database: Database) -> None:
    follow(database, "telegram:1")
    first, second = draft(database), draft(database)
    begin(database, second)
    with database.begin() as store:
        assert store.broadcasts.drop(first)
        assert not store.broadcasts.drop(second)
    assert begin(database, first) is None


def test_who_pauses_or_closes_a_group_since_is_not_waited_for(database: Database) -> None:
    follow(database, "telegram:1")
    number = draft(database)
    begin(database, number)
    assert progress(database, number) == Progress(waiting=1)
    follow(database, "telegram:1", paused=True)
    assert progress(database, number) == Progress()


def test_a_digest_and_a_broadcast_of_the_same_instant_both_come_and_the_edition_counts_as_told(
    database: Database,
) -> None:
    follow(database, "telegram:1", "公交")
    edition = close(database, "公交", hours=0)
    fan_out(database, edition)
    begin(database, draft(database))
    for _ in range(2):
        [delivery] = claim(database, NOW + HOUR)
        with database.begin() as store:
            store.deliveries.sending(delivery, NOW + 2 * HOUR)
            store.deliveries.arrived(delivery, NOW, NOW)
    assert counts(database) == {DeliveryState.SENT: 2}
    with database.read() as store:
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert chat.covered == edition.id


def test_it_goes_on_until_its_author_is_told_that_it_is_out(database: Database) -> None:
    follow(database, "telegram:1")
    number = draft(database)
    begin(database, number)
    with database.begin() as store:
        store.broadcasts.told(number, NOW + HOUR, ended=False)
        [going] = store.broadcasts.going_on("telegram")
        assert (going.told_at, going.owed) == (NOW + HOUR, 1)
        assert store.broadcasts.going_on("console") == []
        store.broadcasts.told(number, NOW + HOUR, ended=True)
        assert store.broadcasts.going_on("telegram") == []


def test_it_is_kept_as_long_as_its_deliveries_and_names_nobody_who_had_everything_deleted(database: Database) -> None:
    follow(database, "telegram:1")
    number = draft(database)
    begin(database, number)
    with database.begin() as store:
        author = store.chats.find("telegram:1")
        assert author is not None
        assert store.retention.prune("deliveries", NOW, NOW, 9.0) == 0
        store.belongings.forget(author)
        left = store.broadcasts.get(number)
        assert left is not None
        assert left.author == ""
        assert store.retention.prune("deliveries", NOW + HOUR, NOW, 9.0) == 1
        assert store.broadcasts.get(number) is None
