"""What every test may ask for: the seeds, and a database of either kind."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from tests import postgres, redis

# A slow machine is no failure; how quick things are is measured by benchmarks.
settings.register_profile("liwen", deadline=None)
settings.load_profile("liwen")

ROOT = Path(__file__).parent.parent
_numbers = count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden", action="store_true", help="write tests/golden/digest.html anew: what it says now is right"
    )


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seed_page(seeds: Path) -> Path:
    return seeds / "pages" / "000_57926204280022ab.txt"


@pytest.fixture(scope="session")
def lexicon(seeds: Path) -> Lexicon:
    return read_lexicon(seeds, home_region="3304")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server with a database `migrated`, to be copied; skips what needs it where there is no PostgreSQL."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL here (initdb, postgres, pg_ctl): the tests ran on SQLite only")
    with postgres.private_folder() as folder, postgres.server(folder) as url:
        _create(url, "CREATE DATABASE migrated")
        database = Database(_named(url, "migrated"))
        database.migrate()
        database.close()
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server; skips what needs it where there is none."""
    if redis.binary() is None:
        pytest.skip(redis.ABSENT)
    with redis.server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/liwen.sqlite3"
    return fresh(request.getfixturevalue("postgres_url"), "template1")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables, of either kind."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
        made.migrate()
    else:
        made = Database(fresh(request.getfixturevalue("postgres_url"), "migrated"))
    yield made
    made.close()


def fresh(url: str, template: str) -> str:
    """The URL of a new database beside another one, as a copy of a third."""
    name = f"test_{next(_numbers)}"
    _create(url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    return _named(url, name)


def _create(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)
