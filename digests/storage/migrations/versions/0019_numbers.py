"""PostgreSQL's index of the search holds other numbers, half as large; it is filled by `liwen reindex`."""

from alembic import op

revision = "0019"
down_revision = "0018"

GIN = (
    "DROP TABLE article_tokens",
    "DROP TABLE IF EXISTS article_tokens_next",
    "CREATE TABLE article_tokens (article_id bigint PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,"
    " day int NOT NULL, tokens int2[] NOT NULL)",
    "CREATE INDEX ix_article_tokens ON article_tokens USING gin (tokens)",
    "DELETE FROM search_index",
    # Version 0 is none: the archive is found by reading its texts until it is indexed anew.
    "INSERT INTO search_index (id, version, building, built_day, built_id, built)"
    " SELECT 1, 0, NULL, 0, 0, 0 WHERE EXISTS (SELECT 1 FROM articles)",
)


def upgrade() -> None:
    """Forward only: a backup is the way back."""
    bind = op.get_bind()
    for statement in GIN if bind.dialect.name == "postgresql" else ():
        bind.exec_driver_sql(statement)
