"""The index of the search by month, with characters, bigrams and labels; it is filled by `liwen reindex`."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# White space alone parts tokens.
_MARKS = "".join(chr(code) for code in range(1, 128) if not chr(code).isalnum() and code != 32)
_TOKENCHARS = _MARKS.replace("'", "''''").replace('"', '""')
FTS5 = (
    "CREATE VIRTUAL TABLE article_tokens USING fts5(tokens, content='', columnsize=0, detail=none,"
    f" tokenize=\"ascii tokenchars '{_TOKENCHARS}'\")",
    "CREATE TABLE article_tokens_positions (position INTEGER PRIMARY KEY, article_id INTEGER NOT NULL UNIQUE,"
    " day INTEGER NOT NULL, late INTEGER NOT NULL)",
    "CREATE TABLE article_tokens_months (month INTEGER PRIMARY KEY, articles INTEGER NOT NULL,"
    " late INTEGER NOT NULL, day INTEGER NOT NULL, article_id INTEGER NOT NULL)",
    # Fewer, bigger pieces while thousands of articles come in.
    "INSERT INTO article_tokens (article_tokens, rank) VALUES ('hashsize', 8388608)",
)
GIN = (
    "CREATE TABLE article_tokens (article_id bigint PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
    " day int NOT NULL, tokens int[] NOT NULL)",
    "CREATE INDEX ix_article_tokens ON article_tokens USING gin (tokens)",
)
# Version 0 is none: what the archive holds already is found by reading its texts until it is indexed anew.
OUTDATED = (
    "INSERT INTO search_index (id, version, building, built_day, built_id, built)"
    " SELECT 1, 0, NULL, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM articles)"
)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("building", sa.Integer(), nullable=True),
        sa.Column("built_day", sa.Integer(), nullable=False),
        sa.Column("built_id", KEY, nullable=False),
        sa.Column("built", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    # Topics and places stand in the index now.
    for table in ("article_tokens", "article_topics", "article_places"):
        op.drop_table(table)
    bind = op.get_bind()
    for statement in GIN if bind.dialect.name == "postgresql" else FTS5:
        bind.exec_driver_sql(statement)
    bind.exec_driver_sql(OUTDATED)
