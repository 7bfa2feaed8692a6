"""Sent messages put right: every one that shows what was amended, each by the cause of what befalls it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.chat import Again, Gone, MarkupRefused, Moved, Refused, SendError, Silenced, Unknown, Vanished, Wait
from bot.delivery import LEASE, PAUSE, Sender
from bot.recipes import Recipe
from digests import amending
from digests.model.news import Act, Article, Sentence, Summary
from digests.model.outbox import DeliveryState, EditState
from digests.seeds import Lexicon
from digests.storage import Database, Store
from digests.text.analyzer import Analyzer
from tests.bot.conftest import SHANGHAI
from tests.bot.owing import owe, send_all, send_twice
from tests.digests.storage.owing import counts
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, follow, pacer, raw

ME = "telegram:1"
NUMBERS = st.lists(st.integers(1, 99)).map(tuple)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW + timedelta(hours=1))


def change(database: Database, number: int, act: Callable[[Store, Article], object]) -> None:
    with database.begin() as store:
        article = amending.begin(store, number)
        assert article is not None
        act(store, article)


def note(database: Database, number: int, words: str = "第二天才开通。") -> None:
    change(database, number, lambda store, article: amending.note(store, article, words, NOW))


def retract(database: Database, number: int, reason: str = "") -> None:
    change(database, number, lambda store, article: amending.retract(store, article, reason, NOW))


def states(database: Database) -> dict[EditState, int]:
    with database.read() as store:
        return store.edits.counts()


async def test_a_note_stands_in_every_sent_message_beside_the_papers_own_words(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, "telegram:1", "telegram:-2:7", articles=2)
    await send_all(sender)
    note(database, 1)
    await send_all(sender)
    assert len(transport.edited) == 2
    assert all(transport.sent[name - 1][0] == where for where, name, _ in transport.edited)
    for _, _, message in transport.edited:
        assert "更正（11月13日 14:30）：第二天才开通。" in message.plain
    sent = dict(transport.sent)["telegram:1"]
    edited = next(message for where, _, message in transport.edited if where == "telegram:1")
    assert edited.plain.replace("\n更正（11月13日 14:30）：第二天才开通。", "") == sent.plain
    assert edited.buttons == sent.buttons


async def test_of_a_retracted_article_no_word_and_no_button_stays(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=2)
    await send_all(sender)
    retract(database, 1, "人物有误。")
    await send_all(sender)
    [(_, _, message)] = transport.edited
    assert "第0条公交消息" not in message.plain
    assert "更正（11月13日 14:30）：这篇报道已撤回。人物有误。" in message.plain
    assert "2 第1条公交消息" in message.plain
    assert [button.action for button in message.buttons[0]] == ["read 2"]


async def test_what_is_undone_before_its_edit_went_out_is_edited_once(
    database: Database, sender: Sender, transport: FakeTransport, lexicon: Lexicon
) -> None:
    owe(database, ME)
    await send_all(sender)
    retract(database, 1)
    analyzer = lambda: Analyzer(lexicon)  # noqa: E731
    change(database, 1, lambda store, article: amending.take_back(store, analyzer, article, Act.RETRACTED, NOW))
    await send_all(sender)
    [(_, _, message)] = transport.edited
    assert "第0条公交消息" in message.plain
    assert "先前误撤，现已恢复。" in message.plain


async def test_what_an_editor_puts_first_moves_to_the_top_of_sent_messages(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=3)
    with database.begin() as store:
        store.articles.assign(1, [1, 2, 3])
    await send_all(sender)
    change(database, 3, lambda store, article: amending.pin(store, article, NOW))
    await send_all(sender)
    [(_, _, message)] = transport.edited
    assert message.plain.index("1 第2条公交消息") < message.plain.index("2 第0条公交消息")
    assert [button.action for button in message.buttons[0]] == ["read 3", "read 1", "read 2"]


async def test_a_digest_of_several_messages_stays_as_many(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=10, chars=1000)
    await send_all(sender)
    parts = len(transport.sent)
    assert parts > 2
    for number in range(1, 11):
        note(database, number, "错" * 400)
    await send_all(sender)
    assert [name for _, name, _ in transport.edited] == [*range(1, parts + 1)]
    assert sum(message.plain.count("错" * 400) for _, _, message in transport.edited) == 10
    transport.edited.clear()
    for number in range(1, 11):
        retract(database, number)
    await send_all(sender)
    assert [name for _, name, _ in transport.edited] == [*range(1, parts + 1)]
    assert "内容都在上一条消息里。" in transport.edited[-1][2].plain


async def test_what_is_retracted_between_two_messages_of_a_digest_is_not_told_by_the_second(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=10, chars=1000)
    await sender.send_due()
    retract(database, 10)
    await send_all(sender)
    assert "第9条公交消息" not in "".join(transport.to(ME))
    assert transport.edited  # the first one knew of no retraction


async def test_an_article_retracted_before_it_is_sent_is_not_sent(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=2)
    retract(database, 1)
    await send_all(sender)
    assert "第0条" not in transport.to(ME)[0]
    assert "第1条" in transport.to(ME)[0]
    assert transport.edited == []


async def test_one_retracted_while_its_message_goes_out_is_edited_after_it(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME, articles=2)
    retracted: list[bool] = []

    def while_sending() -> None:
        if not retracted:
            retracted.append(True)
            retract(database, 1)

    transport.before = while_sending
    await send_all(sender)
    assert "第0条" in transport.to(ME)[0]
    assert [("第0条" in message.plain) for _, _, message in transport.edited] == [False]


@pytest.mark.parametrize(
    ("fault", "wait", "state"),
    [
        (Wait(90), timedelta(seconds=90), EditState.DONE),
        (Again("no connection"), PAUSE, EditState.DONE),
        (Unknown("timed out"), PAUSE, EditState.DONE),
        (MarkupRefused("entities"), timedelta(), EditState.DONE),
        (Moved("telegram:-1009"), timedelta(), EditState.DONE),
        (Silenced("no rights"), timedelta(hours=1), EditState.DONE),
        (Gone("blocked"), timedelta(days=1), EditState.GONE),
        (Vanished("message to edit not found"), timedelta(days=1), EditState.LOST),
        (Refused("too long"), timedelta(days=1), EditState.FAILED),
    ],
)
async def test_each_kind_of_fault_has_its_end(
    database: Database,
    sender: Sender,
    transport: FakeTransport,
    clock: FakeClock,
    fault: SendError,
    wait: timedelta,
    state: EditState,
) -> None:
    owe(database, "telegram:-9")
    await send_all(sender)
    change(database, 1, lambda store, article: amending.note(store, article, "一句", clock()))
    transport.edit_faults["telegram:-9"] = [fault]
    await send_twice(sender, clock, wait)
    assert states(database) == {state: 1}
    assert len(transport.edited) == (state is EditState.DONE)
    assert counts(database) == {DeliveryState.SENT: 1}


async def test_where_we_may_not_write_it_is_given_up_after_a_month(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, ME)
    await send_all(sender)
    change(database, 1, lambda store, article: amending.note(store, article, "一句", clock()))
    transport.edit_faults[ME] = [Silenced("no rights")] * 60
    for _ in range(60):
        await sender.send_due()
        clock.advance(days=1)
    assert states(database) == {EditState.LOST: 1}
    assert 30 <= 60 - len(transport.edit_faults[ME]) <= 32


async def test_a_message_that_may_not_have_arrived_is_left_alone(
    database: Database, lexicon: Lexicon, transport: FakeTransport, clock: FakeClock
) -> None:
    sender = Sender(database, lexicon, transport, SHANGHAI, pacer(database, clock), resend=False)
    owe(database, ME)
    transport.faults[ME] = [Unknown("timed out")]
    await send_all(sender)
    note(database, 1)
    await send_all(sender)
    assert transport.edited == []
    assert states(database) == {EditState.DONE: 1}


async def test_a_killed_process_loses_no_edit(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, "telegram:1", "telegram:2", "telegram:3")
    await send_all(sender)
    note(database, 1)
    transport.edit_faults = {f"telegram:{number}": [asyncio.CancelledError()] for number in (1, 2)}
    with pytest.raises(asyncio.CancelledError):
        await sender.send_due()
    clock.now += LEASE
    await send_all(sender)
    assert {where for where, _, _ in transport.edited} == {"telegram:1", "telegram:2", "telegram:3"}
    assert states(database) == {EditState.DONE: 3}


async def test_due_digests_go_before_edits(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    owe(database, *(f"telegram:{number}" for number in range(1, 70)))
    await send_all(sender)
    note(database, 1)
    with database.begin() as store:
        edition = store.editions.add(NOW + timedelta(minutes=30))
        assert edition is not None
        store.digests.add(edition.id, {"公交": [add(store, raw("晚上的公交消息"))]})
        store.deliveries.fan_out(edition)
    transport.sent.clear()
    assert await sender.send_due() == 64
    assert (len(transport.sent), transport.edited) == (64, [])
    await send_all(sender)
    assert (len(transport.sent), len(transport.edited)) == (69, 69)


async def test_a_paused_reader_has_his_messages_put_right(
    database: Database, sender: Sender, transport: FakeTransport
) -> None:
    owe(database, ME)
    await send_all(sender)
    follow(database, ME, paused=True)
    note(database, 1)
    await send_all(sender)
    assert len(transport.edited) == 1


async def test_an_alert_that_was_sent_is_put_right_and_one_that_waits_is_not_sent(
    database: Database, sender: Sender, transport: FakeTransport, clock: FakeClock
) -> None:
    follow(database, ME, "公交")
    with database.begin() as store:
        chat = store.chats.find(ME)
        assert chat is not None
        [wish] = store.subscriptions.of(chat.id)
        store.subscriptions.set_alerts(wish, NOW - timedelta(days=1))
        first, second = add(store, raw("公交停运")), add(store, raw("公交恢复"))
        for number in (first, second):
            article = store.articles.get(number)
            assert article is not None
            store.articles.set_summary(number, Summary((Sentence(article.body[:4], 0),)))
            store.alerts.owe(article, ["公交"], clock(), 5)
    await sender.send_due()
    told = len(transport.sent)
    retract(database, first)
    retract(database, second)
    await send_all(sender)
    assert len(transport.sent) == told == 1
    [(_, _, message)] = transport.edited
    assert message.plain == "🔔 更正（11月13日 14:30）：这篇报道已撤回。"


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        Recipe,
        st.integers(0, 9),
        st.integers(0, 9),
        st.lists(st.tuples(st.text(), st.lists(st.integers(1, 99)).map(tuple), st.integers(0, 9)), max_size=3).map(
            tuple
        ),
        st.lists(st.integers(1, 99)).map(tuple),
        st.integers(0, 9),
        st.lists(st.text()).map(tuple),
        st.integers(0, 9),
    )
)
def test_a_recipe_is_read_as_it_was_written(recipe: Recipe) -> None:
    assert Recipe.restored(recipe.stored) == recipe
