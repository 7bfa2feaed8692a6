"""Asks the sources that are due, brings in what is new, and notes how each of them does."""

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from digests.errors import InputError, NoEdition, NotFetched, NotUnderstood, StorageError
from digests.ingest.addresses import in_full, is_announcement, read_whole_edition
from digests.ingest.doors import Doors, Furniture, Item, Label
from digests.ingest.fetcher import Fetched, Fetcher
from digests.ingest.pipeline import Ingested, Pipeline
from digests.model.news import RawArticle
from digests.model.sources import Source, SourceKind
from digests.storage import Database
from digests.storage.related import text_hash

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long nobody else asks a source that is being asked; renewed with each request, so a killed process holds up
its sources no longer than that."""
LONGEST = timedelta(minutes=30)
"""How long one source is asked at a time, so that a server that drips stops no others: the rest comes next time."""
SPREAD = 0.1
"""By how much of their interval sources are asked earlier or later, lest all come at once."""
LONGEST_BACK_OFF = timedelta(days=1)
FRESH = timedelta(days=3)
"""What a feed printed longer ago when it is asked for the first time is not news."""
EMPTY_FOR = timedelta(hours=3)
"""How long a page without an article, an advert mostly, is not asked for again; its text may yet come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking a source came to: what was brought in, or why it gave nothing."""

    source: Source
    ingested: Ingested
    fault: InputError | None = None


@dataclass(frozen=True, slots=True)
class Poller:
    """Asks sources; any number of processes may do so on one database: claims keep them apart.

    `empty` remembers pages without an article, and since when.
    """

    database: Database
    pipeline: Pipeline
    doors: Callable[[], Doors]
    fetcher: Fetcher
    zone: ZoneInfo
    clock: Callable[[], datetime]
    stopping: Callable[[], bool] = lambda: False
    empty: dict[str, datetime] = field(default_factory=dict)

    def poll(self, source_id: int) -> Asked | None:
        """Asks a source and says what came of it; nothing if it is not due, or another process asks it."""
        with self.database.begin() as store:
            source = None if self.stopping() else store.sources.claim(source_id, self.clock(), LEASE)
        return self.ask(source) if source else None

    def ask(self, source: Source) -> Asked:
        """Asks one source, whether it is due or not. Raises StorageError."""
        visit = _Visit(self, source, self.clock())
        ask = self._feed if source.kind is SourceKind.FEED else self._epaper
        try:
            asked = ask(visit)
        except InputError as fault:
            return self._failed(source, fault)
        except StorageError:
            raise
        except Exception as error:
            # The other sources may be better: what we fail on is noted with the source, and in the log.
            log.exception("source %s cannot be read: %s", source.name, type(error).__name__)
            return self._failed(source, NotUnderstood(source.name, type(error).__name__))
        for unread in asked.ingested.faults:
            log.info("source %s: %s", source.name, unread)
        return asked

    def _failed(self, source: Source, fault: InputError) -> Asked:
        now = self.clock()
        with self.database.begin() as store:
            if self.stopping():
                store.sources.give_back(source.id, now)
            else:
                store.sources.failed(source.id, now, now + back_off(source, fault), reason_of(fault))
        return Asked(source, Ingested(), fault)

    def _feed(self, visit: "_Visit") -> Asked:
        source = visit.source
        fetched = visit.fetch(source.url, etag=source.etag, last_modified=source.last_modified)
        done = Ingested()
        if fetched.content is not None:
            items = self.doors().read(fetched.content, fetched.url, Label(source=source.name), fetched.content_type)
            done = visit.bring(self._news(visit, items))
        return self._note(visit, done, fetched)

    def _epaper(self, visit: "_Visit") -> Asked:
        from digests.ingest.epapers import day_of

        source = visit.source
        day = visit.today if day_of(source.url) else None  # without one, the address leads to the newest edition
        label = Label(source=source.name, published_on=day)
        try:
            done = visit.bring(self._remembered(read_whole_edition(visit.fetch, source.url, label, visit.is_known)))
        except NoEdition:
            if source.arrived_at is None:
                raise
            # Not there yet, or no paper today: no failure; that it is late is noticed by its hour.
            done = Ingested()
        return self._note(visit, done, None)

    def _remembered(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items; which pages hold no article is remembered."""
        for item in items:
            if isinstance(item, Furniture) and item.page:
                self.empty[item.page] = self.clock()
            yield item

    def _news(self, visit: "_Visit", items: Iterable[Item]) -> Iterator[Item]:
        """A feed's entries, new announcements in full; of a source's first answer only the fresh ones.

        An announcement of what the archive holds is no newer text of it, and what has another id at each asking, as
        some feeds give, is no new article.
        """
        for item in items:
            if not isinstance(item, RawArticle):
                yield item
            elif visit.source.arrived_at is None and item.published_on and item.published_on <= visit.today - FRESH:
                continue
            elif not is_announcement(item):
                if not visit.has_text(item):
                    yield item
            elif not visit.is_known(item.external_id or ""):
                yield from self._announced(visit, item)

    def _announced(self, visit: "_Visit", item: RawArticle) -> Iterator[Item]:
        """The article; nothing yet if its host wants to be left alone, unless it is yesterday's news by now."""
        try:
            yield in_full(visit.fetch, self.doors(), item)
        except NotFetched as fault:
            if item.published_on == visit.today:
                log.info("source %s: left for the next time: %s", visit.source.name, fault)
                visit.left_some = True
            else:
                yield item

    def _note(self, visit: "_Visit", done: Ingested, fetched: Fetched | None) -> Asked:
        source, now = visit.source, self.clock()
        with self.database.begin() as store:
            if self.stopping():
                store.sources.give_back(source.id, now)  # told to stop in the middle, it begins anew the next time
                return Asked(source, done)
            # What was not read to its end has changed for us, whatever its server says the next time.
            seen = fetched if visit.goes_on() and not visit.left_some else None
            store.sources.answered(
                source.id,
                now,
                now + spread(source, now),
                etag=seen.etag if seen else "",
                last_modified=seen.last_modified if seen else "",
                arrived=bool(done.new or done.revised),
            )
        return Asked(source, done)


class _Visit:
    """One asking of a source: its requests keep the claim, and end when the time is over or the program ends.

    `left_some`: something of it is to be had later.
    """

    def __init__(self, poller: Poller, source: Source, began: datetime) -> None:
        self._poller = poller
        self._began = began
        self._held_until = source.next_at
        self.source = source
        self.left_some = False
        self.today: date = began.astimezone(poller.zone).date()

    def goes_on(self) -> bool:
        """Whether there is time left."""
        return not self._poller.stopping() and self._poller.clock() - self._began < LONGEST

    def fetch(self, url: str, *, etag: str = "", last_modified: str = "") -> Fetched:
        """What an address holds, as Fetcher.fetch; raises NotFetched also when there is no time left."""
        if not self.goes_on():
            raise NotFetched(url, "left for the next time: the source took too long, or the program ends")
        self._renew()
        return self._poller.fetcher.fetch(url, etag=etag, last_modified=last_modified)

    def _renew(self) -> None:
        now = self._poller.clock()
        if self._held_until - now < LEASE / 2:
            with self._poller.database.begin() as store:
                if store.sources.renew(self.source.id, self._held_until, now + LEASE):
                    self._held_until = now + LEASE

    def bring(self, items: Iterable[Item]) -> Ingested:
        """Stores what is new, as far as the time goes; a source's first answer may hold its whole archive."""
        news, live = takewhile(lambda _: self.goes_on(), items), self.source.arrived_at is not None
        return self._poller.pipeline.ingest(news, self._began, self.today, live=live)

    def is_known(self, external_id: str) -> bool:
        """Whether an article of the source bears this id, or a page of this address was seen to hold none."""
        seen_empty = self._poller.empty.get(external_id)
        if seen_empty is not None and self._poller.clock() - seen_empty < EMPTY_FOR:
            return True
        with self._poller.database.read() as store:
            return store.related.has_id(self.source.name, external_id)

    def has_text(self, raw: RawArticle) -> bool:
        """Whether the source had this very text, under another id, in the last days."""
        day = raw.published_on or self.today
        with self._poller.database.read() as store:
            twins = store.related.load(store.related.with_texts([text_hash(raw)]), day - FRESH, day + FRESH)
        return any(twin.source == raw.source and twin.external_id != raw.external_id for twin in twins)


def reason_of(fault: InputError) -> str:
    """Why, without the address that stands beside it anyway."""
    return str(getattr(fault, "reason", fault))


def spread(source: Source, now: datetime) -> timedelta:
    """The source's interval, a little shorter or longer, by chance that a test can foresee."""
    chance = zlib.crc32(f"{source.url}{now.isoformat()}".encode()) / 2**32
    return timedelta(minutes=source.every) * (1 - SPREAD + 2 * SPREAD * chance)


def back_off(source: Source, fault: InputError) -> timedelta:
    """How long a source that failed is left in peace: twice as long each time, at least what its server asked for."""
    pause = timedelta(minutes=source.every << min(source.failures, 10))
    asked = timedelta(seconds=fault.wait or 0) if isinstance(fault, NotFetched) else timedelta(0)
    return max(min(pause, LONGEST_BACK_OFF), asked)
