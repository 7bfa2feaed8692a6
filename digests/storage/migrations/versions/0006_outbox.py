"""Deliveries in parts, the pace that all processes share, and updates that wait for their answers."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _chats()
    _deliveries()
    _paces()
    _updates()


def _chats() -> None:
    op.add_column("chats", sa.Column("room", sa.Text(), nullable=False, server_default=""))
    chats = sa.table("chats", sa.column("id", sa.BigInteger()), sa.column("address", sa.Text()), sa.column("room"))
    connection = op.get_bind()
    for chat_id, address in connection.execute(sa.select(chats.c.id, chats.c.address)).all():
        room = ":".join(address.split(":")[:2])
        connection.execute(sa.update(chats).where(chats.c.id == chat_id).values(room=room))


def _deliveries() -> None:
    # Column by column: to make the table anew, as Alembic's batches do, would delete what refers to it in SQLite.
    for column in (
        sa.Column("parts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("parts_unknown", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("contents", sa.JSON(), nullable=True),
        sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("deliveries", column)
    # What was under way in several messages begins anew: which they were is not known.
    op.execute("UPDATE deliveries SET parts_sent = 0 WHERE state IN ('pending', 'claimed', 'sending')")
    op.execute("UPDATE deliveries SET doubtful = true WHERE unknowns > 0 AND state = 'pending'")
    begun = sa.text("state = 'pending' AND claims > 0")
    op.create_index("ix_deliveries_begun", "deliveries", ["next_at"], postgresql_where=begun, sqlite_where=begun)


def _paces() -> None:
    op.create_table(
        "paces",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("budget_at", INSTANT, nullable=False),
        sa.Column("held_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_paces")),
    )


def _updates() -> None:
    op.create_table(
        "updates",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_updates")),
    )
