import codecs

import pytest

from digests.errors import NotText
from digests.ingest.charset import decode

TEXT = "本报讯 昨天上午,区委书记赴余新镇调研。\n把余新打造成“南大门”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_a_page_reads_the_same_in_every_encoding_papers_use(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "page") == TEXT


def test_utf_16_is_read_in_either_byte_order_by_its_mark() -> None:
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), "page") == TEXT
    assert decode(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), "page") == TEXT


def test_utf_16_without_a_mark_is_no_text() -> None:
    with pytest.raises(NotText):
        decode("plain".encode("utf-16-le"), "page")


def test_every_line_end_becomes_a_line_feed() -> None:
    assert decode("一\r\n二\r三\n四".encode(), "page") == "一\n二\n三\n四"


def test_nothing_is_read_as_an_empty_text() -> None:
    assert decode(b"", "page") == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"%PDF-1.4\n\xff\xff\xff\xff",
        "正文".encode() + b"\x00",
        b"\x01\x02\x03\x04 text",
        codecs.BOM_UTF8 + b"\xff",
        bytes(range(256)),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(NotText) as caught:
        decode(data, "picture.png")
    assert caught.value.name == "picture.png"


def test_a_stray_control_character_does_not_make_a_page_a_binary() -> None:
    assert decode(("字" * 200 + "\x02").encode(), "page").endswith("\x02")
