import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.config import load
from bot.jobs import DOCUMENTS, SUMMARIES, editions_job, tasks_of
from bot.newsroom import Newsroom
from bot.scheduler import EDITIONS
from digests.ingest.documents import LEASE
from digests.ingest.doors import Label
from digests.ingest.inbox import Inbox
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from tests.fakes import FakeClock
from tests.samples import NOW, add, follow, raw


def newsroom_on(database: Database, folder: Path, clock: FakeClock, **settings: str) -> Newsroom:
    newsroom = Newsroom(load(settings, folder, folder), clock)
    newsroom.__dict__["database"] = database  # as if it had been opened already
    return newsroom


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW)


def editions(database: Database) -> int:
    with database.read() as store:
        return len(store.editions.on(NOW - timedelta(days=9), NOW + timedelta(days=9)))


def test_three_schedulers_at_once_build_each_digest_once(database: Database, tmp_path: Path, clock: FakeClock) -> None:
    with database.begin() as store:
        add(store, raw("公交新增三条线路"), "transport")
    follow(database, "telegram:7", "topic:transport")
    ready = threading.Barrier(3)

    def close(newsroom: Newsroom) -> None:
        ready.wait(10)
        newsroom.ensure_editions()

    newsrooms = [newsroom_on(database, tmp_path, clock) for _ in range(3)]
    threads = [threading.Thread(target=close, args=(newsroom,)) for newsroom in newsrooms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert editions(database) == 1
    with database.read() as store:
        assert sum(store.deliveries.counts().values()) == 1


async def test_ten_minutes_of_downtime_miss_no_edition(database: Database, tmp_path: Path, clock: FakeClock) -> None:
    with newsroom_on(database, tmp_path, clock) as newsroom:
        job = editions_job(tasks_of(newsroom))
        await job.run()
        clock.now = NOW.replace(hour=22, minute=40)  # 06:40 in the paper's zone, ten minutes late
        before = editions(database)
        await job.run()
        await job.run()
        assert editions(database) == before + 1


async def test_summaries_are_made_before_the_edition_closes(
    database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    with newsroom_on(database, tmp_path, clock) as newsroom:
        tasks = tasks_of(newsroom)
        await tasks.kick(EDITIONS)
        with database.begin() as store:
            add(store, raw("公交新增三条线路", "市公交公司昨天新增三条夜班线路，方便晚归的市民出行。"))
            assert len(store.articles.unsummarised()) == 1
        await tasks.kick(SUMMARIES)
        with database.read() as store:
            assert store.articles.unsummarised() == []
            (article,) = store.articles.unassigned()
        assert [sentence.text for sentence in article.summary.sentences] == [article.body]


async def test_a_document_is_read_by_a_worker_and_put_away_by_the_bot(
    database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "2024-11-13.jsonl").write_text('{"title": "运河边新建长廊", "text": "运河边新建长廊，今天开放。"}\n{}\n')
    clock.now = NOW + timedelta(days=3650)
    with newsroom_on(database, tmp_path, clock) as newsroom:
        handing = Inbox(inbox, newsroom.documents.hand_over)
        assert handing.empty(clock.now).articles == 0
        assert (inbox / "2024-11-13.jsonl").exists()
        await tasks_of(newsroom).kick(DOCUMENTS)
        assert handing.empty(clock.now).new == 1
    assert sorted(file.name for file in (inbox / "done").iterdir()) == ["2024-11-13.jsonl", "2024-11-13.jsonl.log"]


def test_a_document_whose_reader_was_killed_is_read_by_another(
    database: Database, tmp_path: Path, clock: FakeClock
) -> None:
    page = tmp_path / "page.jsonl"
    page.write_text('{"title": "运河边新建长廊", "text": "运河边新建长廊，今天开放。"}\n')
    with newsroom_on(database, tmp_path, clock) as newsroom:
        documents = newsroom.documents
        documents.hand_over(page, (1, 1), Label())
        with database.begin() as store:
            ((number, since),) = store.documents.due(NOW, 9)
            assert since is None
            assert store.documents.claim(number, NOW, LEASE) is not None  # and its process is killed
        assert documents.read(number) is None
        clock.now = NOW + LEASE
        with database.read() as store:
            assert store.documents.due(clock.now, 9) == [(number, NOW + LEASE)]
        done = documents.read(number)
        assert done is not None
        assert done.new == 1


def pieces(database: Database) -> int:
    """In how many FTS5 keeps its index, by their numbers in the upper bits (fts5_index.c): a search reads each."""
    with database.read() as store:
        asked = text("SELECT count(DISTINCT id >> 37) FROM article_tokens_data WHERE id >> 37 > 0")
        return int(store._connection.execute(asked).scalar_one())


def test_what_is_pruned_is_out_of_search_and_its_index_stays_in_few_pieces(
    database: Database, tmp_path: Path, clock: FakeClock, lexicon: Lexicon
) -> None:
    with database.begin() as store:
        for number in range(14):
            add(store, raw(f"旧公交{number}", external_id=str(number)), now=NOW - timedelta(days=2000))
        add(store, raw("新公交"))
    assert newsroom_on(database, tmp_path, clock).prune()["articles"] == 14
    with database.read() as store:
        assert [article.title for article in store.search.find(parse("公交", lexicon)).articles] == ["新公交"]
    if "://" not in database.where:
        assert pieces(database) <= 6
    with database.begin() as store:
        again = add(store, raw("旧公交0", external_id="0"))
    with database.read() as store:
        assert again in {article.id for article in store.search.find(parse("公交", lexicon)).articles}
