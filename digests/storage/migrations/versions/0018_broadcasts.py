"""What operators say to many, and daily reports that were given."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE_OF = " + ".join(
    f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("edition_id", "article_id", "broadcast_id")
)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _broadcasts()
    _deliveries()
    op.create_table(
        "reports",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", "address", name=op.f("pk_reports")),
    )


def _broadcasts() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("transport", sa.String(length=16), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("owed", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=True),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.CheckConstraint("state in ('draft','sending','sent','stopped')", name=op.f("ck_broadcasts_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_broadcasts_state"), "broadcasts", ["state"])


def _deliveries() -> None:
    # Made anew in SQLite, which cannot change a condition of a table; with the old one what refers to it would go.
    copied = op.get_bind().dialect.name == "sqlite"
    if copied:
        op.execute("CREATE TEMPORARY TABLE kept AS SELECT * FROM edits")
    op.drop_index("uq_deliveries_editions", "deliveries")
    op.drop_index("ix_deliveries_begun", "deliveries")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("broadcast_id", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_deliveries_broadcast_id_broadcasts"), "broadcasts", ["broadcast_id"], ["id"], ondelete="CASCADE"
        )
        table.create_unique_constraint(op.f("uq_deliveries_broadcast_id_chat_id"), ["broadcast_id", "chat_id"])
        table.drop_constraint(op.f("ck_deliveries_owed"), type_="check")
        table.create_check_constraint(op.f("ck_deliveries_owed"), f"{ONE_OF} = 1")
    if copied:
        op.execute("INSERT INTO edits SELECT * FROM kept")
        op.execute("DROP TABLE kept")
    _index("uq_deliveries_editions", ["chat_id", "due_at"], "edition_id IS NOT NULL", unique=True)
    _index("ix_deliveries_begun", ["state", "next_at"], "state = 'pending' AND claims > 0")


def _index(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "deliveries", columns, unique=unique, postgresql_where=where, sqlite_where=where)
