import io
import json
import random
import subprocess
import sys
import zlib
from collections.abc import Iterator
from datetime import date
from functools import cache
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from digests.errors import BadDocument, InputError
from digests.ingest.pdfs import Limits, read_pdf
from digests.ingest.pdfs.extraction import extract, print_rows
from digests.ingest.pdfs.reading import Crowded, articles_of, lay_out
from digests.ingest.pdfs.sheet import Sheet, sheet_of
from digests.model.news import Kind, RawArticle
from tests.digests.ingest.pagegen import Known
from tests.digests.ingest.pdfdraw import FONT, SUBHEADS, Drawn, Manner, draw_page, invented, page_of
from tests.digests.ingest.pdfscore import Score, score

SEEDS = range(6)
TEXT = "昨天上午,记者在古桥边看到,修缮工程已经完工。老人们沿着石阶走过桥去,说起当年的渡口。"
LIMITS = Limits(seconds=2)


def rows_of(content: bytes, **limits: int) -> list[dict[str, object]]:
    return list(extract(content, **{"most_pages": 9, "most_characters": 60_000, **limits}))


def sheets_of(content: bytes) -> list[Sheet]:
    return [sheet_of(row) for row in rows_of(content)]


def read_here(content: bytes) -> Iterator[RawArticle | InputError]:
    """Read within this process, so that a slow start of another one is spared."""
    for sheet in sheets_of(content):
        yield from articles_of(lay_out(sheet), "x.pdf")


def stories(content: bytes) -> list[RawArticle]:
    return [raw for raw in read_here(content) if isinstance(raw, RawArticle) and raw.kind is Kind.STORY]


def reasons(content: bytes, limits: Limits = LIMITS) -> list[str]:
    """Why pages were not read, in the order of the pages."""
    return [str(item) for item in read_pdf(content, "x.pdf", limits) if isinstance(item, BadDocument)]


def drawn(manner: Manner, count: int = 3, seed: int = 7) -> Drawn:
    rng = random.Random(seed)  # noqa: S311
    return draw_page(rng, invented(rng, count), manner)


def small_pdf(*pages: str, **options: str) -> bytes:
    """A PDF with a headline and a text on each page; a page without text is blank."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(400, 300), invariant=1, **options)
    for text in pages:
        if text:
            canvas.setFont(FONT, 20)
            canvas.drawString(40, 250, "古桥修缮完工")
            canvas.setFont(FONT, 9)
            for n in range(0, len(text), 30):
                canvas.drawString(40, 230 - n // 30 * 13, text[n : n + 30])
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def raw_pdf(content: bytes, *, resources: bytes = b"", objects: bytes = b"", extra: bytes = b"") -> bytes:
    """A PDF of one page as bytes, without a table of its objects, which readers find by themselves."""
    return b"".join(
        [
            b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n",
            b"2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n",
            b"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R/Resources<<",
            resources,
            b">>>>\nendobj\n4 0 obj\n<</Length %d%s>>\nstream\n" % (len(content), extra),
            content,
            b"\nendstream\nendobj\n",
            objects,
            b"trailer\n<</Root 1 0 R>>\n%%EOF\n",
        ]
    )


def form(number: int, content: bytes, resources: bytes) -> bytes:
    head = b"%d 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<<%s>>/Length %d>>\nstream\n"
    return head % (number, resources, len(content)) + content + b"\nendstream\nendobj\n"


@cache
def scored() -> Score:
    total = Score()
    for seed in SEEDS:
        page = page_of(seed)
        total += score(page, read_here(page.content))
    return total


def test_text_is_read_in_the_order_of_its_columns() -> None:
    assert scored().order >= 0.998
    assert scored().purity >= 0.998


def test_headlines_are_read_exactly() -> None:
    assert scored().right_titles >= 0.99 * scored().titles


def test_articles_and_paragraphs_begin_and_end_where_they_do_on_the_page() -> None:
    assert scored().boundaries >= 0.95
    assert scored().paragraphs >= 0.98


@pytest.mark.parametrize(
    "manner",
    [
        Manner(columns=1),
        Manner(columns=6, gutter=13),
        Manner(spaced=True),
        Manner(doubled=True),
        Manner(columns=3, ruled=False, centred=True),
        Manner(columns=2, shuffled=False),
    ],
    ids=[
        "one column",
        "narrow gutters",
        "a space after every character",
        "bold by printing twice",
        "no rules",
        "order",
    ],
)
def test_a_page_is_read_in_any_manner(manner: Manner) -> None:
    page = drawn(manner)
    found = score(page, read_here(page.content))
    assert found.right_titles == found.titles
    assert found.boundaries > 0.8
    assert found.order > 0.995


def test_paragraphs_are_verbatim() -> None:
    page = drawn(Manner(columns=3), count=2)
    found = [tuple(text for text in raw.paragraphs if text not in SUBHEADS) for raw in stories(page.content)]
    assert found == [known.paragraphs for known in page.articles]


def test_a_sentence_as_headline_is_no_paragraph() -> None:
    title = "全国门球邀请赛在我区落幕,三支队伍并列第一"
    rng = random.Random(1)  # noqa: S311
    page = draw_page(rng, [Known(title, (TEXT, TEXT))], Manner(columns=2))
    (raw,) = stories(page.content)
    assert raw.title.replace(" ", "") == title
    assert raw.paragraphs == (TEXT, TEXT)


@pytest.mark.parametrize(
    "folio", ["第4版　民生　2024年11月8日", "嘉禾日报　2024年11月8日　星期五　第4版　民生", "2024年11月8日　04版：民生"]
)
def test_the_folio_says_page_day_and_section(folio: str) -> None:
    page = drawn(Manner(folio=folio))
    for raw in stories(page.content):
        assert (raw.page, raw.section, raw.published_on) == ("4", "民生", date(2024, 11, 8))


def test_a_page_that_does_not_say_its_number_is_counted() -> None:
    found = [item for item in read_pdf(small_pdf(TEXT, TEXT), "x.pdf") if isinstance(item, RawArticle)]
    assert [(raw.page, raw.title, raw.paragraphs) for raw in found] == [
        ("1", "古桥修缮完工", (TEXT,)),
        ("2", "古桥修缮完工", (TEXT,)),
    ]


def test_a_whole_page_goes_through_the_door() -> None:
    page = page_of(3)
    found = score(page, read_pdf(page.content, "x.pdf"))
    assert found.right_titles == found.titles


def test_a_scan_is_told() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(400, 300))
    canvas.drawImage(ImageReader(Image.new("L", (40, 30), 128)), 0, 0, 400, 300)
    canvas.save()
    assert reasons(file.getvalue()) == ["x.pdf, page 1: no text in it: a scan"]


def test_a_blank_page_does_not_hide_the_next_one() -> None:
    first, second = read_pdf(small_pdf("", TEXT), "x.pdf", LIMITS)
    assert isinstance(first, BadDocument)
    assert isinstance(second, RawArticle)


def test_a_file_with_a_password_is_told() -> None:
    assert rows_of(small_pdf(TEXT, encrypt="secret")) == [{"error": "encrypted: it needs a password"}]


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"%PDF-1.4\n\x00\xff" * 50, b"<html>", small_pdf(TEXT)[:300]], ids=range(5)
)
def test_what_is_no_pdf_is_told(content: bytes) -> None:
    (row,) = rows_of(content)
    assert row["error"] in ("broken, or no PDF", "no page in it")


def test_no_more_pages_are_read_than_allowed() -> None:
    found = list(read_pdf(small_pdf(TEXT, TEXT, TEXT), "x.pdf", Limits(pages=2)))
    assert [type(item) for item in found] == [RawArticle, RawArticle, BadDocument]
    assert str(found[-1]) == "x.pdf: more than 2 pages"


def test_a_page_of_too_many_characters_is_left_out() -> None:
    first, second = rows_of(small_pdf(TEXT * 3, TEXT), most_characters=80)
    assert first == {"page": 1, "error": "more than 80 characters"}
    assert "error" not in second


def test_an_advert_of_letters_is_no_article() -> None:
    assert reasons(small_pdf("遗失声明")) == ["x.pdf, page 1: no article found, only adverts or page furniture"]
    sheet = Sheet(400, 300, ())
    assert list(articles_of(lay_out(sheet), "x.pdf")) == []


def test_letters_without_a_name_are_told() -> None:
    font = b"/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[5 0 R]>>>>"
    cid = (
        b"5 0 obj\n<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>"
    )
    content = raw_pdf(
        b"BT /F 9 Tf 40 200 Td <00410042004300440045> Tj ET", resources=font, objects=cid + b">>\nendobj\n"
    )
    assert reasons(content) == [
        "x.pdf, page 1: its letters cannot be told: the fonts do not say which characters they are"
    ]


def test_a_file_locked_in_an_unknown_way_is_told() -> None:
    locked = raw_pdf(b"").replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Own/V 9>>/ID[(a)(b)]")
    assert rows_of(locked) == [{"error": "encrypted in a way that we do not know"}]


def test_rules_boxes_and_pictures_are_told_but_white_boxes_are_not() -> None:
    picture = form(5, b"", b"").replace(b"/Form", b"/Image/Width 1/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray")
    lines = b"20 100 m 220 100 l S 30 20 m 30 90 l S 40 20 50 60 re S 1 g 0 0 100 100 re f "
    (sheet,) = sheets_of(
        raw_pdf(lines + b"9 0 0 9 300 200 cm /P Do", resources=b"/XObject<</P 5 0 R>>", objects=picture)
    )
    assert [len(kind) for kind in (sheet.lying, sheet.standing, sheet.frames, sheet.images)] == [1, 1, 1, 1]
    assert sheet.images[0] == (300, 91, 309, 100)


def test_a_sheet_larger_than_any_is_left_out() -> None:
    content = raw_pdf(b"").replace(b"[0 0 400 300]", b"[0 0 400 90000]")
    assert rows_of(content) == [{"page": 1, "error": "larger than any page"}]


def test_rows_are_printed_with_their_end(capsys: pytest.CaptureFixture[str]) -> None:
    print_rows(rows_of(small_pdf(TEXT)))
    page, end = map(json.loads, capsys.readouterr().out.splitlines())
    assert (page["page"], end) == (1, {"end": True})


def test_a_page_of_scattered_pieces_is_told() -> None:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(900, 900), invariant=1)
    canvas.setFont(FONT, 9)
    for n in range(1_200):
        canvas.drawString(n % 40 * 22, n // 40 * 29, "文")
    canvas.save()
    assert reasons(file.getvalue()) == ["x.pdf, page 1: more pieces of text on it than on any newspaper page"]


def test_a_form_that_draws_itself_ends() -> None:
    itself = b"/XObject<</F 5 0 R>>"
    content = raw_pdf(b"/F Do", resources=itself, objects=form(5, b"/F Do /F Do", itself))
    assert len(reasons(content)) == 1


def test_forms_within_forms_are_ended_in_time() -> None:
    names = range(5, 25)
    layers = b"".join(form(n, b"/F Do " * 20, b"/XObject<</F %d 0 R>>" % (n + 1)) for n in names)
    content = raw_pdf(b"/F Do", resources=b"/XObject<</F 5 0 R>>", objects=layers + form(25, b"0 0 5 5 re f", b""))
    began = perf_counter()
    assert len(reasons(content, Limits(seconds=1))) == 1
    assert perf_counter() - began < 8


def test_a_stream_that_unpacks_without_end_is_ended() -> None:
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"0 0 m " * 500_000) for _ in range(25)) + packer.flush()
    content = raw_pdf(bomb, extra=b"/Filter/FlateDecode")
    began = perf_counter()
    assert len(reasons(content, Limits(seconds=1))) == 1
    assert perf_counter() - began < 8


def test_a_process_that_does_not_answer_is_ended() -> None:
    assert reasons(small_pdf(TEXT), Limits(seconds=0)) == ["x.pdf: reading it takes too much time or memory"]


def test_a_page_of_dust_is_not_parted() -> None:
    rng = random.Random(2)  # noqa: S311
    places = [(rng.uniform(0, 900), rng.uniform(0, 900)) for _ in range(4_000)]
    row = {"width": 1000, "height": 1000, "shapes": [], "images": []}
    glyphs = [[chr(0x4E00 + n), x, y, x + 1, y + 1, y + 1, 1.0, 0, 0] for n, (x, y) in enumerate(places)]
    began = perf_counter()
    with pytest.raises(Crowded):
        lay_out(sheet_of({**row, "glyphs": glyphs}))
    assert perf_counter() - began < 8


def test_without_the_library_the_way_to_it_is_told() -> None:
    hidden = "import sys; sys.modules['pdfminer'] = None"
    code = f"{hidden}; from digests.ingest.pdfs import read_pdf; print(*read_pdf(b'', 'x.pdf'))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "x.pdf: PDF needs: pip install 'liwen[pdf]'"


NUMBERS = st.floats(-50, 450) | st.integers(0, 30).map(lambda n: n * 13.0)
GLYPHS = st.tuples(
    st.sampled_from("昨天上午在古桥边，。”(1Aa \n") | st.sampled_from(["(cid:7)", "", "fi"]),
    NUMBERS,
    NUMBERS,
    st.sampled_from([0.0, 9.0, 9.0, 20.0, 400.0]),
    st.sampled_from([0, 0, 0, 1, -1]),
)
BOXES = st.tuples(NUMBERS, NUMBERS, st.floats(0, 300), st.floats(0, 300)).map(
    lambda b: [b[0], b[1], b[0] + b[2], b[1] + b[3]]
)


@settings(max_examples=25)
@given(st.lists(GLYPHS, max_size=80), st.lists(BOXES, max_size=5), st.lists(BOXES, max_size=2))
def test_nothing_is_read_that_is_not_printed(
    drawn: list[tuple[str, float, float, float, int]], shapes: list[list[float]], images: list[list[float]]
) -> None:
    glyphs = [[text, x, y, x + size, y + size, y + size, size, turn, 0] for text, x, y, size, turn in drawn]
    sheet = sheet_of({"width": 400, "height": 400, "glyphs": glyphs, "shapes": shapes, "images": images})
    printed = "".join(glyph.text for glyph in sheet.glyphs)
    for raw in articles_of(lay_out(sheet), "x.pdf"):
        assert set("".join(raw.paragraphs) + raw.title) <= set(printed + " ")


@settings(max_examples=15, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 5_000), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6))
def test_a_damaged_file_is_told_or_read(damages: list[tuple[int, bytes]]) -> None:
    content = bytearray(small_pdf(TEXT))
    for place, damage in damages:
        begin = place % len(content)
        content[begin : begin + len(damage)] = damage
    for row in rows_of(bytes(content)):
        assert "error" in row or "glyphs" in row
