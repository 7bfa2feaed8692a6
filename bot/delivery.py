"""The outbox → people: send what is due, record it, and for each kind of fault wait, give up or try again."""

import asyncio
import logging
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot import alerts, broadcasts, chat, editions, messages, metrics
from bot.chat import Again, Gone, Message, Moved, Refused, SendError, Silenced, Transport, Unknown, Wait
from bot.editing import Editor
from bot.look import Look, look_of
from bot.outage import Outage
from bot.pace import Pacer
from bot.recipes import Made, Recipe, made_again, recipe_of
from bot.texts import Texts, texts_for
from digests.composition import FOLLOWED, WEEKLY, compose, section_of, story
from digests.errors import StorageError
from digests.model.news import Article, Digest, Edition
from digests.model.outbox import Delivery, Edit
from digests.model.readers import Chat, Style
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.tastes import understood
from digests.timetable import day_of, week_before

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""How long a claim holds, and again from each send on; twice what a single send can take."""
AT_ONCE = 64
"""Sends under way together: at 0.1 s a send, enough for 640 a second."""
AHEAD = timedelta(seconds=0.2)
"""How far ahead instants are taken: less, and a busy machine misses some; more, and answers have no room."""
LOOK = 0.1
"""Seconds between looks into the outbox while something is due."""
TICK = 0.5
"""Seconds between looks when nothing is: what another process wrote is noticed within two."""
SWEEP = timedelta(seconds=5)
"""Between looks for what dead processes left."""
GRACE = 5.0
"""Seconds that what is in flight gets when the program is to end; what is not answered then stays unknown."""
PAUSE = timedelta(seconds=30)
"""The pause before a try that follows a fault; it doubles with each."""
LONGEST_PAUSE = timedelta(minutes=10)
"""Nothing that was certainly not sent is ever given up: an outage of a day ends with everything delivered."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a fault means for a delivery: the transition, and when to go on, if at all."""

    transition: str
    next_at: datetime | None = None


def verdict(fault: SendError, delivery: Delivery, now: datetime, *, resend: bool, pause: timedelta = PAUSE) -> Verdict:
    """The retry policy, a pure function of the fault and what the row remembers."""
    match fault:
        case Wait():
            return Verdict("wait", now + timedelta(seconds=fault.seconds))
        case Gone():
            return Verdict("gone")
        case Silenced():
            return Verdict("silenced")
        case Refused():
            return Verdict("failed")
        case Unknown():
            # Once: a second unknown is no reason for a third copy. The next digest brings it along.
            again = resend and not delivery.doubtful
            return Verdict("doubtful", now + pause) if again else Verdict("unknown")
        case _:
            return Verdict("again", now + min(pause * 2 ** min(delivery.attempts, 10), LONGEST_PAUSE))


_Key = tuple[Texts, Style, bool, tuple[tuple[str, int], ...], int, tuple[int, ...], frozenset[int], frozenset[int]]
"""What a chat's messages are made of: language, style, whether many read along, tastes, edition, digests, stories that
it was told, and alerted, of."""


@dataclass(slots=True)
class Sender:
    """Empties the outbox through a transport. Any number may work on one database: claims keep them apart."""

    database: Database
    lexicon: Lexicon
    transport: Transport
    zone: ZoneInfo
    pacer: Pacer
    resend: bool = True
    pause: timedelta = PAUSE
    alerts: int = 5  # at most, in a day
    web_url: str | None = None
    _swept_at: datetime | None = None
    # Most chats of a broadcast follow what another one follows: digests, and messages made of them.
    _loaded: dict[tuple[int, ...], list[Digest]] = field(default_factory=dict)
    _rendered: dict[_Key, Made] = field(default_factory=dict)
    _recipes: dict[Recipe, int] = field(default_factory=dict)
    _editor: Editor = field(init=False)
    _outage: Outage = field(init=False)

    def __post_init__(self) -> None:
        self._editor = Editor(self.database, self.transport, self.pacer, self._look, self.pause)
        self._outage = Outage("pushes do not go out", self.pacer.clock)

    async def run(self, stop: asyncio.Event) -> None:
        """Sends what is due until `stop` is set; what is in flight then has GRACE to be answered."""
        stopping = asyncio.ensure_future(stop.wait())
        sending: set[asyncio.Task[None]] = set()
        while not stop.is_set():
            new = await self._take_up(AT_ONCE - len(sending), stop)
            await asyncio.wait({stopping}, timeout=LOOK if new or sending else TICK)
            sending = {task for task in sending | new if not task.done()}
        stopping.cancel()
        if sending:
            _, late = await asyncio.wait(sending, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def send_due(self, stop: asyncio.Event | None = None) -> int:
        """Sends what is due now, as far as the pace allows, and returns how many were taken up."""
        return len(await asyncio.gather(*await self._take_up(AT_ONCE, stop or asyncio.Event())))

    async def _take_up(self, room: int, stop: asyncio.Event) -> set[asyncio.Task[None]]:
        """Claims what is due, as far as there is room, and begins to send it."""
        if room <= 0:
            return set()
        try:
            await self._sweep()
            claimed = await self.pacer.ledger.write(partial(self._claim, room=room))
        except Exception as error:  # noqa: BLE001 - pushing must outlive whatever befalls the archive
            log.error("outbox out of reach: %s", error)
            return set()
        return {asyncio.create_task(self._begin(owed, stop)) for owed in claimed}

    def _begin(self, owed: Delivery | Edit, stop: asyncio.Event) -> Coroutine[Any, Any, None]:
        return self._send(owed, stop) if isinstance(owed, Delivery) else self._editor.edit(owed, stop)

    async def _sweep(self) -> None:
        """Takes back what dead processes left, and what was written by a clock that has been put back since."""
        now, last = self._now(), self._swept_at
        if last is None or not timedelta() <= now - last < SWEEP:
            put_back = last is None or now < last
            await self.pacer.ledger.write(partial(self._recover, now=now, put_back=put_back))
            self._swept_at = now
            # An article may have been corrected.
            self._loaded.clear()
            self._rendered.clear()
            self._recipes.clear()

    def _recover(self, store: Store, *, now: datetime, put_back: bool) -> None:
        if put_back:
            store.clock.draw_in(now, LONGEST_PAUSE)
        store.deliveries.recover(now, LEASE, resend=self.resend, pause=self.pause)
        store.edits.recover(now, LEASE)
        store.edits.catch_up(now, 2 * LEASE)

    def _claim(self, store: Store, *, room: int) -> list[Delivery | Edit]:
        """What is due: deliveries, and where these leave room and instants, edits of what was sent before."""
        now, scheme, pace = self._now(), self.transport.scheme, self.pacer.pace
        claimed: list[Delivery | Edit] = [*store.deliveries.claim(now, LEASE, scheme, pace, room, AHEAD)]
        if len(claimed) < room:
            claimed += store.edits.claim(now, LEASE, scheme, pace, room - len(claimed), AHEAD)
        return claimed

    def _now(self) -> datetime:
        return self.pacer.clock()

    async def _send(self, delivery: Delivery, stop: asyncio.Event) -> None:
        """One message of a delivery to its end; whatever happens to it, the others go on."""
        try:
            try:
                await self._send_next(delivery, stop)
            except SendError as fault:
                metrics.count_send(fault)
                self._say(delivery, fault)
                await self.pacer.ledger.write(partial(self._settle, delivery=delivery, fault=fault))
            except StorageError:
                raise
            except Exception as error:
                log.exception("delivery %d cannot be made", delivery.id)
                reason = repr(error)
                await self.pacer.ledger.write(lambda store: store.deliveries.failed(delivery, reason))
        except Exception as error:  # noqa: BLE001
            # The row stays as it is; when its lease ends it is taken up again, or counted as unknown.
            log.error("delivery %d not recorded: %s", delivery.id, error)

    def _say(self, delivery: Delivery, fault: SendError) -> None:
        """Says in the log that a delivery was not sent; of those for which Telegram is out of reach not each."""
        if isinstance(fault, Again):
            self._outage.failed(fault)
        else:
            log.warning("delivery %d not sent: %s: %s", delivery.id, type(fault).__name__, fault)

    async def _send_next(self, delivery: Delivery, stop: asyncio.Event) -> None:
        made = await asyncio.to_thread(self._made, delivery)
        parts = made.messages
        await self.pacer.until(delivery.go_at)
        now, write = self._now(), self.pacer.ledger.write
        wakes_at = delivery.chat.timetable.awake(now)
        quiet, at_once = wakes_at > now, delivery.article_id is not None
        if stop.is_set():
            await write(lambda store: store.deliveries.wait(delivery, now, "stopped"))
        elif (not parts and not delivery.of_editions) or (at_once and quiet and not delivery.doubtful):
            await write(lambda store: store.deliveries.withdraw(delivery))
        elif not parts:
            await write(lambda store: store.deliveries.nothing(delivery, now))
        elif not delivery.parts_sent and quiet:
            await write(lambda store: store.deliveries.postpone(delivery, wakes_at))
        else:
            await self._send_part(delivery, made)

    async def _send_part(self, delivery: Delivery, made: Made) -> None:
        """The next message of a delivery, of those that it takes."""
        parts = made.messages
        contents = [message.stored for message in parts] if len(parts) > 1 else None
        recipe = await self._kept(made.recipe) if made.recipe else None
        until = self._now() + LEASE
        if not await self.pacer.ledger.write(
            lambda store: store.deliveries.sending(delivery, until, len(parts), contents, recipe, made.amended)
        ):
            log.warning("delivery %d is no longer ours: its lease ended, or its chat left", delivery.id)
            return
        await self.pacer.depart()
        with metrics.SEND_SECONDS.time():
            name = await chat.send(self.transport, delivery.chat.address, parts[delivery.parts_sent], bulk=True)
        metrics.count_send()
        self._outage.worked()
        now = self._now()
        next_at, tell = now + self.pacer.pace.gap, not self.resend
        await self.pacer.ledger.write(
            lambda store: store.deliveries.arrived(delivery, now, next_at, tell=tell, message_id=name)
        )

    async def _kept(self, recipe: Recipe) -> int:
        """The number of a recipe; most chats of a broadcast share one."""
        if recipe not in self._recipes:
            content, articles, now = recipe.stored, recipe.articles, self._now()
            number = await self.pacer.ledger.write(lambda store: store.recipes.keep(content, articles, now))
            self._recipes[recipe] = number
        return self._recipes[recipe]

    def _settle(self, store: Store, *, delivery: Delivery, fault: SendError) -> None:
        now, outbox, reason = self._now(), store.deliveries, str(fault)
        if isinstance(fault, Moved):
            store.belongings.move(delivery.chat.address, fault.address)
            outbox.wait(delivery, now, reason)
            return
        judged = verdict(fault, delivery, now, resend=self.resend, pause=self.pause)
        match judged.transition:
            case "wait" if judged.next_at:
                outbox.wait(delivery, judged.next_at, reason)
            case "again" if judged.next_at:
                outbox.again(delivery, judged.next_at, reason)
            case "doubtful" if judged.next_at:
                outbox.doubtful(delivery, judged.next_at, reason)
            case "unknown":
                outbox.unknown(delivery, now, now + self.pacer.pace.gap, reason, tell=not self.resend)
            case "gone":
                outbox.gone(delivery, reason)
            case "silenced" if isinstance(fault, Silenced):
                outbox.silenced(delivery, fault.trouble, now, reason)
            case _:
                outbox.failed(delivery, reason)

    def _made(self, delivery: Delivery) -> Made:
        """The messages that the chat is owed; those of which some went out, or may have, stay what they were."""
        with self.database.read() as store:
            amended = store.amendments.newest()
            if delivery.contents and (delivery.parts_sent or delivery.doubtful):
                return self._begun(store, delivery, amended)
            made = self._owed(store, delivery)
            return replace(made, amended=amended)

    def _begun(self, store: Store, delivery: Delivery, amended: int) -> Made:
        """What a delivery had begun to tell; but what was amended since is told as it is now."""
        fixed = [Message.restored(stored) for stored in delivery.contents]
        recipe = store.recipes.get(delivery.recipe_id) if delivery.recipe_id else None
        if recipe is None or delivery.amended == amended:
            return Made(fixed)
        to, weekly = delivery.chat, delivery.weekly
        again = made_again(
            store, self._look(to), to, Recipe.restored(recipe), len(fixed), due_at=delivery.due_at, weekly=weekly
        )
        return Made(again or fixed)  # its first messages know no more than they did

    def _owed(self, store: Store, delivery: Delivery) -> Made:
        if delivery.article_id is not None:
            return self._alert(store, delivery)
        if delivery.broadcast_id is not None:
            return Made(broadcasts.owed(store, texts_for(delivery.chat.language), delivery.broadcast_id))
        if delivery.weekly:
            return self._week(store, delivery)
        owed = store.digests.owed(delivery.chat, delivery.edition_id)
        digests = self._load(store, owed)
        repeated = {a.duplicate_of for digest in digests for a in digest.articles if a.duplicate_of is not None}
        told = frozenset(store.digests.told(delivery.chat, repeated))
        alerted = self._alerted(store, delivery, digests)
        to, look = delivery.chat, self._look(delivery.chat)
        key = (look.texts, look.style, look.shared, to.tastes, delivery.edition_id, owed, told, alerted)
        made = self._rendered.get(key)
        if made is None:
            edition = store.editions.get(delivery.edition_id)
            made = self._rendered[key] = self._render(to, edition, digests, told, alerted)
        return made if made.messages else Made(self._nothing(store, to))

    def _alert(self, store: Store, delivery: Delivery) -> Made:
        wishes = alerts.wanted(store, self.lexicon, delivery)
        article = store.articles.get(delivery.article_id or 0)
        if article is None or not wishes:
            return Made(())
        (shown,) = store.related.introduced([article])
        queries = tuple(wish.query for wish in wishes)
        last_of = self.alerts if store.alerts.number(delivery) >= self.alerts else 0
        made = alerts.message(self._look(delivery.chat), shown, wishes, queries, last_of)
        return Made(made, Recipe(article=article.id, wishes=queries, last_of=last_of))

    def _load(self, store: Store, digest_ids: tuple[int, ...]) -> list[Digest]:
        digests = self._loaded.get(digest_ids)
        if digests is None:
            digests = self._loaded[digest_ids] = store.digests.load(digest_ids)
        return digests

    def _nothing(self, store: Store, to: Chat) -> tuple[Message, ...]:
        """A line on a day without news, once, to those who want it."""
        begins = day_of(self._now(), to.timetable.zone)
        if not to.says_nothing or store.deliveries.told_since(to.id, begins):
            return ()
        return messages.text(texts_for(to.language).say("So far nothing new today in what you follow."))

    def _week(self, store: Store, delivery: Delivery) -> Made:
        """The best of the week that ends with a delivery; the rest is counted."""
        to, edition = delivery.chat, store.editions.get(delivery.edition_id)
        zone = to.timetable.zone
        begins = week_before(delivery.due_at, zone)
        digests = self._load(store, store.digests.of_week(to, begins, delivery.edition_id))
        title = editions.week_title(texts_for(to.language), begins, delivery.due_at, zone)
        return self._render(to, edition, digests, turns=WEEKLY, title=title)

    def _alerted(self, store: Store, delivery: Delivery, digests: Sequence[Digest]) -> frozenset[int]:
        """The stories in these digests that the chat was told of at once."""
        alerted = store.alerts.told(delivery.chat, delivery.due_at, unknown=not self.resend)
        if not alerted:
            return frozenset()
        return frozenset(alerted.intersection(story(article) for digest in digests for article in digest.articles))

    def _render(
        self,
        to: Chat,
        edition: Edition | None,
        digests: Sequence[Digest],
        told: Collection[int] = (),
        alerted: Collection[int] = (),
        turns: Sequence[int] = FOLLOWED,
        title: str = "",
    ) -> Made:
        """Digests as messages, without the stories that the chat was told of before; those alerted of are named."""
        if edition is None or not digests:
            return Made(())
        found: dict[str, list[Article]] = {}
        known: dict[int, Article] = {}
        for digest in digests:
            known |= {story(article): article for article in digest.articles if story(article) in alerted}
            new = (article for article in digest.articles if article.duplicate_of not in told)
            found.setdefault(digest.query, []).extend(article for article in new if story(article) not in alerted)
        sections = [section_of(name, self.lexicon, articles) for name, articles in found.items()]
        composed = compose(sections, turns=turns, tastes=understood(to.tastes, self.lexicon))
        first = min(digest.edition.id for digest in digests)
        look, named = self._look(to), list(known.values())
        shown = editions.sections(look, composed, first, edition.id)
        return Made(
            editions.digest(look, edition, shown, first, title, named),
            recipe_of(composed, first, edition.id, named),
        )

    def _look(self, to: Chat) -> Look:
        """How things look to a chat."""
        return look_of(to, self.lexicon, self.zone, self.web_url)
