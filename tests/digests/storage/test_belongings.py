"""Everything about a chat: handed out, moved along, deleted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, Integer, LargeBinary, String, Table, Text, insert, select

from digests.model.outbox import Delivery
from digests.storage import Database
from digests.storage.belongings import BELONGING
from digests.storage.columns import UtcDateTime
from digests.storage.tables import metadata
from tests.samples import FAST, HOUR, NOW, add, follow, raw

NUMBER = "987654321012"
ADDRESS = f"telegram:{NUMBER}"


def owe(database: Database, query: str) -> int:
    """Closes an edition that has something for this query; returns its id."""
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        store.digests.add(edition.id, {query: [add(store, raw(), "transport")]})
        store.deliveries.fan_out(edition)
    return edition.id


def claim(database: Database) -> list[Delivery]:
    with database.begin() as store:
        return store.deliveries.claim(NOW, timedelta(minutes=2), "telegram", FAST, 10, HOUR)


def everything(database: Database) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with database._transaction(writes=False) as connection:
        return {
            table.name: sorted(str(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }


def naming(rows: dict[str, list[str]]) -> set[str]:
    """The tables with a row that names the chat."""
    return {name for name, found in rows.items() if NUMBER in str(found)}


def filled(database: Database) -> int:
    """A chat with a row in every table that there is about chats, and in those that name it otherwise."""
    chat_id = follow(database, ADDRESS, "公交", "贷款")
    channel = follow(database, "telegram:-1007", "公交")
    owe(database, "公交")
    claim(database)
    with database.begin() as store:
        store.uploads.add(chat_id, "page.txt", b"", NOW)
        store.groups.set_up(chat_id, "群", ADDRESS)
        store.groups.set_up(channel, "频道", ADDRESS)
        store.groups.admit(channel, ADDRESS)
        store.groups.admit(chat_id, "telegram:5")
        for table in BELONGING:
            if not store._connection.execute(select(table).where(table.c.chat_id == chat_id)).all():
                store._connection.execute(insert(table), row_of(table, chat_id))
    return chat_id


MADE: dict[type, Any] = {
    Text: NUMBER, String: NUMBER, JSON: {NUMBER: 1}, LargeBinary: NUMBER.encode(), UtcDateTime: NOW, Date: NOW.date(),
    Boolean: False, Integer: 1, BigInteger: 1,
}  # fmt: skip


def row_of(table: Table, chat_id: int) -> dict[str, Any]:
    """A row about a chat for a table of which only the columns are known; every text in it names the chat."""
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name == "chat_id":
            row[column.name] = chat_id
        elif column.foreign_keys:
            row[column.name] = 1
        elif column.name != "id":
            row[column.name] = MADE[type(column.type)]
    return row


def forget(database: Database, address: str) -> None:
    with database.begin() as store:
        chat = store.chats.find(address)
        assert chat is not None
        store.belongings.forget(chat)


def test_what_is_handed_out_has_a_row_of_every_table_that_belongs_to_chats(database: Database) -> None:
    chat_id = filled(database)
    with database.read() as store:
        found: dict[str, list[dict[str, Any]]] = store.belongings.of(chat_id)
    assert set(found) == {"chats", *(table.name for table in BELONGING)}
    assert [name for name, rows in found.items() if not rows] == []
    assert {row["query"] for row in found["subscriptions"]} == {"公交", "贷款"}


def test_a_chat_that_is_forgotten_is_named_by_no_row_of_any_table(database: Database) -> None:
    chat_id = filled(database)
    assert naming(everything(database)) >= {"chats", "groups", "administrators", "paces"}
    forget(database, ADDRESS)
    after = everything(database)
    assert naming(after) == set()
    with database.read() as store:
        assert not any(store.belongings.of(chat_id).values())
        assert store.chats.find("telegram:-1007") is not None
    assert [len(after[name]) for name in ("articles", "editions", "digests")] == [1, 1, 1]


def test_forgetting_a_topic_leaves_the_pace_of_its_forum(database: Database) -> None:
    for address in ("telegram:-1005:3", "telegram:-1005"):
        follow(database, address, "公交")
    owe(database, "公交")
    claim(database)
    for address, paces in (("telegram:-1005:3", 2), ("telegram:-1005", 1)):
        forget(database, address)
        assert len(everything(database)["paces"]) == paces


def test_a_group_that_moves_keeps_everything_and_takes_over_what_is_there(database: Database) -> None:
    old = follow(database, "telegram:-5", "公交", "贷款", times=(time(7, 30),))
    new = follow(database, "telegram:-1005", "贷款", "余新")
    with database.begin() as store:
        store.groups.set_up(new, "新村", "telegram:7")
        store.belongings.move("telegram:-5", "telegram:-1005")
        moved = store.chats.find("telegram:-1005")
        assert store.chats.find("telegram:-5") is None
        assert moved is not None
        assert (moved.id, moved.times) == (old, (time(7, 30),))
        assert [s.query for s in store.subscriptions.of(old)] == ["公交", "贷款", "余新"]
        assert store.belongings.of(old)["groups"][0]["title"] == "新村"
        assert not any(store.belongings.of(new).values())


def test_a_forum_moves_with_all_its_topics_and_no_other_group_with_it(database: Database) -> None:
    for address in ("telegram:-5", "telegram:-5:3", "telegram:-55", "telegram:-55:3"):
        follow(database, address, "公交")
    with database.begin() as store:
        store.belongings.move("telegram:-5:3", "telegram:-1005:3")
        found = [chat.address for room in ("telegram:-1005", "telegram:-55") for chat in store.chats.within(room)]
    assert found == ["telegram:-1005", "telegram:-1005:3", "telegram:-55", "telegram:-55:3"]


def test_a_delivery_under_way_goes_on_at_the_new_address(database: Database) -> None:
    follow(database, "telegram:-5", "公交")
    edition = owe(database, "公交")
    [delivery] = claim(database)
    with database.begin() as store:
        assert store.deliveries.sending(delivery, NOW + HOUR)
        store.belongings.move("telegram:-5", "telegram:-1005")
        store.deliveries.wait(delivery, NOW, "moved")
    [again] = claim(database)
    assert (again.id, again.chat.address) == (delivery.id, "telegram:-1005")
    with database.begin() as store:
        store.deliveries.sending(again, NOW + HOUR)
        store.deliveries.arrived(again, NOW, NOW)
        moved = store.chats.find("telegram:-1005")
    assert moved is not None
    assert moved.covered == edition


def test_a_chat_moves_once_and_one_that_is_not_there_not_at_all(database: Database) -> None:
    follow(database, "telegram:-2", "公交")
    before = everything(database)
    with database.begin() as store:
        store.belongings.move("telegram:-1", "telegram:-2")
        store.belongings.move("telegram:-2", "telegram:-2")
    assert everything(database) == before
    for _ in range(2):
        with database.begin() as store:
            store.belongings.move("telegram:-2", "telegram:-3")
            assert [chat.address for chat in store.chats.within("telegram:-3")] == ["telegram:-3"]


def test_a_move_that_is_told_twice_at_once_keeps_the_chat(database: Database) -> None:
    def move(number: int) -> None:
        with database.begin() as store:
            store.belongings.move(f"telegram:-{number}", f"telegram:-100{number}")

    with ThreadPoolExecutor(4) as pool:
        for number in range(1, 30):
            follow(database, f"telegram:-{number}", "公交")
            list(pool.map(move, [number] * 4))
            with database.read() as store:
                chat = store.chats.find(f"telegram:-100{number}")
                assert chat is not None
                assert [each.query for each in store.subscriptions.of(chat.id)] == ["公交"]
