"""Export, forget, import: the same chat to the last field, so also the fields that are still to come."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import product
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import commands
from bot.chat import Document, Request
from bot.commands import Desk
from bot.texts import LANGUAGES
from digests.model.readers import Chat, Style
from digests.timetable import Quiet, Weekly
from tests.bot.asking import ME, ask
from tests.samples import HOUR, NOW

NOT_BROUGHT = {
    "chats": {
        "id", "address", "room",  # where it is now
        "state", "left_at",  # what Telegram last said of it
        "covered", "weekly_at",  # reckoned anew, so that nothing old comes as a flood
        "created_at",  # when it came here
    },
    "subscriptions": {"id", "chat_id", "since"},  # counted in the editions of this archive
    "saved": {"chat_id"},
}  # fmt: skip
QUERIES = ("公交", "-广告 贷款", "topic:transport", "place:330402101", "by:冯思家", "公交 OR 地铁")
EARLIER = st.timedeltas(timedelta(), timedelta(days=500)).map(lambda ago: NOW - ago)
_HOURS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
_PAUSES = st.just((False, None)) | st.tuples(st.just(True), st.none() | st.just(NOW + 30 * timedelta(days=1)))


@dataclass(frozen=True)
class Having:
    """A chat's settings by name, what it follows (query, rests, told at once since, chosen) and when it saved which."""

    settings: Mapping[str, Any]
    follows: list[tuple[str, bool, datetime | None, datetime]]
    saved: list[tuple[int, datetime]]


_SETTINGS = st.fixed_dictionaries(
    {
        "language": st.sampled_from(sorted(LANGUAGES)),
        "zone": st.sampled_from(["Asia/Shanghai", "Europe/Rome", "America/New_York"]),
        "times": st.sets(_HOURS, max_size=5).map(lambda found: tuple(sorted(found))),
        "days": st.sets(st.integers(1, 7)).map(lambda found: tuple(sorted(found))),
        "quiet": st.none() | st.builds(Quiet, _HOURS, _HOURS),
        "weekly": st.none() | st.builds(Weekly, st.integers(1, 7), _HOURS),
        "says_nothing": st.booleans(),
        "converted": st.booleans(),
        "style": st.sampled_from(Style),
        "tastes": st.dictionaries(st.sampled_from(QUERIES), st.sampled_from([-2, -1, 1, 2])).map(
            lambda found: tuple(sorted(found.items()))
        ),
    }
)
_HAVING = st.builds(
    lambda settings, pause, follows, saved: Having(
        settings | {"paused": pause[0], "paused_until": pause[1]}, follows, saved
    ),
    _SETTINGS,
    _PAUSES,
    st.lists(
        st.tuples(st.sampled_from(QUERIES), st.booleans(), st.none() | EARLIER, EARLIER), unique_by=lambda row: row[0]
    ),
    st.lists(st.tuples(st.integers(1, 4), EARLIER), unique_by=lambda row: row[0]),
)
CHANGED = Having(
    {
        "language": "en", "zone": "Europe/Rome", "times": (time(7, 30),), "days": (1, 2), "converted": True,
        "quiet": Quiet(time(22), time(7)), "weekly": Weekly(7, time(18)), "says_nothing": True, "paused": True,
        "paused_until": NOW + HOUR, "style": Style.COMPACT, "tastes": (("公交", 2),),
    },
    [("公交", True, NOW - HOUR, NOW - 2 * HOUR)],
    [(1, NOW - HOUR)],
)  # fmt: skip
"""Differs from a new chat, and from a wish just made, in every column."""


def rows(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    """What is to come back of a chat: its columns by table, whatever columns there are."""
    with desk.database.read() as store:
        chat = store.chats.find(ME)
        found = store.belongings.of(chat.id) if chat else {}
        return {
            table: [{name: row[name] for name in row if name not in passed} for row in found.get(table, [])]
            for table, passed in NOT_BROUGHT.items()
        }


def settle(desk: Desk, having: Having) -> None:
    with desk.database.begin() as store:
        chat: Chat = store.chats.find_or_add(ME, "zh-Hans", "Asia/Shanghai", NOW - HOUR)
        store.chats.save(replace(chat, **having.settings))
        for query, paused, alerts_since, chosen in having.follows:
            store.subscriptions.add(chat.id, query, chosen)
            kept = store.subscriptions.find(chat.id, query)
            assert kept is not None
            store.subscriptions.set_paused(kept, paused=paused)
            store.subscriptions.set_alerts(kept, alerts_since)
        for article, at in having.saved:
            store.saved.add(chat.id, article, at)


def exported(desk: Desk) -> bytes:
    document = ask(desk, "/export").document
    assert document is not None
    return document.content


def take_in(desk: Desk, content: bytes) -> None:
    commands.answer(desk, Request(ME, "import", language="zh-hans", document=Document("liwen.json", content)))
    ask(desk, "import apply")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_HAVING)
def test_a_chat_that_was_exported_and_forgotten_comes_back_to_the_last_field(desk: Desk, having: Having) -> None:
    settle(desk, having)
    before, content = rows(desk), exported(desk)
    ask(desk, "/forget yes")
    assert rows(desk)["chats"] == []
    take_in(desk, content)
    assert rows(desk) == before
    ask(desk, "/forget yes")


def test_the_same_holds_for_every_column_that_there_is(desk: Desk) -> None:
    ask(desk, "/wish add 公交")
    ask(desk, "/save 2")
    fresh = rows(desk)
    ask(desk, "/forget yes")
    settle(desk, CHANGED)
    before, content = rows(desk), exported(desk)
    same = {
        (table, name)
        for table in NOT_BROUGHT
        for old, new in product(fresh[table], before[table])
        for name in new
        if new[name] == old[name]
    }
    assert same == {("subscriptions", "query")}, "CHANGED must differ from a new chat in a new column, too"
    ask(desk, "/forget yes")
    take_in(desk, content)
    assert rows(desk) == before


def test_what_is_followed_here_already_stays_as_it_is(desk: Desk) -> None:
    settle(desk, CHANGED)
    content = exported(desk)
    ask(desk, "/forget yes")
    ask(desk, "/wish add 公交")
    before = rows(desk)["subscriptions"]
    take_in(desk, content)
    assert rows(desk)["subscriptions"] == before


def test_what_a_file_says_of_the_future_counts_as_of_now_and_a_pause_without_end_has_none(desk: Desk) -> None:
    settle(desk, CHANGED)
    content = exported(desk).decode()
    ask(desk, "/forget yes")
    for instant in (NOW + HOUR, NOW - HOUR):
        content = content.replace(instant.isoformat(), "8999-12-31T23:59:59-12:00")
    take_in(desk, content.encode())
    found = rows(desk)
    assert found["subscriptions"][0]["alerts_since"] == NOW
    assert (found["chats"][0]["paused"], found["chats"][0]["paused_until"]) == (True, None)
    assert "1" in ask(desk, "/list").messages[0].plain
