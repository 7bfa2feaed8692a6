from digests.storage import Database
from tests.samples import DAY, NOW, follow


def test_an_upload_is_kept_for_its_chat_alone_until_it_is_removed(database: Database) -> None:
    own, other = follow(database, "telegram:1"), follow(database, "telegram:2")
    with database.begin() as store:
        upload = store.uploads.add(own, "page.txt", b"\x00\xff", NOW)
        assert store.uploads.get(upload.id, own) == upload
        assert store.uploads.get(upload.id, other) is None
        dated = store.uploads.set_source(store.uploads.set_date(upload, DAY), "南湖晚报")
        assert store.uploads.get(upload.id, own) == dated
        assert (dated.published_on, dated.source) == (DAY, "南湖晚报")
        assert store.uploads.count(own) == 1
        store.uploads.remove(upload.id)
        assert store.uploads.count(own) == 0
