"""Timetables: weekdays, quiet hours, the week's best, a line on a day without news, pauses that end by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    # Column by column: to make the tables anew, as Alembic's batches do, would delete what refers to them in SQLite.
    for column in (
        sa.Column("days", sa.String(length=7), nullable=False, server_default="1234567"),
        sa.Column("quiet", sa.String(length=11), nullable=False, server_default=""),
        sa.Column("weekly", sa.String(length=7), nullable=False, server_default=""),
        sa.Column("weekly_at", INSTANT, nullable=True),
        sa.Column("says_nothing", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("paused_until", INSTANT, nullable=True),
    ):
        op.add_column("chats", column)
    op.add_column("deliveries", sa.Column("weekly", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Chats are owed together by their whole timetable.
    op.drop_index("ix_chats_times_zone", table_name="chats")
    timetable = ["times", "days", "quiet", "zone", "says_nothing"]
    op.create_index("ix_chats_times_days_quiet_zone_says_nothing", "chats", timetable)
    for name in ("weekly_at", "paused_until"):
        op.create_index(f"ix_chats_{name}", "chats", [name])
