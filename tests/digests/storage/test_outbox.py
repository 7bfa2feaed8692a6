"""Whatever happens to its senders and clocks, the outbox loses nothing with resend and repeats nothing with skip."""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select

from digests.model.outbox import Delivery
from digests.storage import Database
from digests.storage.tables.outbox import deliveries
from digests.timetable import Quiet
from tests.samples import FAST, HOUR, NOW, add, raw

LEASE, PAUSE, LONGEST = timedelta(minutes=2), timedelta(seconds=30), timedelta(minutes=10)
CHATS = {"telegram:1": (), "telegram:2": (time(15, 0), time(23, 0)), "telegram:-9:1": (), "telegram:-9:2": ()}
"""Addresses and the hours of their own; two are topics of one group."""
ANY = st.integers(0, 100)
SPANS = st.sampled_from([timedelta(seconds=20), PAUSE, LEASE, HOUR, 9 * HOUR])


@dataclass
class Held:
    """What a sender has in hand: a claim, its messages (an article in each), and whether its request goes out."""

    delivery: Delivery
    articles: list[int]
    begun: bool = False


class Outbox(RuleBasedStateMachine):
    """Some chats, senders that sleep past their leases or die at any step, clocks that jump, and what has arrived."""

    def __init__(self, database: Database, *, resend: bool) -> None:
        super().__init__()
        self.transaction = database.begin()
        self.store = self.transaction.__enter__()
        self.resend = resend
        self.now = self.closing = NOW
        self.written: list[int] = []
        self.held: list[Held] = []
        self.received = defaultdict[int, Counter[int]](Counter)
        self.given_up = defaultdict[int, set[int]](set)
        self.ids = [self.joins(address, times) for address, times in CHATS.items()]
        self.an_edition_closes(2)

    def joins(self, address: str, times: tuple[time, ...]) -> int:
        chat = self.store.chats.find_or_add(address, "zh-Hans", "Asia/Shanghai", NOW)
        self.store.chats.save(replace(chat, times=times))
        self.store.subscriptions.add(chat.id, "公交", NOW)
        [wish] = self.store.subscriptions.of(chat.id)
        self.store.subscriptions.set_alerts(wish, NOW - 99 * HOUR)
        return chat.id

    def doubts(self) -> Counter[int]:
        """How many tries of each chat nobody knows the end of."""
        counted = select(deliveries.c.chat_id, func.sum(deliveries.c.unknowns)).group_by(deliveries.c.chat_id)
        return Counter({row[0]: row[1] for row in self.store._connection.execute(counted)})

    @rule(articles=st.integers(1, 3))
    def an_edition_closes(self, articles: int) -> None:
        # The clock may be put back: editions close at ever later instants all the same.
        self.closing = max(self.now, self.closing) + timedelta(minutes=7)
        self.now = max(self.now, self.closing)
        edition = self.store.editions.add(self.closing)
        assert edition is not None
        made = [self.an_article() for _ in range(articles)]
        waiting = [article.id for article in self.store.articles.unassigned()]
        self.store.articles.assign(edition.id, waiting)
        self.store.digests.add(edition.id, {"公交": waiting})
        self.store.deliveries.fan_out(edition)
        assert set(made) <= set(waiting)

    def an_article(self) -> int:
        self.written.append(add(self.store, raw(f"公交{len(self.written)}"), now=self.now))
        return self.written[-1]

    @rule(most=st.integers(1, 3), late=st.booleans())
    def an_article_is_alerted(self, most: int, late: bool) -> None:
        # An edition may close, for an instant before, while the alert is being made.
        made = self.an_article()
        article = self.store.articles.get(made)
        assert article is not None
        if late:
            self.an_edition_closes(0)
        self.store.alerts.owe(article, ["公交"], self.now, most)

    @rule(which=ANY, hours=st.sets(st.integers(0, 23), max_size=2), days=st.sets(st.integers(1, 7), min_size=1),
          quiet=st.sampled_from([None, Quiet(time(22), time(7))]))  # fmt: skip
    def a_timetable_changes(self, which: int, hours: set[int], days: set[int], quiet: Quiet | None) -> None:
        address = list(CHATS)[which % len(CHATS)]
        chat = self.store.chats.find(address)
        assert chat is not None
        times = tuple(time(hour) for hour in sorted(hours))
        changed = replace(chat, times=times, days=tuple(sorted(days)), quiet=quiet)
        self.store.chats.save(changed)
        self.store.deliveries.retime(changed, self.now)

    @rule(which=ANY)
    def quiet_hours_hold_one_back(self, which: int) -> None:
        waiting = [held for held in self.held if not held.begun and not held.delivery.parts_sent]
        if waiting:
            held = waiting[which % len(waiting)]
            self.held.remove(held)
            if held.delivery.article_id is not None and not held.delivery.doubtful:
                self.store.deliveries.withdraw(held.delivery)
            else:
                self.store.deliveries.postpone(held.delivery, self.now + HOUR)

    @rule(most=st.integers(1, 4), after=SPANS, begins=st.booleans())
    def a_sender_claims(self, most: int, after: timedelta = timedelta(), *, begins: bool = False) -> None:
        self.now += after
        outbox = self.store.deliveries
        outbox.recover(self.now, LEASE, resend=self.resend, pause=PAUSE)
        claimed = outbox.claim(self.now, LEASE, "telegram", FAST, most, HOUR)
        owing = [held for delivery in claimed if (held := self.taken_up(delivery)) is not None]
        self.held += owing
        for held in self.held[::-1][: len(owing) * begins]:
            self.begin(held)

    def taken_up(self, delivery: Delivery) -> Held | None:
        """As a sender does: what the digest told is no alert any more, and what others told all of is done."""
        articles = self.messages(delivery)
        if articles:
            return Held(delivery, articles)
        if delivery.article_id is not None:
            self.store.deliveries.withdraw(delivery)
        else:
            self.store.deliveries.nothing(delivery, self.now)
        return None

    def messages(self, delivery: Delivery) -> list[int]:
        """The articles that a delivery owes, one a message; those of which some went out stay what they were."""
        if delivery.article_id is not None:
            article = self.store.articles.get(delivery.article_id)
            assert article is not None
            told = article.edition_id is not None and article.edition_id <= delivery.chat.covered
            return [] if told else [article.id]
        if delivery.contents and (delivery.parts_sent or delivery.doubtful):
            return list(delivery.contents)
        owed = self.store.digests.load(self.store.digests.owed(delivery.chat, delivery.edition_id))
        alerted = self.store.alerts.told(delivery.chat, self.now, unknown=not self.resend)
        return [article.id for digest in owed for article in digest.articles if article.id not in alerted]

    @precondition(lambda self: self.held)
    @rule(which=ANY)
    def a_request_is_about_to_go_out(self, which: int) -> None:
        self.begin(self.held[which % len(self.held)])

    def begin(self, held: Held) -> None:
        until, articles = self.now + LEASE, held.articles
        if not held.begun and not self.store.deliveries.sending(held.delivery, until, len(articles), articles):
            self.held.remove(held)
        held.begun = True

    def begun(self, which: int) -> Held | None:
        """One whose request goes out, taken from its sender's hands."""
        begun = [held for held in self.held if held.begun]
        if not begun:
            return None
        held = begun[which % len(begun)]
        self.held.remove(held)
        return held

    def end(self, held: Held, step: str, *values: Any, **more: Any) -> None:
        """Takes a step; of a row that was claimed anew meanwhile it must change nothing."""
        row = select(deliveries).where(deliveries.c.id == held.delivery.id)
        before = self.store._connection.execute(row).one()
        getattr(self.store.deliveries, step)(held.delivery, *values, **more)
        after = self.store._connection.execute(row).one()
        assert before.claims == held.delivery.claim or after == before, "a claim that was lost changed the row"

    def arrive(self, held: Held) -> None:
        chat, article = held.delivery.chat.id, held.articles[held.delivery.parts_sent]
        before = self.received[chat][article]
        assert before == 0 or self.resend, "something came twice"
        assert before <= self.doubts()[chat], "something came twice for no reason"
        self.received[chat][article] += 1

    @rule(which=ANY)
    def it_arrives(self, which: int) -> None:
        if held := self.begun(which):
            self.arrive(held)
            self.end(held, "arrived", self.now, self.now, tell=not self.resend)

    @rule(which=ANY, arrived=st.booleans())
    def it_times_out(self, which: int, arrived: bool) -> None:
        if not (held := self.begun(which)):
            return
        if arrived:
            self.arrive(held)
        if self.resend and not held.delivery.doubtful:
            self.end(held, "doubtful", self.now + PAUSE, "timed out")
        else:
            self.end(held, "unknown", self.now, self.now, "timed out", tell=not self.resend)

    @rule(which=ANY, ended=st.sampled_from(["wait", "again", "failed"]))
    def it_is_refused(self, which: int, ended: str) -> None:
        if not (held := self.begun(which)):
            return
        if ended == "failed":
            # Its edition counts as told, with a message before of which nobody knows whether it arrived.
            self.given_up[held.delivery.chat.id].update(held.articles)
            self.end(held, "failed", "400")
        else:
            self.end(held, ended, self.now + PAUSE, ended)

    @rule(which=ANY, arrived=st.booleans())
    def a_sender_dies_while_sending(self, which: int, arrived: bool) -> None:
        if (held := self.begun(which)) and arrived:
            self.arrive(held)

    @precondition(lambda self: self.held)
    @rule()
    def a_sender_dies_with_what_it_claimed(self) -> None:
        self.held.pop()

    @rule(span=SPANS)
    def time_passes(self, span: timedelta) -> None:
        self.now += span  # senders may outlive their leases

    @rule(span=st.sampled_from([LEASE, HOUR, 5 * HOUR]))
    def the_clock_is_put_back(self, span: timedelta) -> None:
        self.now -= span
        self.store.clock.draw_in(self.now, LONGEST)

    @invariant()
    def of_a_chat_one_delivery_is_under_way_at_most(self) -> None:
        underway = deliveries.c.state.in_(["claimed", "sending"])
        counted = select(func.count()).where(underway).group_by(deliveries.c.chat_id)
        assert all(number == 1 for number in self.store._connection.execute(counted).scalars())

    def teardown(self) -> None:
        try:
            self.comes_to_rest()
            self.nothing_is_lost()
        finally:
            self.store._connection.rollback()
            self.transaction.__exit__(None, None, None)

    def comes_to_rest(self) -> None:
        """One more edition, and senders that live until nothing is due."""
        self.held.clear()
        self.an_edition_closes(1)
        self.now += 20 * 24 * HOUR
        for _ in range(200):
            self.now += LEASE
            self.a_sender_claims(4)
            while self.held:
                self.a_request_is_about_to_go_out(0)
                self.it_arrives(0)
            if not self.unfinished():
                return
        raise AssertionError("it never comes to rest")

    def unfinished(self) -> int:
        waiting = deliveries.c.state.in_(["pending", "claimed", "sending"])
        return self.store._connection.execute(select(func.count()).where(waiting)).scalar_one()

    def nothing_is_lost(self) -> None:
        doubts = self.doubts()
        for chat in self.ids:
            lost = set(self.written) - set(self.received[chat]) - self.given_up[chat]
            assert not lost or (not self.resend and doubts[chat]), "something was lost"


@pytest.mark.no_cover
@pytest.mark.parametrize("resend", [True, False])
def test_nothing_is_lost_and_nothing_comes_twice_without_a_reason(database: Database, resend: bool) -> None:
    class Play(Outbox):
        def __init__(self) -> None:
            super().__init__(database, resend=resend)

    # Without shrinking: it takes minutes here, and the steps that failed are told all the same.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    plays = settings(phases=phases, max_examples=8, stateful_step_count=40, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Play, settings=plays)
