"""What is wrong with an installation, and what to do about it: one finding for each thing that is looked at."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot import disk
from bot.chat import TokenRefused
from bot.config import Settings, describe
from digests import builder
from digests.errors import SchemaMismatch, SeedsError, StorageError
from digests.ingest import watching
from digests.model.sources import Health
from digests.seeds import read_lexicon
from digests.storage import Database

if TYPE_CHECKING:
    from bot.telegram.probing import Seen

LATE = timedelta(minutes=10)
"""How late a digest, an answer or an edition may be before somebody should look."""
CLOCKS = timedelta(seconds=60)
"""How much two clocks may differ; an edition closes by ours, and readers have theirs."""


class State(StrEnum):
    """How bad a finding is; only a failure ends with exit status 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at, how it is, and what to do about it if it is not well."""

    subject: str
    state: State
    detail: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Looks at an installation; changes nothing."""

    settings: Settings
    database: Database
    clock: Callable[[], datetime]

    def findings(self, *, quick: bool) -> Iterator[Finding]:
        """Every finding; `quick` asks nobody over the network and reads no seeds."""
        yield self._settings()
        yield self._disk()
        usable = self._schema()
        yield usable
        if usable.state is State.OK:
            yield from (self._edition(), self._outbox(), self._updates(), self._index())
            yield from self._sources()
        if not quick:
            yield self._seeds()
            yield from self._telegram()

    def _settings(self) -> Finding:
        given = [name for name, _, source in describe(self.settings) if source != "default"]
        return Finding("settings", State.OK, ", ".join(given) or "all as they come")

    def _disk(self) -> Finding:
        found = disk.room(self.settings)
        state = State.FAIL if found.share < disk.LEAST else State.WARN if found.share < disk.LITTLE else State.OK
        remedy = "" if state is State.OK else "make room, or lower LIWEN_KEEP_ARTICLES"
        return Finding("disk", state, f"{found.free / 1e9:.1f} GB ({found.share:.0%}) free at {found.folder}", remedy)

    def _schema(self) -> Finding:
        try:
            found = self.database.revision()
            if found is not None:
                self.database.check()
        except SchemaMismatch as error:
            mend = "liwen backup, then liwen migrate" if "migrate" in str(error) else "upgrade Liwen"
            return Finding("database", State.FAIL, str(error), mend)
        except StorageError as error:
            return Finding("database", State.FAIL, str(error), "see that it runs, and DATABASE_URL")
        if found is None:
            return Finding("database", State.WARN, f"{self.database.where} is empty", "liwen run fills it")
        return Finding("database", State.OK, f"{self.database.where}, schema {found}")

    def _edition(self) -> Finding:
        settings, now = self.settings, self.clock()
        due = builder.due_closing(self.database, settings.editions, settings.timezone, now)
        if due is not None and now - due > LATE:
            return Finding("edition", State.FAIL, f"that of {self._local(due)} is not closed", "is liwen run running?")
        with self.database.read() as store:
            newest = store.editions.newest()
        return Finding("edition", State.OK, f"the newest is of {self._local(newest.closes_at)}" if newest else "none")

    def _local(self, when: datetime) -> str:
        return when.astimezone(self.settings.timezone).isoformat(" ", "minutes")

    def _outbox(self) -> Finding:
        with self.database.read() as store:
            waiting, since = store.deliveries.unfinished(), store.deliveries.waiting_since(self.clock())
        return self._waiting(
            "outbox", f"{sum(waiting.values())} deliveries wait", since, "are pushes sent? see the log"
        )

    def _updates(self) -> Finding:
        with self.database.read() as store:
            since = store.updates.oldest()
        return self._waiting("answers", "readers wait" if since else "nobody waits", since, "start liwen run anew")

    def _waiting(self, subject: str, detail: str, since: datetime | None, remedy: str) -> Finding:
        age = self.clock() - since if since else timedelta()
        if age <= LATE:
            return Finding(subject, State.OK, detail)
        return Finding(subject, State.FAIL, f"{detail}, the first for {age.total_seconds() / 60:.0f} minutes", remedy)

    def _index(self) -> Finding:
        with self.database.read() as store:
            articles, held, outdated = store.articles.count(), store.index.held(), store.index.outdated
        if outdated or held != articles:
            why = "it is of another version" if outdated else f"it holds {held} of {articles} articles"
            return Finding("index", State.WARN if outdated else State.FAIL, why, "liwen reindex")
        return Finding("index", State.OK, f"{articles} articles")

    def _sources(self) -> Iterator[Finding]:
        now, zone = self.clock(), self.settings.timezone
        with self.database.read() as store:
            arrivals = store.sources.arrivals(now.astimezone(zone).date() - watching.HISTORY)
            health = [(one, watching.health(one, arrivals.get(one.name, {}), now, zone)) for one in store.sources.all()]
        bad = [(one, state) for one, state in health if state in (Health.FAILING, Health.SILENT)]
        if not bad:
            yield Finding("sources", State.OK, f"{len(health)} do well")
        for source, state in bad:
            detail = f"{source.name} is {state}{': ' if source.last_error else ''}{source.last_error}"
            yield Finding("sources", State.WARN, detail, f"liwen sources check {source.id}")

    def _seeds(self) -> Finding:
        try:
            lexicon = read_lexicon(self.settings.seeds_dir, self.settings.home_region)
        except SeedsError as error:
            return Finding("seeds", State.FAIL, str(error), f"mend them in {self.settings.seeds_dir}")
        known = f"{len(lexicon.topics)} topics, {lexicon.home_region} is home"
        if not any(code.startswith(lexicon.home_region) for code in lexicon.coordinates):
            detail = f"{known}, no place has coordinates: shared locations find none"
            return Finding("seeds", State.WARN, detail, "fill places/coordinates.toml: liwen places --coordinates FILE")
        return Finding("seeds", State.OK, known)

    def _telegram(self) -> Iterator[Finding]:
        if self.settings.token is None:
            yield Finding("token", State.WARN, "none: only the console runs", "@BotFather in Telegram: /newbot")
            return
        # Imported here: it costs a second that the quick look does without.
        from bot.telegram.probing import probe

        settings = self.settings
        try:
            seen = asyncio.run(probe(self.settings.token, settings.telegram_api_url, settings.telegram_proxy))
        except TokenRefused:
            yield Finding("token", State.FAIL, "Telegram does not know it", "ask @BotFather for a new one: /token")
            return
        except ConnectionError as error:
            remedy = "is the network up? TELEGRAM_API_URL, TELEGRAM_PROXY"
            yield Finding("token", State.FAIL, f"Telegram cannot be reached: {error}", remedy)
            return
        yield Finding("token", State.OK, f"@{seen.username}")
        yield self._clock(seen.told_at)
        yield from self._webhook(seen)

    def _webhook(self, seen: "Seen") -> Iterator[Finding]:
        """Nothing if updates are asked for, and by us alone."""
        wanted = self.settings.webhook_url or ""
        if not seen.webhook and not wanted:
            return
        waiting = f"{seen.pending} updates wait{': ' if seen.fault else ''}{seen.fault}"
        if seen.webhook != wanted:
            detail = f"set to {seen.webhook}, {waiting}" if seen.webhook else "not set, LIWEN_WEBHOOK_URL is"
            remedy = f"another bot uses this token? liwen run {'sets ours' if wanted else 'takes the webhook away'}"
            yield Finding("webhook", State.WARN, detail, remedy)
        elif seen.pending and seen.fault:
            yield Finding("webhook", State.WARN, f"ours, but {waiting}", "can Telegram reach LIWEN_WEBHOOK_URL?")
        else:
            yield Finding("webhook", State.OK, f"ours, {seen.pending} updates wait")

    def _clock(self, told_at: datetime | None) -> Finding:
        zone = self.settings.timezone
        if told_at is None:
            return Finding("clock", State.OK, f"{zone.key}, compared with none")
        off = (self.clock() - told_at).total_seconds()
        if abs(off) > CLOCKS.total_seconds():
            detail = f"{abs(off):.0f} s {'fast' if off > 0 else 'slow'} beside Telegram's"
            return Finding("clock", State.FAIL, detail, "set it, and keep it by NTP (timedatectl set-ntp true)")
        return Finding("clock", State.OK, f"{zone.key}, {abs(off):.0f} s beside Telegram's")
