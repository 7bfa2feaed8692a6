"""How a chat's digests look, what it wants more of, what it saved, and messages to be put back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("chats", sa.Column("style", sa.String(length=16), nullable=False, server_default="full"))
    op.add_column("chats", sa.Column("tastes", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "saved",
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_saved_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_saved_chat_id_chats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "article_id", name=op.f("pk_saved")),
    )
    op.create_index(op.f("ix_saved_article_id"), "saved", ["article_id"])
    op.create_table(
        "originals",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_originals_chat_id_chats"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_originals")),
        sa.UniqueConstraint("chat_id", "mark", name=op.f("uq_originals_chat_id_mark")),
        sqlite_autoincrement=True,
    )
