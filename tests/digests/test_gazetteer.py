"""A region's gazetteer is cut out of the country's, ready for seeds/places."""

from pathlib import Path

import pytest

from digests.errors import BadLine
from digests.gazetteer import region_csv
from digests.seeds import read_lexicon

NATIONAL = """code,name,provinceCode
98,甲省
9801,乙市,98
9802,丁市,98
980101,丙区,9801,98
980101100,子镇,980101,98,9801
980101100201,丑村委会,980101100,98,9801,980101
980201,戊县,9802,98
"""


def test_a_region_has_its_own_places_and_those_above() -> None:
    rows = region_csv(NATIONAL.splitlines(), "9801").splitlines()
    assert [row.split(",")[1] for row in rows] == ["name", "甲省", "乙市", "丙区", "子镇", "丑村委会"]
    assert rows[-1] == "980101100201,丑村委会,village,980101100"


def test_what_is_written_can_be_read_as_seeds(seeds: Path, tmp_path: Path) -> None:
    for file in ("topics.toml", "stopwords.txt", "userdict.txt"):
        (tmp_path / file).write_bytes((seeds / file).read_bytes())
    (tmp_path / "sources.toml").write_text("")
    (tmp_path / "places").mkdir()
    (tmp_path / "places" / "aliases.toml").write_text("")
    (tmp_path / "places" / "9801.csv").write_text(region_csv(NATIONAL.splitlines(), "9801"))
    assert read_lexicon(tmp_path, "9801").place("子镇").code == "980101100"


@pytest.mark.parametrize("line", ["x,名", "98,", "981,名"])
def test_a_row_that_is_none_is_told(line: str) -> None:
    with pytest.raises(BadLine):
        region_csv(["code,name", line], "98")
