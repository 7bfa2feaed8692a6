"""What every test may ask for: the seeds, and a database of either kind."""

from pathlib import Path

import pytest

from digests.seeds import Lexicon, read_lexicon

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def seeds() -> Path:
    return ROOT / "seeds"


@pytest.fixture(scope="session")
def seed_page(seeds: Path) -> Path:
    return seeds / "pages" / "000_57926204280022ab.txt"


@pytest.fixture(scope="session")
def lexicon(seeds: Path) -> Lexicon:
    return read_lexicon(seeds, home_region="3304")
