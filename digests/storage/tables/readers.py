"""Chats, what they follow and keep, and what they said that waits for an answer."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digests.storage.columns import NEVER_AGAIN, Key, UtcDateTime, key, metadata, refers

TIMETABLE = ("times", "days", "quiet", "zone", "says_nothing")
"""Chats that are alike in these are owed together."""

_SILENCED = text("silenced_at IS NOT NULL")
_ALERTED = text("alerts_since IS NOT NULL")

chats = Table(
    "chats",
    metadata,
    key(),
    Column("address", Text, nullable=False, unique=True),
    Column("room", Text, nullable=False),  # what is paced as one: the address without a forum's topic
    Column("language", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("times", String(512), nullable=False),  # 07:30 18:00; empty: with each edition
    Column("days", String(7), nullable=False),  # 12345, ISO weekdays; empty: none but the week's best
    Column("quiet", String(11), nullable=False),  # 22:00-07:00, or empty
    Column("weekly", String(7), nullable=False),  # 7 18:00, or empty
    Column("weekly_at", UtcDateTime),  # when the week's best is due next
    Column("says_nothing", Boolean, nullable=False),  # is told of a day without news
    Column("paused", Boolean, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("state", String(16), nullable=False),
    Column("covered", Key, nullable=False),  # the newest edition it has been told of; 0 for none
    Column("converted", Boolean, nullable=False, server_default=false()),
    Column("style", String(16), nullable=False, server_default="full"),
    Column("tastes", JSON, nullable=False, server_default="{}"),  # canonical query → steps more, or less, of it
    Column("created_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),  # when it was first seen that it had left
    Index(None, "room"),
    Index(None, *TIMETABLE),
    Index(None, "weekly_at"),
    Index(None, "paused_until"),
    **NEVER_AGAIN,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    key(),
    refers("chat_id", "chats.id", nullable=False),
    Column("query", Text, nullable=False),
    Column("since", Key, nullable=False),  # the newest edition when it was chosen: those up to it are not owed
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("alerts_since", UtcDateTime),  # what came from then on is told at once; none: by the digest alone
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("chat_id", "query"),
    Index(None, "query"),
    Index("ix_subscriptions_alerts", "query", postgresql_where=_ALERTED, sqlite_where=_ALERTED),
    **NEVER_AGAIN,
)

# Articles that a chat put aside.
saved = Table(
    "saved",
    metadata,
    refers("chat_id", "chats.id", primary_key=True),
    refers("article_id", "articles.id", primary_key=True, keeps=True),
    Column("saved_at", UtcDateTime, nullable=False),
    Index(None, "article_id"),
)

# Messages that an article took the place of, to be put back; the same message is kept once.
originals = Table(
    "originals",
    metadata,
    key(),
    refers("chat_id", "chats.id", nullable=False),
    Column("mark", String(64), nullable=False),  # the SHA-256 of its content
    Column("content", JSON, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    UniqueConstraint("chat_id", "mark"),
    **NEVER_AGAIN,
)

# What else there is to know of a chat in which many read: a group, a channel, a topic of a forum.
groups = Table(
    "groups",
    metadata,
    refers("chat_id", "chats.id", primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("set_by", Text, nullable=False),  # the private chat of who last set something up there; it may be nobody's
    Column("trouble", String(16), nullable=False),  # why we may not write there; empty: we may
    Column("silenced_at", UtcDateTime),  # since when
    Column("told", Boolean, nullable=False),  # `set_by` was told of it
    Index("ix_groups_silenced", "silenced_at", postgresql_where=_SILENCED, sqlite_where=_SILENCED),
    Index(None, "set_by"),
)

# Who administers a channel, by the addresses of their private chats: channels are managed from there.
administrators = Table(
    "administrators",
    metadata,
    refers("chat_id", "chats.id", primary_key=True),
    Column("person", Text, primary_key=True),
    Column("managing", Boolean, nullable=False),  # what this person says in private is about the channel
    Index(None, "person"),
)

# Queries that are too long for a button, by their fingerprints.
phrases = Table(
    "phrases",
    metadata,
    Column("mark", String(16), primary_key=True),
    Column("query", Text, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Index(None, "used_at"),
)

# What Telegram told us and we have not answered yet: kept before Telegram is told that we have it.
updates = Table(
    "updates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("content", JSON),  # none: it is answered, and stays to tell the number of the last one
    Column("tries", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)
