"""A web site on 127.0.0.1 for those who ask one, and a clock that their waiting moves."""

from collections.abc import Iterator

import pytest

from tests.digests.ingest.site import Site, Time, serving


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()
