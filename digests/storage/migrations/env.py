"""Alembic's entry: runs the revisions on the connection it is handed."""

from alembic import context

from digests.storage.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
