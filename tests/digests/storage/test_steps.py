"""What each step of a delivery does, and which it refuses."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import text

from digests.model.outbox import Delivery, DeliveryState
from digests.model.readers import ChatState
from digests.storage import Database
from tests.digests.storage.owing import LATER, LEASE, claim, close, counts, fan_out, titles
from tests.samples import HOUR, NOW, follow


def test_a_delivery_that_arrived_counts_its_edition_as_told(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.arrived(owed, NOW, NOW)
        chat = store.chats.find("telegram:1")
    assert chat is not None
    assert chat.covered == owed.edition_id
    assert counts(database) == {DeliveryState.SENT: 1}
    assert claim(database) == []


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


def test_what_was_tried_and_waits_for_a_chat_that_left_is_gone(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.doubtful(owed, NOW, "timed out")
        store.deliveries.drop(owed.chat.id, "left")
    assert counts(database) == {DeliveryState.GONE: 1}


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
        assert store.deliveries.recover(ends - timedelta(seconds=1), LEASE, resend=True, pause=HOUR) == (0, 0)
        assert store.deliveries.recover(ends, LEASE, resend=True, pause=HOUR) == (1, 0)
    [again] = claim(database, now=ends)
    assert (again.id, again.unknowns) == (owed.id, 0)


def test_a_send_of_a_dead_process_is_tried_once_more_after_a_pause(database: Database, owed: Delivery) -> None:
    ends = NOW + 48 * HOUR + LEASE
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        assert store.deliveries.recover(ends, LEASE, resend=True, pause=HOUR) == (0, 1)
    assert claim(database, now=ends) == []
    [again] = claim(database, now=ends + HOUR)
    assert again.unknowns == 1
    with database.begin() as store:
        store.deliveries.sending(again, ends + 2 * HOUR)
        assert store.deliveries.recover(ends + 2 * HOUR, LEASE, resend=True, pause=HOUR) == (0, 1)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}


def test_with_skip_a_send_of_a_dead_process_stays_unknown(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.recover(NOW + 72 * HOUR, LEASE, resend=False, pause=HOUR)
    assert counts(database) == {DeliveryState.UNKNOWN: 1}


def test_a_step_on_a_row_that_is_not_under_way_does_nothing(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.arrived(owed, NOW, NOW)
        store.deliveries.again(owed, NOW, "late")
        store.deliveries.gone(owed, "late")
    assert counts(database) == {DeliveryState.SENT: 1}


@pytest.mark.parametrize("died", [True, False])
def test_with_skip_what_may_have_arrived_does_not_come_with_the_next_edition(
    database: Database, owed: Delivery, died: bool
) -> None:
    with database.begin() as store:
        assert store.deliveries.sending(owed, LATER + LEASE)
        if died:
            store.deliveries.recover(NOW + 72 * HOUR, LEASE, resend=False, pause=HOUR)
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
        store.deliveries.recover(NOW + 72 * HOUR, LEASE, resend=True, pause=HOUR)
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


def test_the_database_itself_refuses_a_state_that_does_not_exist(database: Database, owed: Delivery) -> None:
    with pytest.raises(Exception, match="state"), database._transaction(writes=True) as connection:
        connection.execute(text("UPDATE deliveries SET state = 'lost'"))


def test_a_sender_whose_lease_ended_can_change_nothing_any_more(database: Database, owed: Delivery) -> None:
    ends = LATER + LEASE
    with database.begin() as store:
        store.deliveries.recover(ends, LEASE, resend=True, pause=HOUR)
    [mine] = claim(database, now=ends)
    with database.begin() as store:
        assert not store.deliveries.sending(owed, ends + LEASE)
        store.deliveries.arrived(owed, ends, ends)
        assert store.deliveries.sending(mine, ends + LEASE)
    assert counts(database) == {DeliveryState.SENDING: 1}


def test_what_was_given_up_does_not_spoil_the_next_digest(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        store.deliveries.failed(owed, "refused")
    fan_out(database, close(database, "公交", hours=5))
    [next_one] = claim(database)
    with database.read() as store:
        digests = store.digests.load(store.digests.owed(next_one.chat, next_one.edition_id))
    assert [digest.edition.id for digest in digests] == [next_one.edition_id]


def test_what_comes_to_light_after_the_lease_ended_counts_until_another_takes_the_row(
    database: Database, owed: Delivery
) -> None:
    with database.begin() as store:
        store.deliveries.sending(owed, LATER + LEASE)
        store.deliveries.recover(LATER + LEASE, LEASE, resend=True, pause=HOUR)
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
        store.clock.draw_in(LATER, pause)
        assert store.deliveries.recover(LATER, LEASE, resend=True, pause=pause) == (0, 0)
    assert [delivery.id for delivery in claim(database)] == [first.id]
    with database.begin() as store:
        assert store.deliveries.recover(LATER + LEASE, LEASE, resend=True, pause=pause) == (2, 0)


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
        store.deliveries.recover(LATER + LEASE, LEASE, resend=True, pause=HOUR)
    fan_out(database, close(database, "公交", hours=2))
    with database.begin() as store:
        store.deliveries.arrived(owed, LATER + LEASE, LATER)
    assert counts(database) == {DeliveryState.PENDING: 1}


def test_each_message_of_a_delivery_may_be_tried_once_more(database: Database, owed: Delivery) -> None:
    with database.begin() as store:
        assert store.deliveries.sending(owed, LATER, 2, ["1", "2"])
        store.deliveries.doubtful(owed, LATER, "timed out")
    [again] = claim(database)
    assert again.doubtful
    with database.begin() as store:
        assert store.deliveries.sending(again, LATER, 2, ["1", "2"])
        store.deliveries.arrived(again, LATER, LATER)
    [second] = claim(database)
    assert (second.parts_sent, second.doubtful) == (1, False)


def test_a_message_whose_arrival_is_recorded_twice_counts_once(database: Database, owed: Delivery) -> None:
    for _ in range(2):  # the connection broke at the commit, and nobody knew whether it was done
        with database.begin() as store:
            store.deliveries.sending(owed, LATER, 3, ["1", "2", "3"])
            store.deliveries.arrived(owed, LATER, LATER)
    [second] = claim(database)
    assert second.parts_sent == 1
