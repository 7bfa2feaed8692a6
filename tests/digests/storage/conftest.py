"""A delivery under way."""

import pytest

from digests.model import Delivery
from digests.storage import Database
from tests.digests.storage.owing import claim, close, fan_out
from tests.samples import follow


@pytest.fixture
def owed(database: Database) -> Delivery:
    """One delivery, claimed."""
    follow(database, "telegram:1", "公交")
    fan_out(database, close(database, "公交"))
    [delivery] = claim(database)
    return delivery
