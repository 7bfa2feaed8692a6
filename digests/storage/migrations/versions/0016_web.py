"""What a story became, when an article was taken back, and pictures that were sent."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("articles", sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_articles_follows"), "articles", ["follows"])
    op.create_table(
        "pictures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pictures")),
    )
