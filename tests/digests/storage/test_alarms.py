from digests.storage import Database
from tests.samples import HOUR, NOW


def test_an_alarm_is_raised_once_and_told_once(database: Database) -> None:
    with database.begin() as store:
        assert store.alarms.raise_("silent", "嘉兴日报", "09:00", NOW)
        assert not store.alarms.raise_("silent", "嘉兴日报", "09:00", NOW + HOUR)
        (alarm,) = store.alarms.untold()
        assert (alarm.kind, alarm.subject, alarm.detail, alarm.over_at) == ("silent", "嘉兴日报", "09:00", None)
        store.alarms.told(alarm)
        assert store.alarms.untold() == []


def test_its_end_is_told_once_too_and_then_it_can_begin_again(database: Database) -> None:
    with database.begin() as store:
        store.alarms.raise_("silent", "嘉兴日报", "", NOW)
        store.alarms.told(store.alarms.untold()[0])
        assert store.alarms.end("silent", "嘉兴日报", NOW + HOUR)
        assert not store.alarms.end("silent", "嘉兴日报", NOW + HOUR)
        (alarm,) = store.alarms.untold()
        assert alarm.over_at == NOW + HOUR
        store.alarms.told(alarm)
        assert store.alarms.untold() == []
        assert store.alarms.raise_("silent", "嘉兴日报", "", NOW + 2 * HOUR)


def test_an_alarm_that_ended_before_it_was_told_is_told_once(database: Database) -> None:
    with database.begin() as store:
        store.alarms.raise_("silent", "嘉兴日报", "", NOW)
        store.alarms.end("silent", "嘉兴日报", NOW + HOUR)
        (alarm,) = store.alarms.untold()
        store.alarms.told(alarm)
        assert store.alarms.untold() == []
