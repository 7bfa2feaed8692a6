import re
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.ingest.pages import explain_page, read_page
from digests.ingest.pages.needles import alternatives, needles
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.repair import repaired
from digests.ingest.pages.signs import SIGNS, Sign
from digests.ingest.pages.windows import WINDOW, windows
from digests.model.news import Kind, RawArticle
from tests.digests.ingest.papergen import Story, paper_page
from tests.digests.ingest.trapgen import TrapPage, trap_page

SEEDS = range(80)
STORY = (
    "渔港添了新码头\n\n■记者 钱思远\n\n"
    "本报讯 昨天,老港码头二期完工,可停靠渔船八十艘。\n\n船老大们说,今后卸货不用再等潮水。\n\n"
)


def squeezed(text: str) -> str:
    return "".join(text.split())


def gold_of(page: TrapPage) -> Iterator[dict[str, Any]]:
    yield from cast(list[dict[str, Any]], page.gold["articles"])


def headline_of(gold: dict[str, Any]) -> str:
    return squeezed(gold["kicker"] + gold["title"] + gold["subtitle"])


def folded(text: str) -> str:
    return squeezed(text).translate(str.maketrans("，：；！？（）", ",:;!?()"))


def bare(text: str) -> str:
    """The text without credits in brackets at its head, as they are taken off."""
    return re.sub(r"^([^(。]{0,24})\([^()]*(?:[记記]者|通[讯訊][员員]|作者)[^()]*\)", r"\1", folded(text))


def matched(page: TrapPage) -> Iterator[tuple[dict[str, Any], RawArticle | None]]:
    """Each article of the gold with the one read that has its text."""
    read = {folded(article.body): article for article in read_page(page.text).articles}
    for gold in gold_of(page):
        yield gold, read.get(bare("".join(gold["paragraphs"])))


@pytest.fixture(scope="module")
def pairs() -> list[tuple[dict[str, Any], RawArticle | None]]:
    return [pair for seed in SEEDS for pair in matched(trap_page(seed))]


def test_nearly_every_article_of_a_stranger_s_page_is_read_whole(
    pairs: list[tuple[dict[str, Any], RawArticle | None]],
) -> None:
    assert sum(article is not None for _, article in pairs) >= 0.9 * len(pairs)


def test_of_articles_read_whole_headline_people_kind_and_paragraphs_are_right(
    pairs: list[tuple[dict[str, Any], RawArticle | None]],
) -> None:
    whole = [(gold, article) for gold, article in pairs if article is not None]
    few = 0.03 * len(whole)
    assert sum(folded(article.headline) != folded(headline_of(gold)) for gold, article in whole) <= few
    assert sum(set(article.byline) != set(gold["people"]) for gold, article in whole) <= few
    assert sum(article.kind != gold["kind"] for gold, article in whole) <= few
    assert sum(len(article.paragraphs) != len(gold["paragraphs"]) for gold, article in whole) <= few


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_invented_and_every_line_is_explained_once(seed: int) -> None:
    page = trap_page(seed)
    rest = iter(page.text)
    read = "".join(squeezed(article.body) for article in read_page(page.text).articles)
    assert all(char in rest for char in read)
    lines = [number for number, line in enumerate(page.text.split("\n"), 1) if line.strip()]
    assert [note.number for note in explain_page(page.text)] == lines


def test_names_without_brackets_before_a_report_are_credited() -> None:
    (article,) = read_page(STORY.replace("■记者 钱思远\n\n本报讯 ", "本报讯 记者钱思远 通讯员鲁瑶报道:")).articles
    assert (article.reporters, article.correspondents) == (("钱思远",), ("鲁瑶",))


def test_a_headline_broken_in_a_word_within_brackets_is_one() -> None:
    (article,) = read_page(STORY.replace("渔港添了新码头", "【渔港故事\n】老码头添了新泊位")).articles
    assert squeezed(article.headline) == "【渔港故事】老码头添了新泊位"


@pytest.mark.no_cover
@pytest.mark.parametrize("sign", [*SIGNS, *NOTICES])
def test_all_that_a_sign_matches_holds_one_of_the_needles(sign: Sign) -> None:
    known = {pattern: needles(pattern) for pattern in alternatives(sign.wording)}

    @given(st.from_regex(sign.pattern))
    @settings(max_examples=20, deadline=None, database=None)
    def check(text: str) -> None:
        for pattern, found in known.items():
            assert not found or not re.search(pattern, text) or any(needle in text for needle in found)

    check()


@given(st.lists(st.sampled_from(["", "新" * 30, "第3版:民生", "a\fb", "\f", "渔"]), max_size=12), st.integers(1, 9000))
@settings(max_examples=40, deadline=None)
def test_windows_hold_the_whole_text_and_begin_at_its_lines(lines: list[str], times: int) -> None:
    text = "\n".join(lines * times)[: 5 * WINDOW]
    cut = list(windows(text))
    assert "".join(window.text for window in cut) == text
    place = 0
    for window in cut:
        assert window.first == text.count("\n", 0, place) + 1
        place += len(window.text)
        assert place == len(text) or text[place - 1] == "\n"


def test_many_pages_in_one_text_read_like_each_by_itself() -> None:
    page = f"第3版:民生\n\n\n{STORY}\n责编 鲁瑶\n"
    count = 4 * WINDOW // len(page)
    whole = read_page(page * count)
    assert whole.articles == read_page(page).articles * count
    assert whole.furniture == 2 * count


def test_a_space_behind_every_character_is_taken_out() -> None:
    spaced = "\n".join(" ".join(line.replace(" ", "  ")) for line in STORY.split("\n"))
    (article,) = read_page(spaced).articles
    assert (article.title, article.reporters) == ("渔港添了新码头", ("钱思远",))
    assert article.paragraphs == read_page(STORY).articles[0].paragraphs


@pytest.mark.parametrize(
    "doubled", ["渔渔港港添添了了新新码码头头", "渔港渔港添了添了新码头新码头", "渔港添了渔港添了新新码头码头"]
)
def test_a_headline_printed_twice_over_is_read_once(doubled: str) -> None:
    (article,) = read_page(STORY.replace("渔港添了新码头", doubled)).articles
    assert article.title == "渔港添了新码头"


@given(st.lists(st.sampled_from(["高高兴兴上班来", "平平安安", "哈哈哈哈哈哈哈哈", "王 强 摄", "新码头"]), max_size=9))
def test_a_sound_page_needs_no_repair(lines: list[str]) -> None:
    assert repaired("\n".join(lines)) == "\n".join(lines)


CAPTION = "初冬时节,山间层林尽染。"


@pytest.mark.parametrize(
    "credit",
    [
        "(鲁瑶 摄)",
        " 本报记者 鲁瑶 摄影报道",
        "\n\n■摄影 记者 鲁瑶",
        "\n\n文/图 记者 鲁瑶",
        "\n\n记者 鲁瑶 通讯员 于凯 摄",
    ],
)
def test_an_untitled_caption_behind_a_signed_story_is_an_article_of_its_own(credit: str) -> None:
    story, caption = read_page(f"{STORY}{CAPTION}{credit}\n").articles
    assert (story.title, len(story.paragraphs)) == ("渔港添了新码头", 2)
    assert (caption.title, caption.paragraphs, caption.kind) == ("", (CAPTION,), "caption")
    assert "鲁瑶" in caption.photographers


@pytest.mark.parametrize("note", ["(下转第2版)", "▶下转03版", "【下转4版】", "(下转第7版①)"])
def test_a_note_in_the_line_that_breaks_off_is_no_part_of_it(note: str) -> None:
    (article,) = read_page(f"{STORY}码头边的老船厂也将改造成{note}\n").articles
    assert (article.paragraphs[-1], article.truncated) == ("码头边的老船厂也将改造成", True)


def test_a_story_that_comes_from_another_page_begins_with_its_text() -> None:
    (article,) = read_page(STORY.replace("本报讯 ", "(上接第1版)")).articles
    assert article.paragraphs[0].startswith("昨天,")
    (article,) = read_page("渔港添了新码头\n\n(上接第1版)\n\n昨天,老港码头二期完工,可停靠渔船八十艘。\n").articles
    assert (article.title, len(article.paragraphs)) == ("渔港添了新码头", 1)


def test_a_list_of_other_pages_cuts_nothing_off() -> None:
    (article,) = read_page(f"{STORY}详见A02、A03版\n").articles
    assert not article.truncated


@pytest.mark.parametrize(
    "line",
    [
        "T04·特刊",
        "都市·生活 A11",
        "【文教卫】",
        "社会主义核心价值观:富强 民主 文明 和谐",
        "守护碧水蓝天 (公益广告)",
        "新闻集纳",
        "渔港晚报",
        "要 闻 YAO WEN",
        "16版 副刊 2024年11月13日",
        "一版责编 / 鲁瑶 视觉 / 于凯",
    ],
)
def test_furniture_that_is_set_like_a_headline_is_none(line: str) -> None:
    (article,) = read_page(f"{line}\n\n{STORY}").articles
    assert article.title == "渔港添了新码头"


def test_what_an_office_says_in_a_report_is_no_dateline() -> None:
    (article,) = read_page(f"{STORY}据青阳市气象台消息,明天有雨。\n").articles
    assert len(article.paragraphs) == 3


def test_a_headline_may_say_in_which_instance_a_court_judged() -> None:
    page = read_page(STORY.replace("渔港添了新码头", "非法捕捞案一审在青阳宣判"))
    assert [article.title for article in page.articles] == ["非法捕捞案一审在青阳宣判"]


@pytest.mark.parametrize("byline", ["■记者 钱思远\n鲁 瑶 于凯", "■记者 钱思远 通讯员 鲁\n瑶 于凯"])
def test_a_byline_broken_for_width_is_read_whole(byline: str) -> None:
    (article,) = read_page(STORY.replace("■记者 钱思远", byline)).articles
    assert set(article.byline) == {"钱思远", "鲁瑶", "于凯"}


def test_a_wrap_between_two_names_parts_them() -> None:
    (article,) = read_page(
        "渔港添了新码头\n    本报讯(记者 钱思远\n鲁瑶)昨天,老港码头二期完\n工,可停靠渔船八十艘。\n"
    ).articles
    assert article.reporters == ("钱思远", "鲁瑶")


def test_an_office_alone_may_be_the_correspondent() -> None:
    (article,) = read_page(STORY.replace("钱思远\n", "钱思远\n通讯员 区妇联\n")).articles
    assert article.correspondents == ("区妇联",)


def test_items_under_one_heading_are_one_brief() -> None:
    items = ("●市图书馆:周六下午举办讲座。", "●市博物馆:书画展延至月底。", "●科技馆:夜场开放至21时。")
    articles = read_page(f"{STORY}\n\n本周活动看这里\n\n" + "\n\n".join(items)).articles
    assert [(article.kind, len(article.paragraphs)) for article in articles] == [("story", 2), ("brief", 3)]


def test_a_column_of_neighbourhoods_is_one_article() -> None:
    said = "昨天,居民们在广场上包饺子,还给独居老人送去了一份。"
    page = f"{STORY}\n\n社区朋友圈\n\n@凌塘社区\n\n{said}\n\n@双桥社区\n\n{said}\n"
    assert [len(article.paragraphs) for article in read_page(page).articles] == [2, 4]


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize("seed", range(12))
def test_on_a_third_generator_s_pages_nothing_is_invented(seed: int, side: int) -> None:
    stock = [
        Story(
            "渔港添了新码头", ("昨天，老港码头二期完工，可停靠渔船八十艘。", "船老大们说，今后卸货不用再等潮水。") * 3
        )
    ]
    page = paper_page(seed, side, stock)
    rest = iter(page.text)
    assert all(char in rest for article in read_page(page.text).articles for char in squeezed(article.body))


def test_what_stands_on_other_pages_is_furniture() -> None:
    listed = "本版导读\n夜市点亮老街 详见A3版\n“共享菜园”种出邻里情 详见B12版\n\n"
    (article,) = read_page(listed + STORY).articles
    assert article.headline == "渔港添了新码头"


def test_a_row_of_drawn_numbers_is_furniture() -> None:
    (article,) = read_page("开奖公告\n双色球第2024015期\n红球：03 08 14 20 28 31 蓝球：09\n\n" + STORY).articles
    assert article.headline == "渔港添了新码头"


def test_items_of_a_list_may_be_signed_one_by_one() -> None:
    items = (
        "△石塘村机关干部日前在河岸植树三百棵,为家园添绿。(吕劲)\n\n"
        "△云岭乡组织九十名职工开展消防演练,学习使用灭火器。(鲁瑶)\n\n"
        "△双溪镇图书馆周末开放时间延长至21时,市民可在线预约座位。\n"
    )
    (article,) = read_page("简讯\n\n" + items).articles
    assert (article.kind, len(article.paragraphs), article.byline) == (Kind.BRIEF, 3, ("吕劲", "鲁瑶"))


@pytest.mark.parametrize(("note", "truncated"), [("(紧接第3版)", True), ("", False)])
def test_a_note_that_may_stand_at_either_end_cuts_off_the_text_above_it(note: str, truncated: bool) -> None:
    (article,) = read_page(STORY + note).articles
    assert article.truncated is truncated


def test_a_note_that_may_stand_at_either_end_says_under_a_byline_where_the_text_comes_from() -> None:
    (article,) = read_page(STORY.replace("本报讯", "(紧接第1版)\n\n本报讯")).articles
    assert (article.headline, article.truncated) == ("渔港添了新码头", False)


def test_a_photographer_above_a_short_text_makes_a_caption() -> None:
    (article,) = read_page("晚霞\n\n陈立波 摄\n\n昨日傍晚,海湾上空出现绚丽的晚霞,不少市民驻足拍摄。\n").articles
    assert (article.kind, article.photographers) == (Kind.CAPTION, ("陈立波",))


def test_closing_marks_that_a_wrap_left_alone_do_not_cut_the_text_off() -> None:
    (article,) = read_page(STORY + "船老大说:“没想到水这么大!\n”\n").articles
    assert not article.truncated
