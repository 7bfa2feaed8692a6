"""What came of a play: what readers were owed beside what they got."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from digests.storage import Database
from digests.storage.tables.news import articles
from digests.storage.tables.outbox import deliveries

UNFINISHED = ("pending", "claimed", "sending")


@dataclass(frozen=True)
class Outcome:
    """What came of a play: what must be 0, and what is only counted."""

    faults: dict[str, int]
    counted: dict[str, int]


@dataclass
class Fate:
    """What became of a reader: copies of each message that it `got`, tries in doubt, how its deliveries ended.

    `owed` are the stories it was to be told, `alerted` those whose alerts count as sent: words that only their
    telling has.
    """

    owed: Sequence[str]
    got: Counter[str]
    doubts: int = 0
    ends: set[str] = field(default_factory=set)
    alerted: set[str] = field(default_factory=set)

    def copies(self, words: str) -> int:
        """How often a story was told."""
        return sum(copies for text, copies in self.got.items() if words in text)

    @property
    def doubled(self) -> bool:
        """Whether a message came twice, or a story in two different ones."""
        return max(self.got.values(), default=0) > 1 or any(self.copies(words) > 1 for words in self.owed)

    @property
    def lacks(self) -> bool:
        """Whether a story was never told."""
        return not all(map(self.copies, self.owed))

    @property
    def deceived(self) -> bool:
        """Whether all counts as sent, or an alert does, and is missing."""
        return (self.ends == {"sent"} and self.lacks) or not all(map(self.copies, self.alerted))


def states(database: Database) -> Counter[str]:
    """How many deliveries are in each state."""
    with database.read() as store:
        counted = select(deliveries.c.state, func.count().label("rows")).group_by(deliveries.c.state)
        return Counter({row.state: row.rows for row in store._connection.execute(counted)})


def unfinished(database: Database) -> int:
    """How many deliveries have not come to an end."""
    return sum(states(database)[state] for state in UNFINISHED)


def fates(database: Database, stats: dict[str, Any], owed: dict[int, Sequence[str]]) -> list[Fate]:
    """What became of readers, in the order of their rows, by the server's `stats` and by the database.

    `owed` says by Telegram ids what each was to be told; an alert is known by its article's text.
    """
    texts = {int(chat): Counter[str](sent) for chat, sent in stats["texts"].items()}
    for old, new in stats["moved"].items():
        texts[int(old)] = texts.get(int(old), Counter()) + texts.get(int(new), Counter())
    found = [Fate(stories, texts.get(reader, Counter())) for reader, stories in owed.items()]
    wanted = select(deliveries.c.chat_id, deliveries.c.state, deliveries.c.unknowns, articles.c.paragraphs)
    with database.read() as store:
        rows = store._connection.execute(wanted.outerjoin(articles, articles.c.id == deliveries.c.article_id)).all()
    for chat_id, state, unknowns, alert in rows:
        fate = found[chat_id - 1]
        fate.doubts += unknowns
        fate.ends.add(state)
        if alert is not None and state == "sent":
            fate.alerted.update(alert)
    return found


def judge(database: Database, stats: dict[str, Any], owed: dict[int, Sequence[str]], *, resend: bool) -> Outcome:
    """Compares what readers were owed with what they got."""
    found, left = fates(database, stats, owed), states(database)
    faults = {
        "told as sent, never arrived": sum(fate.deceived for fate in found),
        "not finished": sum(left[state] for state in UNFINISHED),
        "failed": left["failed"],
        "lost without a reason": sum(fate.lacks and not fate.doubts and "gone" not in fate.ends for fate in found),
        "doubled without a reason": sum(fate.doubled and not fate.doubts for fate in found),
        "second sends to a dead chat": stats["counts"].get("sent to the dead", 0),
        "waits ignored": stats["counts"].get("waits ignored", 0),
    }
    if resend:
        faults["lost"] = sum(fate.lacks and "gone" not in fate.ends for fate in found)
    else:
        faults["doubled"] = sum(fate.doubled for fate in found)
    counted = {
        "readers told twice, after an unknown try": sum(fate.doubled for fate in found),
        "readers who lack something": sum(fate.lacks for fate in found),
        "alerts sent": sum(len(fate.alerted) for fate in found),
        "rows left unknown": left["unknown"],
        "unknown tries": sum(fate.doubts for fate in found),
        "chats gone": sum("gone" in fate.ends for fate in found),
        **{name: number for name, number in stats["counts"].items() if name.startswith(("429", "fault"))},
    }
    return Outcome(faults, counted)
