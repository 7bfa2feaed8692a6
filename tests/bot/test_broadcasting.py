"""An operator says something to many: for nobody else, once, stoppable, and told how far it is."""

import asyncio
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path

import pytest
from sqlalchemy import update

from bot import broadcasts, commands
from bot.chat import Again, Gone, Mark, Message, Request, Span, Unknown
from bot.commands import Desk
from bot.delivery import LEASE, PAUSE, Sender
from bot.texts import LANGUAGES, texts_for
from digests.model.outbox import Broadcast, BroadcastState, Delivery, DeliveryState
from digests.seeds import Lexicon
from digests.storage import Database
from digests.storage.tables.outbox import deliveries
from digests.timetable import Quiet
from tests import ROOT
from tests.bot.asking import ME, ask, buttons, said
from tests.bot.conftest import desk_of
from tests.bot.owing import send_all
from tests.bot.shell import Liwen
from tests.botapi import BotApi, start
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, follow

STRANGER = "telegram:8"
NIGHT = Quiet(time(14), time(20))  # NOW is half past two in Shanghai
TEXT = "今晚升级，十点起停一小时。"


@pytest.fixture
def admin(database: Database, lexicon: Lexicon, clock: FakeClock) -> Desk:
    return desk_of(database, lexicon, clock, ME)


def begun(database: Database, text: str = TEXT) -> int:
    """A broadcast to all, on its way."""
    draft = Broadcast(id=0, author=ME, transport="telegram", content=broadcasts.content_of(text), query="")
    with database.begin() as store:
        number = store.broadcasts.draft(draft, NOW)
        store.broadcasts.begin(number, NOW)
    return number


def counts(database: Database) -> dict[DeliveryState, int]:
    with database.read() as store:
        return store.deliveries.counts()


@pytest.mark.parametrize("line", ["/broadcast 大家好", "/broadcast", "/broadcast send 1", "/admin", "/admin json"])
def test_for_others_it_does_not_exist(admin: Desk, line: str) -> None:
    name = line.split()[0].removeprefix("/")
    unknown = said(admin, "/nonesuch", address=STRANGER).replace("nonesuch", name)
    assert said(admin, line, address=STRANGER) == unknown
    assert counts(admin.database) == {}


def test_a_dry_run_shows_how_it_looks_and_whom_it_reaches_and_sends_nothing(admin: Desk) -> None:
    follow(admin.database, "telegram:1", quiet=NIGHT)
    follow(admin.database, "telegram:2", paused=True)
    reply = ask(admin, f"/broadcast {TEXT}\n第二行")
    assert reply.messages[0].plain == f"📢 来自运营者的通知\n{TEXT}\n第二行"
    assert reply.messages[1].plain.splitlines()[1:] == [
        "对象：所有读者",
        "会发给 1 个聊天，一分钟内发完。",
        "其中正处于免打扰时段、过后再发：1 个",
        "不发给：暂停推送 1 个",
    ]
    assert counts(admin.database) == {}


def test_how_long_it_takes_is_reckoned_by_the_rate(admin: Desk) -> None:
    for number in range(10):
        follow(admin.database, f"telegram:{number}")
    slow = Desk(**{name: getattr(admin, name) for name in Desk.__dataclass_fields__ if name != "rate"}, rate=0.05)
    assert "大约 4 分钟" in said(slow, f"/broadcast {TEXT}")


def test_a_button_sends_it_and_pressed_twice_it_goes_out_once(admin: Desk) -> None:
    follow(admin.database, "telegram:1")
    send = buttons(ask(admin, f"/broadcast {TEXT}"))["发给 1 个聊天"]
    first = ask(admin, f"/{send}", pressed=True)
    assert first.edit
    assert first.messages == ask(admin, f"/{send}", pressed=True).messages
    assert counts(admin.database) == {DeliveryState.PENDING: 1}


def test_it_can_be_for_those_who_follow_something(admin: Desk) -> None:
    follow(admin.database, "telegram:1", "place:330402101")
    follow(admin.database, "telegram:2", "公交 贷款")
    assert "关注“余新镇新闻”的读者" in said(admin, f"/broadcast for:余新镇 {TEXT}")
    reply = ask(admin, f"/broadcast 给：“贷款 公交” {TEXT}")
    assert "关注“公交 贷款”的读者" in reply.messages[-1].plain
    assert "发给 1 个聊天" in buttons(reply)
    assert "没有人会收到" in said(admin, f"/broadcast for:海盐 {TEXT}")


def test_what_is_replied_to_is_said_with_its_marks(admin: Desk) -> None:
    follow(admin.database, "telegram:1")

    quoted = Message((Span("注意："), Span("停机", Mark.BOLD)))
    reply = commands.answer(admin, Request(ME, "broadcast", quoted=quoted))
    assert reply.messages[0].html == "<b>📢 来自运营者的通知</b>\n注意：<b>停机</b>"


@pytest.mark.parametrize("language", LANGUAGES)
def test_readers_are_told_in_their_language_that_it_comes_from_the_operator(language: str) -> None:
    [message] = broadcasts.notice(texts_for(language), broadcasts.content_of(TEXT))
    assert message.plain.startswith("📢 ")
    assert message.plain.endswith(TEXT)


def test_a_text_that_is_too_long_for_one_message_takes_two() -> None:
    first, second = broadcasts.notice(texts_for(""), broadcasts.content_of("字" * 4095))
    assert "字" in first.plain
    assert "字" in second.plain


async def test_it_goes_out_by_the_outbox_to_each_once(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    for number in range(5):
        follow(database, f"telegram:{number}")
    transport.faults = {"telegram:1": [Gone("blocked")], "telegram:2": [Again("no network")]}
    begun(database)
    await send_all(sender)
    assert Counter(address for address, _ in transport.sent) == Counter(["telegram:0", "telegram:3", "telegram:4"])
    assert counts(database) == {DeliveryState.SENT: 3, DeliveryState.GONE: 1, DeliveryState.PENDING: 1}


async def test_a_killed_process_loses_nothing_of_it_and_doubles_nothing(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, "telegram:1")
    begun(database)
    transport.faults["telegram:1"] = [asyncio.CancelledError()]
    with pytest.raises(asyncio.CancelledError):
        [delivery] = await sender.pacer.ledger.write(lambda store: sender._claim(store, room=1))
        assert isinstance(delivery, Delivery)
        await sender._send_next(delivery, asyncio.Event())
    clock.now += LEASE
    await sender.send_due()
    clock.now += PAUSE
    await send_all(sender)
    assert len(transport.sent) == 1


async def test_what_is_taken_up_when_it_is_stopped_is_not_sent(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    follow(database, "telegram:1")
    number = begun(database)
    [delivery] = await sender.pacer.ledger.write(lambda store: sender._claim(store, room=1))
    assert isinstance(delivery, Delivery)
    with database.begin() as store:
        store.broadcasts.stop(number)
    await sender._send(delivery, asyncio.Event())
    assert transport.sent == []
    assert counts(database) == {}


async def test_who_falls_asleep_before_it_comes_gets_it_when_quiet_hours_end(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, "telegram:1")
    begun(database)
    follow(database, "telegram:1", quiet=NIGHT)
    clock.advance(minutes=1)
    await send_all(sender)
    clock.advance(minutes=1)  # a sweep does not take it up again and again
    assert await sender.send_due() == 0
    with database.read() as store:
        assert store.deliveries.waiting_since(clock(), "telegram") is None
    clock.advance(hours=6)
    await send_all(sender)
    assert len(transport.to("telegram:1")) == 1


async def test_its_author_is_told_how_far_it_is_each_five_minutes_and_when_it_is_out_once(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, "telegram:1")
    follow(database, "telegram:2", quiet=NIGHT)
    begun(database)
    await send_all(sender)
    for _ in range(6):
        await broadcasts.tell(database, transport, clock())
        clock.advance(minutes=1)
    assert transport.to(ME) == ["通知正在发送：2 个里已送达 1 个。"]
    clock.advance(hours=6)
    transport.faults["telegram:2"] = [Unknown("no answer"), Unknown("no answer")]
    await send_all(sender)
    clock.advance(minutes=1)
    await send_all(sender)
    transport.faults[ME] = [Again("no network")]
    for _ in range(3):
        await broadcasts.tell(database, transport, clock())
    assert transport.to(ME)[1:] == ["通知发完了：2 个里送达 1 个。\n其余：不确定是否送达 1 个"]
    with database.read() as store:
        found = store.broadcasts.get(1)
    assert found is not None
    assert found.state is BroadcastState.SENT


def test_on_the_command_line_it_is_shown_first_and_sent_when_that_is_confirmed(liwen: Liwen, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/data/liwen.sqlite3")
    database.migrate()
    follow(database, "console:local")
    database.close()
    dry = liwen("broadcast", "--dry-run", TEXT)
    assert (dry.status, TEXT in dry.out, "It goes to" in dry.out) == (0, True, True)
    assert "deliveries" not in dry.out
    assert "deliveries" not in liwen("broadcast", TEXT, stdin="n\n").out
    assert "deliveries 1" in liwen("broadcast", "--yes", "-", stdin=TEXT).out
    assert liwen("broadcast", " ").status == 2
    assert liwen("broadcast", "--for", "topic:无此主题", TEXT).status != 0


READERS = 60


async def test_a_process_that_is_killed_in_the_middle_loses_nothing_and_doubles_nothing(database: Database) -> None:
    for number in range(1, READERS + 1):
        follow(database, f"telegram:{number}")
    api = BotApi(rate=0, chat_rate=0, group_rate=0)
    runner, port = await start(api)
    begun(database)
    async with _worker(database, port):
        await _until(lambda: len(api.accepted) > READERS / 6)
    assert len(api.accepted) < READERS
    with database.begin() as store:  # two minutes later
        held = update(deliveries).where(deliveries.c.claimed_until.is_not(None))
        store._connection.execute(held.values(claimed_until=NOW))
    async with _worker(database, port):
        await _until(lambda: _all_ended(database))
    await runner.cleanup()
    got = {chat: len(messages) for chat, messages in api.received.items()}
    with database.read() as store:
        unknown = store.broadcasts.progress(1).unknown
    assert max(got.values()) == 1
    # Of what was on the wire nobody knows; nothing else is missing.
    assert READERS - len(got) <= unknown <= READERS / 2


@asynccontextmanager
async def _worker(database: Database, port: int) -> AsyncIterator[None]:
    """Sends what is due, and never again what may have arrived, until it is killed at the end."""
    settings = {
        "DATABASE_URL": database._url.render_as_string(hide_password=False),
        "TELEGRAM_TOKEN": "123456789:" + "A" * 35,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
        "LIWEN_UNKNOWN": "skip",
    }
    environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], **settings}  # noqa: TID251
    running = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "worker", env=environment)
    try:
        yield
    finally:
        running.kill()
        await running.wait()


def _all_ended(database: Database) -> bool:
    return not any(
        state in counts(database) for state in (DeliveryState.PENDING, DeliveryState.CLAIMED, DeliveryState.SENDING)
    )


async def _until(condition: object, seconds: float = 300) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.02)
