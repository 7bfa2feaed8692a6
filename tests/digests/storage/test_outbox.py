"""Whatever happens to its senders, the outbox loses nothing with resend and repeats nothing with skip."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.model import Chat, Delivery
from digests.storage import Database, Store
from tests.samples import HOUR, NOW, add, raw

LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=30)

EVENTS = st.sampled_from(
    [
        "closes", "closes", "claims", "claims", "arrives", "arrives", "waits", "fails", "is given up",
        "times out, arrived", "times out, lost", "dies", "dies sending, arrived", "dies sending, lost", "time passes",
    ]
)  # fmt: skip


@dataclass
class Play:
    """A chat, a clock, senders that may die, and what has reached the chat."""

    store: Store
    resend: bool
    now: datetime = NOW
    written: list[int] = field(default_factory=list)
    received: Counter[int] = field(default_factory=Counter)
    given_up: set[int] = field(default_factory=set)
    doubtful: int = 0
    held: list[tuple[Delivery, list[int]]] = field(default_factory=list)

    def closes(self) -> None:
        self.now += timedelta(minutes=7)
        edition = self.store.editions.add(self.now)
        assert edition is not None
        article = add(self.store, raw(f"公交{len(self.written)}"))
        self.store.articles.assign(edition.id, [article])
        self.store.digests.add(edition.id, {"公交": [article]})
        self.store.deliveries.fan_out(edition)
        self.written.append(article)

    def claims(self) -> None:
        self.store.deliveries.recover(self.now, resend=self.resend, pause=PAUSE)
        for delivery in self.store.deliveries.claim(self.now, 10, LEASE, "telegram"):
            owed = self.store.digests.owed(delivery.chat, delivery.edition_id)
            self.held.append((delivery, [article.id for digest in owed for article in digest.articles]))

    def time_passes(self) -> None:
        self.now += LEASE + HOUR  # senders may outlive their leases

    def sends(self, what: str) -> None:
        """One delivery that is held is taken up and comes to some end."""
        if not self.held:
            return
        delivery, articles = self.held.pop(0)
        deliveries = self.store.deliveries
        if what == "dies" or not deliveries.sending(delivery, self.now + LEASE):
            return
        if what.endswith("arrived") or what == "arrives":
            self.received.update(articles)
        self.doubtful += "times out" in what or "dies" in what
        match what.partition(",")[0]:
            case "arrives":
                deliveries.part_sent(delivery)
                deliveries.sent(delivery, self.now)
            case "waits":
                deliveries.wait(delivery, self.now + PAUSE, "429")
            case "fails":
                deliveries.again(delivery, self.now + PAUSE, "502")
            case "is given up":
                self.given_up.update(articles)
                deliveries.failed(delivery, "400")
            case "times out":
                again = self.now + PAUSE if self.resend and not delivery.unknowns else None
                deliveries.unknown(delivery, again, "timed out")

    def happens(self, event: str) -> None:
        match event:
            case "closes":
                self.closes()
            case "claims":
                self.claims()
            case "time passes":
                self.time_passes()
            case _:
                self.sends(event)

    def comes_to_rest(self) -> None:
        """One more edition, and senders that live until nothing is due."""
        self.closes()
        for _ in range(20):
            self.time_passes()
            self.now += 24 * HOUR
            self.claims()
            while self.held:
                self.sends("arrives")
        assert self.store.deliveries.claim(self.now + 1000 * HOUR, 10, LEASE, "telegram") == []


@pytest.mark.parametrize("times", [(), (time(15, 0), time(23, 0))])
@pytest.mark.parametrize("resend", [True, False])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(EVENTS, max_size=40))
def test_senders_may_die_and_time_out_as_they_like(
    database: Database, resend: bool, times: tuple[time, ...], events: list[str]
) -> None:
    with pytest.raises(_Undone), database.begin() as store:
        chat = store.chats.find_or_add("telegram:1", "zh-Hans", "Asia/Shanghai", NOW)
        store.chats.save(_at(chat, times))
        store.subscriptions.add(chat.id, "公交", NOW)
        play = Play(store, resend)
        for event in events:
            play.happens(event)
        play.comes_to_rest()
        if resend:
            assert set(play.received) | play.given_up == set(play.written), "something was lost"
            assert play.doubtful or max(play.received.values()) == 1, "something came twice for no reason"
        else:
            assert all(times == 1 for times in play.received.values()), "something came twice"
            reached = set(play.received) | play.given_up
            assert play.doubtful or reached == set(play.written), "something was lost for no reason"
        raise _Undone


class _Undone(Exception):
    """Takes a play back."""


def _at(chat: Chat, times: tuple[time, ...]) -> Chat:
    return replace(chat, times=times)
