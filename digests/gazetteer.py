"""Makes a home region's gazetteer for seeds/places, and where its places lie, from files of the whole country."""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from digests.errors import BadLine
from digests.model.news import Place
from digests.seeds import COLUMNS, Lexicon, kilometres

# Lengths of codes in China's statistical divisions, as in china-division (npm).
_LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}

_WITHIN = 60.0
"""Kilometres from the home city's middle within which its towns lie: names of towns are not unique in China."""
_GEONAMES = 19
"""Columns of a table of GeoNames (https://download.geonames.org/export/dump/readme.txt)."""


def region_rows(lines: Iterable[str], home: str) -> Iterator[tuple[str, str, str, str]]:
    """Code, name, level and parent of each place in a region and above it, in the order of their codes.

    `lines` are CSV with a heading: `code` and `name`, and possibly `provinceCode`, `cityCode`, `areaCode`,
    `streetCode`; several such files may follow each other. The length of a code says its level
    (2 province, 4 city, 6 county, 9 town, 12 village). Raises BadLine for a row that is none.
    """
    found: dict[str, tuple[str, str, str, str]] = {}
    for number, row in enumerate(csv.reader(lines), 1):
        if not row or row[0].strip("\ufeff") == "code":
            continue
        code, name = row[0].strip(), row[1].strip() if len(row) > 1 else ""
        if not code.isascii() or not code.isdigit() or len(code) not in _LEVELS or not name:
            raise BadLine("gazetteer", number, "needs a code of 2, 4, 6, 9 or 12 digits, and a name")
        if code.startswith(home) or home.startswith(code):
            found[code] = (code, name, _LEVELS[len(code)], _parent(code))
    yield from (found[code] for code in sorted(found, key=lambda code: (len(code), code)))


def region_csv(lines: Iterable[str], home: str) -> str:
    """The same as the text of seeds/places/{home}.csv."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(region_rows(lines, home))
    return text.getvalue()


@dataclass(frozen=True, slots=True)
class _Spot:
    """Something that GeoNames knows: where it lies (latitude and longitude) and how many live there."""

    where: tuple[float, float]
    people: int


def coordinates_toml(lines: Iterable[str], lexicon: Lexicon) -> str:
    """Where the home region's towns lie, as the text of seeds/places/coordinates.toml.

    `lines` are GeoNames' table of China (CN.txt, or cities500.txt) with Chinese among the other names. A town has the
    spot near the home city that bears its full name, else the one that bears its short name; of several, none.
    Raises BadLine for a line that is none.
    """
    spots = _spots(lines)
    middle = max(spots.get(lexicon.place(lexicon.home_region).name, ()), key=lambda spot: spot.people, default=None)
    if middle is None:
        return ""
    found = ((place, _spot_of(place, lexicon, spots, middle)) for place in lexicon.places.values())
    return "".join(
        f"{place.code} = [{spot.where[0]:.4f}, {spot.where[1]:.4f}]  # {place.name}\n" for place, spot in found if spot
    )


def _spots(lines: Iterable[str]) -> Mapping[str, Sequence[_Spot]]:
    """What there is by each of its names."""
    found: dict[str, list[_Spot]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        cells = line.rstrip("\n").split("\t")
        if len(cells) != _GEONAMES:
            raise BadLine("GeoNames", number, f"has {len(cells)} columns, not {_GEONAMES}")
        try:
            spot = _Spot((float(cells[4]), float(cells[5])), int(cells[14] or 0))
        except ValueError:
            raise BadLine("GeoNames", number, "has no latitude, longitude and population") from None
        for name in {cells[1], *cells[3].split(",")}:
            found[name].append(spot)
    return found


def _spot_of(place: Place, lexicon: Lexicon, spots: Mapping[str, Sequence[_Spot]], middle: _Spot) -> _Spot | None:
    if place.level != "town" or not place.code.startswith(lexicon.home_region):
        return None
    for name in (place.name, lexicon.short_name(place)):
        near = [spot for spot in spots.get(name, ()) if kilometres(spot.where, middle.where) <= _WITHIN]
        if near:
            return near[0] if len(near) == 1 else None
    return None


def _parent(code: str) -> str:
    lengths = [length for length in _LEVELS if length < len(code)]
    return code[: lengths[-1]] if lengths else ""
