"""What a document holds tells which door it goes through, whatever it is called."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digests.errors import BadLine, InputError, NotText
from digests.ingest.dates import Calendar
from digests.ingest.doors import Doors, Furniture, Item, Label
from digests.ingest.files import LARGEST, Unreadable, files_in, read_path, read_standard_input
from digests.model.news import RawArticle

DOORS = Doors(Calendar(ZoneInfo("Asia/Shanghai"), date(2024, 11, 13)))
SAMPLES = Path(__file__).parent / "samples"
PAGE = "公交新增三条线路\n\n南湖区公交新增三条线路，方便市民出行，沿途居民昨天试乘。\n\n线路下月开通，经过余新镇。\n"
LINE = '{"id": "1", "title": "公交", "text": "公交新增三条线路。"}\n'


def articles(items: list[Item]) -> list[RawArticle]:
    return [item for item in items if isinstance(item, RawArticle)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_of_text_in_any_encoding(encoding: str) -> None:
    items = list(DOORS.read(PAGE.encode(encoding), "page.txt"))
    assert [raw.title for raw in articles(items)] == ["公交新增三条线路"]
    assert Furniture(0) in items


@pytest.mark.parametrize("name", ["a.jsonl", "standard input"])
def test_json_lines_are_told_by_their_name_or_their_brace(name: str) -> None:
    assert [raw.external_id for raw in articles(list(DOORS.read(LINE.encode(), name)))] == ["1"]


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("feeds/*.xml")), ids=lambda path: path.name)
def test_a_feed_is_told_by_what_it_holds(sample: Path) -> None:
    found = articles(list(DOORS.read(sample.read_bytes(), "download", Label(source="我的报"))))
    assert found
    assert {raw.source for raw in found} == {"我的报"}


@pytest.mark.parametrize("sample", ["webpages/portal.html", "epapers/cnjxol.html", "epapers/table.htm"])
def test_a_web_page_is_told_by_what_it_holds(sample: str) -> None:
    (raw,) = articles(list(DOORS.read((SAMPLES / sample).read_bytes(), sample)))
    assert raw.title
    assert raw.paragraphs


def test_the_label_overrules_a_page_and_fills_in_lines() -> None:
    label = Label(source="南湖晚报", page="4", published_on=date(2024, 11, 8))
    (page,) = articles(list(DOORS.read(PAGE.encode(), "page.txt", label)))
    assert (page.source, page.page, page.published_on) == ("南湖晚报", "4", date(2024, 11, 8))
    dated = LINE.replace("}", ', "date": "2024-01-01"}').encode()
    (line,) = articles(list(DOORS.read(dated, "a.jsonl", label)))
    assert (line.source, line.published_on) == ("南湖晚报", date(2024, 1, 1))


def test_what_is_no_text_is_delivered_as_its_fault() -> None:
    (fault,) = DOORS.read(b"\x00\x01\x02", "photo.jpg")
    assert isinstance(fault, NotText)


def test_lines_of_a_file_are_read_one_by_one_and_bad_ones_named(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + LINE.encode() + b"\xff\xff\n" + LINE.replace("公交", "地铁").encode("gb18030"))
    items = list(read_path(DOORS, file, Label()))
    assert [type(item) for item in items] == [RawArticle, NotText, RawArticle]
    assert "line 2" in str(items[1])


def test_lines_in_utf_16_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes((LINE + "x\n").encode("utf-16"))
    items = list(read_path(DOORS, file, Label()))
    assert [type(item) for item in items] == [RawArticle, BadLine]


def test_a_file_that_is_too_large_or_not_there_is_a_fault(tmp_path: Path) -> None:
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(LARGEST + 1)
    for path, reason in ((large, "cut it into pages"), (tmp_path / "none.txt", "no such file")):
        (fault,) = read_path(DOORS, path, Label())
        assert isinstance(fault, InputError)
        assert reason in str(fault)


def test_a_folder_gives_its_documents_in_order_without_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.HTML", ".d.txt", "e.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    assert files_in(tmp_path) == [tmp_path / "a/c.HTML", tmp_path / "b.txt"]
    with pytest.raises(Unreadable, match="no file to read"):
        files_in(_empty(tmp_path))


def _empty(folder: Path) -> Path:
    made = folder / "empty"
    made.mkdir()
    return made


def test_a_document_on_which_we_fail_is_named_and_the_next_one_is_read(caplog: pytest.LogCaptureFixture) -> None:
    broken = Doors(None)  # type: ignore[arg-type]
    (fault,) = broken.read((SAMPLES / "feeds/atom.xml").read_bytes(), "atom.xml")
    assert str(fault).startswith("atom.xml: a fault of ours (")
    assert "atom.xml cannot be read" in caplog.text


def test_a_pipe_without_end_is_read_no_further_than_a_file_may_be() -> None:
    with Path("/dev/zero").open("rb") as endless:
        (fault,) = read_standard_input(DOORS, endless, Label())
    assert "more than 64 MB" in str(fault)
