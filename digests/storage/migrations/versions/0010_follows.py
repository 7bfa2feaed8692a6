"""What a story became, found by what it was; when an article was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("articles", sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_articles_follows"), "articles", ["follows"])
