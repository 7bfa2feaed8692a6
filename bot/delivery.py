"""The outbox → people: send what is due, record it, and for each kind of fault wait, give up or try again."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from bot import chat, messages
from bot.chat import Gone, Message, Moved, Refused, SendError, Transport, Unknown, Wait
from bot.pace import Pace
from bot.texts import texts_for
from digests.composition import compose, section_of
from digests.errors import StorageError
from digests.model import Article, Delivery
from digests.seeds import Lexicon
from digests.storage import Database, Store

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claim holds, and again from each message on; twice what a single send can take."""
AT_ONCE = 16
"""Deliveries under way together: at 0.2 s a send, more than enough for RATE."""
LONGEST_TURN = 5.0
"""Seconds that a chat's turn is waited for; when it is told to wait longer, its place goes to others."""
TICK = 1.0
"""Seconds between looks into the outbox: what another process wrote is noticed within two."""
PAUSE = timedelta(seconds=30)
"""The pause before a try that follows a fault; it doubles with each."""
LONGEST_PAUSE = timedelta(minutes=10)
"""Nothing that was certainly not sent is ever given up: an outage of a day ends with everything delivered."""
RECORDING = (0.5, 2.0, 5.0)
"""Pauses before recording is tried again: what is known to have arrived must not become unknown."""


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
            return Verdict("again", now + min(PAUSE * 2 ** min(delivery.attempts, 10), LONGEST_PAUSE))


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
        stopping = asyncio.ensure_future(stop.wait())
        sending: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            new = await self._take_up(AT_ONCE - len(sending), stop)
            sending |= new
            # A place that comes free is filled at once; a slow chat holds up no other.
            await asyncio.wait({stopping, *sending}, timeout=TICK, return_when=asyncio.FIRST_COMPLETED)
            sending = {task for task in sending if not task.done()}
        stopping.cancel()
        await asyncio.gather(*sending)

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """Sends what is due now, at most AT_ONCE deliveries, and returns how many were taken up."""
        return len(await asyncio.gather(*await self._take_up(AT_ONCE, stop or asyncio.Event())))

    async def _take_up(self, room: int, stop: asyncio.Event) -> set[asyncio.Task[None]]:
        """Claims what is due, as far as there is room, and begins to send it."""
        if room <= 0:
            return set()
        try:
            claimed = await asyncio.to_thread(self._claim, room)
        except Exception as error:  # noqa: BLE001 - pushing must outlive whatever befalls the archive
            log.error("outbox out of reach: %s", error)
            return set()
        return {asyncio.create_task(self._send(delivery, stop)) for delivery in claimed}

    def _claim(self, room: int) -> list[Delivery]:
        now = self.clock()
        with self.database.begin() as store:
            store.deliveries.recover(now, resend=self.resend, pause=PAUSE)
            return store.deliveries.claim(now, room, LEASE, self.transport.scheme)

    async def _send(self, delivery: Delivery, stop: asyncio.Event) -> None:
        """One delivery to its end; whatever happens to it, the others go on."""
        try:
            try:
                await self._send_parts(delivery, stop)
            except SendError as fault:
                await self._record(partial(self._settle, delivery=delivery, fault=fault))
            except StorageError:
                raise
            except Exception as error:
                log.exception("delivery %d cannot be made", delivery.id)
                await self._record(partial(_give_up, delivery=delivery, reason=repr(error)))
        except Exception as error:  # noqa: BLE001
            # The row stays as it is; when its lease ends it is taken up again, or counted as unknown.
            log.error("delivery %d not recorded: %s", delivery.id, error)

    async def _send_parts(self, delivery: Delivery, stop: asyncio.Event) -> None:
        parts = await asyncio.to_thread(self._render, delivery)
        for message in parts[delivery.parts_sent :]:
            if (delay := self.pace.delay(delivery.chat.address)) > LONGEST_TURN:
                raise Wait(delay)
            await self.pace.turn(delivery.chat.address)
            if stop.is_set():
                await self._record(lambda store: store.deliveries.wait(delivery, self.clock(), "stopped"))
                return
            if not await self._record(lambda store: store.deliveries.sending(delivery, self.clock() + LEASE)):
                log.warning("delivery %d is no longer ours: its lease ended, or its chat left", delivery.id)
                return
            await chat.send(self.transport, delivery.chat.address, message)
            await self._record(lambda store: store.deliveries.part_sent(delivery))
        await self._record(lambda store: store.deliveries.sent(delivery, self.clock()))

    async def _record(self, write: Callable[[Store], object]) -> object:
        def transaction() -> object:
            with self.database.begin() as store:
                return write(store)

        for pause in RECORDING:
            try:
                return await asyncio.to_thread(transaction)
            except StorageError as error:
                log.warning("not recorded, trying again in %g s: %s", pause, error)
                await asyncio.sleep(pause)
        return await asyncio.to_thread(transaction)

    def _settle(self, store: Store, *, delivery: Delivery, fault: SendError) -> None:
        log.warning("delivery %d not sent: %s: %s", delivery.id, type(fault).__name__, fault)
        if isinstance(fault, Moved):
            store.chats.move(delivery.chat.address, fault.address)
            store.deliveries.wait(delivery, self.clock(), str(fault))
            return
        judged = verdict(fault, delivery, self.clock(), resend=self.resend)
        match judged.transition:
            case "wait" if judged.next_at:
                store.deliveries.wait(delivery, judged.next_at, str(fault))
            case "again" if judged.next_at:
                store.deliveries.again(delivery, judged.next_at, str(fault))
            case "gone":
                store.deliveries.gone(delivery, str(fault))
            case "unknown":
                store.deliveries.unknown(delivery, judged.next_at, str(fault))
            case _:
                store.deliveries.failed(delivery, str(fault))

    def _render(self, delivery: Delivery) -> tuple[Message, ...]:
        """What the chat is owed, as messages; the same at every try while the chat changes nothing it follows."""
        texts = texts_for(delivery.chat.language)
        with self.database.read() as store:
            edition = store.editions.get(delivery.edition_id)
            owed = store.digests.owed(delivery.chat, delivery.edition_id)
        if edition is None or not owed:
            return ()
        found: dict[str, list[Article]] = {}
        for digest in owed:
            found.setdefault(digest.query, []).extend(digest.articles)
        composed = compose([section_of(name, self.lexicon, articles) for name, articles in found.items()])
        first = min(digest.edition.id for digest in owed)
        shown = messages.sections(texts, self.lexicon, composed, first, edition.id)
        return messages.digest(texts, self.lexicon, edition, shown, self.zone)


def _give_up(store: Store, *, delivery: Delivery, reason: str) -> None:
    store.deliveries.failed(delivery, reason)
