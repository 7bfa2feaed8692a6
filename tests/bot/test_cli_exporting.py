import json

from digests.storage import Database
from tests.bot.shell import Liwen
from tests.samples import follow


def test_chats_are_exported_a_line_each_all_or_those_named(liwen: Liwen) -> None:
    assert liwen("export", DATABASE_URL="sqlite:///liwen.sqlite3").out == ""
    database = Database("sqlite:///liwen.sqlite3")
    for number in (1, 2):
        follow(database, f"telegram:{number}", "公交")
    database.close()
    rows = [json.loads(line) for line in liwen("export", DATABASE_URL="sqlite:///liwen.sqlite3").out.splitlines()]
    assert [row["chat"] for row in rows] == ["telegram:1", "telegram:2"]
    assert rows[0]["follows"][0]["query"] == "公交"
    [line] = liwen("export", "telegram:2", DATABASE_URL="sqlite:///liwen.sqlite3").out.splitlines()
    assert json.loads(line)["chat"] == "telegram:2"


def test_a_chat_that_nothing_is_known_of_is_one_clear_line(liwen: Liwen) -> None:
    done = liwen("export", "telegram:9", DATABASE_URL="sqlite:///liwen.sqlite3")
    assert done.status == 2
    assert "nothing is stored about telegram:9" in done.err
    assert done.out == ""
