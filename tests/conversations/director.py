"""A script, played line by line: what is done on the stage, and what comes of it."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from digests.ingest import files
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Label
from digests.model.news import RawArticle
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.botapi.chats import Event, Shown
from tests.botapi.people import person
from tests.conversations.scripts import Step, read, write
from tests.conversations.stage import SHANGHAI, Stage, playing

ROOT = Path(__file__).parent.parent.parent
OPENING = datetime(2024, 11, 13, 6, tzinfo=SHANGHAI)
_SPOKEN = re.compile(r"\S+ (taps|shares|asks|replies) |\S+(?: in \S+)?: ")
TICKS = re.compile(r"^[✓✔☑●]\s*")


class ScriptError(Exception):
    """A line that cannot be played."""


async def play(script: str, database: Database, lexicon: Lexicon, analyzer: Analyzer) -> str:
    """The script with what really came of each step; the same as `script` if all was as expected."""
    steps = read(script)
    operators = [number for number, step in enumerate(_people(steps), 11) if step.startswith("operator ")]
    async with playing(database, lexicon, analyzer, OPENING, operators) as stage:
        return write([await _played(stage, step) for step in steps])


def _people(steps: Sequence[Step]) -> list[str]:
    return [step.action for step in steps if re.match(r"(person|operator|group|forum|channel) ", step.action)]


async def _played(stage: Stage, step: Step) -> Step:
    if not step.action:
        return step
    if costs := re.fullmatch(r"costs (at most )?(\d+) calls?", step.action):
        return _costed(stage, step, int(costs[2]), at_most=bool(costs[1]))
    before = len(stage.api.chats.events)
    Director(stage).act(step.action)
    await stage.settle()
    lines = _lines(stage, stage.api.chats.events[before:])
    return step.recorded(lines or (["nothing"] if _SPOKEN.match(step.action) else []))


def _costed(stage: Stage, step: Step, expected: int, *, at_most: bool) -> Step:
    spent = len(stage.api.calls)
    stage.api.calls.clear()
    if spent == expected or (at_most and spent < expected):
        return step
    return Step(f"costs {'at most ' if at_most else ''}{spent} calls")


def _lines(stage: Stage, events: Sequence[Event]) -> list[str]:
    """Events as a script shows them: chats in the order in which the script names them, each in its own order."""
    order = list(stage.cast.ids.values())
    told = sorted(events, key=lambda event: order.index(event.chat) if event.chat in order else len(order))
    lines = [line for event in told for line in _event_lines(stage, event)]
    lines += [f"tap not answered: {query}" for query in stage.api.people.asked]
    stage.api.people.asked.clear()
    return lines


def _event_lines(stage: Stage, event: Event) -> list[str]:
    name = stage.cast.name(event)
    match event.kind:
        case "answered" | "alerted" | "opened":
            return [f"{event.kind} {name}: {event.text}"] if event.text else []
        case "refused":
            return [f"refused: {event.text}"]
    lines = [f"{event.kind} {name}", *(f"| {line}".rstrip() for line in event.text.splitlines())]
    return lines + ["  " + " ".join(f"[{button['text']}]" for button in row) for row in event.keyboard]


class Director:
    """Has the people of a stage do what a line says."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._cast = stage.cast
        self._people = stage.api.people

    def act(self, line: str) -> None:
        """Does it; raises ScriptError for a line that says nothing it knows."""
        for pattern, method in _LINES:
            if found := re.fullmatch(pattern, line, re.DOTALL):
                getattr(self, method)(**found.groupdict())
                return
        raise ScriptError(f"cannot play: {line}")

    def person(self, name: str, language: str | None) -> None:
        self._cast.add_person(name, language or "zh-hans")

    def chat(self, kind: str, name: str, admin: str | None) -> None:
        self._cast.add_chat(name, kind)
        if admin:
            self._stage.api.admins.add(self._cast.ids[admin])

    def clock(self, day: str, hour: str) -> None:
        self._stage.clock.now = datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=SHANGHAI)

    def passes(self, number: str, unit: str) -> None:
        self._stage.clock.now += timedelta(**{f"{unit}s": int(number)})

    def paper(self, source: str, article: str) -> None:
        title, *paragraphs = (part.strip() for part in article.split(" / "))
        today = self._stage.clock().astimezone(SHANGHAI).date()
        self._stage.ingest(
            [RawArticle(title=title, paragraphs=tuple(paragraphs) or (title,), source=source, published_on=today)]
        )

    def page(self, file: str) -> None:
        today = self._stage.clock().astimezone(SHANGHAI).date()
        label = Label(source="样页", published_on=today)
        self._stage.ingest(list(files.read_path(Doors(Calendar(SHANGHAI, today)), ROOT / file, label)))

    def edition(self) -> None:
        self._stage.close_edition()

    def report(self) -> None:
        self._stage.reported = self._stage.clock().astimezone(SHANGHAI).date() - timedelta(days=1)

    def disk(self, share: str) -> None:
        self._stage.room = replace(self._stage.room, free=int(share) * self._stage.room.total // 100)

    def replies(self, name: str, text: str) -> None:
        place, _ = self._cast.place(name)
        last = self._stage.api.chats.of(place["id"])[-1]
        replied = {"message_id": last.id, "date": 1, "chat": place, **last.told}
        self._people.write(text, self._cast.user(name), place, reply_to_message=replied)

    def writes(self, name: str, where: str | None, text: str) -> None:
        place, more = self._cast.place(where or name)
        self._people.write(text, self._cast.user(name), place, **more)

    def shares(self, name: str, latitude: str, longitude: str) -> None:
        place, _ = self._cast.place(name)
        location = {"latitude": float(latitude), "longitude": float(longitude)}
        self._people.write("", self._cast.user(name), place, location=location)

    def taps(self, name: str, label: str, where: str | None) -> None:
        place, more = self._cast.place(where or name)
        thread = more.get("message_thread_id")
        for shown in reversed(self._stage.api.chats.of(place["id"])):
            for button in shown.buttons:
                if shown.thread == thread and label in (button["text"], TICKS.sub("", button["text"])):
                    self._press(shown, button, name, place)
                    return
        raise ScriptError(f"no button “{label}” in the chat of {where or name}")

    def _press(self, shown: Shown, button: dict[str, str], name: str, place: dict[str, object]) -> None:
        if "callback_data" not in button:
            raise ScriptError(f"the button “{button['text']}” opens something outside the chat")
        self._people.press(shown, button, self._cast.user(name), place)

    def inline(self, name: str, text: str) -> None:
        self._people.ask_inline(text, self._cast.user(name))

    def blocks(self, name: str, un: str) -> None:
        place, _ = self._cast.place(name)
        status, before = ("member", "kicked") if un else ("kicked", "member")
        self._people.membership(status, before, self._cast.user(name), place)

    def invites(self, name: str, verb: str, where: str) -> None:
        place, _ = self._cast.place(where)
        inside = "administrator" if place["type"] == "channel" else "member"
        status, before = (inside, "left") if verb == "adds" else ("left", inside)
        self._people.membership(status, before, self._cast.user(name), place)

    def forbids(self, name: str, verb: str, where: str) -> None:
        place, _ = self._cast.place(where)
        inside = "administrator" if place["type"] == "channel" else "member"
        silent = "administrator silent"
        key, before, after = (place["id"], None), inside, silent
        if verb == "forbids":
            self._stage.api.forbidden[key] = "need administrator rights in the channel chat"
        else:
            del self._stage.api.forbidden[key]
            before, after = silent, inside
        self._people.membership(after, before, self._cast.user(name), place)

    def topic(self, name: str, verb: str, where: str) -> None:
        place, more = self._cast.place(where)
        key = (place["id"], more["message_thread_id"])
        match verb:
            case "closes":
                self._stage.api.forbidden[key] = "TOPIC_CLOSED"
                self._people.write("", self._cast.user(name), place, forum_topic_closed={}, **more)
            case "opens":
                del self._stage.api.forbidden[key]
                self._people.write("", self._cast.user(name), place, forum_topic_reopened={}, **more)
            case "deletes":
                self._stage.api.forbidden[key] = "message thread not found"

    def returns(self, name: str, where: str | None) -> None:
        place, more = self._cast.place(where or name)
        sent = next(shown for shown in reversed(self._sent()) if shown.attached.startswith("document"))
        file = {"file_id": str(sent.id), "file_unique_id": str(sent.id), "file_name": "liwen.json", "file_size": 1000}
        self._people.write("", self._cast.user(name), place, document=file, **more)

    def _sent(self) -> list[Shown]:
        return [shown for number in self._cast.ids.values() for shown in self._stage.api.chats.of(number)]

    def migrates(self, where: str) -> None:
        before, _ = self._cast.place(where)
        self._cast.add_chat(where, self._cast.kinds[where])
        after, _ = self._cast.place(where)
        self._people.write("", person(1), before, migrate_to_chat_id=after["id"])
        self._people.write("", person(1), after, migrate_from_chat_id=before["id"])


_WHERE = r"(?: in (?P<where>\S+))?"
_LINES = (
    (r"(?:person|operator) (?P<name>\S+?)(?: speaks (?P<language>\S+))?", "person"),
    (r"(?P<kind>group|forum|channel) (?P<name>\S+?)(?:, administered by (?P<admin>\S+))?", "chat"),
    (r"it is (?P<day>[\d-]{10}) (?P<hour>\d\d:\d\d)", "clock"),
    (r"(?P<number>\d+) (?P<unit>minute|hour|day)s? pass(?:es)?", "passes"),
    (r"paper (?P<source>\S+): (?P<article>.+)", "paper"),
    (r"page (?P<file>\S+)", "page"),
    (r"edition", "edition"),
    (r"the day's report is due", "report"),
    (r"the disk has (?P<share>\d+) % free", "disk"),
    (r"(?P<name>\S+) replies to the last message: (?P<text>.+)", "replies"),
    (r"(?P<name>\S+) asks inline: (?P<text>.+)", "inline"),
    (r"(?P<name>\S+) shares (?P<latitude>-?[\d.]+) (?P<longitude>-?[\d.]+)", "shares"),
    (rf"(?P<name>\S+) taps (?P<label>.+?){_WHERE}", "taps"),
    (r"(?P<name>\S+) (?P<un>un)?blocks the bot", "blocks"),
    (r"(?P<name>\S+) (?P<verb>forbids|allows) the bot to write in (?P<where>\S+)", "forbids"),
    (r"(?P<name>\S+) (?P<verb>closes|opens|deletes) (?P<where>\S+/\S+)", "topic"),
    (rf"(?P<name>\S+) sends back the file{_WHERE}", "returns"),
    (r"(?P<where>\S+) becomes a supergroup", "migrates"),
    (r"(?P<name>\S+) (?P<verb>adds|removes) the bot (?:to|from) (?P<where>\S+)", "invites"),
    (rf"(?P<name>\S+?){_WHERE}: (?P<text>.+)", "writes"),
)
