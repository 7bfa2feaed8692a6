"""What grows old goes: when a chat left, how many articles were counted, and what an article's removal must find."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("chats", sa.Column("left_at", INSTANT, nullable=True))
    for table in ("fingerprint_bands", "digest_articles"):
        op.create_index(op.f(f"ix_{table}_article_id"), table, ["article_id"])
    op.execute("INSERT INTO terms (term, documents) SELECT '', count(*) FROM articles HAVING count(*) > 0")
