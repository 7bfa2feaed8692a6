"""Whatever happens to its senders, the outbox loses nothing with resend and repeats nothing with skip."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.model import Chat, Delivery
from digests.storage import Database, Store
from tests.samples import FAST, HOUR, NOW, add, raw

LEASE = timedelta(minutes=2)
PAUSE = timedelta(seconds=30)

EVENTS = st.sampled_from(
    [
        "closes", "closes", "claims", "claims", "arrives", "arrives", "waits", "fails", "is given up",
        "times out, arrived", "times out, lost", "dies", "dies sending, arrived", "dies sending, lost", "time passes",
        "the clock is put back",
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
    closing: datetime = NOW
    held: list[tuple[Delivery, list[int]]] = field(default_factory=list)

    def closes(self) -> None:
        # The clock may be put back: editions close at ever later instants all the same.
        self.closing = max(self.now, self.closing) + timedelta(minutes=7)
        self.now = max(self.now, self.closing)
        edition = self.store.editions.add(self.closing)
        assert edition is not None
        article = add(self.store, raw(f"公交{len(self.written)}"))
        self.store.articles.assign(edition.id, [article])
        self.store.digests.add(edition.id, {"公交": [article]})
        self.store.deliveries.fan_out(edition)
        self.written.append(article)

    def claims(self) -> None:
        self.store.deliveries.recover(self.now, resend=self.resend, pause=PAUSE)
        for delivery in self.store.deliveries.claim(self.now, LEASE, "telegram", FAST, 10, HOUR):
            self.held.append((delivery, self.messages(delivery)))

    def messages(self, delivery: Delivery) -> list[int]:
        """The articles that a delivery owes, one a message; those of which some went out stay what they were."""
        if delivery.contents and (delivery.parts_sent or delivery.doubtful):
            return list(delivery.contents)
        owed = self.store.digests.load(self.store.digests.owed(delivery.chat, delivery.edition_id))
        return [article.id for digest in owed for article in digest.articles]

    def time_passes(self) -> None:
        self.now += LEASE + HOUR  # senders may outlive their leases

    def sends(self, what: str) -> None:
        """One delivery that is held is taken up and comes to some end."""
        if not self.held:
            return
        delivery, articles = self.held.pop(0)
        deliveries = self.store.deliveries
        if what == "dies" or not deliveries.sending(delivery, self.now + LEASE, len(articles), articles):
            return
        if what.endswith("arrived") or what == "arrives":
            self.received[articles[delivery.parts_sent]] += 1
        self.doubtful += "times out" in what or "dies" in what
        match what.partition(",")[0]:
            case "arrives":
                deliveries.arrived(delivery, self.now, self.now)
            case "waits":
                deliveries.wait(delivery, self.now + PAUSE, "429")
            case "fails":
                deliveries.again(delivery, self.now + PAUSE, "502")
            case "is given up":
                self.given_up.update(articles[delivery.parts_sent :])
                deliveries.failed(delivery, "400")
            case "times out":
                if self.resend and not delivery.doubtful:
                    deliveries.doubtful(delivery, self.now + PAUSE, "timed out")
                else:
                    deliveries.unknown(delivery, self.now, self.now, "timed out", tell=not self.resend)

    def happens(self, event: str) -> None:
        match event:
            case "closes":
                self.closes()
            case "claims":
                self.claims()
            case "time passes":
                self.time_passes()
            case "the clock is put back":
                self.now -= HOUR
            case _:
                self.sends(event)

    def comes_to_rest(self) -> None:
        """One more edition, and senders that live until nothing is due."""
        self.closes()
        for _ in range(40):
            self.time_passes()
            self.now += 24 * HOUR
            self.claims()
            while self.held:
                self.sends("arrives")
        assert self.store.deliveries.claim(self.now + 1000 * HOUR, LEASE, "telegram", FAST, 10, HOUR) == []


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
