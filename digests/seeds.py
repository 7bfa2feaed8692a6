"""Reads the folder seeds/ into one frozen Lexicon and reports every bad line in it at once."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

from digests.errors import SeedsError, UnknownPlace, UnknownTopic
from digests.folding import fold
from digests.model.news import Place, Topic

LEVELS = ("province", "city", "county", "town", "village", "road", "water", "area")
COLUMNS = ["code", "name", "level", "parent"]
DECOYS, ELSEWHERE, COMMON = "decoys", "elsewhere", "words"

# A village is called by its own name in the papers, not by that of its committee.
_COMMITTEE = re.compile(r"(?:(社区)居(?:民委员|委)会|村?(村)(?:民委员|委)会)$")
_SHORTENED = re.compile(r"(?<=..)(?:自治县|街道|社区|[省市区县镇乡村])$")
_SLUG = re.compile(r"[a-z][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class SeedPage:
    """A newspaper page that comes with the program: where it lies, what paper it is from, and its day if known."""

    file: Path
    source: str
    published_on: date | None = None


@dataclass(frozen=True, repr=False)
class Lexicon:
    """What the program knows before it has read a paper: topics in file order, places by code, words.

    `places` holds the home region, the provinces and cities above it, and those outside it whose names are unique;
    `decoys` are words in which a place's name stands by chance (平湖秋月), `topic_decoys` those in which a topic's
    word does (平安夜). `elsewhere` names regions outside home: what is named right behind one lies there.
    `common_words` are places' names without suffix that are words too (惠民). `coordinates` say where places lie, by
    their codes: latitude and longitude in degrees, for as many as the operator gave.
    """

    topics: Mapping[str, Topic]
    places: Mapping[str, Place]
    stopwords: frozenset[str]
    words: tuple[str, ...]
    home_region: str
    pages: tuple[SeedPage, ...] = ()
    decoys: tuple[str, ...] = ()
    topic_decoys: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    common_words: tuple[str, ...] = ()
    coordinates: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Lexicon({len(self.topics)} topics, {len(self.places)} places, home region {self.home_region})"

    def topic(self, name: str) -> Topic:
        """The topic that answers to a slug, Chinese or English name, however it is written; raises UnknownTopic."""
        found = self._topics_by_name.get(fold(name.strip()))
        if found is None:
            raise UnknownTopic(name, {slug: (topic.zh, topic.en) for slug, topic in self.topics.items()})
        return found

    def place(self, name_or_code: str) -> Place:
        """The place with this code, full name, alias or short form (余新 for 余新镇); raises UnknownPlace.

        Among places of one name the higher level is meant, then the lower code; parent and name
        together (新嘉街道电子社区) tell them apart.
        """
        wanted = name_or_code.strip()
        found = self.places.get(wanted) or self._places_by_name.get(fold(wanted))
        if found is None:
            raise UnknownPlace(name_or_code)
        return found

    def children(self, code: str) -> tuple[Place, ...]:
        """The places directly below a code, in the order of their codes; raises UnknownPlace."""
        parent = self.place(code).code
        return tuple(place for _, place in sorted(self.places.items()) if place.parent == parent)

    def ancestors(self, place: Place) -> tuple[Place, ...]:
        """The places above a place, the nearest first."""
        above = []
        while place.parent in self.places:
            place = self.places[place.parent]
            above.append(place)
        return tuple(above)

    def nearest(self, latitude: float, longitude: float) -> tuple[Place, float] | None:
        """The place whose coordinates lie nearest, and how far away it is in kilometres; nothing if none has any."""
        here = (latitude, longitude)
        known = [(kilometres(here, there), code) for code, there in self.coordinates.items() if code in self.places]
        if not known:
            return None
        distance, code = min(known)
        return self.places[code], distance

    @cached_property
    def place_names(self) -> tuple[str, ...]:
        """The full names of all places, each once."""
        return tuple(dict.fromkeys(place.name for place in self.places.values()))

    def short_name(self, place: Place) -> str:
        """A place's name without what kind of place it is: 余新 of 余新镇; where nothing would be left, all of it."""
        return _SHORTENED.sub("", place.name) or place.name

    @cached_property
    def _topics_by_name(self) -> dict[str, Topic]:
        return {fold(name): topic for topic in reversed([*self.topics.values()]) for name in topic.names}

    @cached_property
    def _places_by_name(self) -> dict[str, Place]:
        # Written worst first, so that a better claim to a name overwrites a worse one.
        claims = [
            (rank, LEVELS.index(place.level), place.code, fold(name))
            for place in self.places.values()
            for rank, name in enumerate(self._names(place))
            if name
        ]
        return {name: self.places[code] for _, _, code, name in sorted(claims, reverse=True)}

    def _names(self, place: Place) -> tuple[str, ...]:
        parent = self.places.get(place.parent)
        with_parent = parent.name + place.name if parent else ""
        return (place.name, *place.aliases, _SHORTENED.sub("", place.name), with_parent)


def read_lexicon(folder: Path, home_region: str) -> Lexicon:
    """The lexicon of a seeds/ folder for a home region (a code of seeds/places, e.g. 3304).

    Raises SeedsError with every problem of every file: where it is, what is wrong and how to mend it.
    """
    reader = _Reader(folder)
    lexicon = Lexicon(
        topics=reader.topics("topics.toml"),
        places=reader.places("places", home_region),
        stopwords=frozenset(reader.words("stopwords.txt")),
        words=tuple(dict.fromkeys(reader.words("userdict.txt"))),
        home_region=home_region,
        pages=reader.pages("sources.toml"),
        decoys=tuple(reader.names[DECOYS]),
        elsewhere=tuple(reader.names[ELSEWHERE]),
        common_words=tuple(reader.names[COMMON]),
        topic_decoys=reader.topic_decoys,
        coordinates=reader.coordinates("places/coordinates.toml"),
    )
    if reader.problems:
        raise SeedsError(reader.problems)
    return lexicon


class _Reader:
    """Reads one file after the other and keeps what it must complain about."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[str] = []
        self.names: dict[str, list[str]] = {DECOYS: [], ELSEWHERE: [], COMMON: []}
        self.topic_decoys: tuple[str, ...] = ()

    def complain(self, name: str, where: str, problem: str) -> None:
        self.problems.append(f"seeds/{name}, {where}: {problem}" if where else f"seeds/{name}: {problem}")

    def text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text("utf-8-sig")
        except OSError as error:
            self.complain(name, "", f"cannot be read ({error.strerror}); put the file back")
        except UnicodeDecodeError as error:
            self.complain(name, f"byte {error.start}", "is not UTF-8; save the file as UTF-8")
        return ""

    def toml(self, name: str) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text(name))
        except tomllib.TOMLDecodeError as error:
            self.complain(name, "", f"is not TOML; {error}")
            return {}

    def tables(self, name: str, key: str, content: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each [[key]] table of a TOML file's content with words that say which one it is."""
        tables = content.get(key, [])
        if not isinstance(tables, list):
            self.complain(name, key, f"is not a list; write [[{key}]]")
            return
        for number, table in enumerate(tables, 1):
            if isinstance(table, dict):
                yield f"[[{key}]] {number}", table
            else:
                self.complain(name, f"{key} {number}", f"is not a table; write [[{key}]]")

    def field(self, name: str, where: str, table: Mapping[str, Any], key: str) -> str:
        value = table.get(key)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.complain(name, where, f'{key} is missing; add {key} = "…"')
        return ""

    def unknown_keys(self, name: str, where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table.keys() - set(known):
            self.complain(name, where, f"{key} is unknown; known are {', '.join(known)}")

    def words(self, name: str) -> Iterator[str]:
        """The words of a file with one word a line; lines that begin with # are remarks."""
        for number, line in enumerate(self.text(name).splitlines(), 1):
            word = line.strip()
            if len(word.split()) > 1 and not word.startswith("#"):
                self.complain(name, f"line {number}", f"{word!r} is more than one word; give each its own line")
            elif word and not word.startswith("#"):
                yield word

    def topics(self, name: str) -> dict[str, Topic]:
        topics: dict[str, Topic] = {}
        content = self.toml(name)
        self.topic_decoys = self._decoys(name, content)
        for where, table in self.tables(name, "topics", content):
            slug = self.field(name, where, table, "slug")
            if slug and slug in topics:
                self.complain(name, where, f"slug {slug} was used before; give each topic its own")
            elif slug and not _SLUG.fullmatch(slug):
                self.complain(name, where, f"slug {slug} is not made of a-z, 0-9 and -; mend it")
            self.unknown_keys(name, where, table, ("slug", "zh", "en", "words"))
            zh, en = self.field(name, where, table, "zh"), self.field(name, where, table, "en")
            topics[slug] = Topic(slug, zh, en, self.weights(name, f"{where} {slug} words", table.get("words", {})))
        if not topics:
            self.complain(name, "", "declares no topic; add a [[topics]] table")
        return topics

    def _decoys(self, name: str, content: Mapping[str, Any]) -> tuple[str, ...]:
        words = content.get(DECOYS, "")
        if isinstance(words, str):
            return tuple(words.split())
        self.complain(name, DECOYS, 'is no text; write decoys = "word word"')
        return ()

    def weights(self, name: str, where: str, table: object) -> dict[str, float]:
        """The weight of each word, from pairs of a word and its weight or of a weight and its words."""
        if not isinstance(table, dict):
            self.complain(name, where, "is not a table; write [topics.words]")
            return {}
        weights: dict[str, float] = {}
        for key, value in table.items():
            words, weight = (value.split(), _number(key)) if isinstance(value, str) else ([key], _number(value))
            if not weight or weight <= 0:
                self.complain(name, where, f"{key} has no weight above 0; write 3 = “word word” or word = 3")
                continue
            for word in words:
                if word in weights:
                    self.complain(name, where, f"{word} stands there twice; keep one")
                weights[word] = weight
        return weights

    def pages(self, name: str) -> tuple[SeedPage, ...]:
        pages = []
        for where, table in self.tables(name, "pages", self.toml(name)):
            self.unknown_keys(name, where, table, ("file", "source", "date"))
            file, source = self.field(name, where, table, "file"), self.field(name, where, table, "source")
            path, day = self.folder / "pages" / file, table.get("date")
            if file and not path.is_file():
                self.complain(name, where, f"seeds/pages/{file} is not there; put it there or take the entry out")
            if day is not None and type(day) is not date:
                self.complain(name, where, f"date {day} is no day; write date = 2024-11-08")
                day = None
            pages.append(SeedPage(path, source, day))
        return tuple(pages)

    def places(self, name: str, home: str) -> dict[str, Place]:
        """The home region, what is above it, and places outside it that no other place shares a name with."""
        places: dict[str, Place] = {}
        for path in sorted((self.folder / name).glob("*.csv")):
            self._rows(f"{name}/{path.name}", places)
        self._check_parents(name, places)
        self._add_aliases(f"{name}/aliases.toml", places)
        if home not in places:
            known = ", ".join(place.code for place in places.values() if place.level == "city") or "none"
            self.complain(name, "", f"no rows for the home region {home!r}; choose a known city ({known}) or add rows")
        uses = Counter(place.name for place in places.values())
        return {
            code: place
            for code, place in sorted(places.items())
            if code.startswith(home) or home.startswith(code) or uses[place.name] == 1
        }

    def _rows(self, name: str, places: dict[str, Place]) -> None:
        rows = csv.reader(self.text(name).splitlines())
        if (header := next(rows, None)) != COLUMNS:
            self.complain(name, "line 1", f"the columns are {header}; they must be {','.join(COLUMNS)}")
            return
        for row in rows:
            problem = _wrong_row(row, places)
            if problem:
                self.complain(name, f"line {rows.line_num}", problem)
            elif row:
                code, place_name, level, parent = (cell.strip() for cell in row)
                places[code] = Place(code, _COMMITTEE.sub(r"\1\2", place_name), level, parent)

    def _check_parents(self, name: str, places: Mapping[str, Place]) -> None:
        for place in places.values():
            parent = places.get(place.parent)
            if parent is None and (place.parent or place.level != "province"):
                self.complain(name, place.code, f"parent {place.parent!r} has no row; add it")
            elif parent and LEVELS.index(parent.level) >= LEVELS.index(place.level):
                self.complain(name, place.code, f"its parent {parent.code} is no higher than a {place.level}; mend it")

    def _add_aliases(self, name: str, places: dict[str, Place]) -> None:
        taken = {place.name: place.code for place in places.values()}
        for code, aliases in self._names_by_key(name):
            if code in self.names:
                self.names[code] += aliases
            elif code not in places:
                self.complain(name, code, "is no code of seeds/places; mend it or take it out")
            else:
                for alias in aliases:
                    if taken.setdefault(alias, code) != code:
                        self.complain(name, code, f"{alias} already means {taken[alias]}; keep one")
                places[code] = replace(places[code], aliases=aliases)

    def coordinates(self, name: str) -> dict[str, tuple[float, float]]:
        """Where places lie: `code = [latitude, longitude]`; older folders have no such file."""
        found: dict[str, tuple[float, float]] = {}
        if not (self.folder / name).exists():
            return found
        for code, value in self.toml(name).items():
            numbers = (
                [number for one in value if (number := _number(one)) is not None] if isinstance(value, list) else []
            )
            if len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180:
                found[code] = (numbers[0], numbers[1])
            else:
                self.complain(name, code, "is not latitude and longitude in degrees; write [30.7, 120.8]")
        return found

    def _names_by_key(self, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        for key, names in self.toml(name).items():
            if isinstance(names, list) and all(isinstance(one, str) and one.strip() for one in names):
                yield key, tuple(names)
            else:
                self.complain(name, key, 'is not a list of names; write ["…"]')


def _wrong_row(row: list[str], places: Mapping[str, Place]) -> str:
    if not row:
        return ""
    if len(row) != len(COLUMNS):
        return f"has {len(row)} cells; it needs {','.join(COLUMNS)}"
    code, name, level, _ = (cell.strip() for cell in row)
    if not (code.isascii() and code.isdigit()):
        return f"the code {code!r} is not made of digits"
    if code in places:
        return f"the code {code} was used before, for {places[code].name}; keep one row"
    if not name:
        return f"{code} has no name; add it"
    return "" if level in LEVELS else f"the level {level!r} is none of {', '.join(LEVELS)}"


def kilometres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """The distance of two places (latitude and longitude in degrees) on a sphere, by the haversine formula."""
    (one, east), (other, west) = ((radians(a), radians(b)) for a, b in (here, there))
    half = sin((other - one) / 2) ** 2 + cos(one) * cos(other) * sin((west - east) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(min(1.0, half)))


def _number(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | float | str) else None
    except ValueError:
        return None
