from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from digests.errors import BadDocument
from digests.ingest.opml import read_opml, write_opml

CREATED = datetime(2024, 11, 8, 7, 30, tzinfo=UTC)
NESTED = """<?xml version="1.0" encoding="{}"?>
<opml version="1.1"><head><title>我的订阅</title></head><body>
  <outline text="本地">
    <outline text="嘉兴日报" title="" type="rss" xmlUrl="https://a.example.cn/rss.xml" htmlUrl="https://a.example.cn/"/>
    <outline text="晚报"><outline title="南湖 &amp; 秀洲" text="x" xmlurl="https://b.example.cn/?a=1&amp;b=2"/></outline>
  </outline>
  <outline text="again" xmlUrl="https://a.example.cn/rss.xml"/>
  <outline xmlUrl=" https://c.example.cn/feed "/>
  <outline text="a folder only"/>
</body></opml>"""
FEEDS = (
    ("嘉兴日报", "https://a.example.cn/rss.xml"),
    ("南湖 & 秀洲", "https://b.example.cn/?a=1&b=2"),
    ("https://c.example.cn/feed", "https://c.example.cn/feed"),
)
titles = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
urls = st.builds("https://{}.example.cn/?a={}&b=<'\">".format, st.integers(0, 999), titles)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "utf-16", "utf-8-sig"])
def test_feeds_are_found_in_every_folder_and_once(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    assert read_opml(NESTED.format(declared).encode(encoding), "mine.opml") == FEEDS


@given(st.lists(st.tuples(titles, urls), unique_by=lambda feed: feed[1], max_size=5), st.text(max_size=10))
def test_what_is_written_is_read_back(sources: list[tuple[str, str]], title: str) -> None:
    assert read_opml(write_opml(title, sources, CREATED), "own") == tuple(sources)


def test_a_file_says_what_it_is_and_when_it_was_made() -> None:
    root = etree.fromstring(write_opml("里闻 <&>\0", [("a", "https://a/")], CREATED))
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "里闻 <&>"
    assert root.findtext("head/dateCreated") == "Fri, 08 Nov 2024 07:30:00 +0000"
    assert root.xpath("body/outline/@type") == ["rss"]


def test_a_list_without_feeds_is_empty() -> None:
    assert read_opml(b"<opml><body><outline text='x'/></body></opml>", "own") == ()
    assert read_opml(write_opml("", [], CREATED), "own") == ()


def test_a_list_cut_short_gives_what_it_still_holds() -> None:
    cut = NESTED.format("utf-8").encode()
    assert read_opml(cut[: cut.index(b'<outline text="again')], "cut") == FEEDS[:2]


@pytest.mark.parametrize(
    "content", [b"", b"plain", b"<html><body/></html>", b"<rss/>", b"{}", b"\0\xff" * 40, b"<?xml ?>"]
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(BadDocument, match=r"^own: not "):
        read_opml(content, "own")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "gbk"])
def test_declarations_are_refused(encoding: str) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><opml>&b;</opml>'
    with pytest.raises(BadDocument, match="declares a DOCTYPE"):
        read_opml(bomb.encode(encoding), "bomb")


def test_deep_folders_are_read_or_refused_in_bounded_time() -> None:
    deep = (
        "<opml>" + "<outline text='x'>" * 50_000 + "<outline xmlUrl='https://a/'/>" + "</outline>" * 50_000 + "</opml>"
    )
    assert read_opml(deep.encode(), "deep") in ((), (("https://a/", "https://a/"),))


def test_addresses_that_are_not_of_the_web_are_no_feeds() -> None:
    outlines = "".join(
        f"<outline text='x' xmlUrl='{url}'/>" for url in ("ftp://a/", "javascript:x", "rss", "HTTPS://b/")
    )
    assert read_opml(f"<opml><body>{outlines}</body></opml>".encode(), "own") == (("x", "HTTPS://b/"),)
