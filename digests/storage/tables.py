"""Every table."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digests.storage.columns import NEVER_AGAIN, Key, UtcDateTime, key, refers

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

editions = Table(
    "editions", metadata, key(), Column("closes_at", UtcDateTime, nullable=False, unique=True), **NEVER_AGAIN
)

_ALERTS_DUE = text("alerts_due")

articles = Table(
    "articles",
    metadata,
    key(),
    # What tells an article from others: the same id from the same source, and without an id the same text from it.
    Column("content_hash", String(64), nullable=False, unique=True),
    Column("text_hash", String(64), nullable=False),  # of headline and body alone
    Column("external_id", Text),
    Column("source", Text, nullable=False),
    Column("page", Text, nullable=False),
    Column("section", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("published_on", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("kicker", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("reporters", JSON, nullable=False),
    Column("correspondents", JSON, nullable=False),
    Column("photographers", JSON, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("truncated", Boolean, nullable=False),
    Column("topics", JSON, nullable=False),
    Column("places", JSON, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("summary", JSON, nullable=False),  # [[start, end], …] in the body
    Column("summarised", Boolean, nullable=False, server_default=false()),  # it is made of this text
    Column("points", JSON, nullable=False),  # reason → points, once its edition has closed
    Column("ingested_at", UtcDateTime, nullable=False),
    # What queries are held against, folded: headline, body and byline; the byline and the source alone.
    Column("folded", Text, nullable=False),
    Column("folded_byline", Text, nullable=False),
    Column("folded_source", Text, nullable=False),
    refers("edition_id", "editions.id", "SET NULL"),
    refers("duplicate_of", "articles.id", "SET NULL"),
    Column("alerts_due", Boolean, nullable=False, server_default=false()),  # nobody has looked yet who is told at once
    Column("follows", Key),  # the id of the earlier article whose story this one goes on with; it may be gone
    Column("revision", Integer, nullable=False),  # how often its text was replaced
    Column("revised_at", UtcDateTime),
    Column("retracted_at", UtcDateTime),  # an editor took it back: it is shown no more
    UniqueConstraint("source", "external_id"),
    Index(None, "text_hash"),
    Index(None, "edition_id"),
    Index(None, "duplicate_of"),
    Index(None, "follows"),
    Index(None, "published_on", "id"),
    Index(None, "ingested_at"),
    Index("ix_articles_alerts_due", "id", postgresql_where=_ALERTS_DUE, sqlite_where=_ALERTS_DUE),
    **NEVER_AGAIN,
)

# Which tokens the search's index holds, and how far the one is built that will take its place. One row.
search_index = Table(
    "search_index",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("building", Integer),  # the version of the tokens of the next one; none: nothing is being built
    Column("built_day", Integer, nullable=False),  # it holds the articles up to this day and id
    Column("built_id", Key, nullable=False),
    Column("built", Integer, nullable=False),  # how many they are
)

# Topics that an administrator set right, and what that teaches; the newest word on an article is the only one.
corrections = Table(
    "corrections",
    metadata,
    key(),
    refers("article_id", "articles.id", keeps=True, nullable=False, unique=True),
    Column("topics", JSON, nullable=False),
    Column("before", JSON, nullable=False),  # what they were without it
    Column("lesson", JSON, nullable=False),  # topic → word → points to add
    Column("made_at", UtcDateTime, nullable=False),
    **NEVER_AGAIN,
)

# The fingerprints in pieces: two articles that share one are worth comparing.
fingerprint_bands = Table(
    "fingerprint_bands",
    metadata,
    Column("band", BigInteger, primary_key=True),
    refers("article_id", "articles.id", primary_key=True),
    Index(None, "article_id"),
)

# What an article's text was before it was replaced: headline and paragraphs as they stood.
revisions = Table(
    "revisions",
    metadata,
    refers("article_id", "articles.id", primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text_hash", String(64), nullable=False),
    Column("kicker", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("paragraphs", JSON, nullable=False),
    Column("replaced_at", UtcDateTime, nullable=False),
    Index(None, "text_hash"),
)

# An article's story terms, by which the later ones of the same story are found; the squares of its weights add up to 1.
article_terms = Table(
    "article_terms",
    metadata,
    Column("term", Text, primary_key=True),
    Column("published_on", Date, primary_key=True),
    refers("article_id", "articles.id", primary_key=True),
    Column("weight", Float, nullable=False),
    Index(None, "article_id"),
)

# In how many articles each term stands; the empty one stands in every article that was ever counted.
terms = Table(
    "terms",
    metadata,
    Column("term", Text, primary_key=True),
    Column("documents", Integer, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    key(),
    refers("edition_id", "editions.id", nullable=False),
    Column("query", Text, nullable=False),
    UniqueConstraint("edition_id", "query"),
    Index(None, "query"),
    **NEVER_AGAIN,
)

digest_articles = Table(
    "digest_articles",
    metadata,
    refers("digest_id", "digests.id", primary_key=True),
    Column("position", Integer, primary_key=True),
    refers("article_id", "articles.id", nullable=False),
    Index(None, "article_id"),
)

TIMETABLE = ("times", "days", "quiet", "zone", "says_nothing")
"""Chats that are alike in these are owed together."""

_SILENCED = text("silenced_at IS NOT NULL")

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
    Index(None, *TIMETABLE),
    Index(None, "weekly_at"),
    Index(None, "paused_until"),
    **NEVER_AGAIN,
)

_ALERTED = text("alerts_since IS NOT NULL")

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

_BEGUN = text("state = 'pending' AND claims > 0")
_OF_AN_EDITION = text("article_id IS NULL")

deliveries = Table(
    "deliveries",
    metadata,
    key(),
    refers("chat_id", "chats.id", nullable=False),
    # What is owed: the editions up to one, or, at once, an article.
    refers("edition_id", "editions.id"),
    refers("article_id", "articles.id"),
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
    UniqueConstraint("chat_id", "story"),
    CheckConstraint("state in ('pending','claimed','sending','sent','gone','failed','unknown')", name="state"),
    CheckConstraint("(edition_id IS NULL) <> (article_id IS NULL)", name="owed"),
    Index(None, "chat_id", "due_at"),
    Index(None, "article_id"),
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

# Queries that are too long for a button, by their fingerprints.
phrases = Table(
    "phrases",
    metadata,
    Column("mark", String(16), primary_key=True),
    Column("query", Text, nullable=False),
    Column("used_at", UtcDateTime, nullable=False),
    Index(None, "used_at"),
)

# Words and names of the archive, under what they share with their misspellings: the sound, all but one character.
spellings = Table(
    "spellings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Index(None, "word"),
    sqlite_with_rowid=False,
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

# What Telegram told us and we have not answered yet: kept before Telegram is told that we have it.
updates = Table(
    "updates",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("content", JSON),  # none: it is answered, and stays to tell the number of the last one
    Column("tries", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
)

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

# Pictures that were sent once: a messenger takes its own name for one instead of the picture.
pictures = Table(
    "pictures",
    metadata,
    Column("key", Text, primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
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
