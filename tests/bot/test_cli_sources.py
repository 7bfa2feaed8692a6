from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.bot.shell import Liwen, lines
from tests.digests.ingest.site import Reply as Answer
from tests.digests.ingest.site import Site, serving

BUS = "南湖区公交新增三条线路，方便市民出行。\n线路下月开通，经过余新镇。"
RSS = f"""<rss version='2.0'><channel><title>嘉禾新闻</title><item><guid>1</guid><title>公交新增三条线路</title>
<description>{BUS * 4}</description></item></channel></rss>"""


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def near(liwen: Liwen) -> Liwen:
    """The command line, allowed to ask 127.0.0.1."""
    return partial(liwen, LIWEN_FETCH_PRIVATE="true")


def test_a_source_is_added_checked_listed_and_removed(liwen: Liwen, site: Site) -> None:
    url = site.on("/rss", Answer(RSS.encode(), headers={"Content-Type": "application/rss+xml"}))
    here = near(liwen)
    assert here("sources", "add", url, "--by", "9:00").out == f"1\tfeed\t嘉禾新闻\t{url}\n"
    assert "there already" in here("sources", "add", url).out
    assert here("sources", "check").out == "嘉禾新闻\tnew 1, known 0, revised 0, not read 0\n"
    (row,) = lines(here("sources", "list", "--jsonl").out)
    assert (row["id"], row["url"], row["kind"], row["failures"]) == (1, url, "feed", 0)
    assert here("sources", "list").out.split("\t")[2:5] == ["嘉禾新闻", "feed", url]
    assert here("sources", "remove", "嘉禾新闻").out == f"removed 嘉禾新闻\t{url}\n"
    assert here("sources", "list").out == ""


def test_a_source_that_fails_is_said_with_the_reason_and_an_exit_status(liwen: Liwen, site: Site) -> None:
    here = near(liwen)
    here("sources", "add", f"{site.url}/none", "--kind", "feed", "--name", "没有")
    done = here("sources", "check", "1")
    assert done.status == 1
    assert "there is no such page (404)" in done.out
    assert here("sources", "list").out.split("\t")[1] == "failing"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("add ftp://example.org/", "no address like https://"),
        ("add https://example.org/ --by 25:00", "no hour like 09:00"),
        ("add http://127.0.0.1:1/rss", "LIWEN_FETCH_PRIVATE=true"),
        ("remove 9", "no source '9'"),
        ("check 9", "no source '9'"),
        ("import none.opml", "no such file"),
    ],
)
def test_bad_use_of_sources_is_answered_in_one_line(liwen: Liwen, line: str, reason: str) -> None:
    done = liwen("sources", *line.split())
    assert done.status in (1, 2)
    assert reason in done.err
    assert len(done.err.splitlines()) == 1


def test_feeds_go_out_and_come_in_as_opml(liwen: Liwen, tmp_path: Path) -> None:
    liwen("sources", "add", "https://example.org/rss", "--kind", "feed", "--name", "嘉禾")
    liwen("sources", "add", "https://example.org/node_01.html", "--kind", "epaper", "--name", "日报")
    (tmp_path / "feeds.opml").write_text(liwen("sources", "export").out, encoding="utf-8")
    assert liwen("sources", "import", tmp_path / "feeds.opml").out == "new 0, known 1\n"
    liwen("sources", "remove", "嘉禾")
    assert liwen("sources", "import", tmp_path / "feeds.opml").out == "new 1, known 0\n"


def test_an_address_is_ingested_like_a_file(liwen: Liwen, site: Site) -> None:
    url = site.on("/rss", Answer(RSS.encode(), headers={"Content-Type": "application/rss+xml"}))
    assert near(liwen)("ingest", url).out.startswith("new 1, known 0")
    gone = near(liwen)("ingest", f"{site.url}/none")
    assert (gone.status, gone.err) == (1, f"liwen: {site.url}/none: there is no such page (404)\n")
    other = liwen("ingest", "ftp://example.org/a")
    assert (other.status, len(other.err.splitlines())) == (1, 1)
    assert "http:// or https:// and a host are wanted" in other.err
