from dataclasses import replace

import pytest

from bot.articles import PAGE, Opened, Setting, byline, credits_line, notes, place_name, titles, view
from bot.chat import Message
from bot.splitter import length
from bot.texts import DEFAULT
from digests.seeds import Lexicon
from tests.bot.test_editions import look
from tests.samples import article


def buttons(message: Message) -> dict[str, str]:
    return {button.label: button.action for row in message.buttons for button in row}


def plain(spans: object) -> str:
    return Message(spans).plain  # type: ignore[arg-type]


def test_an_article_is_read_from_headline_to_last_line_in_pages_that_end_with_a_paragraph(lexicon: Lexicon) -> None:
    paragraphs = tuple(f"第{n}段，" + "字" * 150 + "。" for n in range(30))
    shown = article(paragraphs=paragraphs, truncated=True)
    pages = [view(look(lexicon), shown, Opened(1, page=number), Setting()) for number in range(1, 4)]
    assert all(length(page.spans) <= PAGE + 100 for page in pages)
    assert [page.plain.splitlines()[-1][-1] for page in pages] == ["。", "。", "）"]
    read = "\n".join(page.plain for page in pages)
    assert [read.count(paragraph) for paragraph in paragraphs] == [1] * 30
    assert read.endswith("（来稿至此中断，全文未完）")
    assert pages[1].plain.startswith("公交新增线路 2/3\n")


def test_pages_are_turned_by_buttons_that_say_where_they_lead(lexicon: Lexicon) -> None:
    shown = article(9, paragraphs=("字" * 1500,) * 3)
    first = buttons(view(look(lexicon), shown, Opened(9, origin=4), Setting()))
    assert first["第 2 页 ›"] == "read 9 from:4 page:2"
    middle = buttons(view(look(lexicon), shown, Opened(9, page=2), Setting()))
    assert (middle["‹ 第 1 页"], middle["第 3 页 ›"]) == ("read 9 page:1", "read 9 page:3")
    assert view(look(lexicon), shown, Opened(9, page=99), Setting()).plain.startswith("公交新增线路 3/3")


def test_an_article_that_fits_has_few_buttons(lexicon: Lexicon) -> None:
    labels = list(
        buttons(view(look(lexicon), article(topics=("transport",)), Opened(1), Setting(this="topic:transport")))
    )
    assert labels == ["☆ 收藏", "👍 多看", "👎 少看"]


def test_buttons_lead_to_what_is_beside_it_to_other_versions_and_back(lexicon: Lexicon) -> None:
    shown = article(9, continues="征求意见", follows=3, also_in=("嘉兴日报",))
    setting = Setting(before=8, after=10, versions=[(12, "嘉兴日报")])
    message = view(look(lexicon), shown, Opened(9, origin=4, page=1), setting)
    found = buttons(message)
    assert [b.label for b in message.buttons[-1]] == ["‹ 上一篇", "返回", "下一篇 ›"]
    assert found["返回"] == "back 4"
    assert found["下一篇 ›"] == "read 10 from:4 page:1"
    assert found["看 嘉兴日报"] == "read 12 from:4 page:1"
    assert found["看前情"] == "read 3 from:4 page:1"


def test_what_is_wanted_more_of_is_said_under_the_headline_and_ticked(lexicon: Lexicon) -> None:
    shown = article(topics=("transport",))
    message = view(look(lexicon), shown, Opened(1), Setting(saved=True, this="topic:transport", steps=-2))
    assert "“交通新闻”会在你的摘要里排在最后" in message.plain
    assert [button.label for row in message.buttons for button in row] == ["★ 已收藏", "👍 多看", "👎 少看 ✓ ✓"]


def test_what_is_open_is_read_back_from_its_button() -> None:
    for opened in (Opened(9), Opened(9, origin=4), Opened(9, origin=4, page=3)):
        assert Opened.parsed(opened.action("read").removeprefix("read ")) == replace(opened, turned=True)
    assert Opened.parsed("9") == Opened(9)
    assert [Opened.parsed(args) for args in ("", "x", "9 from:", "9 page:x", "9" * 19, "9 page:1 from:4")] == [None] * 6


def test_the_place_it_speaks_of_most_is_named(lexicon: Lexicon) -> None:
    assert place_name(look(lexicon), article(places=("0", "330402101", "330402"))) == "余新镇"
    assert place_name(look(lexicon), article()) == ""


def test_a_person_with_two_parts_is_named_once() -> None:
    both = article(reporters=("王嘉宁",), photographers=("王嘉宁", "周赞"))
    assert byline(DEFAULT, both) == ["记者 王嘉宁", "摄影 周赞"]


def test_the_other_papers_and_the_story_before_are_named_under_an_article(lexicon: Lexicon) -> None:
    shown = article(also_in=("嘉兴日报", "浙江日报"), continues="公交线路征求意见", truncated=True)
    lines = [plain(line) for line in notes(look(lexicon), shown)]
    assert lines == ["（来稿至此中断，全文未完）", "另见：嘉兴日报、浙江日报", "跟进：公交线路征求意见"]


@pytest.mark.parametrize(
    ("page", "section", "named"), [("4", "", "4版"), ("A2", "要闻", "A2版 要闻"), ("号外", "", "号外")]
)
def test_a_page_is_named_by_number_and_section_or_as_somebody_named_it(
    lexicon: Lexicon, page: str, section: str, named: str
) -> None:
    shown = plain(credits_line(look(lexicon), article(page=page, section=section), ()))
    assert shown.split(" · ")[-1] == named


def test_titles_are_one_message_whatever_they_are(lexicon: Lexicon) -> None:
    listed = [article(n, "长" * 9000, source="报" * 9000) for n in range(10)]
    message = titles(look(lexicon), "收藏", listed, 11)
    assert [f"\n{n} 长" in message.plain for n in range(11, 21)] == [True] * 10


def test_an_article_without_a_day_has_none_in_its_line(lexicon: Lexicon) -> None:
    assert "2024" not in view(look(lexicon), article(published_on=None), Opened(1), Setting()).plain
