"""Time zones by the names that people have for them: IANA's, a city's or country's, an offset from UTC."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location

from bot.texts import LANGUAGES, Texts
from digests.folding import fold

_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?", re.IGNORECASE)
_BEIJING = ("北京", "北京时间", "beijing")
"""What everybody in China calls it; CLDR names zones by the cities that IANA chose."""


@cache
def zones() -> tuple[str, ...]:
    """The zones that have a name of their own today, without those kept for old programs."""
    old = get_global("zone_aliases")
    return tuple(
        sorted(zone for zone in available_timezones() if "/" in zone and zone not in old and zone[:3] != "Etc")
    )


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """Zones by what each language calls their cities and countries, and by the last part of IANA's name."""
    found: dict[str, dict[str, None]] = {}
    for zone in zones():
        found.setdefault(fold(zone.rpartition("/")[2].replace("_", " ")), {})[zone] = None
    for texts in LANGUAGES.values():
        locale = _locale(texts)
        for zone in zones():
            found.setdefault(fold(get_timezone_location(zone, locale, return_city=True)), {})[zone] = None
        for territory, inside in get_global("territory_zones").items():
            known = [zone for zone in inside if zone in zones()]
            if territory in locale.territories and known:
                found.setdefault(fold(locale.territories[territory]), {}).update(dict.fromkeys(known))
    return {**{name: tuple(some) for name, some in found.items()}, **dict.fromkeys(_BEIJING, ("Asia/Shanghai",))}


def named(name: str, now: datetime) -> tuple[str, ...]:
    """The zones that a name means: one if it is clear, several to choose from, none if nobody calls a zone so.

    An offset (`UTC+8`, `-03:30`) means all that have it at `now`.
    """
    name = name.strip()
    exact = next((zone for zone in available_timezones() if zone.lower() == name.lower()), None)
    if exact is not None:
        return (exact,)
    offset = _OFFSET.fullmatch(name)
    if offset:
        sign, hours, minutes = offset.groups()
        wanted = timedelta(hours=int(hours), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
        return tuple(zone for zone in zones() if now.astimezone(ZoneInfo(zone)).utcoffset() == wanted)
    return _by_name().get(fold(name), ())


def label(texts: Texts, zone: str) -> str:
    """A zone by its city, as the language calls it; IANA's own name if it has none."""
    return str(get_timezone_location(zone, _locale(texts), return_city=True)) if zone in zones() else zone


def by_city(texts: Texts, some: Iterable[str]) -> list[str]:
    """Zones in the order of what the language calls their cities."""
    return sorted(some, key=lambda zone: label(texts, zone))


def _locale(texts: Texts) -> Locale:
    return Locale.parse(texts.code, sep="-")
