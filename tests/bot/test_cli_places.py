"""A region's gazetteer, and where its towns lie, are made by the command line."""

from pathlib import Path

import pytest

from tests.bot.shell import Liwen

TABLE = "\n".join(
    f"1\t{name}\t{name}\t{name}\t{latitude}\t{longitude}\tP\tPPL\tCN\t\t\t\t\t\t{people}\t\t\t\t"
    for name, latitude, longitude, people in (("嘉兴市", 30.75, 120.75, 9), ("余新镇", 30.67, 120.79, 0))
)


@pytest.mark.parametrize("piped", [True, False])
def test_where_towns_lie_is_printed_as_seeds_have_it(liwen: Liwen, tmp_path: Path, piped: bool) -> None:
    (tmp_path / "cities500.txt").write_text(TABLE, encoding="utf-8")
    ended = liwen("places", "--coordinates", "-" if piped else "cities500.txt", stdin=TABLE if piped else "")
    assert (ended.status, ended.out) == (0, "330402101 = [30.6700, 120.7900]  # 余新镇\n")


def test_a_file_of_another_country_is_told_in_a_line(liwen: Liwen) -> None:
    ended = liwen("places", "--coordinates", "-", stdin=TABLE.replace("嘉兴市", "Paris"))
    assert ended.status == 2
    assert "no place of the home region" in ended.err


def test_a_region_of_the_country_is_cut_out(liwen: Liwen) -> None:
    ended = liwen("places", "--build-region", "3304", "-", stdin="code,name\n33,浙江省\n3304,嘉兴市\n3305,湖州市\n")
    assert ended.out.splitlines()[1:] == ["33,浙江省,province,", "3304,嘉兴市,city,33"]


@pytest.mark.parametrize("options", [("--coordinates",), ("--build-region", "3304"), ("cities500.txt",)])
def test_what_goes_together_is_asked_for_together(liwen: Liwen, options: tuple[str, ...]) -> None:
    ended = liwen("places", *options)
    assert ended.status == 2
    assert "go together" in ended.err
