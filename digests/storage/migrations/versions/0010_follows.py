"""What a story became, found by what it was."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.create_index(op.f("ix_articles_follows"), "articles", ["follows"])
