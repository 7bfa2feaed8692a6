import os
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Label
from digests.ingest.files import read_path
from digests.ingest.inbox import Inbox, Stamp
from digests.ingest.pipeline import Ingested, Pipeline
from digests.model.news import Article
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.samples import DAY, NOW

PAGE = "公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n\n线路下月开通，经过余新镇。\n"


@pytest.fixture
def inbox(database: Database, lexicon: Lexicon, tmp_path: Path) -> Inbox:
    pipeline = Pipeline(database, Analyzer(lexicon))

    def read(file: Path, _stamp: Stamp, label: Label) -> Ingested:
        return pipeline.ingest(read_path(Doors(Calendar(ZoneInfo("Asia/Shanghai"), DAY)), file, label), NOW, DAY)

    folder = tmp_path / "inbox"
    folder.mkdir()
    return Inbox(folder, read)


def put(inbox: Inbox, name: str, text: str = PAGE, settled: datetime = NOW - timedelta(minutes=1)) -> Path:
    file = inbox.folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (settled.timestamp(), settled.timestamp()))
    return file


def left(inbox: Inbox) -> list[str]:
    return sorted(str(file.relative_to(inbox.folder)) for file in inbox.folder.rglob("*") if file.is_file())


def stored(database: Database) -> list[Article]:
    with database.read() as store:
        return store.articles.unassigned()


def test_a_page_is_read_once_and_moved_to_done(inbox: Inbox, database: Database) -> None:
    put(inbox, "page.txt")
    assert inbox.empty(NOW).new == 1
    assert left(inbox) == ["done/page.txt"]
    assert inbox.empty(NOW) == Ingested()
    assert len(stored(database)) == 1


def test_its_folder_names_the_paper_and_its_name_the_day(inbox: Inbox, database: Database) -> None:
    put(inbox, "南湖晚报/2024-11-08_03.txt")
    inbox.empty(NOW)
    (article,) = stored(database)
    assert (article.source, str(article.published_on)) == ("南湖晚报", "2024-11-08")
    assert left(inbox) == ["done/南湖晚报/2024-11-08_03.txt"]


def test_what_cannot_be_read_is_moved_to_failed_with_the_reason(inbox: Inbox) -> None:
    put(inbox, "empty.txt", " \n")
    put(inbox, "half.jsonl", '{"title": "公交", "text": "公交新增三条线路。"}\nnonsense\n')
    done = inbox.empty(NOW)
    assert (done.new, done.unread) == (1, 2)
    assert left(inbox) == ["done/half.jsonl", "done/half.jsonl.log", "failed/empty.txt", "failed/empty.txt.log"]
    assert "line 2: not JSON" in (inbox.folder / "done/half.jsonl.log").read_text(encoding="utf-8")


def test_a_file_still_being_copied_a_hidden_one_and_others_are_left_alone(inbox: Inbox) -> None:
    put(inbox, "page.txt", settled=NOW - timedelta(seconds=1))
    put(inbox, ".page.txt")
    put(inbox, "photo.jpg")
    assert inbox.empty(NOW) == Ingested()
    assert left(inbox) == [".page.txt", "page.txt", "photo.jpg"]


def test_a_second_file_of_the_same_name_does_not_take_the_place_of_the_first(inbox: Inbox) -> None:
    for text in (PAGE, PAGE.replace("三条", "四条")):
        put(inbox, "page.txt", text)
        inbox.empty(NOW)
    assert left(inbox) == ["done/page-2.txt", "done/page.txt"]


def test_a_file_read_before_the_program_died_adds_nothing_the_second_time(inbox: Inbox, database: Database) -> None:
    put(inbox, "page.txt")
    inbox.empty(NOW)
    (inbox.folder / "done/page.txt").rename(inbox.folder / "page.txt")
    assert inbox.empty(NOW).known == 1
    assert len(stored(database)) == 1


def test_a_folder_that_is_not_there_yet_is_empty(inbox: Inbox) -> None:
    gone = Inbox(inbox.folder / "none", inbox.read)
    assert gone.empty(NOW) == Ingested()


def test_a_file_that_grows_while_it_is_read_stays_and_is_read_again(inbox: Inbox, database: Database) -> None:
    file = put(inbox, "page.txt", PAGE)

    def read(read: Path, stamp: Stamp, label: Label) -> Ingested | None:
        done = inbox.read(read, stamp, label)
        put(inbox, "page.txt", PAGE + "\n公交公司说，票价不变。\n", NOW)
        return done

    assert Inbox(inbox.folder, read).empty(NOW).new == 1
    assert file.exists()
    assert inbox.empty(NOW + timedelta(minutes=1)).articles == 1
    assert left(inbox) == ["done/page.txt"]
    assert "票价不变" in stored(database)[-1].body


def test_a_file_from_a_clock_that_is_ahead_is_read(inbox: Inbox) -> None:
    put(inbox, "page.txt", settled=NOW + timedelta(hours=8))
    assert inbox.empty(NOW).new == 1


def test_a_file_that_cannot_be_moved_away_is_read_once_until_it_changes(
    inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    (inbox.folder / "done").write_text("in the way", encoding="utf-8")
    put(inbox, "page.txt")
    assert inbox.empty(NOW).new == 1
    assert inbox.empty(NOW) == Ingested()
    assert "page.txt is read but cannot be moved away: file exists" in caplog.text
    put(inbox, "page.txt", PAGE, NOW - timedelta(minutes=2))
    assert inbox.empty(NOW).known == 1
