"""The only SQL: Database.begin() → Store, one transaction with one object per noun."""

from digests.storage.database import Database
from digests.storage.store import Store

__all__ = ["Database", "Store"]
