"""What every test may ask for: the seeds, and a database of either kind."""

import contextlib
import logging
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from bot import logs
from digests.seeds import Lexicon, read_lexicon
from digests.storage import Database
from tests import ROOT, postgres, redis
from tests.databases import Databases

# A slow machine is no failure; how quick things are is measured by benchmarks.
settings.register_profile("liwen", deadline=None)
settings.load_profile("liwen")

STORAGE = ROOT / "tests" / "digests" / "storage"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--golden", action="store_true", help="write tests/golden/digest.html anew: what it says now is right"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Traces nothing that only repeats itself, for that takes as long again: examples by the hundred, and what is
    seen on SQLite too, unless the storage is what is tested.
    """
    for item in items:
        function, called = getattr(item, "obj", None), getattr(item, "callspec", None)
        again = called is not None and "postgresql" in called.params.values() and STORAGE not in item.path.parents
        if again or is_hypothesis_test(function):
            item.add_marker("no_cover")


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    """What a test sets up for logging ends with it, the command line's own too."""
    loggers = [logging.getLogger(name) for name in ("", *logs.OWN, *logs.SILENT)]
    handlers, levels = loggers[0].handlers[:], [logger.level for logger in loggers]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    loggers[0].handlers[:] = handlers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logs.UNEXPECTED.take()


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
def databases() -> Iterator[Databases]:
    """The databases of a PostgreSQL server; skips what needs one where there is no PostgreSQL."""
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL here (initdb, postgres, pg_ctl): the tests ran on SQLite only")
    with postgres.private_folder() as folder, postgres.server(folder, *postgres.IDLE) as url:
        databases = Databases(url)
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite database with its tables, to be copied: to make them takes thirty times as long."""
    file = tmp_path_factory.mktemp("sqlite") / "migrated.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis server; skips what needs it where there is none."""
    if redis.binary() is None:
        pytest.skip(redis.ABSENT)
    with redis.server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def fresh(databases: Databases) -> Iterator[Callable[[], str]]:
    """Makes databases in PostgreSQL without tables, and returns their URLs."""
    with contextlib.ExitStack() as made:
        yield lambda: made.enter_context(databases.empty())


@pytest.fixture
def migrated_postgres(databases: Databases) -> Iterator[str]:
    """The URL of a database in PostgreSQL with its tables."""
    with databases.migrated() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/liwen.sqlite3"
    url: str = request.getfixturevalue("fresh")()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with its tables, of either kind."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_file"), tmp_path / "liwen.sqlite3")
        made = Database(f"sqlite:///{tmp_path}/liwen.sqlite3")
    else:
        made = Database(request.getfixturevalue("migrated_postgres"))
    yield made
    made.close()
