import codecs
import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import BadDocument
from digests.ingest.dates import Calendar
from digests.ingest.feeds import Feed, is_feed, read_feed
from digests.model import RawArticle

SAMPLES = Path(__file__).parent / "samples" / "feeds"
URL = "https://news.example.cn/rss/local.xml"
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), date(2024, 11, 10))
EIGHTH = date(2024, 11, 8)

RSS2 = (SAMPLES / "rss2.xml").read_text(encoding="utf-8")

ATOM = (SAMPLES / "atom.xml").read_text(encoding="utf-8")

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://news.example.cn/"><title>旧报</title><link>https://news.example.cn/</link></channel>
<item rdf:about="https://news.example.cn/a"><title>水乡开渔</title><link>https://news.example.cn/a</link>
<description>开渔了。</description><dc:date>2024-11-08T00:10:00+08:00</dc:date><dc:creator>王蓉</dc:creator></item></rdf:RDF>"""

# As the RSS generators of Chinese papers' CMS write it: GB2312, no guid, local dates, everything in CDATA.
GBK = """<?xml version="1.0" encoding="{}"?>
<rss version="2.0"><channel><title><![CDATA[ 南湖晚报 ]]></title><link>http://nhwb.example.cn</link><language>zh-cn</language>
<generator>CMS</generator><item><title><![CDATA[刘昇镕谈“镕”字]]></title><link><![CDATA[http://nhwb.example.cn/html/2024-11/08/content_1.htm]]></link>
<author><![CDATA[本报记者 朱镕堃]]></author><pubDate><![CDATA[2024年11月08日 07:30]]></pubDate>
<description><![CDATA[　　本报讯　昨天上午开建。　　据了解,全长3公里。]]></description></item></channel></rss>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "乡音",
    "authors": [{"name": "沈秋"}],
    "items": [
        {
            "id": 7,
            "url": "/7",
            "title": "归巢",
            "content_html": "<p>一。</p><p>二。</p>",
            "date_published": "2024-11-08T01:00:00+08:00",
        },
        {
            "id": "8",
            "url": "https://a.example.cn/8",
            "content_text": "第一句。第二句。\n第二段",
            "authors": [{"name": "李四"}],
        },
        {"id": "9", "title": " "},
        "no item",
    ],
}


def read(text: str | bytes, content_type: str = "") -> Feed:
    return read_feed(text if isinstance(text, bytes) else text.encode(), URL, content_type, calendar=CALENDAR)


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f"<rss version='2.0'><channel><title>t</title>{inside}</channel></rss>"


def read_one(item: str) -> RawArticle:
    (article,) = read(rss(item)).entries
    return article


def test_rss_2_gives_its_articles_with_the_full_content() -> None:
    feed = read(RSS2)
    assert feed.title == "嘉兴在线 & 南湖新闻"
    assert feed.faults == ()
    assert feed.entries == (
        RawArticle(
            title="余新镇 “南大门”开建",
            paragraphs=("本报讯 昨天上午开建。", "全长3.2公里。"),
            reporters=("冯思家", "王嘉宁"),
            external_id="id-1",
            source=feed.title,
            url="https://news.example.cn/2024/11/08/1.html",
            published_on=EIGHTH,
        ),
        RawArticle(
            title="只有摘要",
            paragraphs=("第一段。", "第二段。"),
            external_id="https://news.example.cn/2.html?a=1&b=2",
            source=feed.title,
            url="https://news.example.cn/2.html?a=1&b=2",
            published_on=EIGHTH,
        ),
    )


def test_atom_gives_its_articles() -> None:
    feed = read(ATOM)
    assert feed == Feed(
        "里闻 & 乡音",
        (
            RawArticle(
                title="鹭鸟 归巢",
                paragraphs=("昨天,几只鹭鸟栖息。", "A & B"),
                reporters=("张三", "李四"),
                external_id="tag:example.cn,2024:9",
                source="里闻 & 乡音",
                url="https://news.example.cn/rss/9.html",
                published_on=EIGHTH,
            ),
        ),
    )


def test_rss_1_gives_its_articles() -> None:
    (article,) = read(RDF).entries
    assert (article.title, article.paragraphs, article.reporters) == ("水乡开渔", ("开渔了。",), ("王蓉",))
    assert (article.url, article.external_id, article.published_on) == (*["https://news.example.cn/a"] * 2, EIGHTH)


def test_json_feeds_give_their_articles() -> None:
    feed = read(json.dumps(JSON_FEED))
    assert [article.title for article in feed.entries] == ["归巢", "第一句。"]
    assert [article.paragraphs for article in feed.entries] == [("一。", "二。"), ("第一句。第二句。", "第二段")]
    assert [article.external_id for article in feed.entries] == ["7", "8"]
    assert [article.url for article in feed.entries] == ["https://news.example.cn/7", "https://a.example.cn/8"]
    assert [article.reporters for article in feed.entries] == [("沈秋",), ("李四",)]
    assert [article.published_on for article in feed.entries] == [EIGHTH, None]
    assert list(map(str, feed.faults)) == [f"{URL}, entry {number}: neither a title nor a text" for number in (3, 4)]


def test_a_json_feed_of_version_1_names_one_author() -> None:
    text = (
        '{"version": "https:\\/\\/jsonfeed.org\\/version\\/1", "title": "t", '
        '"author": {"name": "李四"}, "items": [{"title": "a"}]}'
    )
    assert is_feed(text.encode())
    assert read(text).entries[0].reporters == ("李四",)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "iso-8859-1", ""])
@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=ISO-8859-1"])
def test_a_papers_feed_is_read_whatever_encoding_it_claims(encoding: str, declared: str, content_type: str) -> None:
    text = GBK.format(declared) if declared else GBK.replace(' encoding="{}"', "")
    assert is_feed(text.encode(encoding))
    feed = read(text.encode(encoding), content_type)
    assert feed.title == "南湖晚报"
    (article,) = feed.entries
    assert article == RawArticle(
        title="刘昇镕谈“镕”字",
        paragraphs=("本报讯\u3000昨天上午开建。", "据了解,全长3公里。"),
        reporters=("朱镕堃",),
        external_id="http://nhwb.example.cn/html/2024-11/08/content_1.htm",
        source="南湖晚报",
        url="http://nhwb.example.cn/html/2024-11/08/content_1.htm",
        published_on=EIGHTH,
    )


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0"])
def test_older_rss_is_read(version: str) -> None:
    assert read(rss("<title>a</title>").replace("2.0", version)).entries[0].title == "a"


def test_a_missing_title_is_the_first_sentence_and_at_most_60_characters() -> None:
    assert read_one("<description>昨天下雨。今天晴。</description>").title == "昨天下雨。"
    assert read_one(f"<description>{'雨' * 99}。</description>").title == "雨" * 59 + "…"


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("A &amp; B", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("3 &lt; 5", "3 < 5"),
        ("&lt;font color='red'&gt;图&lt;/font&gt;|归巢", "图|归巢"),
        ("<![CDATA[一<br>二]]>", "一 二"),
        (" 归\n 巢 ", "归 巢"),
        ("&#x5f52;&#24034;", "归巢"),
    ],
)
def test_titles_are_plain_text(title: str, plain: str) -> None:
    assert read_one(f"<title>{title}</title>").title == plain


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://a/b",
        "file:///etc/passwd",
        "mailto:a@b.cn",
        "http://[",
        "http://",
        "data:text/html,x",
    ],
)
def test_a_link_that_is_no_web_address_is_none(link: str) -> None:
    assert read_one(f"<title>a</title><link>{link}</link>").url == ""


def test_the_day_of_an_entry_without_a_readable_one_is_the_one_in_its_address() -> None:
    assert read_one("<title>a</title><link>/202411/08/1.html</link><pubDate>昨天</pubDate>").published_on == EIGHTH
    assert read_one("<title>a</title><pubDate>Mon, 01 Jan 2035 00:00:00 GMT</pubDate>").published_on is None


def test_feedparsers_guess_of_a_chinese_date_is_not_taken() -> None:
    assert read_one("<title>a</title><pubDate>2024年11月08日</pubDate>").published_on == EIGHTH


def test_a_bad_entry_is_named_and_the_others_stay() -> None:
    feed = read(
        rss(
            "<title>a</title>",
            "<title> </title><link>/x</link><description><![CDATA[<br>]]></description>",
            "<title>c</title>",
        )
    )
    assert [article.title for article in feed.entries] == ["a", "c"]
    assert list(map(str, feed.faults)) == [f"{URL}, entry 2: neither a title nor a text"]


@pytest.mark.parametrize(
    "text",
    [
        rss(),
        "<feed xmlns='http://www.w3.org/2005/Atom'/>",
        '{"version": "https://jsonfeed.org/version/1", "items": []}',
    ],
)
def test_a_feed_without_entries_is_a_feed(text: str) -> None:
    assert read(text).entries == ()
    assert is_feed(text.encode())


@pytest.mark.parametrize(
    "broken",
    [
        rss("<title>a & b</title>"),
        rss("<title>a &nbsp;b</title>"),
        rss("<title>a\x0b\x08 b</title>") + " " * 100,
        rss("<title>a b</title>")[:-20],
        rss("<title>a b</title><description><p>x</description>"),
        "\n\n<?xml version='1.0'?>" + rss("<title>a b</title>"),
        "<br />\n<b>Warning</b>: mysql_connect()\n" + rss("<title>a b</title>"),
        rss("<title>a b</title>") + "<script>x</script>",
    ],
)
def test_broken_xml_that_can_be_read_is_read(broken: str) -> None:
    assert [article.title.replace("& ", "") for article in read(broken).entries] == ["a b"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "归巢",
        "<html><head><title>rss</title></head><body><rss></body></html>",
        "<!DOCTYPE html><html><body>&lt;rss&gt;</body></html>",
        "<opml/>",
        "{}",
        "{",
        '{"title": "a", "text": "b"}',
        "[1]",
        '{"items": ' + "[" * 100_000,
        '{"items": {}}',
    ],
)
def test_what_is_no_feed_is_refused(text: str) -> None:
    assert not is_feed(text.encode())
    with pytest.raises(BadDocument, match="not an RSS, Atom or JSON feed"):
        read(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gbk"])
@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE rss SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">',
        '<!-- <rss> --><!DOCTYPE rss [<!ENTITY a "b">]>',
        "<!-- never closed <!doctype rss>",
        '<? x ?><!ENTITY a "b">',
    ],
)
def test_declarations_are_refused_before_a_parser_sees_them(declaration: str, encoding: str) -> None:
    with pytest.raises(BadDocument, match="declares a DOCTYPE"):
        read(("<?xml version='1.0'?>" + declaration + rss("<title>&b;</title>")).encode(encoding))


def test_an_article_may_speak_of_declarations() -> None:
    assert (
        read_one(
            "<title>a</title><description><![CDATA[<p>&lt;!DOCTYPE html&gt;<!DOCTYPE x></p>]]></description>"
        ).title
        == "a"
    )


@pytest.mark.parametrize(
    "inside",
    [
        "<x>" * 20_000,
        "<x>" * 5_000 + "</x>" * 5_000,
        "<!--" * 20_000,
        "&a;" * 20_000,
        "<![CDATA[" * 20_000,
        "<title>" * 5_000,
        "<content>" * 3_000,
    ],
)
def test_hostile_feeds_end_in_bounded_time(inside: str) -> None:
    assert read(rss("<title>a</title>", inside)).entries[0].title.startswith("a")


def test_characters_that_no_store_keeps_are_left_out() -> None:
    assert read('{"items": [{"title": "a\\u0000\\ud800b", "id": "\\u0000"}]}').entries[0].title == "ab"
    assert "\ud800" not in read(rss("<title>a&#xD800;&#0;b</title>")).entries[0].title


def test_utf_16_without_a_mark_is_known_by_its_first_sign() -> None:
    assert read(codecs.BOM_UTF16_BE + RSS2.encode("utf-16-be")) == read(RSS2.encode("utf-16-be")) == read(RSS2)


@given(st.text(st.sampled_from("<>/![]CDATA&;#'\"= \n?-:title一rss"), max_size=120))
def test_any_entry_is_read_or_named(inside: str) -> None:
    try:
        feed = read(rss("<title>first</title>", inside))
    except BadDocument:
        return
    for article in feed.entries:
        assert article.title == " ".join(article.title.split()) != ""
        assert article.url == "" or article.url.startswith(("http://", "https://"))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_bad_document(content: bytes) -> None:
    is_feed(content)
    for head in (b"", b"<rss>", b"<feed>", b'{"items":['):
        with suppress(BadDocument):
            assert all(article.title.strip() for article in read(head + content).entries)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["id", "title", "url", "content_html", "authors", "author", "name", "date_published"]),
                inner,
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_item_is_read_or_named(item: object) -> None:
    feed = read(json.dumps({"items": [item, {"title": "last"}]}))
    assert len(feed.entries) + len(feed.faults) == 2
    assert feed.entries[-1].title == "last"


@pytest.mark.parametrize(
    "body",
    [
        "<item " + " ".join(f'a{number}="x"' for number in range(60_000)) + "></item>",
        "<a>" * 400_000,
        "<item>" + "<a><b/>" * 200_000 + "</item>",
    ],
    ids=["attributes", "depth", "depth within"],
)
def test_a_feed_whose_tags_would_take_hours_or_gigabytes_is_refused(body: str) -> None:
    with pytest.raises(BadDocument, match="longer than 16,000 characters or nested deeper"):
        read(f"<rss version='2.0'><channel>{body}</channel></rss>")


def test_many_entries_with_tags_that_html_leaves_open_are_no_depth() -> None:
    item = "<item><title>甲</title><description>" + "<br><p>乙" * 500 + "</description></item>"
    assert len(read(f"<rss version='2.0'><channel>{item * 40}</channel></rss>").entries) == 40
