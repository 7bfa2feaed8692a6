from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from digests.model import Chat, ChatState, Delivery, DeliveryState, Edition, Pace
from digests.storage import Database
from tests.samples import FAST, HOUR, NOW, add, follow, raw

LEASE = timedelta(minutes=2)
LATER = NOW + 48 * HOUR
SHANGHAI = ZoneInfo("Asia/Shanghai")


def close(database: Database, *queries: str, hours: int = 1) -> Edition:
    """An edition with a digest of one article for each query."""
    with database.begin() as store:
        edition = store.editions.add(NOW + hours * HOUR)
        assert edition is not None
        for query in queries:
            store.digests.add(edition.id, {query: [add(store, raw(f"{query}{hours}"))]})
    return edition


def fan_out(database: Database, edition: Edition) -> int:
    with database.begin() as store:
        return store.deliveries.fan_out(edition)


def claim(database: Database, now: datetime = LATER, limit: int = 10, scheme: str = "telegram") -> list[Delivery]:
    with database.begin() as store:
        return store.deliveries.claim(now, LEASE, scheme, FAST, limit, HOUR)


@pytest.fixture
def owed(database: Database) -> Delivery:
    """One delivery, claimed."""
    follow(database, "telegram:1", "公交")
    fan_out(database, close(database, "公交"))
    [delivery] = claim(database)
    return delivery


def counts(database: Database) -> dict[DeliveryState, int]:
    with database.read() as store:
        return store.deliveries.counts()


def test_who_follows_something_in_the_edition_is_owed_it_once(database: Database) -> None:
    follow(database, "telegram:1", "公交", "贷款")
    follow(database, "telegram:2", "余新")
    follow(database, "telegram:3", "公交", paused=True)
    follow(database, "telegram:4", "公交", state=ChatState.BLOCKED)
    edition = close(database, "公交", "贷款")
    assert fan_out(database, edition) == 1
    assert fan_out(database, edition) == 0
    [delivery] = claim(database)
    assert delivery.chat.address == "telegram:1"
    assert (delivery.edition_id, delivery.due_at) == (edition.id, edition.closes_at)


def test_a_chat_with_hours_of_its_own_gets_two_editions_in_one_delivery(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(7, 30),))
    first, second = close(database, "公交", hours=1), close(database, "公交", hours=2)
    assert fan_out(database, first) == 1
    assert fan_out(database, second) == 1
    [delivery] = claim(database)
    assert delivery.edition_id == second.id
    assert delivery.due_at == datetime(2024, 11, 14, 7, 30, tzinfo=SHANGHAI)


def test_nothing_is_claimed_before_it_is_due_or_twice_or_by_another_transport(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    edition = close(database, "公交")
    fan_out(database, edition)
    assert claim(database, now=edition.closes_at - timedelta(seconds=1)) == []
    assert claim(database, scheme="console") == []
    assert len(claim(database, now=edition.closes_at)) == 1
    assert claim(database) == []


def test_the_longest_due_is_claimed_first_and_no_more_than_asked_for(database: Database) -> None:
    for number in range(3):
        follow(database, f"telegram:{number}", "公交")
    fan_out(database, close(database, "公交"))
    assert [delivery.chat.address for delivery in claim(database, limit=2)] == ["telegram:0", "telegram:1"]


def test_a_delivery_that_arrived_counts_its_edition_as_told(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.arrived(owed, NOW, NOW)
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert chat.covered == owed.edition_id
    assert counts(database) == {DeliveryState.SENT: 1}
    assert claim(database) == []


def test_an_edition_told_before_is_not_owed_again(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "公交")
    edition = close(database, "公交")
    with database.begin() as store:
        store.chats.cover(chat_id, edition.id)
    assert fan_out(database, edition) == 0


def test_waiting_is_no_failed_try(database: Database, owed: Delivery) -> None:
    later = NOW + 72 * HOUR
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.wait(owed, later, "429")
    assert claim(database) == []
    [again] = claim(database, now=later)
    assert again.attempts == 0


def test_a_failed_try_is_counted(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.again(owed, NOW, "refused")
    [again] = claim(database)
    assert again.attempts == 1
    with database.begin() as store:
        store.deliveries.failed(again, "given up")
    assert counts(database) == {DeliveryState.FAILED: 1}


def test_a_chat_that_is_gone_is_left_in_peace(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.gone(owed, "blocked")
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert chat.state is ChatState.BLOCKED
    assert counts(database) == {DeliveryState.GONE: 1}
    assert fan_out(database, close(database, "公交", hours=3)) == 0


def test_what_may_have_arrived_is_due_again_or_left_as_it_is(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.doubtful(owed, NOW, "timed out")
    [again] = claim(database)
    assert (again.unknowns, again.doubtful) == (1, True)
    with database.begin() as store:
        store.deliveries.unknown(again, NOW, NOW, "timed out", tell=False)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}


def test_a_claim_of_a_dead_process_is_due_again_when_its_lease_ends(database: Database, owed: Delivery) -> None:
    ends = NOW + 48 * HOUR + LEASE
    with database.begin() as store:
        assert store.deliveries.recover(ends - timedelta(seconds=1), resend=True, pause=HOUR) == (0, 0)
        assert store.deliveries.recover(ends, resend=True, pause=HOUR) == (1, 0)
    [again] = claim(database, now=ends)
    assert (again.id, again.unknowns) == (owed.id, 0)


def test_a_send_of_a_dead_process_is_tried_once_more_after_a_pause(database: Database, owed: Delivery) -> None:
    ends = NOW + 48 * HOUR + LEASE
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        assert store.deliveries.recover(ends, resend=True, pause=HOUR) == (0, 1)
    assert claim(database, now=ends) == []
    [again] = claim(database, now=ends + HOUR)
    assert again.unknowns == 1
    with database.begin() as store:
        store.deliveries.sending(again, ends + 2 * HOUR)
        assert store.deliveries.recover(ends + 2 * HOUR, resend=True, pause=HOUR) == (0, 1)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}


def test_with_skip_a_send_of_a_dead_process_stays_unknown(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.recover(NOW + 72 * HOUR, resend=False, pause=HOUR)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}


def test_a_step_on_a_row_that_is_not_under_way_does_nothing(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.arrived(owed, NOW, NOW)
        store.deliveries.again(owed, NOW, "late")
        store.deliveries.gone(owed, "late")
    assert counts(database) == {DeliveryState.SENT: 1}


def settings(database: Database, address: str, **changed: object) -> None:
    with database.begin() as store:
        chat = store.chats.find(address)
        assert chat is not None
        store.chats.save(replace(chat, **changed))  # type: ignore[arg-type]


def titles(database: Database, delivery: Delivery) -> list[str]:
    with database.read() as store:
        owed = store.digests.load(store.digests.owed(delivery.chat, delivery.edition_id))
    return [article.title for digest in owed for article in digest.articles]


def test_a_chat_that_two_editions_wait_for_gets_them_one_after_the_other_and_nothing_twice(database: Database) -> None:
    follow(database, "telegram:1", "公交")
    for hours in (1, 2):
        fan_out(database, close(database, "公交", hours=hours))
    [first] = claim(database)
    assert claim(database) == []
    assert titles(database, first) == ["公交1"]
    with database.begin() as store:
        store.deliveries.arrived(first, NOW, NOW)
    [second] = claim(database)
    assert titles(database, second) == ["公交2"]


@pytest.mark.parametrize("changed", [{"paused": True}, {"state": ChatState.BLOCKED}])
def test_a_chat_that_paused_or_left_since_is_not_written_to(database: Database, changed: dict[str, object]) -> None:
    follow(database, "telegram:1", "公交")
    fan_out(database, close(database, "公交"))
    settings(database, "telegram:1", **changed)
    assert claim(database) == []
    settings(database, "telegram:1", paused=False, state=ChatState.ACTIVE)
    assert len(claim(database)) == 1


def test_a_delivery_of_which_a_part_arrived_does_not_grow_and_what_comes_late_follows_it(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(17, 30),))
    first, second = close(database, "公交", hours=1), close(database, "公交", hours=2)
    fan_out(database, first)
    [delivery] = claim(database)
    with database.begin() as store:
        store.deliveries.sending(delivery, LATER + LEASE, 2, [1, 2])
        store.deliveries.arrived(delivery, NOW, NOW)
    assert fan_out(database, second) == 1
    assert fan_out(database, second) == 0
    [again] = claim(database)
    assert (again.id, again.edition_id) == (delivery.id, first.id)
    assert (again.parts_sent, again.contents) == (1, [1, 2])
    with database.begin() as store:
        store.deliveries.arrived(again, NOW, NOW)
    [late] = claim(database)
    assert titles(database, late) == ["公交2"]
    assert late.due_at == delivery.due_at + timedelta(seconds=1)


@pytest.mark.parametrize("died", [True, False])
def test_with_skip_what_may_have_arrived_does_not_come_with_the_next_edition(
    database: Database, owed: Delivery, died: bool
) -> None:
    with database.begin() as store:
        assert store.deliveries.sending(owed, LATER + LEASE)
        if died:
            store.deliveries.recover(NOW + 72 * HOUR, resend=False, pause=HOUR)
        else:
            store.deliveries.unknown(owed, NOW, NOW, "timed out", tell=True)
    fan_out(database, close(database, "公交", hours=3))
    [following] = claim(database)
    assert titles(database, following) == ["公交3"]


def test_with_resend_what_stayed_unknown_comes_with_the_next_edition(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.doubtful(owed, NOW, "timed out")
    [again] = claim(database)
    with database.begin() as store:
        store.deliveries.unknown(again, NOW, NOW, "timed out", tell=False)
    fan_out(database, close(database, "公交", hours=3))
    [following] = claim(database)
    assert titles(database, following) == ["公交1", "公交3"]


def test_who_lost_the_claim_is_told_before_anything_goes_out(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.recover(NOW + 72 * HOUR, resend=True, pause=HOUR)
        assert not store.deliveries.sending(owed, LATER + LEASE)
        assert not store.deliveries.sending(replace(owed, id=10**6), LATER + LEASE)


def test_a_step_meant_for_a_chat_that_left_never_reaches_another(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.belongings.forget(owed.chat)
    other = follow(database, "telegram:2", "公交")
    fan_out(database, close(database, "公交", hours=3))
    [delivery] = claim(database)
    assert other != owed.chat.id
    assert delivery.id != owed.id


def test_deliveries_go_with_their_chat(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.belongings.forget(owed.chat)
        store.deliveries.arrived(owed, NOW, NOW)
    assert counts(database) == {}


def test_the_database_itself_refuses_a_state_that_does_not_exist(database: Database, owed: Delivery) -> None:
    with pytest.raises(Exception, match="state"), database._transaction(writes=True) as connection:
        connection.execute(text("UPDATE deliveries SET state = 'lost'"))


def test_the_chat_of_a_delivery_is_whole(database: Database, owed: Delivery) -> None:
    with database.read() as store:
        chat = store.chats.find("telegram:1")
    assert isinstance(chat, Chat)
    assert owed == replace(owed, chat=chat)


def test_a_sender_whose_lease_ended_can_change_nothing_any_more(database: Database, owed: Delivery) -> None:
    ends = LATER + LEASE
    with database.begin() as store:
        store.deliveries.recover(ends, resend=True, pause=HOUR)
    [mine] = claim(database, now=ends)
    with database.begin() as store:
        assert not store.deliveries.sending(owed, ends + LEASE)
        store.deliveries.arrived(owed, ends, ends)
        assert store.deliveries.sending(mine, ends + LEASE)
    assert counts(database) == {DeliveryState.SENDING: 1}


def test_what_is_chosen_today_does_not_bring_the_editions_of_before(database: Database) -> None:
    chat_id = follow(database, "telegram:1", "长城")
    for hours in range(1, 4):
        fan_out(database, close(database, "公交", hours=hours))
    with database.begin() as store:
        store.subscriptions.add(chat_id, "公交", NOW)
    fan_out(database, close(database, "公交", hours=4))
    [delivery] = claim(database)
    with database.read() as store:
        owed = store.digests.load(store.digests.owed(delivery.chat, delivery.edition_id))
    assert [digest.edition.id for digest in owed] == [delivery.edition_id]


def test_what_was_given_up_does_not_spoil_the_next_digest(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.failed(owed, "refused")
    fan_out(database, close(database, "公交", hours=5))
    [next_one] = claim(database)
    with database.read() as store:
        digests = store.digests.load(store.digests.owed(next_one.chat, next_one.edition_id))
    assert [digest.edition.id for digest in digests] == [next_one.edition_id]


def test_a_group_with_a_hundred_topics_due_holds_up_nobody(database: Database) -> None:
    for topic in range(100):
        follow(database, f"telegram:-1005:{topic}", "公交")
    for number in range(1, 8):
        follow(database, f"telegram:{number}", "公交")
    fan_out(database, close(database, "公交"))
    rooms = []
    for tick in range(4):
        with database.begin() as store:
            now = LATER + tick * timedelta(milliseconds=100)
            slow = Pace(rate=10, burst=3)
            rooms += [
                delivery.chat.address for delivery in store.deliveries.claim(now, LEASE, "telegram", slow, 5, HOUR)
            ]
    assert sum(room.startswith("telegram:-1005") for room in rooms) == 1
    assert len(rooms) == 8


def test_what_comes_to_light_after_the_lease_ended_counts_until_another_takes_the_row(
    database: Database, owed: Delivery
) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.recover(LATER + LEASE, resend=True, pause=HOUR)
        store.deliveries.arrived(owed, LATER + LEASE, LATER + LEASE)
    assert counts(database) == {DeliveryState.SENT: 1}


def test_a_clock_that_is_put_back_leaves_no_lease_and_no_pause_for_hours(database: Database) -> None:
    for number in (1, 2):
        follow(database, f"telegram:{number}", "公交")
    fan_out(database, close(database, "公交"))
    ahead, pause = LATER + 5 * HOUR, timedelta(minutes=10)
    first, _ = claim(database, ahead)
    with database.begin() as store:
        store.deliveries.again(first, ahead + pause, "refused")
        store.deliveries.rewind(LATER, LEASE, pause)
    assert [delivery.id for delivery in claim(database)] == [first.id]
    with database.begin() as store:
        assert store.deliveries.recover(LATER + LEASE, resend=True, pause=pause) == (2, 0)


@pytest.mark.parametrize(("resend", "again"), [(True, ["公交1", "公交2"]), (False, ["公交2"])])
def test_a_first_message_that_stayed_unknown_comes_with_the_next_digest_though_the_last_one_arrived(
    database: Database, owed: Delivery, resend: bool, again: list[str]
) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE, 2, ["一", "二"])
        store.deliveries.unknown(owed, LATER, LATER, "timed out", tell=not resend)
    [second] = claim(database)
    with database.begin() as store:
        store.deliveries.arrived(second, LATER, LATER, tell=not resend)
    fan_out(database, close(database, "公交", hours=2))
    [following] = claim(database)
    assert titles(database, following) == again


def test_what_a_claim_knows_is_worthless_once_the_row_owes_more(database: Database) -> None:
    follow(database, "telegram:1", "公交", times=(time(7, 30),))
    fan_out(database, close(database, "公交"))
    [owed] = claim(database)
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.recover(LATER + LEASE, resend=True, pause=HOUR)
    fan_out(database, close(database, "公交", hours=2))
    with database.begin() as store:
        store.deliveries.arrived(owed, LATER + LEASE, LATER)
    assert counts(database) == {DeliveryState.PENDING: 1}
