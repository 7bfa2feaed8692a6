"""What is asked every few seconds is answered by indexes, in SQLite, which plans without statistics."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, event

from digests.storage import Database, Store
from tests.samples import HOUR, NOW


@pytest.fixture
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('archive')}/liwen.sqlite3")
    database.migrate()
    yield database
    database.close()


_ASKED: dict[str, Callable[[Store], object]] = {
    "articles to be alerted of": lambda store: store.alerts.waiting(100),
    "notices to be given": lambda store: store.groups.notices(),
    "pauses and weeklies that are due": lambda store: store.deliveries.due_by_timetable(NOW),
    "how late the outbox is": lambda store: store.deliveries.waiting_since(NOW, "telegram"),
    "what dead senders left": lambda store: store.deliveries.recover(NOW, HOUR, resend=True, pause=HOUR),
    "whether anybody is left in a room": lambda store: store.belongings.forget_pace("telegram:-1:7"),
    "the newest edition": lambda store: store.editions.newest(filled=True),
    "articles without a summary": lambda store: list(store.articles.unsummarised()),
}


@pytest.mark.parametrize("ask", _ASKED.values(), ids=_ASKED)
def test_no_table_is_read_through(sqlite: Database, ask: Callable[[Store], object]) -> None:
    plans: list[str] = []

    def explain(connection: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        rows = connection.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)
        plans.extend(row[-1] for row in rows)

    with sqlite.begin() as store:
        event.listen(store._connection, "before_cursor_execute", explain)
        ask(store)
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "USING" not in plan] == []
