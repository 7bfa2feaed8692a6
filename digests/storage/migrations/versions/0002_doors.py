"""Revisions, follow-ups, sources, alarms and uploads."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _articles()
    _revisions()
    _article_terms()
    _sources()
    _alarms()
    _uploads()


def _articles() -> None:
    # Column by column: to make the table anew, as Alembic's batches do, would delete what refers to it in SQLite.
    for column in (
        sa.Column("text_hash", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("section", sa.Text(), nullable=False, server_default=""),
        sa.Column("follows", KEY, nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("revised_at", INSTANT, nullable=True),
    ):
        op.add_column("articles", column)
    op.execute("UPDATE articles SET text_hash = content_hash")
    op.create_index(op.f("ix_articles_text_hash"), "articles", ["text_hash"])
    op.create_index(op.f("ix_articles_duplicate_of"), "articles", ["duplicate_of"])


def _article_id() -> sa.Column[int]:
    return sa.Column("article_id", KEY, nullable=False)


def _of_article(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_article_id")
    return sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=name, ondelete="CASCADE")


def _revisions() -> None:
    op.create_table(
        "revisions",
        _article_id(),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("kicker", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("paragraphs", sa.JSON(), nullable=False),
        sa.Column("replaced_at", INSTANT, nullable=False),
        _of_article("revisions"),
        sa.PrimaryKeyConstraint("article_id", "revision", name=op.f("pk_revisions")),
    )


def _article_terms() -> None:
    op.create_table(
        "article_terms",
        sa.Column("term", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        _article_id(),
        sa.Column("weight", sa.Float(), nullable=False),
        _of_article("article_terms"),
        sa.PrimaryKeyConstraint("term", "published_on", "article_id", name=op.f("pk_article_terms")),
    )
    op.create_index(op.f("ix_article_terms_article_id"), "article_terms", ["article_id"])


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("expected_by", sa.String(length=5), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("checked_at", INSTANT, nullable=True),
        sa.Column("arrived_at", INSTANT, nullable=True),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("last_modified", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('feed','epaper')", name=op.f("ck_sources_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sources")),
        sa.UniqueConstraint("url", name=op.f("uq_sources_url")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sources_next_at"), "sources", ["next_at"])


def _alarms() -> None:
    op.create_table(
        "alarms",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("over_at", INSTANT, nullable=True),
        sa.Column("told_raised", sa.Boolean(), nullable=False),
        sa.Column("told_over", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_alarms_kind_subject"), "alarms", ["kind", "subject"])


def _uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_uploads_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_uploads_chat_id"), "uploads", ["chat_id"])
