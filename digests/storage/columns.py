"""What all tables share: the type that keeps time in UTC, keys, references."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept in UTC: SQLite drops zones, and a row written at +08:00 would not be found in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database; refuses an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone: {value!r}")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite gives out row ids by itself for INTEGER only.
Key = BigInteger().with_variant(Integer(), "sqlite")

# SQLite would give the id of a row that was removed to the next one: a step meant for a chat that left
# would then reach a stranger's.
NEVER_AGAIN: dict[str, Any] = {"sqlite_autoincrement": True}


def key() -> Column[int]:
    """The number of a row."""
    return Column("id", Key, primary_key=True, autoincrement=True)


def refers(name: str, target: str, ondelete: str = "CASCADE", *, keeps: bool = False, **options: Any) -> Column[Any]:
    """A reference; one that `keeps` an article holds it back when it grows old."""
    return Column(name, Key, ForeignKey(target, ondelete=ondelete), info={"keeps": keeps}, **options)
