from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Mark, Message, Span, Spans
from bot.splitter import ENTITIES, LINKS, UNITS, clipped, length, linked, links, marks, paginate, units
from tests.botapi.validation import refusal

ALPHABET = st.sampled_from("新闻，。”a <>&\n😀\u3000" + "长")
SPANS = st.builds(Span, st.text(ALPHABET, max_size=40), st.sampled_from([None, *Mark]))
BLOCKS = st.lists(st.lists(SPANS, max_size=6).map(tuple), max_size=12)


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(blocks=BLOCKS, limit=st.integers(2, 60))
def test_every_page_keeps_within_the_limit_and_nothing_is_lost(blocks: list[Spans], limit: int) -> None:
    pages = paginate(blocks, limit)
    assert all(0 < length(page.spans) <= limit and marks(page.spans) <= ENTITIES for page in pages)
    written = "".join(span.text for block in blocks for span in block)
    assert squeezed("".join(Message(page.spans).plain for page in pages)) == squeezed(written)


@given(blocks=BLOCKS, limit=st.integers(2, 60))
def test_every_block_with_text_begins_on_one_page_in_order(blocks: list[Spans], limit: int) -> None:
    begun = [place for page in paginate(blocks, limit) for place in page.begins]
    assert begun == [n for n, block in enumerate(blocks) if "".join(span.text for span in block).strip()]


@given(blocks=st.lists(st.lists(SPANS, max_size=6).map(tuple), min_size=1, max_size=200))
def test_telegram_takes_every_page(blocks: list[Spans]) -> None:
    for page in paginate(blocks):
        assert refusal({"text": Message(page.spans).html, "parse_mode": "HTML"}) == ""


@given(st.text())
def test_length_is_counted_as_telegram_counts_it(text: str) -> None:
    assert units(text) == sum(1 + (char > "\uffff") for char in text)


@given(text=st.text(), limit=st.integers(0, 20))
def test_a_clipped_text_is_as_much_as_fits(text: str, limit: int) -> None:
    shown = clipped(text, limit)
    assert text.startswith(shown)
    assert limit - 1 <= units(shown) <= limit or shown == text


def test_only_what_telegram_follows_is_linked() -> None:
    assert linked("网页", "https://例.cn/a?b=1").link == "https://例.cn/a?b=1"
    refused = (
        "",
        "paper.example/1",
        "ftp://paper.example",
        "javascript:x",
        "https:///x",
        "https://a b",
        "https://a/" + "x" * 1000,
    )
    assert [linked("网页", address) for address in refused] == [Span("网页")] * len(refused)


def test_links_take_no_more_room_than_telegram_keeps() -> None:
    block = (linked("网页", "https://a.example/" + "&" * 150),)
    pages = paginate([block] * 40)
    assert len(pages) > 1
    assert all(links(page.spans) <= LINKS for page in pages)


def test_blocks_that_stand_tight_have_no_empty_line_before_them() -> None:
    [page] = paginate([(Span("一"),), (Span("二"),), (Span("三"),)], tight={1})
    assert Message(page.spans).plain == "一\n二\n\n三"


def test_blocks_stay_whole_while_they_fit() -> None:
    block = (Span("句" * 30),)
    assert [page.begins for page in paginate([block] * 5, limit=64)] == [(0, 1), (2, 3), (4,)]


def test_a_long_block_is_cut_behind_a_line_else_a_sentence_else_anywhere() -> None:
    def texts(text: str) -> list[str]:
        return [Message(page.spans).plain for page in paginate([(Span(text),)], limit=10)]

    assert texts("一二三四五六\n七八九十一二") == ["一二三四五六", "七八九十一二"]
    assert texts("一二三四五六。七八九十一二") == ["一二三四五六。", "七八九十一二"]
    assert texts("一二三四五六七八九十一二") == ["一二三四五六七八九十", "一二"]


def test_a_page_has_at_most_a_hundred_marks() -> None:
    pages = paginate([(Span("a", Mark.BOLD),)] * 250)
    assert [marks(page.spans) for page in pages] == [100, 100, 50]


def test_a_pair_of_surrogates_is_never_torn() -> None:
    pages = paginate([(Span("😀" * UNITS),)])
    assert [length(page.spans) for page in pages] == [UNITS, UNITS]
