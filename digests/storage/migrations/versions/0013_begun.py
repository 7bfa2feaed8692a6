"""Deliveries that were claimed before are found by an index that SQLite, too, takes for the better one."""

from alembic import op
from sqlalchemy import text

revision = "0013"
down_revision = "0012"

BEGUN = text("state = 'pending' AND claims > 0")


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.drop_index("ix_deliveries_begun", "deliveries")
    columns = ["state", "next_at"]
    op.create_index("ix_deliveries_begun", "deliveries", columns, postgresql_where=BEGUN, sqlite_where=BEGUN)
