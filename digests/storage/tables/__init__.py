"""Every table, by what it is about; `metadata` has them all."""

from digests.storage.columns import metadata
from digests.storage.tables import news, outbox, readers, sources

__all__ = ["metadata", "news", "outbox", "readers", "sources"]
