"""What a command is given and what it is: one turn of a conversation, inside one transaction."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from bot.chat import Button, Reply, Request, Rows, rows
from bot.look import Look
from bot.messages import text
from bot.texts import Texts
from digests.ingest.doors import Doors, Item
from digests.ingest.pipeline import Ingested
from digests.model.readers import Chat
from digests.rising import Trending
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.storage.paces import is_group
from digests.text.analyzer import Analyzer
from digests.text.summarizer import Summarizer


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything commands work with; `zone` is the paper's time zone and that of new chats.

    `admins` are the addresses of the administrators, `doors` and `ingest` read and store the documents they send,
    `analyzer` learns from their corrections. `trends` are the words of the newest edition, `trending` knows
    what rose this week. A chat gets so many `alerts`
    in a day at most. `web_url` is the public address of the web pages, `keep` says for how many days what is kept; 0:
    for ever. Over all, `rate` messages a second go out. The `summarizer` is asked for where a digest is looked at
    before its edition closes, at one of the hours of `editions`.
    """

    database: Database
    lexicon: Lexicon
    zone: ZoneInfo
    clock: Callable[[], datetime]
    admins: frozenset[str]
    doors: Callable[[], Doors]
    ingest: Callable[[Iterable[Item]], Ingested]
    analyzer: Callable[[], Analyzer]
    trends: Callable[[Store], Sequence[str]]
    trending: Trending
    alerts: int = 5
    web_url: str | None = None
    keep: Mapping[str, int] = field(default_factory=dict)
    summarizer: Callable[[], Summarizer] = Summarizer
    rate: float = 27.4
    editions: Sequence[time] = (time(6, 30), time(17, 30))


@dataclass(frozen=True, slots=True)
class Turn:
    """One request being answered; `chat` has id 0 when it was never stored.

    With `writes` its `store` may be written to.
    """

    desk: Desk
    store: Store
    request: Request
    chat: Chat
    texts: Texts
    writes: bool = False

    @contextmanager
    def writing(self) -> Iterator[Store]:
        """A transaction that writes: the turn's own if it is one, else one for this alone."""
        if self.writes:
            yield self.store
        else:
            with self.desk.database.begin() as store:
                yield store

    @property
    def args(self) -> str:
        """The arguments without white space around them."""
        return self.request.args.strip()

    @property
    def by_admin(self) -> bool:
        """Whether an administrator asks."""
        return self.request.address in self.desk.admins

    @property
    def in_group(self) -> bool:
        """Whether many read along."""
        return is_group(self.request.address)

    @property
    def look(self) -> Look:
        """How things look to the chat."""
        desk = self.desk
        return Look(self.texts, desk.lexicon, desk.zone, self.chat.style, desk.web_url, self.in_group)

    @property
    def now(self) -> datetime:
        """The instant of the request, aware."""
        return self.desk.clock()

    def change(self, **settings: object) -> "Turn":
        """The turn with the chat's settings changed and kept, and what waits moved to its new hours."""
        chat = replace(self.chat, **settings)  # type: ignore[arg-type]
        self.store.chats.save(chat)
        if chat.days and not self.chat.days:  # what came meanwhile was in the weekly editions
            self.store.chats.catch_up(chat.id)
        self.store.deliveries.retime(chat, self.now)
        return replace(self, chat=chat)

    def say(self, message: str, /, *buttons: Button, width: int = 2, **values: object) -> Reply:
        """A reply of one English sentence of the code, said in the chat's language (`Texts.say`)."""
        return self.show(self.texts.say(message, **values), *buttons, width=width)

    def show(self, wording: str, *buttons: Button, width: int = 2) -> Reply:
        """A reply of plain wording; it takes the place of the message whose button was pressed."""
        return self.lay_out(wording, rows(buttons, width))

    def lay_out(self, wording: str, keyboard: Rows) -> Reply:
        """The same with buttons in rows of their own."""
        *before, last = text(wording)
        return Reply((*before, replace(last, buttons=keyboard)), edit=self.request.pressed)


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `name` as typed, `run` answers, `changes` tells those that write the chat's settings.

    `guarded` ones are for a group's administrators though they change nothing; `personal` ones are about the chat
    in which they are given, even while a channel is managed there.
    Hidden ones work but stand in no menu; those for administrators do not exist for others.
    `description` says in English what it does, for /help and menus to translate.
    """

    name: str
    run: Callable[[Turn], Reply]
    description: str = ""
    changes: bool = False
    hidden: bool = False
    admins_only: bool = False
    guarded: bool = False
    personal: bool = False

    @property
    def only_reads(self) -> bool:
        """Whether anybody may have it done by anybody's word."""
        return not (self.changes or self.guarded or self.admins_only)
