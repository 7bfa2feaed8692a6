"""A chat's room is found by an index: whether anybody is left in it was asked of every chat."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.create_index("ix_chats_room", "chats", ["room"])
