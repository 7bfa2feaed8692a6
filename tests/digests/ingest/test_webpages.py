from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import BadDocument, NothingFound
from digests.ingest.dates import Calendar
from digests.ingest.markup import paragraphs_of, read_html
from digests.ingest.pagefacts import without_site
from digests.ingest.webpages import read_webpage
from digests.model.news import RawArticle

SAMPLES = Path(__file__).parent / "samples" / "webpages"
LAYOUTS = ("portal", "table", "jsonld", "mobile", "government", "epaper")
URL = "https://www.example.cn/local/1.html"
CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"), date(2024, 11, 10))
EIGHTH = date(2024, 11, 8)
TEXT = (
    "昨天上午，余新镇的新路正式开建，这条路全长三公里，明年年底前通车。",
    "村民说，以前进城要绕四十分钟，以后十五分钟就到了，大家都盼着它早些修好。",
)


def read(content: bytes | str, url: str = URL, content_type: str = "") -> RawArticle:
    return read_webpage(
        content if isinstance(content, bytes) else content.encode(), url, content_type, calendar=CALENDAR
    )


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.html").read_bytes()


def page(
    *, head: str = "<title>新路开建</title>", above: str = "", below: str = "", text: tuple[str, ...] = TEXT
) -> str:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in text)
    return (
        f'<html><head><meta charset="utf-8">{head}</head><body><div class="nav"><a href="/">首页</a></div>'
        f'<h1>新路开建</h1>{above}<div class="content">{body}</div>{below}</body></html>'
    )


@pytest.mark.parametrize(
    ("layout", "title", "reporters", "correspondents", "source"),
    [
        ("portal", "余新镇“南大门”今天开建", ("冯思家",), ("王嘉宁",), "嘉禾日报"),
        ("table", "水乡开渔礼", ("王蓉",), (), "南湖晚报"),
        ("jsonld", "社区食堂开到家门口", ("陈曦",), (), "禾城网"),
        ("mobile", "地铁一号线通过初期运营评估", ("邵潘锋",), (), "秀洲融媒"),
        ("government", "大桥镇集中供水改造完成", (), (), "大桥镇"),
        ("epaper", "图书馆里的夜晚", ("沈秋",), (), "嘉禾日报"),
    ],
)
def test_every_layout_gives_headline_people_source_and_day(
    layout: str, title: str, reporters: tuple[str, ...], correspondents: tuple[str, ...], source: str
) -> None:
    article = read(sample(layout))
    assert (article.title, article.reporters, article.correspondents) == (title, reporters, correspondents)
    assert (article.source, article.published_on) == (source, EIGHTH)


@pytest.mark.parametrize(
    ("layout", "opens", "closes", "count"),
    [
        ("portal", "本报讯（记者 冯思家 通讯员 王嘉宁）昨天", "都有自己的道。", 5),
        ("table", "昨天清晨，", "飘出很远。", 3),
        ("jsonld", "中午十一点，", "都能卖光。", 6),
        ("mobile", "11月8日，记者从", "全部落实。", 3),
        ("government", "历时八个月", "预计明年三月前完成。", 3),
        ("epaper", "晚上九点，", "晚上的书香。", 3),
    ],
)
def test_every_layout_gives_its_text_and_nothing_else(layout: str, opens: str, closes: str, count: int) -> None:
    article = read(sample(layout))
    assert article.paragraphs[0].startswith(opens)
    assert article.paragraphs[-1].endswith(closes)
    assert len(article.paragraphs) == count
    for furniture in (
        "ICP",
        "责任编辑",
        "编辑：",
        "下一页",
        "下一篇",
        "分享到",
        "相关阅读",
        "首页",
        "点赞",
        "网友",
        "来源：",
        "版权",
    ):
        assert furniture not in article.body


@pytest.mark.parametrize("layout", LAYOUTS)
def test_paragraphs_are_the_pages_own(layout: str) -> None:
    on_page = paragraphs_of(read_html(sample(layout), "page"))
    assert set(read(sample(layout)).paragraphs) <= set(on_page)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_every_layout_reads_the_same_in_every_encoding_however_it_is_declared(layout: str, encoding: str) -> None:
    content = sample(layout)
    assert read(content.decode().encode(encoding), content_type="text/html; charset=iso-8859-1") == read(content)


def test_kicker_and_subtitle_of_an_e_paper_are_kept_apart() -> None:
    article = read(sample("epaper"))
    assert (article.kicker, article.subtitle) == ("文化惠民", "延长开放两小时之后")


def test_a_page_with_a_next_one_is_truncated() -> None:
    assert read(sample("portal")).truncated
    assert not read(sample("portal").replace(b"1_2.html", b"#")).truncated
    assert not read(sample("table")).truncated


def test_the_canonical_address_is_taken_only_from_the_same_host() -> None:
    assert read(sample("jsonld")).url == "https://www.example.cn/society/8877.html"
    for foreign in ("https://evil.example.com/1.html", "/", "javascript:x", "http://["):
        article = read(sample("jsonld").replace(b"/society/8877.html", foreign.encode()))
        assert (article.url, article.external_id) == (URL, URL)


def test_the_day_in_the_address_goes_before_every_other() -> None:
    assert read(sample("portal"), "https://www.example.cn/2024-11/07/1.html").published_on == date(2024, 11, 7)


@pytest.mark.parametrize(
    "where",
    [
        {"head": '<meta property="article:published_time" content="2024-11-07T23:30:00Z">'},
        {"head": '<meta name="publishdate" content="2024-11-08">'},
        {"head": '<script type="application/ld+json">[{"@type":"NewsArticle","datePublished":"2024-11-08"}]</script>'},
        {"above": "<date>2024-11-08</date>"},
        {"above": "<div>发布时间：2024年11月08日 07:30</div>"},
        {"above": "<div>二〇二四年十一月八日</div>"},
        {"below": "<div>发布时间：2024/11/8</div>"},
    ],
)
def test_the_day_is_found_where_pages_put_it(where: dict[str, str]) -> None:
    assert read(page(**where)).published_on == EIGHTH  # type: ignore[arg-type]


def test_a_clock_in_the_pages_head_is_not_the_articles_day() -> None:
    content = page().replace('<div class="nav">', '<div class="nav">今天是2024年11月10日 星期日 ')
    assert read(content).published_on is None


@pytest.mark.parametrize(
    ("title", "headline"),
    [
        ("标题_嘉兴在线", "标题"),
        ("标题 - 新华网", "标题"),
        ("标题-社会新闻-嘉兴日报", "标题"),
        ("标题_社会_南湖", "标题"),
        ("标题|某地", "标题"),
        ("标题——副题", "标题——副题"),
        ("2024-2025学年开学", "2024-2025学年开学"),
        ("上海-杭州高铁提速", "上海-杭州高铁提速"),
        ("标题 – 禾城", "标题"),
        ("", ""),
        ("_", "_"),
    ],
)
def test_the_names_of_site_and_channel_are_taken_off_a_title(title: str, headline: str) -> None:
    assert without_site(title, "禾城") == headline


@pytest.mark.parametrize(
    ("line", "reporters"),
    [
        ("作者：李四　编辑：王五", ("李四",)),
        ("记者 张三、李四", ("张三", "李四")),
        ("来源：嘉兴日报 记者：张三 责任编辑：王五 阅读：100", ("张三",)),
        ("作者：管理员", ()),
        ("编辑：王五", ()),
    ],
)
def test_reporters_are_read_from_a_line_beside_the_text(line: str, reporters: tuple[str, ...]) -> None:
    for article in (read(page(above=f"<div>{line}</div>")), read(page(below=f"<div>{line}</div>"))):
        assert article.reporters == reporters
        assert article.paragraphs == TEXT


def test_reporters_are_read_from_meta_and_from_the_text_itself() -> None:
    assert read(page(head='<title>新路开建</title><meta name="author" content="张三">')).reporters == ("张三",)
    assert read(page(text=(TEXT[0], TEXT[1] + "（记者 李四）"))).reporters == ("李四",)


def test_the_source_is_what_metadata_or_a_line_says_else_the_site() -> None:
    site = '<title>新路开建</title><meta property="og:site_name" content="禾城网">'
    line = "<div>2024-11-08 来源：嘉兴日报 编辑：王五</div>"
    assert read(page(head=site + '<meta name="ContentSource" content="南湖晚报">', above=line)).source == "南湖晚报"
    assert read(page(head=site, above=line)).source == "嘉兴日报"
    assert read(page(head=site)).source == "禾城网"
    assert read(page(head="<title>新路开建_嘉兴在线</title>")).source == "嘉兴在线"


@pytest.mark.parametrize(
    "content",
    [
        "<html><head><title>x</title></head><body></body></html>",
        "<html><body><p>短。</p></body></html>",
        "<ul>" + "<li><a href='/1'>秀洲区启动冬季水利建设工程推进会</a></li>" * 40 + "</ul>",
        "<html><body><p>404 Not Found</p></body></html>",
        "<div>" * 100_000,
        "plain words only",
    ],
)
def test_a_page_without_an_article_is_named(content: str) -> None:
    with pytest.raises(NothingFound) as caught:
        read(content)
    assert caught.value.name == URL


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, b"<p>" * 20_000])
def test_what_is_no_page_or_an_enormous_one_is_refused(content: bytes) -> None:
    with pytest.raises(BadDocument):
        read(content)


def test_an_article_within_deep_elements_and_with_nuls_is_read() -> None:
    deep = page().replace('<div class="content">', "<div>" * 100_000).replace("新路", "新\0路")
    assert read(deep).paragraphs == TEXT


@pytest.mark.parametrize(
    "script", ["{", "[" * 100_000, '{"@graph": [[[]]], "x": 1}', '{"@type": ["NewsArticle"], "author": 5}', ""]
)
def test_broken_json_ld_does_no_harm(script: str) -> None:
    head = f'<title>新路开建</title><script type="application/ld+json">{script}</script>'
    assert read(page(head=head)).title == "新路开建"


@settings(max_examples=40)
@given(st.text(st.sampled_from("<>/=divphar123 \n\"'一。，&;#:：-_|记者来源"), max_size=300))
def test_any_page_is_read_or_refused(inside: str) -> None:
    try:
        article = read(page(above=inside))
    except (NothingFound, BadDocument):
        return
    assert article.title
    assert all(paragraph.strip() for paragraph in article.paragraphs)


def test_a_title_without_end_is_read_as_far_as_a_headline_goes() -> None:
    body = "<h1>公交开通</h1>" + f"<p>{'昨天上午，南湖区新开的三条公交线路首日运行。' * 3}</p>" * 3
    raw = read(f"<html><head><title>{'a_' * 500_000}</title></head><body>{body}</body></html>")
    assert len(raw.title) <= 200
