"""Time zones by the names that people have for them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import timezones
from bot.texts import LANGUAGES, texts_for
from tests.samples import NOW


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Asia/Shanghai", "Asia/Shanghai"), ("asia/shanghai", "Asia/Shanghai"), ("上海", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"), ("东京", "Asia/Tokyo"), ("東京", "Asia/Tokyo"), ("日本", "Asia/Tokyo"),
        ("new york", "America/New_York"), ("紐約", "America/New_York"), ("伦敦", "Europe/London"),
        ("Paris", "Europe/Paris"), ("台北", "Asia/Taipei"), ("UTC", "UTC"),
    ],
)  # fmt: skip
def test_a_name_of_any_kind_means_a_zone(name: str, zone: str) -> None:
    assert timezones.named(name, NOW) == (zone,)


@pytest.mark.parametrize("name", ["火星", "UTC+25", "", "+"])
def test_what_nobody_calls_a_zone_means_none(name: str) -> None:
    assert timezones.named(name, NOW) == ()


def test_a_large_country_means_several() -> None:
    assert {"America/New_York", "America/Los_Angeles"} <= set(timezones.named("美国", NOW))


@pytest.mark.parametrize(("name", "hours"), [("UTC+8", 8), ("+8", 8), ("gmt-3:30", -3.5), ("UTC+05:45", 5.75)])
def test_an_offset_means_all_that_have_it_now(name: str, hours: float) -> None:
    found = timezones.named(name, NOW)
    assert found
    assert all(NOW.astimezone(ZoneInfo(zone)).utcoffset() == timedelta(hours=hours) for zone in found)


def test_an_offset_is_that_of_the_season() -> None:
    winter, summer = NOW, datetime(2024, 7, 1, tzinfo=NOW.tzinfo)
    assert "Europe/Paris" in timezones.named("UTC+1", winter)
    assert "Europe/Paris" in timezones.named("UTC+2", summer)


def test_every_zone_has_a_name_in_each_language() -> None:
    for texts in LANGUAGES.values():
        assert all(timezones.label(texts, zone) for zone in timezones.zones())
    assert timezones.label(texts_for("en"), "Asia/Shanghai") == "Shanghai"
    assert timezones.label(texts_for("zh-Hant"), "America/New_York") == "紐約"
    assert timezones.label(texts_for("en"), "Etc/GMT-8") == "Etc/GMT-8"
