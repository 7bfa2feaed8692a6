"""A database of PostgreSQL that was emptied for the next test is as one that was just made, or is not used again."""

import re
import subprocess

import psycopg
import pytest

from digests.storage import Database
from tests import postgres
from tests.databases import Databases
from tests.samples import DAY, NOW, add, follow, raw


def contents(url: str) -> str:
    """The tables of a database and all that they hold, as statements."""
    dumped = subprocess.run([f"{postgres.binaries()}/pg_dump", url], capture_output=True, text=True, check=True).stdout
    return re.sub(r"(?m)^\\(un)?restrict .*", "", dumped)  # a word that is another each time


def fill(url: str) -> None:
    database = Database(url)
    follow(database, "telegram:1", "公交", "topic:transport")
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        store.articles.assign(edition.id, [add(store, raw("公交新增三条线路", published_on=DAY), "transport")])
        store.deliveries.fan_out(edition)
    database.close()


def test_a_database_whose_rows_were_removed_is_as_it_was_made(databases: Databases) -> None:
    with databases.migrated() as url:
        made = contents(url)
        fill(url)
        assert contents(url) != made
    with databases.migrated() as again:
        assert again == url
        assert contents(again) == made


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX ix_articles_retracted",
        "ALTER TABLE chats ADD COLUMN more text",
        "ALTER TABLE articles DROP COLUMN points",
        "ALTER TABLE articles ALTER COLUMN points TYPE text",
        "ALTER TABLE subscriptions DROP CONSTRAINT fk_subscriptions_chat_id",
        "CREATE TABLE more (id integer)",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_a_database_whose_tables_were_changed_is_not_used_again(databases: Databases, change: str) -> None:
    with databases.migrated() as url, psycopg.connect(url) as connection:
        connection.execute(change)
        connection.commit()
        connection.close()
    with databases.migrated() as other:
        assert other != url


def test_a_database_to_which_somebody_is_still_connected_is_not_used_again(databases: Databases) -> None:
    with databases.migrated() as url:
        left = psycopg.connect(url)
    with databases.migrated() as other:
        assert other != url
    with pytest.raises(psycopg.OperationalError):
        left.execute("SELECT 1")
    left.close()
