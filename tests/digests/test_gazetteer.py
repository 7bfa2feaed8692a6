"""A region's gazetteer is cut out of the country's, ready for seeds/places."""

from pathlib import Path

import pytest

from digests.errors import BadLine
from digests.gazetteer import coordinates_toml, region_csv
from digests.seeds import Lexicon, kilometres, read_lexicon

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


def geonames(names: str, latitude: float, longitude: float, people: int = 0) -> str:
    first, *others = names.split(",")
    cells = ["1", first, first, ",".join(others), latitude, longitude, "P", "PPL", "CN", *[""] * 5, people, *[""] * 4]
    return "\t".join(map(str, cells))


def test_towns_of_the_home_region_lie_where_geonames_has_them(lexicon: Lexicon) -> None:
    table = [
        geonames("Jiaxing,嘉兴市,嘉兴", 30.75, 120.75, 1_000_000),
        geonames("Jiaxing,嘉兴市", 40.0, 100.0, 10),
        geonames("Yuxin,余新,余新镇", 30.67, 120.79),
        geonames("Qixing,七星乡,七星", 30.81, 120.81),
        geonames("Qixing,七星", 40.0, 100.0),
        geonames("Xincheng,新塍镇", 30.79, 120.61),
        geonames("Xincheng,新塍镇", 30.80, 120.70),
        geonames("Wuzhen,乌镇镇", 33.0, 120.49),
        geonames("Jiashan,嘉善县", 30.85, 120.92),
    ]
    rows = coordinates_toml(table, lexicon).splitlines()
    assert rows == ["330402015 = [30.8100, 120.8100]  # 七星街道", "330402101 = [30.6700, 120.7900]  # 余新镇"]


def test_without_the_home_city_nothing_is_known_to_be_near_it(lexicon: Lexicon) -> None:
    assert coordinates_toml([geonames("Yuxin,余新镇", 30.67, 120.79)], lexicon) == ""


@pytest.mark.parametrize("line", ["", "x", geonames("x", 1, 2).replace("2", "east")])
def test_a_line_that_is_not_of_geonames_is_told(lexicon: Lexicon, line: str) -> None:
    with pytest.raises(BadLine):
        coordinates_toml([line], lexicon)


def test_the_coordinates_of_the_seeds_lie_in_the_home_region(lexicon: Lexicon) -> None:
    assert len(lexicon.coordinates) > 50
    for code, where in lexicon.coordinates.items():
        assert lexicon.places[code].level == "town"
        assert kilometres(where, (30.75, 120.75)) < 60


@pytest.mark.parametrize("line", ["x,名", "98,", "981,名"])
def test_a_row_that_is_none_is_told(line: str) -> None:
    with pytest.raises(BadLine):
        region_csv(["code,name", line], "98")
