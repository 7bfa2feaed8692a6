import codecs
import html

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import BadDocument
from digests.ingest.markup import html_text, paragraphs_of, paragraphs_of_html, read_html

TEXT = "本报讯 昨天上午,余新镇“南大门”开建。"
PAGE = f'<html><head><meta charset="{{}}"><title>文</title></head><body><p>{TEXT}</p></body></html>'
words = st.text(st.sampled_from("余新镇的路a1。,"), min_size=1, max_size=12)


@pytest.mark.parametrize("encoding", ["utf-8", "gb2312", "gbk", "GB18030", "big5", "UTF8"])
@pytest.mark.parametrize("declared_in", ["header", "page"])
def test_a_page_is_read_in_the_encoding_that_it_declares(encoding: str, declared_in: str) -> None:
    text = "臺灣嘉義市政府昨天上午公佈。" if encoding == "big5" else TEXT
    page = PAGE.replace(TEXT, text).format(encoding if declared_in == "page" else "").encode(encoding)
    header = f"text/html; charset={encoding}" if declared_in == "header" else "text/html"
    assert paragraphs_of(read_html(page, "page", header)) == (text,)


@pytest.mark.parametrize("written", ["utf-8", "gb18030"])
@pytest.mark.parametrize("in_page", ["", "utf-8", "gb2312", "iso-8859-1", "us-ascii", "utf-16", "idna", "hex", "x"])
@pytest.mark.parametrize("header", ["", "utf-8", "gbk", "ISO-8859-1"])
def test_a_wrong_declaration_does_no_harm(written: str, in_page: str, header: str) -> None:
    page = PAGE.format(in_page).encode(written)
    assert TEXT in html_text(page, "page", f"text/html; charset={header}" if header else "")


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
    ],
)
def test_a_mark_or_the_first_sign_overrules_every_declaration(mark: bytes, encoding: str) -> None:
    assert html_text(mark + PAGE.format("gbk").encode(encoding), "page", "text/html; charset=gbk") == PAGE.format("gbk")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_cut_within_a_character_is_read_but_for_that_character(encoding: str) -> None:
    cut = (f"<p>{TEXT}</p><p>" + "余" * 60).encode(encoding)[:-1]
    assert html_text(cut, "page").startswith(f"<p>{TEXT}</p><p>" + "余" * 59)


def test_a_western_page_is_read_as_declared() -> None:
    assert (
        html_text("<p>Liège à côté</p>".encode("cp1252"), "page", "text/html; charset=windows-1252")
        == "<p>Liège à côté</p>"
    )


def test_nuls_and_controls_are_left_out() -> None:
    assert html_text(b"<p>a\0b\x01c</p>" + b" " * 99 + b"\0" * 9999, "page").strip() == "<p>abc</p>"


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\xf4\0\0\2\x58\x08\6\0\0\0\xfd\xe8", b"\xff" * 50, bytes(range(256)) * 4],
)
def test_what_is_no_text_is_a_bad_document(data: bytes) -> None:
    with pytest.raises(BadDocument, match="http://a/: not text"):
        html_text(data, "http://a/")


@pytest.mark.parametrize("data", [b"", b" \n", b"\0\0", b"<!-- only -->"])
def test_nothing_is_no_html_page(data: bytes) -> None:
    with pytest.raises(BadDocument, match="not an HTML page"):
        read_html(data, "http://a/")


def test_an_xml_declaration_is_no_obstacle() -> None:
    assert paragraphs_of(read_html(b'<?xml version="1.0" encoding="utf-8"?><html><p>a</p></html>', "page")) == ("a",)


@pytest.mark.parametrize("levels", [240, 300, 100_000])
def test_nothing_is_lost_however_deep_elements_nest(levels: int) -> None:
    page = "<div>" * levels + "<p>深</p>" + "</div>" * levels + "<p>后</p>"
    assert paragraphs_of(read_html(page.encode(), "page")) == ("深", "后")


@pytest.mark.parametrize(
    ("fragment", "paragraphs"),
    [
        ("<p>一。</p><p>二。</p>", ("一。", "二。")),
        ("一。<br>二。<br/><br />三。", ("一。", "二。", "三。")),
        ("<div>一<div>二</div>三</div>", ("一", "二", "三")),
        ("<p>一<b>二</b><a href=x>三</a></p>", ("一二三",)),
        ("<table><tr><td>一</td><td>二</td></tr></table>", ("一", "二")),
        ("<p>  </p><p>&nbsp;</p><p>\u3000\u3000一。</p>", ("一。",)),
        ("<p>&emsp;&emsp;一。</p>", ("一。",)),
        ("<p>张\u3000三</p>", ("张\u3000三",)),
        ("<p>中\n  文 a\n b\n</p>", ("中文 a b",)),
        ("<p>the\n<b>new</b>\nroad</p>", ("the new road",)),
        ("<pre>一行\n二行</pre>", ("一行", "二行")),
        ("<p>一<script>x()</script>二<style>p{}</style><!-- c -->三</p>", ("一二三",)),
        ("<p>一</p><p style='color:red;display: none'>x</p><div hidden><p>y</p></div><p>二</p>", ("一", "二")),
        ("<p>一</p><textarea>x</textarea><select><option>y</select><button>z</button>", ("一",)),
        ("<ruby>畲<rp>(</rp><rt>shē</rt><rp>)</rp></ruby>族", ("畲族",)),
        ("\u3000\u3000一。\u3000\u3000二。", ("一。", "二。")),
        ("<p>&nbsp;一。”&nbsp; &emsp;&emsp;二。</p>", ("一。”", "二。")),
        ("一。\n&nbsp;&nbsp;二。\r\n\r\n三&amp;四", ("一。", "二。", "三&四")),
        ("5 < 6 & 7 > 3", ("5 < 6 & 7 > 3",)),
        ("&lt;p&gt;", ("<p>",)),
        ("<p>a&#0;&#1;b</p>", ("a\ufffdb",)),
        ("<![CDATA[<p>一</p>]]>", ("一",)),
        ("<o:p>一</o:p><founder-content>二</founder-content>", ("一", "二")),
        ("<body>一</body>", ("一",)),
        ("<br>", ()),
        ("<!-- x -->", ()),
        ("", ()),
    ],
)
def test_a_fragment_is_read_as_a_reader_sees_it(fragment: str, paragraphs: tuple[str, ...]) -> None:
    assert paragraphs_of_html(fragment) == paragraphs


def test_a_piece_is_read_without_what_stands_behind_it() -> None:
    (piece,) = lxml.html.fragment_fromstring("<div><p>一</p>二</div>")
    assert paragraphs_of(piece) == ("一",)


@pytest.mark.parametrize(
    "filler", [" ", "\u3000", "\n", " \n", "<", "<a ", "<b>", "<br>", "&", "<!--", "。\u3000", "\u00a0"]
)
def test_long_runs_of_anything_are_read_in_linear_time(filler: str) -> None:
    fragment = f"<p>一{filler * 200_000}二</p>"
    assert paragraphs_of_html(fragment)[0].startswith("一")


@given(st.lists(words))
def test_paragraphs_come_back_as_they_were_written(paragraphs: list[str]) -> None:
    assert paragraphs_of_html("".join(f"<p>{html.escape(text)}</p>\n" for text in paragraphs)) == tuple(paragraphs)


@given(st.text(st.sampled_from("<>/!-&;#pbdivr \n\u3000一二。0x\"'="), max_size=80))
def test_any_text_is_read_without_blank_or_untidy_paragraphs(fragment: str) -> None:
    for paragraph in paragraphs_of_html(fragment):
        assert paragraph == paragraph.strip()
        assert paragraph
        assert not set(paragraph) & set("\n\r\0")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_page_or_a_bad_document(content: bytes) -> None:
    try:
        tree = read_html(content, "page", "text/html; charset=gbk")
    except BadDocument:
        return
    assert all(paragraph and paragraph == paragraph.strip() for paragraph in paragraphs_of(tree))
