"""The database's history, as Alembic revisions that run from code."""

HEAD = "0020"
"""The revision this program works with: the newest of versions/."""
