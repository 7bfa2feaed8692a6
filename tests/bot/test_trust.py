"""What is stored about a chat: handed out, taken in, deleted; and no other chat's is ever shown or changed."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import commands, exports
from bot.chat import Document, Reply, Request
from bot.commands import COMMANDS, Desk
from bot.exports import NotImported
from digests.model.readers import MOST_WISHES
from digests.storage import Database
from tests.bot.asking import ME, ask, buttons, followed, said
from tests.bot.test_telegram import running, until
from tests.digests.storage.owing import close, fan_out
from tests.digests.storage.test_belongings import everything
from tests.fakes import FakeTelegram
from tests.samples import HOUR, NOW, follow

OTHER = "telegram:8"


def send(desk: Desk, content: bytes, address: str = ME) -> Reply:
    """A file is sent to be taken in."""
    request = Request(address, "import", language="zh-hans", document=Document("liwen.json", content))
    return commands.answer(desk, request)


def text(reply: Reply) -> str:
    return "\n".join(message.plain for message in reply.messages)


def file(**changed: Any) -> bytes:
    """A file of an export with some values changed."""
    whole: dict[str, Any] = {"format": "liwen-chat", "version": 1, "settings": {}, "follows": [{"query": "公交"}]}
    return json.dumps(whole | changed, ensure_ascii=False).encode()


def stored(database: Database, address: str) -> Mapping[str, Any]:
    """Every row about a chat."""
    with database.read() as store:
        chat = store.chats.find(address)
        return store.belongings.of(chat.id) if chat else {}


def test_what_is_exported_is_everything_and_can_be_taken_in_by_another_chat(desk: Desk) -> None:
    for line in (
        "/wish add 公交",
        "/topics 交通",
        "/time 07:30 18:00",
        "/quiet 22:00-07:00",
        "/days 1 2 3 4 5",
        "/pause",
    ):
        ask(desk, line)
    reply = ask(desk, "/export")
    assert reply.document is not None
    exported = json.loads(reply.document.content)
    assert (exported["format"], exported["version"], exported["chat"]) == ("liwen-chat", 1, ME)
    assert exported["settings"]["times"] == "07:30 18:00"
    assert [each["query"] for each in exported["follows"]] == ["公交", "topic:transport"]
    assert "deliveries" in exported["records"]

    preview = send(desk, reply.document.content, OTHER)
    assert "2 项" in text(preview)
    assert "交通新闻" in text(preview)
    assert followed(desk, OTHER) == []
    assert "新关注 2" in said(desk, buttons(preview)["导入"], address=OTHER)
    assert followed(desk, OTHER) == ["公交", "topic:transport"]
    with desk.database.read() as store:
        chat = store.chats.find(OTHER)
    assert chat is not None
    assert (chat.times, chat.paused, chat.zone) == ((time(7, 30), time(18)), True, "Asia/Shanghai")
    assert chat.days == (1, 2, 3, 4, 5)
    assert chat.quiet is not None
    assert stored(desk.database, OTHER)["uploads"] == []


def test_what_was_saved_and_what_is_wanted_more_of_moves_along(desk: Desk) -> None:
    for line in ("/save 1", "/save 2", "/taste more 交通", "/style compact"):
        ask(desk, line)
    reply = ask(desk, "/export")
    assert reply.document is not None
    exported = json.loads(reply.document.content)
    assert {kept["headline"] for kept in exported["saved"]} == {"公交新增三条线路", "公交数据换来贷款"}
    exported["saved"][0]["headline"] = "别处的另一篇"
    assert "1" in text(send(desk, json.dumps(exported).encode(), OTHER))
    ask(desk, "import apply", address=OTHER)
    before, after = stored(desk.database, ME), stored(desk.database, OTHER)
    assert [row["article_id"] for row in after["saved"]] == [exported["saved"][1]["article_id"]]
    for name in ("tastes", "style"):
        assert after["chats"][0][name] == before["chats"][0][name]
    assert after["chats"][0]["tastes"]


def settings_of(desk: Desk, address: str = ME) -> tuple[bool, datetime | None]:
    with desk.database.read() as store:
        chat = store.chats.find(address)
    assert chat is not None
    return chat.paused, chat.paused_until


def test_a_pause_that_a_file_ends_does_not_end_once_more_with_all_that_waits_then(desk: Desk) -> None:
    ask(desk, "/wish add 公交")
    ask(desk, "/pause 3d")
    fan_out(desk.database, close(desk.database, "公交"))
    send(desk, file(settings={"paused": False}))
    ask(desk, "import apply")
    assert settings_of(desk) == (False, None)
    with desk.database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        assert store.digests.owed(chat, 99) == ()  # no flood of what was missed


@pytest.mark.parametrize(
    ("until", "pause"),
    [
        (NOW + HOUR, (True, NOW + HOUR)),
        (NOW - HOUR, (False, None)),
        (NOW + 9000 * HOUR, (True, None)),
        (datetime.max.replace(tzinfo=UTC), (True, None)),
        (datetime.max.replace(tzinfo=timezone(-12 * HOUR)), (True, None)),
    ],
)
def test_a_pause_ends_where_it_is_taken_to_when_it_was_to_end(
    desk: Desk, until: datetime, pause: tuple[bool, datetime | None]
) -> None:
    send(desk, file(settings={"paused": True, "paused_until": until.isoformat()}))
    ask(desk, "import apply")
    assert settings_of(desk) == pause


def test_a_file_brings_no_more_than_a_chat_may_follow_and_says_so(desk: Desk) -> None:
    follow(desk.database, ME, *[f"词{number}" for number in range(MOST_WISHES - 1)])
    send(desk, file(follows=[{"query": query} for query in ("词7", "公交", "贷款")]))
    assert "新关注 1 项。最多关注 500 项" in said(desk, "/import apply")
    assert followed(desk)[-2:] == [f"词{MOST_WISHES - 2}", "公交"]


def test_a_channel_is_handed_out_without_the_names_of_its_other_administrators(desk: Desk) -> None:
    channel, other = "telegram:-1007", "telegram:8"
    commands.membership.introduced(desk, channel, "邻里", ME, "zh-hans")
    commands.membership.introduced(desk, channel, "邻里", other, "zh-hans")
    follow(desk.database, other, "贷款")
    request = Request(ME, "export", language="zh-hans", person=ME, about=channel)
    document = commands.answer(desk, request).document
    assert document is not None
    exported = document.content.decode()
    assert (ME in exported, other in exported, "贷款" in exported) == (True, False, False)


def test_who_is_unknown_has_nothing_to_export_and_stays_unknown(desk: Desk) -> None:
    reply = ask(desk, "/export")
    assert reply.document is None
    assert stored(desk.database, ME) == {}


def test_a_file_that_is_not_wanted_changes_nothing_and_waits_no_longer(desk: Desk) -> None:
    ask(desk, "/wish add 贷款")
    preview = send(desk, file(settings={"zone": "Europe/Rome"}))
    assert "没有改动" in said(desk, buttons(preview)["不导入"])
    assert "处理过" in said(desk, "/import apply")
    assert followed(desk) == ["贷款"]


def test_queries_that_mean_nothing_here_are_said_and_left_out(desk: Desk) -> None:
    preview = send(desk, file(follows=[{"query": "topic:chess"}, {"query": "公交"}, {"query": "place:999"}]))
    assert "topic:chess" in text(preview)
    assert "place:999" in text(preview)
    ask(desk, "import apply")
    assert followed(desk) == ["公交"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "format"),
        (b"\xff\xfe", "format"),
        (b"[]", "format"),
        (b'{"format": "else", "version": 1}', "format"),
        (b"[" * 100_000, "format"),
        (b'{"format": "liwen-chat", "version": 1, "follows": ' + b"[" * 50_000, "format"),
        (file(version=2), "version"),
        (file(version="1e9"), "format"),
        (b" " * exports.LARGEST + file(), "size"),
        (file(follows={"query": "x"}), "value"),
        (file(follows=[{"query": 5}]), "value"),
        (file(follows=[{"query": ""}]), "value"),
        (file(follows=[{"query": "x" * 501}]), "value"),
        (file(follows=[{"query": "公\x00交"}]), "value"),
        (file(follows=[{"query": "x"}] * 501), "value"),
        (file(settings={"zone": "Mars/Base"}), "value"),
        (file(settings={"zone": "../../etc/passwd"}), "value"),
        (file(settings={"times": "25:99"}), "value"),
        (file(settings={"times": ["07:30"]}), "value"),
        (file(settings={"paused": "yes"}), "value"),
        (file(settings={"days": "89"}), "value"),
        (file(settings={"quiet": "22:00-"}), "value"),
        (file(settings={"weekly": "7 24:00"}), "value"),
        (file(settings=[]), "value"),
        (file(settings={"style": "baroque"}), "value"),
        (file(settings={"tastes": {"topic:transport": 99}}), "value"),
        (file(settings={"tastes": [["topic:transport", 1]]}), "value"),
        (file(saved=[{"article_id": 1}]), "value"),
        (file(saved=[{"article_id": -1, "headline": "x", "source": "x", "saved_at": "2024-11-13T00:00:00Z"}]), "value"),
        (file(saved=[{"article_id": 1, "headline": "x", "source": "x", "saved_at": "2024-11-13T00:00:00"}]), "value"),
        (file(follows=[{"query": "公交", "alerts_since": "0001-01-01T00:00:00+12:00"}]), "value"),
    ],
)
def test_a_hostile_file_is_refused_in_a_clear_line(desk: Desk, content: bytes, reason: str) -> None:
    with pytest.raises(NotImported) as refused:
        exports.read(content)
    assert refused.value.reason == reason
    reply = send(desk, content)
    assert buttons(reply) == {}
    assert len(text(reply).splitlines()) == 1
    assert "编号" not in text(reply)
    assert followed(desk) == []


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["query", "zone", "times", "x"]), inner)
        ),
    )
)
def test_whatever_a_file_holds_it_is_read_or_refused(value: Any) -> None:
    for content in (file(settings=value), file(follows=value), file(follows=[value]), json.dumps(value).encode()):
        with contextlib.suppress(NotImported):
            assert exports.read(content).version == 1


def test_forgetting_asks_first_and_then_leaves_nothing(desk: Desk) -> None:
    ask(desk, "/wish add 公交")
    assert buttons(ask(desk, "/forget")) == {"全部删除": "forget yes", "不删": "forget no"}
    said(desk, "/forget no")
    assert followed(desk) == ["公交"]
    assert ask(desk, "/forget yes").farewell
    assert stored(desk.database, ME) == {}


async def test_who_was_forgotten_is_named_nowhere_when_the_farewell_was_said(desk: Desk) -> None:
    number = 987654321012
    server = FakeTelegram()
    async with running(desk, server):
        for line in ("/wish add 公交", "/channels", "/forget"):
            server.say(line, number, user=number)
        await until(lambda: len(server.texts()) == 3)
        assert str(number) in str(everything(desk.database))
        server.press("forget yes", number, user=number)
        await until(lambda: len(server.texts()) == 4)
        await until(lambda: str(number) not in str(everything(desk.database)))
    assert "已经删除" in server.texts()[-1]
    assert {name: rows for name, rows in everything(desk.database).items() if str(number) in str(rows)} == {}


def test_privacy_says_for_how_long_and_about_which_version_this_is(desk: Desk) -> None:
    kept = replace(desk, keep={"deliveries": 90, "chats": 0})
    assert "90 天" in said(kept, "/privacy")
    assert "长期" in said(kept, "/privacy")
    for language in ("zh-hans", "zh-hant", "en"):
        assert "0.1.0" in said(desk, "/about", language)


_NUMBERS = st.integers(0, 12).map(str)
_WORDS = st.sampled_from(
    ["yes", "no", "apply", "drop", "accept", "date", "source", "undo", "off", "all", "transport", "topic:transport",
     "place:330402101", "公交", "+330402101", "07:30", "2024-11-13", ME, OTHER, "1-9", "page:2", "-", "#"]
)  # fmt: skip
_ARGUMENT = st.one_of(_NUMBERS, _NUMBERS.map("#{}".format), _NUMBERS.map("@{}".format), _WORDS, st.text(max_size=8))
_FORGED = st.tuples(
    st.sampled_from([command.name for command in COMMANDS]) | _NUMBERS.map("@{}".format),
    st.lists(_ARGUMENT, max_size=4).map(" ".join),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_FORGED, min_size=1, max_size=4))
def test_whatever_data_a_chat_forges_nothing_of_another_chat_changes_or_shows(
    desk: Desk, forged: list[tuple[str, str]]
) -> None:
    if not stored(desk.database, OTHER):
        secret = "秘密暗号"
        ask(desk, f"/wish add {secret}", address=OTHER)
        ask(desk, "/topics 交通", address=OTHER)
        send(desk, file(), OTHER)
        with desk.database.begin() as store:
            chat = store.chats.find(OTHER)
            assert chat is not None
            store.groups.set_up(chat.id, secret, OTHER)
            store.groups.admit(chat.id, OTHER)
    before = stored(desk.database, OTHER)
    for name, args in forged:
        reply = commands.answer(desk, Request(ME, name, args, "zh-hans", pressed=True))
        assert "秘密暗号" not in text(reply)
        assert reply.document is None or "秘密暗号" not in reply.document.content.decode()
    assert stored(desk.database, OTHER) == before
