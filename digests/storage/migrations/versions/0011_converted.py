"""Whether a chat reads articles in the characters of its language."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.add_column("chats", sa.Column("converted", sa.Boolean(), nullable=False, server_default=sa.false()))
