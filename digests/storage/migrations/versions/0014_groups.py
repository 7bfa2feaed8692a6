"""Groups and channels: who set them up, who administers them, and whether we may write there."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SILENCED = sa.text("silenced_at IS NOT NULL")


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.create_table(
        "groups",
        sa.Column("chat_id", KEY, autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("trouble", sa.String(length=16), nullable=False),
        sa.Column("silenced_at", INSTANT, nullable=True),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_groups_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", name=op.f("pk_groups")),
    )
    op.create_index("ix_groups_silenced", "groups", ["silenced_at"], postgresql_where=SILENCED, sqlite_where=SILENCED)
    op.create_index(op.f("ix_groups_set_by"), "groups", ["set_by"])
    op.create_table(
        "administrators",
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("managing", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["chat_id"], ["chats.id"], name=op.f("fk_administrators_chat_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat_id", "person", name=op.f("pk_administrators")),
    )
    op.create_index(op.f("ix_administrators_person"), "administrators", ["person"])
