"""An editor's word on articles, what sent messages are made of, and the edits that are owed to them."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

INSTANT = sa.DateTime(timezone=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    _articles()
    _amendments()
    _recipes()
    _edits()


def _articles() -> None:
    op.add_column("articles", sa.Column("dropped_at", INSTANT, nullable=True))
    back = sa.text("retracted_at IS NOT NULL")
    op.create_index("ix_articles_retracted", "articles", ["id"], postgresql_where=back, sqlite_where=back)


def _amendments() -> None:
    op.create_table(
        "amendments",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("act", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_amendments_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendments")),
        sa.UniqueConstraint("article_id", "act", name=op.f("uq_amendments_article_id_act")),
        sqlite_autoincrement=True,
    )


def _recipes() -> None:
    op.create_table(
        "recipes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipes")),
        sa.UniqueConstraint("mark", name=op.f("uq_recipes_mark")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "recipe_articles",
        sa.Column("recipe_id", KEY, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["recipe_id"], ["recipes.id"], name=op.f("fk_recipe_articles_recipe_id_recipes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_recipe_articles_article_id_articles"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("recipe_id", "article_id", name=op.f("pk_recipe_articles")),
    )
    op.create_index(op.f("ix_recipe_articles_article_id"), "recipe_articles", ["article_id"])
    op.add_column("deliveries", sa.Column("recipe_id", KEY, nullable=True))
    op.add_column("deliveries", sa.Column("amended", KEY, nullable=True))
    op.add_column("deliveries", sa.Column("message_ids", sa.JSON(), nullable=True))
    op.create_index(op.f("ix_deliveries_recipe_id"), "deliveries", ["recipe_id"])


def _edits() -> None:
    op.create_table(
        "edits",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("delivery_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("next_at", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT, nullable=True),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("owed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["deliveries.id"], name=op.f("fk_edits_delivery_id_deliveries"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_edits_delivery_id")),
        sa.CheckConstraint("state in ('pending','claimed','done','gone','lost','failed')", name=op.f("ck_edits_state")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_edits_state_next_at_id"), "edits", ["state", "next_at", "id"])
