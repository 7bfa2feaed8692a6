"""Articles, what is known of them, editions and digests, and what search looks into."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from digests.storage.columns import NEVER_AGAIN, Key, UtcDateTime, key, metadata, refers

_ALERTS_DUE = text("alerts_due")
_RETRACTED = text("retracted_at IS NOT NULL")

editions = Table(
    "editions", metadata, key(), Column("closes_at", UtcDateTime, nullable=False, unique=True), **NEVER_AGAIN
)

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
    Column("dropped_at", UtcDateTime),  # an editor took it out of its edition: it is found, but not told
    UniqueConstraint("source", "external_id"),
    Index(None, "text_hash"),
    Index(None, "edition_id"),
    Index(None, "duplicate_of"),
    Index(None, "follows"),
    Index(None, "published_on", "id"),
    Index(None, "ingested_at"),
    Index("ix_articles_alerts_due", "id", postgresql_where=_ALERTS_DUE, sqlite_where=_ALERTS_DUE),
    Index("ix_articles_retracted", "id", postgresql_where=_RETRACTED, sqlite_where=_RETRACTED),
    **NEVER_AGAIN,
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

# An editor's word on an article, the newest of each kind. Their numbers only grow, whatever is taken back.
amendments = Table(
    "amendments",
    metadata,
    key(),
    refers("article_id", "articles.id", nullable=False),
    Column("act", String(16), nullable=False),
    Column("words", Text, nullable=False),  # a note, a reason, or what was taken back
    Column("before", JSON),  # what it takes to take it back
    Column("announced", Boolean, nullable=False),  # readers had seen the article: they are told what was changed
    Column("made_at", UtcDateTime, nullable=False),
    UniqueConstraint("article_id", "act"),
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

EVERYWHERE = ""
"""The term whose number is how many articles were ever counted: those that were removed still tell what is common."""

# In how many articles each term stands.
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

# Words and names of the archive, under what they share with their misspellings: the sound, all but one character.
spellings = Table(
    "spellings",
    metadata,
    Column("key", Text, primary_key=True),
    Column("word", Text, primary_key=True),
    Index(None, "word"),
    sqlite_with_rowid=False,
)
