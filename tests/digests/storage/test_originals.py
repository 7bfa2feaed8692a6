from datetime import timedelta

from digests.storage import Database
from digests.storage.originals import KEPT
from tests.samples import NOW, follow

DIGEST = {"spans": [["里闻 😀", "b"]], "buttons": []}


def test_a_message_is_kept_once_and_for_its_chat_alone(database: Database) -> None:
    own, other = follow(database, "telegram:1"), follow(database, "telegram:2")
    with database.begin() as store:
        number = store.originals.keep(own, DIGEST, NOW)
        assert store.originals.keep(own, DIGEST, NOW) == number
        assert store.originals.keep(other, DIGEST, NOW) != number
        assert store.originals.keep(own, {"spans": []}, NOW) != number
        assert store.originals.get(number, own) == DIGEST
        assert store.originals.get(number, other) is None
        assert store.originals.get(number + 100, own) is None


def test_a_message_is_forgotten_after_more_than_a_year(database: Database) -> None:
    own = follow(database, "telegram:1")
    with database.begin() as store:
        first = store.originals.keep(own, DIGEST, NOW)
        store.originals.keep(own, {"spans": []}, NOW + KEPT)
        assert store.originals.get(first, own) == DIGEST
        store.originals.keep(own, {"spans": []}, NOW + KEPT + timedelta(days=1))
        assert store.originals.get(first, own) is None
