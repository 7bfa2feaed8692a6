"""Alerts, wishes that pause, long queries behind buttons, and how the archive's words sound."""

import sqlalchemy as sa
from alembic import op

from digests.storage.spellings import keys_of

revision = "0015"
down_revision = "0014"

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = 5000
"""Words that are filed at a time."""


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _articles()
    _subscriptions()
    _deliveries()
    _phrases()
    _spellings()


def _articles() -> None:
    # What is in the archive already alerts nobody.
    op.add_column("articles", sa.Column("alerts_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    due = sa.text("alerts_due")
    op.create_index("ix_articles_alerts_due", "articles", ["id"], postgresql_where=due, sqlite_where=due)


def _subscriptions() -> None:
    op.add_column("subscriptions", sa.Column("paused", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("subscriptions", sa.Column("alerts_since", INSTANT, nullable=True))
    alerted = sa.text("alerts_since IS NOT NULL")
    op.create_index(
        "ix_subscriptions_alerts", "subscriptions", ["query"], postgresql_where=alerted, sqlite_where=alerted
    )


def _deliveries() -> None:
    # Made anew in SQLite, which cannot take a condition away from a column: nothing refers to deliveries.
    begun = sa.text("state = 'pending' AND claims > 0")
    with op.batch_alter_table("deliveries", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("edition_id", existing_type=KEY, nullable=True)
        table.add_column(sa.Column("article_id", KEY, nullable=True))
        table.add_column(sa.Column("story", KEY, nullable=True))
        table.create_foreign_key(
            op.f("fk_deliveries_article_id_articles"), "articles", ["article_id"], ["id"], ondelete="CASCADE"
        )
        table.drop_constraint(op.f("uq_deliveries_chat_id_due_at"), type_="unique")
        table.create_unique_constraint(op.f("uq_deliveries_chat_id_story"), ["chat_id", "story"])
        table.create_check_constraint(op.f("ck_deliveries_owed"), "(edition_id IS NULL) <> (article_id IS NULL)")
        table.create_index(op.f("ix_deliveries_chat_id_due_at"), ["chat_id", "due_at"])
        table.create_index(op.f("ix_deliveries_article_id"), ["article_id"])
    of_an_edition = sa.text("article_id IS NULL")
    op.create_index(
        "uq_deliveries_editions",
        "deliveries",
        ["chat_id", "due_at"],
        unique=True,
        postgresql_where=of_an_edition,
        sqlite_where=of_an_edition,
    )
    op.drop_index("ix_deliveries_begun", "deliveries")
    op.create_index(
        "ix_deliveries_begun", "deliveries", ["state", "next_at"], postgresql_where=begun, sqlite_where=begun
    )


def _phrases() -> None:
    op.create_table(
        "phrases",
        sa.Column("mark", sa.String(length=16), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_phrases")),
    )
    op.create_index(op.f("ix_phrases_used_at"), "phrases", ["used_at"])


def _spellings() -> None:
    made = op.create_table(
        "spellings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", "word", name=op.f("pk_spellings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_spellings_word"), "spellings", ["word"])
    terms = sa.table("terms", sa.column("term", sa.Text()))
    connection = op.get_bind()
    words = connection.scalars(sa.select(terms)).all()
    for at in range(0, len(words), WORDS):
        some = [word for word in words[at : at + WORDS] if not word.isascii()]
        rows = [{"key": key, "word": word} for word in some for key in dict.fromkeys(keys_of(word))]
        if rows:
            connection.execute(sa.insert(made), rows)
