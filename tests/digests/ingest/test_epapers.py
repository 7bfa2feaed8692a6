from contextlib import suppress
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import BadDocument, InputError, NothingFound
from digests.ingest.epapers import PageKind, edition_address, is_epaper, kind_of, read_content, read_layout
from digests.ingest.markup import html_text
from digests.model import Kind, RawArticle

SAMPLES = Path(__file__).parent / "samples" / "epapers"
DAY = date(2024, 11, 13)
OLD = "http://paper.example/html/2024-11/13"
NEW = "https://paper.example/paper/pc/content/202411/13"


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def page(body: str, title: str = "归巢", url: str = f"{NEW}/content_1.html") -> RawArticle:
    html = f'<meta charset="utf-8"><h2 id="Title">{title}</h2><div id="ozoom">{body}</div>'
    return read_content(html.encode(), url)


def test_the_newer_founder_form_gives_every_part() -> None:
    assert read_content(sample("founder.html"), f"{NEW}/content_102.html?div=-1#top") == RawArticle(
        kicker="让老街坊住得更舒心",
        title="全区十二个老旧小区 改造完工",
        subtitle="惠及居民五千多户",
        paragraphs=(
            "本报讯 昨天上午，区里召开会议，部署今冬明春的民生工作。",
            "会议指出，要把群众的事放在心上，把实事办实。",
        ),
        reporters=("王嘉宁",),
        correspondents=("俞静",),
        photographers=("周赞",),
        truncated=True,
        external_id=f"{NEW}/content_102.html",
        url=f"{NEW}/content_102.html?div=-1#top",
        source="嘉禾日报",
        page="4",
        section="民生",
        published_on=DAY,
    )


def test_a_photograph_of_cnjxol_is_a_caption_without_slogan_and_cms_tail() -> None:
    url = "https://jxrb.example/jxrbPaper/pc/content/202602/02/content_276912.html"
    article = read_content(sample("cnjxol.html"), url)
    assert article.paragraphs == ("昨天,城北荡里举行开渔仪式,数十条渔船一齐下水,岸边挤满了看热闹的市民。",)
    assert (article.kind, article.photographers, article.reporters) == (Kind.CAPTION, ("王蓉",), ())
    assert (article.page, article.section, article.published_on) == ("13", "城北新闻", date(2026, 2, 2))


def test_the_older_table_form_in_gbk_gives_its_rows_and_leaves_captions_out() -> None:
    content = sample("table.htm").decode().encode("gbk")
    article = read_content(content, f"{OLD}/content_1.htm")
    assert (article.kicker, article.title) == ("深化改革", "凤桥镇桃农迎来丰收季")
    assert article.subtitle == "——水蜜桃亩均增收两千元"
    assert article.reporters == ("冯思家", "谢梦琦")
    assert article.paragraphs == ("眼下,凤桥镇的水蜜桃成熟了,果农们忙着采摘。", "据了解,今年全镇种植面积一万亩。")
    assert (article.page, article.section) == ("2", "综合新闻")


@pytest.mark.parametrize(
    ("name", "headings", "reporters", "paragraphs", "label"),
    [
        ("classes.htm", ("便民利民", "夜间公交再添三条线路", "末班车延至二十三时"), ("许冰洲",), 2, ("", "")),
        ("zjol.htm", ("大家谈", "把实事办到心坎上", ""), ("徐小满",), 2, ("7", "时评")),
        ("zjol_plain.htm", ("", "古镇灯会今晚开幕", ""), (), 2, ("", "")),
        ("nujiang.html", ("山里的课堂", "一个人的教学点", "二十年送走三百名学生"), ("和建国",), 2, ("3", "教育")),
        ("people_old.htm", ("稳中求进", "前三季度外贸增长", "民营企业占比过半"), ("罗珊珊",), 2, ("1", "")),
        ("people_new.html", ("", "守护一江清水", ""), ("李晓晴",), 2, ("14", "")),
    ],
)
def test_each_other_form_gives_headings_people_and_paragraphs(
    name: str, headings: tuple[str, ...], reporters: tuple[str, ...], paragraphs: int, label: tuple[str, str]
) -> None:
    article = read_content(sample(name), f"{OLD}/content_3.htm")
    assert (article.kicker, article.title, article.subtitle) == headings
    assert article.reporters == reporters
    assert len(article.paragraphs) == paragraphs
    assert (article.page, article.section) == label


def test_a_jump_behind_the_text_makes_it_truncated_and_is_left_out() -> None:
    article = read_content(sample("people_old.htm"), f"{OLD}/nw.D110000renmin_20241113_1-01.htm")
    assert article.truncated
    assert article.paragraphs[-1] == "前三季度，进出口总值同比增长。"


@pytest.mark.parametrize(
    "tail",
    [
        "<!--enpproperty <date>2024-11-13</date><author>俞静</author><title>归巢</title>/enpproperty-->",
        "<!--enpproperty--><date>2024-11-13</date><nodeid>4</nodeid><title>归巢</title>/enpproperty-->",
        "<date>2024-11-13 00:00:00:000</date><nodename>嘉禾日报</nodename>/enpproperty-->",
        "2024-11-13 4 4 嘉禾日报 content_276912.html 1 3 归巢 /enpproperty-->",
        "<br>2024-11-13 10:30:45:123456 /enpproperty-->",
        "<p>2024-11-13 4 4 嘉禾日报 content_276912.html 1 3 归巢</p>",
    ],
)
def test_what_the_cms_wrote_behind_a_text_never_reaches_it(tail: str) -> None:
    assert page(f"<p>几只鹭鸟栖息。</p><p>据了解，生态好了。</p>{tail}").paragraphs == (
        "几只鹭鸟栖息。",
        "据了解，生态好了。",
    )


def test_the_comment_names_the_author_and_title_that_the_page_does_not_show() -> None:
    html = (
        '<meta charset="utf-8"><div id="ozoom"><p>几只鹭鸟栖息。</p></div><!--enpproperty <founder-title>归巢&amp;记'
        "</founder-title><introtitle>生态</introtitle><author>本报记者 王 蓉</author><date>2024-11-13</date> -->"
    )
    article = read_content(html.encode(), "https://paper.example/view")
    assert (article.title, article.kicker, article.reporters) == ("归巢&记", "生态", ("王蓉",))
    assert article.published_on == DAY


@pytest.mark.parametrize(
    ("body", "kind", "reporters", "photographers"),
    [
        ("<p>几只鹭鸟在湖边栖息。</p>", Kind.BRIEF, (), ()),
        ("<p>几只鹭鸟在湖边栖息。(记者 王嘉宁)</p>", Kind.BRIEF, ("王嘉宁",), ()),
        ("<p>■记者 王嘉宁</p><p>几只鹭鸟在湖边栖息。</p>", Kind.STORY, ("王嘉宁",), ()),
        ("<p>几只鹭鸟在湖边栖息。本报记者 王嘉宁 摄</p>", Kind.CAPTION, (), ("王嘉宁",)),
        ("<div class='attachment'><img><p>几只鹭鸟在湖边栖息。</p></div>", Kind.CAPTION, (), ()),
        ("<p>几只鹭鸟栖息。</p><p>生态好了。</p>", Kind.STORY, (), ()),
    ],
)
def test_kind_and_credits_are_as_on_pages_of_text(
    body: str, kind: Kind, reporters: tuple[str, ...], photographers: tuple[str, ...]
) -> None:
    article = page(body)
    assert (article.kind, article.reporters, article.photographers) == (kind, reporters, photographers)
    assert article.paragraphs[0].endswith("栖息。")


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("广告", "<img src='a.jpg'><p>某楼盘开盘。</p>"),
        ("公益广告", "<p>节约用水。</p>"),
        ("公告", "<img src='a.jpg'>"),
        ("公告", "<p>公 告</p><img src='a.jpg'>"),
        ("归巢", "<p>&nbsp;</p>"),
    ],
)
def test_an_advert_or_a_page_without_text_holds_nothing(title: str, body: str) -> None:
    with pytest.raises(NothingFound) as caught:
        page(body, title)
    assert caught.value.name == f"{NEW}/content_1.html"


def test_what_is_no_newspaper_page_holds_nothing_and_no_html_is_refused() -> None:
    with pytest.raises(NothingFound):
        read_content(b"<p>hello</p>", "https://paper.example/")
    with pytest.raises(BadDocument):
        read_content(b"", "https://paper.example/")


def test_a_newer_layout_page_lists_its_articles_and_the_other_pages() -> None:
    layout = read_layout(sample("layout_new.html"), "https://paper.example/paper/pc/layout/202411/13/node_04.html")
    assert (layout.date, layout.paper, layout.page, layout.section) == (DAY, "嘉禾日报", "4", "民生")
    assert layout.articles == tuple(f"{NEW}/content_{number}.html" for number in (101, 102, 104))
    assert layout.pages == tuple(f"https://paper.example/paper/pc/layout/202411/13/node_0{n}.html" for n in (1, 5))


def test_an_older_layout_page_lists_only_what_its_picture_has() -> None:
    start = "http://paper.example/html/2017-07/22"
    layout = read_layout(sample("layout_old.htm"), f"{start}/node_2.htm")
    assert layout.articles == (f"{start}/content_52014.htm", f"{start}/content_52015.htm")
    assert layout.pages == (f"{start}/node_3.htm", f"{start}/node_4.htm")
    assert (layout.paper, layout.page, layout.section) == ("县区监察报", "1", "要闻")


def test_a_layout_page_of_the_people_s_daily_lists_its_articles() -> None:
    layout = read_layout(sample("layout_people.htm"), f"{OLD}/nbs.D110000renmin_01.htm")
    assert layout.articles == tuple(f"{OLD}/nw.D110000renmin_20241113_{n}-01.htm" for n in (1, 2))
    assert layout.pages == (f"{OLD}/nbs.D110000renmin_02.htm",)


def test_a_page_s_base_counts_and_broken_links_do_not() -> None:
    html = f'<BASE HREF="{OLD}/x/"><A HREF="../content_7.htm">a</A><a href="http://[">b</a><a href="mailto:a@b.c">c</a>'
    assert read_layout(html.encode(), f"{OLD}/node_1.htm").articles == (f"{OLD}/content_7.htm",)


@pytest.mark.parametrize(
    ("url", "content", "kind"),
    [
        (f"{OLD}/node_2.htm", sample("layout_old.htm"), PageKind.LAYOUT),
        (f"{OLD}/content_1.htm", sample("table.htm"), PageKind.CONTENT),
        ("http://paper.example/Html/2024-11-13/4.html", sample("nujiang.html"), PageKind.CONTENT),
        (
            "http://p.example/",
            b"<META HTTP-EQUIV=REFRESH CONTENT='0; URL=html/2024-11/13/node_2.htm'>",
            PageKind.FORWARD,
        ),
        ("http://p.example/", b"<script>window.location.href='html/x.htm'</script>", PageKind.FORWARD),
        ("http://p.example/", b'<body onload="location.replace(&quot;a.htm&quot;)">', PageKind.FORWARD),
        ("http://p.example/", b"<a href='202411/13/node_01.html'>", PageKind.FORWARD),
        ("http://p.example/", b"<p>hello</p>", PageKind.OTHER),
        ("http://p.example/", b"", PageKind.OTHER),
    ],
)
def test_the_kind_of_a_page_is_told(url: str, content: bytes, kind: PageKind) -> None:
    assert kind_of(url, content) is kind


def test_a_newspaper_site_is_sniffed() -> None:
    assert all(
        is_epaper(path.read_bytes(), "http://paper.example/") for path in SAMPLES.iterdir() if "plain" not in path.name
    )
    assert is_epaper(b"", f"{OLD}/node_2.htm")
    assert not is_epaper(b"<html><p>hello</p></html>", "https://news.example/2024/11/13/story.html")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (
            "https://x.example/p/pc/layout/202411/13/node_07.html",
            "https://x.example/p/pc/layout/202502/01/node_01.html",
        ),
        (
            "https://x.example/p/pc/layout/202411/13/node_A3.html?a=1",
            "https://x.example/p/pc/layout/202502/01/node_A1.html",
        ),
        (f"{NEW}/content_9.html?div=-1#top", "https://paper.example/paper/pc/layout/202502/01/node_01.html"),
        ("https://x.example/pc/con/202411/13/content_9.html", "https://x.example/pc/layout/202502/01/node_01.html"),
        (f"{OLD}/content_9.htm", "http://paper.example/html/2025-02/01/node_1.htm"),
        (f"{OLD}/node_2.htm", "http://paper.example/html/2025-02/01/node_2.htm"),
        (f"{OLD}/node_74348.htm", "http://paper.example/html/2025-02/01/node_74348.htm"),
        (f"{OLD}/nbs.D110000renmrb_12.htm", "http://paper.example/html/2025-02/01/nbs.D110000renmrb_01.htm"),
        (f"{OLD}/nw.D110000renmrb_20241113_1-01.htm", "http://paper.example/html/2025-02/01/nbs.D110000renmrb_01.htm"),
        ("http://x.example/Html/2024-11-13/Qpaper.html", "http://x.example/Html/2025-02-01/Qpaper.html"),
        ("http://x.example/szb/20241113/", "http://x.example/szb/20250201/"),
        ("http://x.example/paper?day=2024-11-13", "http://x.example/paper?day=2025-02-01"),
    ],
)
def test_an_address_is_taken_to_another_day(url: str, address: str) -> None:
    assert edition_address(url, date(2025, 2, 1)) == address


@pytest.mark.parametrize(
    "url", ["https://x.example/node_01.html", "https://x.example/20241399/", "20241113", "http://["]
)
def test_an_address_without_a_date_is_refused_with_the_reason(url: str) -> None:
    with pytest.raises(ValueError, match=r"no date in the address|not a web address"):
        edition_address(url, DAY)


PIECES = st.sampled_from(
    """
    <p> </p> <founder-content> <div¦id="ozoom"> </div> <h2¦id="Title">
    <!--enpproperty¦ --> <br> /enpproperty--> &nbsp; \0 <date>2024-11-13</date>
    <table¦class="wz"><table><tr><td> <div¦class="attachment"> (记者¦王嘉宁) ■摄影¦王¦蓉 归巢。
    第1版:要闻 (下转第2版) <a¦href='node_1.htm'> <h1> <title> <base¦href='//['>
    """.replace("¦", "\u00a0").split()
).map(lambda piece: piece.replace("\u00a0", " "))


@given(st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_no_page_crashes_the_reader_and_no_text_is_invented(html: str) -> None:
    content = html.encode("utf-8", "replace")
    try:
        article = read_content(content, f"{NEW}/content_1.html", "text/html; charset=utf-8")
        read_layout(content, f"{NEW}/content_1.html")
    except InputError:
        return
    printed = "".join(unescape(html_text(content, "page", "charset=utf-8")).split())
    for paragraph in article.paragraphs:
        rest = iter(printed)
        assert all(char in rest for char in "".join(paragraph.split()))


@given(st.binary(max_size=300), st.text(max_size=60))
def test_bytes_and_addresses_of_any_kind_are_only_refused(content: bytes, url: str) -> None:
    kind_of(url, content)
    is_epaper(content, url)
    with suppress(InputError):
        article = read_content(content, url)
        assert all(paragraph.strip() for paragraph in (article.title, *article.paragraphs))
    with suppress(InputError):
        layout = read_layout(content, url)
        assert len(set(layout.articles)) == len(layout.articles)
