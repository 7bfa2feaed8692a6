"""What is owed to chats, how fast it may go, and pictures that went before."""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from digests.storage.columns import NEVER_AGAIN, Key, UtcDateTime, key, metadata, refers

_BEGUN = text("state = 'pending' AND claims > 0")
_OF_AN_EDITION = text("edition_id IS NOT NULL")
_ONE_OF = " + ".join(
    f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("edition_id", "article_id", "broadcast_id")
)

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    refers("chat_id", "chats.id", nullable=False),
    # What is owed: the editions up to one, or, at once, an article, or what an operator says.
    refers("edition_id", "editions.id"),
    refers("article_id", "articles.id"),
    refers("broadcast_id", "broadcasts.id"),
    Column("story", Key),  # the first of the article's near-duplicates, of which a chat is told once
    Column("due_at", UtcDateTime, nullable=False),
    Column("weekly", Boolean, nullable=False),  # the week's best, not the news since the last one
    Column("state", String(16), nullable=False),
    Column("next_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("claims", Integer, nullable=False),  # how often it was claimed: only the last claim may change it
    Column("attempts", Integer, nullable=False),
    Column("parts", Integer, nullable=False),  # messages it takes; 0 until the first is about to go out
    Column("parts_sent", Integer, nullable=False),
    Column("parts_unknown", Integer, nullable=False),  # of those sent, the ones that may not have arrived
    Column("contents", JSON),  # its messages, when it takes several: later ones must fit those that went out
    Column("unknowns", Integer, nullable=False),  # tries of which nobody knows whether they arrived
    Column("doubtful", Boolean, nullable=False),  # the last try of the next message was one of them
    Column("last_error", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("recipe_id", Key),  # what its messages were made of; it may be gone
    Column("amended", Key),  # the newest amendment that these knew of
    Column("message_ids", JSON),  # what the messenger calls those that went out; none where nobody knows
    UniqueConstraint("chat_id", "story"),
    UniqueConstraint("broadcast_id", "chat_id"),
    CheckConstraint("state in ('pending','claimed','sending','sent','gone','failed','unknown')", name="state"),
    CheckConstraint(f"{_ONE_OF} = 1", name="owed"),
    Index(None, "chat_id", "due_at"),
    Index(None, "article_id"),
    Index(None, "recipe_id"),
    Index(
        "uq_deliveries_editions",
        "chat_id",
        "due_at",
        unique=True,
        postgresql_where=_OF_AN_EDITION,
        sqlite_where=_OF_AN_EDITION,
    ),
    Index(None, "state", "next_at", "id"),
    # Those that were claimed before go first, and are few. Without the state SQLite would read all that is due instead.
    Index("ix_deliveries_begun", "state", "next_at", postgresql_where=_BEGUN, sqlite_where=_BEGUN),
    **NEVER_AGAIN,
)

# What an operator says to many, and how far that is.
broadcasts = Table(
    "broadcasts",
    metadata,
    key(),
    Column("author", Text, nullable=False),  # the address of who is told how it goes; empty: nobody
    Column("transport", String(16), nullable=False),
    Column("content", JSON, nullable=False),
    Column("query", Text, nullable=False),  # what those follow to whom it goes; empty: everybody
    Column("state", String(16), nullable=False),
    Column("owed", Integer, nullable=False),  # to how many chats it was begun to be sent
    Column("created_at", UtcDateTime, nullable=False),
    Column("begun_at", UtcDateTime),
    Column("told_at", UtcDateTime),  # when its author was last told how far it is
    CheckConstraint("state in ('draft','sending','sent','stopped')", name="state"),
    Index(None, "state"),
    **NEVER_AGAIN,
)

# What messages were made of, so that they can be made again; chats with the same messages share it.
recipes = Table(
    "recipes",
    metadata,
    key(),
    Column("mark", String(64), nullable=False, unique=True),  # the SHA-256 of its content
    Column("content", JSON, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
    **NEVER_AGAIN,
)

recipe_articles = Table(
    "recipe_articles",
    metadata,
    refers("recipe_id", "recipes.id", primary_key=True),
    refers("article_id", "articles.id", primary_key=True),
    Index(None, "article_id"),
)

# Deliveries whose messages are to be put right, once for all that was amended since.
edits = Table(
    "edits",
    metadata,
    key(),
    refers("delivery_id", "deliveries.id", nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("part", Integer, nullable=False),  # the message of the delivery that is next
    Column("next_at", UtcDateTime, nullable=False),
    Column("claimed_until", UtcDateTime),
    Column("claims", Integer, nullable=False),  # only the last claim may change it, none from before it was owed anew
    Column("attempts", Integer, nullable=False),
    Column("last_error", Text, nullable=False),
    Column("owed_at", UtcDateTime, nullable=False),
    CheckConstraint("state in ('pending','claimed','done','gone','lost','failed')", name="state"),
    Index(None, "state", "next_at", "id"),
    **NEVER_AGAIN,
)

# How fast messages may go: a row for each transport (its token's rate) and for each room.
paces = Table(
    "paces",
    metadata,
    Column("key", Text, primary_key=True),  # `telegram`, or a room such as `telegram:-1005`
    Column("next_at", UtcDateTime, nullable=False),  # nothing may go before
    Column("budget_at", UtcDateTime, nullable=False),  # GCRA's theoretical arrival time
    Column("held_until", UtcDateTime),  # Telegram said to wait until then
)

# Pictures that were sent once: a messenger takes its own name for one instead of the picture.
pictures = Table(
    "pictures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)
