"""Makes a home region's gazetteer for seeds/places from a file of the whole country."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from digests.errors import BadLine
from digests.seeds import COLUMNS

# Lengths of codes in China's statistical divisions, as in china-division (npm).
_LEVELS = {2: "province", 4: "city", 6: "county", 9: "town", 12: "village"}


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


def _parent(code: str) -> str:
    lengths = [length for length in _LEVELS if length < len(code)]
    return code[: lengths[-1]] if lengths else ""
