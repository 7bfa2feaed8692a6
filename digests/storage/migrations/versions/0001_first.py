"""Everything: articles and their index, editions, digests, chats, the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# The character index of the search. Contentless, for the text stands in `articles`; `ascii` leaves every character
# that is not ASCII whole, and our tokens hold nothing else that it would cut.
FTS5 = "CREATE VIRTUAL TABLE article_tokens USING fts5(tokens, content='', detail=none, tokenize='ascii')"
GIN = (
    "CREATE TABLE article_tokens (article_id bigint PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
    " tokens text[] NOT NULL)",
    "CREATE INDEX ix_article_tokens_tokens ON article_tokens USING gin (tokens)",
)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _editions()
    _articles()
    _article_labels()
    _chats()
    _digests()
    _deliveries()
    _index()


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_editions")),
        sa.UniqueConstraint("closes_at", name=op.f("uq_editions_closes_at")),
        sqlite_autoincrement=True,
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("kicker", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("reporters", sa.JSON(), nullable=False),
        sa.Column("correspondents", sa.JSON(), nullable=False),
        sa.Column("photographers", sa.JSON(), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("truncated", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("folded_byline", sa.Text(), nullable=False),
        sa.Column("folded_source", sa.Text(), nullable=False),
        sa.Column("edition_id", KEY, nullable=True),
        sa.Column("duplicate_of", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["duplicate_of"], ["articles.id"], name=op.f("fk_articles_duplicate_of"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_articles_edition_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_articles_content_hash")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_articles_source_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_articles_edition_id"), "articles", ["edition_id"], unique=False)
    op.create_index(op.f("ix_articles_ingested_at"), "articles", ["ingested_at"], unique=False)
    op.create_index(op.f("ix_articles_published_on_id"), "articles", ["published_on", "id"], unique=False)
    op.create_table(
        "terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_terms")),
    )


def _article_labels() -> None:
    op.create_table(
        "article_topics",
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_topics_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("slug", "article_id", name=op.f("pk_article_topics")),
    )
    op.create_table(
        "article_places",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_places_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("code", "article_id", name=op.f("pk_article_places")),
    )
    op.create_table(
        "fingerprint_bands",
        sa.Column("band", sa.BigInteger(), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_fingerprint_bands_article_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("band", "article_id", name=op.f("pk_fingerprint_bands")),
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("times", sa.String(length=512), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("covered", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chats")),
        sa.UniqueConstraint("address", name=op.f("uq_chats_address")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chats_times_zone"), "chats", ["times", "zone"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("since", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_subscriptions_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("chat_id", "query", name=op.f("uq_subscriptions_chat_id_query")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_subscriptions_query"), "subscriptions", ["query"], unique=False)


def _digests() -> None:
    op.create_table(
        "digests",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_digests_edition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint("edition_id", "query", name=op.f("uq_digests_edition_id_query")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_digests_query"), "digests", ["query"], unique=False)
    op.create_table(
        "digest_articles",
        sa.Column("digest_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_digest_articles_article_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["digest_id"], ["digests.id"], name=op.f("fk_digest_articles_digest_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("digest_id", "position", name=op.f("pk_digest_articles")),
    )


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("edition_id", KEY, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parts_sent", sa.Integer(), nullable=False),
        sa.Column("unknowns", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('pending','claimed','sending','sent','gone','failed','unknown')",
            name=op.f("ck_deliveries_state"),
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_deliveries_chat_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["editions.id"], name=op.f("fk_deliveries_edition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("chat_id", "due_at", name=op.f("uq_deliveries_chat_id_due_at")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_state_next_at_id"), "deliveries", ["state", "next_at", "id"], unique=False)


def _index() -> None:
    for statement in (FTS5,) if op.get_bind().dialect.name == "sqlite" else GIN:
        op.execute(statement)
