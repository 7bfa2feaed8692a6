"""Hosts that were asked, and revisions that are found by their text."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.create_table(
        "hosts",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_hosts")),
    )
    op.create_index(op.f("ix_revisions_text_hash"), "revisions", ["text_hash"])
