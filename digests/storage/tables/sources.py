"""Where news comes from, documents that wait to be read, and what administrators are told of it."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from digests.storage.columns import NEVER_AGAIN, UtcDateTime, key, metadata, refers

# Where news comes from by itself: feeds and newspaper sites that the scheduler asks.
sources = Table(
    "sources",
    metadata,
    key(),
    Column("url", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("every", Integer, nullable=False),  # minutes
    Column("expected_by", String(5), nullable=False),  # 09:00; empty: learnt from when it came
    Column("added_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime),
    Column("arrived_at", UtcDateTime),  # when it last had something new
    Column("etag", Text, nullable=False),
    Column("last_modified", Text, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("last_error", Text, nullable=False),
    CheckConstraint("kind in ('feed','epaper')", name="kind"),
    Index(None, "next_at"),
    **NEVER_AGAIN,
)

# When each host was asked last, and until when it asked to be left alone.
hosts = Table(
    "hosts",
    metadata,
    Column("host", String(255), primary_key=True),
    Column("asked_at", UtcDateTime),
    Column("held_until", UtcDateTime),
)

# What came from the watched folder and is read by whichever process takes it; it stays until its file is put away.
documents = Table(
    "documents",
    metadata,
    key(),
    Column("name", Text, nullable=False),
    Column("stamp", String(64), nullable=False),  # by which a file is seen to change
    Column("content", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_on", Date),
    Column("received_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("tries", Integer, nullable=False),
    Column("outcome", JSON(none_as_null=True)),  # what it came to, once it is read
    UniqueConstraint("name", "stamp"),
    **NEVER_AGAIN,
)

# What an administrator sent to the bot and has not yet accepted or dropped.
uploads = Table(
    "uploads",
    metadata,
    key(),
    refers("chat_id", "chats.id", nullable=False),
    Column("name", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_on", Date),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "chat_id"),
    **NEVER_AGAIN,
)

# The daily reports that were given, and to whom: nobody gets one twice.
reports = Table(
    "reports",
    metadata,
    Column("day", Date, primary_key=True),  # of which it tells
    Column("address", Text, primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
)

# What administrators are told of, once when it begins and once when it is over.
alarms = Table(
    "alarms",
    metadata,
    key(),
    Column("kind", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("over_at", UtcDateTime),
    Column("told_raised", Boolean, nullable=False),
    Column("told_over", Boolean, nullable=False),
    Index(None, "kind", "subject"),
    **NEVER_AGAIN,
)
