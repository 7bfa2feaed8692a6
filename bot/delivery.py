"""The outbox → people: send what is due, record it, and for each kind of fault wait, give up or try again."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import chat, messages
from bot.chat import Gone, Message, Moved, Refused, SendError, Transport, Unknown, Wait
from bot.texts import texts_for
from digests.errors import StorageError
from digests.model import Article, Delivery
from digests.seeds import Lexicon
from digests.storage import Database, Store

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claim holds; longer than any send takes, so that only a dead process loses one."""
BATCH = 50
"""Deliveries claimed at a time: all of them are sent well within the lease."""
AT_ONCE = 16
"""Sends under way together: at 0.2 s a send, more than enough for RATE."""
RATE = 27.0
"""Messages a second over all; Telegram allows 30, and answers to people need room too."""
CHAT_RATE = 1.0
"""Messages a second to one chat (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this)."""
TICK = 1.0
"""Seconds between looks into the outbox: what another process wrote is noticed within two."""
ATTEMPTS = 8
"""Failed tries before a delivery is given up."""
PAUSE = timedelta(seconds=30)
"""The pause before a try that follows a fault; it doubles with each."""
LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a fault means for a delivery: the transition, and when to go on, if at all."""

    transition: str
    next_at: datetime | None = None


def verdict(fault: SendError, delivery: Delivery, now: datetime, *, resend: bool) -> Verdict:
    """The retry policy, a pure function of the fault and what the row remembers."""
    match fault:
        case Wait():
            return Verdict("wait", now + timedelta(seconds=fault.seconds))
        case Gone():
            return Verdict("gone")
        case Refused():
            return Verdict("failed")
        case Unknown():
            # Once: a loss is impossible then, and a second unknown is no reason for a third copy.
            again = resend and delivery.unknowns == 0
            return Verdict("unknown", now + PAUSE if again else None)
        case _:
            if delivery.attempts + 1 >= ATTEMPTS:
                return Verdict("failed")
            return Verdict("again", now + min(PAUSE * 2**delivery.attempts, LONGEST_PAUSE))


class Pace:
    """Spreads sends evenly (GCRA without burst): never more than `rate` in any second, nor `chat_rate` to one chat."""

    CHATS = 10_000

    def __init__(self, rate: float = RATE, chat_rate: float = CHAT_RATE) -> None:
        self._gap = 1 / rate
        self._chat_gap = 1 / chat_rate
        self._next = 0.0
        self._next_by_chat: OrderedDict[str, float] = OrderedDict()

    async def turn(self, address: str) -> None:
        """Returns when a message may go to this chat."""
        clock = asyncio.get_running_loop().time
        # First the chat, then the common slot: a chat that must wait holds no slot that others could use.
        await asyncio.sleep(max(0.0, self._next_by_chat.get(address, 0.0) - clock()))
        at = self._next = max(clock(), self._next + self._gap)
        self._next_by_chat[address] = at + self._chat_gap
        self._next_by_chat.move_to_end(address)
        if len(self._next_by_chat) > self.CHATS:
            self._next_by_chat.popitem(last=False)
        await asyncio.sleep(max(0.0, at - clock()))


@dataclass(frozen=True, slots=True)
class Sender:
    """Empties the outbox through a transport. Any number may work on one database: claims keep them apart."""

    database: Database
    lexicon: Lexicon
    transport: Transport
    zone: ZoneInfo
    clock: Callable[[], datetime]
    pace: Pace
    resend: bool = True

    async def run(self, stop: asyncio.Event) -> None:
        """Sends what is due until `stop` is set; what is in flight then is finished and recorded."""
        while not stop.is_set():
            try:
                sent = await self.send_due(stop)
            except StorageError as error:
                log.error("outbox out of reach: %s", error)
                sent = 0
            if not sent:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), TICK)

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """Claims what is due and sends it; returns how many deliveries were taken up."""
        claimed = await asyncio.to_thread(self._claim)
        room = asyncio.Semaphore(AT_ONCE)
        async with asyncio.TaskGroup() as group:
            for delivery in claimed:
                group.create_task(self._send(delivery, room, stop))
        return len(claimed)

    def _claim(self) -> list[Delivery]:
        now = self.clock()
        with self.database.begin() as store:
            store.deliveries.recover(now, resend=self.resend, pause=PAUSE)
            return store.deliveries.claim(now, BATCH, LEASE, self.transport.scheme)

    async def _send(self, delivery: Delivery, room: asyncio.Semaphore, stop: asyncio.Event | None) -> None:
        """One delivery to its end; whatever happens to it, the others go on."""
        async with room:
            try:
                await self._send_parts(delivery, stop)
            except SendError as fault:
                await self._record(partial(self._settle, delivery=delivery, fault=fault))
            except StorageError as error:
                # The row stays as it is; when its lease ends it is taken up again, or counted as unknown.
                log.error("delivery %d not recorded: %s", delivery.id, error)
            except Exception as error:
                log.exception("delivery %d cannot be made", delivery.id)
                await self._record(partial(_give_up, delivery=delivery, reason=repr(error)))

    async def _send_parts(self, delivery: Delivery, stop: asyncio.Event | None) -> None:
        parts = await asyncio.to_thread(self._render, delivery)
        for message in parts[delivery.parts_sent :]:
            await self.pace.turn(delivery.chat.address)
            if stop is not None and stop.is_set():
                await self._record(lambda store: store.deliveries.wait(delivery.id, self.clock(), "stopped"))
                return
            if not await self._record(lambda store: store.deliveries.sending(delivery.id)):
                log.warning("delivery %d is no longer ours: its lease ended, or its chat left", delivery.id)
                return
            await chat.send(self.transport, delivery.chat.address, message)
            await self._record(lambda store: store.deliveries.part_sent(delivery.id))
        await self._record(lambda store: store.deliveries.sent(delivery.id, self.clock()))

    async def _record(self, write: Callable[[Store], object]) -> object:
        def transaction() -> object:
            with self.database.begin() as store:
                return write(store)

        return await asyncio.to_thread(transaction)

    def _settle(self, store: Store, *, delivery: Delivery, fault: SendError) -> None:
        log.warning("delivery %d not sent: %s: %s", delivery.id, type(fault).__name__, fault)
        if isinstance(fault, Moved):
            store.chats.move(delivery.chat.address, fault.address)
            store.deliveries.wait(delivery.id, self.clock(), str(fault))
            return
        judged = verdict(fault, delivery, self.clock(), resend=self.resend)
        match judged.transition:
            case "wait" if judged.next_at:
                store.deliveries.wait(delivery.id, judged.next_at, str(fault))
            case "again" if judged.next_at:
                store.deliveries.again(delivery.id, judged.next_at, str(fault))
            case "gone":
                store.deliveries.gone(delivery.id, str(fault))
            case "unknown":
                store.deliveries.unknown(delivery.id, judged.next_at, str(fault))
            case _:
                store.deliveries.failed(delivery.id, str(fault))

    def _render(self, delivery: Delivery) -> tuple[Message, ...]:
        """What the chat is owed, as messages; the same ones at every try, so that sent parts can be skipped."""
        texts = texts_for(delivery.chat.language)
        with self.database.read() as store:
            edition = store.editions.get(delivery.edition_id)
            owed = store.digests.owed(delivery.chat, delivery.edition_id)
        sections: dict[str, list[Article]] = {}
        for digest in owed:
            sections.setdefault(messages.section(texts, self.lexicon, digest.query), []).extend(digest.articles)
        return messages.digest(texts, self.lexicon, edition, sections.items(), self.zone) if edition else ()


def _give_up(store: Store, *, delivery: Delivery, reason: str) -> None:
    store.deliveries.failed(delivery.id, reason)
