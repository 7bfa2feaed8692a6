import json
import time
from datetime import date
from pathlib import Path

import pytest

from digests.errors import EmptyPage, NothingFound
from digests.ingest.articles import article_to_json
from digests.ingest.pages import explain_page, read_page
from digests.model.news import Kind, RawArticle

GOLDEN = Path(__file__).parents[2] / "golden" / "seed_articles.jsonl"

FIRST = "本报讯 昨天上午,区里召开会议,部署今冬明春的民生工作,各镇街道负责人参加。"
SECOND = "会议指出,要把群众的事放在心上,把实事办实,好事办好,让大家都满意。"
THIRD = "据了解,今年以来,全区已完成老旧小区改造十二个,惠及居民五千多户。"
STORY = f"区里部署民生工作\n\n■记者 王嘉宁\n\n{FIRST}\n\n{SECOND}\n\n{THIRD}\n"
OTHER = "凤桥镇桃农迎来丰收季\n\n■记者 周赞 通讯员 俞静\n\n本报讯 眼下,凤桥镇的水蜜桃成熟了,果农们忙着采摘。\n"


def one(text: str) -> RawArticle:
    (article,) = read_page(text).articles
    return article


def titles(text: str) -> list[str]:
    return [article.headline for article in read_page(text).articles]


def wrapped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def everything(text: str) -> str:
    return "\n".join(article.headline + "\n" + article.body for article in read_page(text).articles)


def test_the_seed_page_gives_six_articles_as_printed(seed_page: Path) -> None:
    golden = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    assert [article_to_json(raw) for raw in read_page(seed_page.read_text(encoding="utf-8")).articles] == golden


def test_white_space_only_is_an_empty_page() -> None:
    with pytest.raises(EmptyPage):
        read_page(" \n\u3000\n\t\ufeff", "blank.txt")


def test_a_page_of_furniture_and_notices_holds_nothing() -> None:
    with pytest.raises(NothingFound) as caught:
        read_page("第4版:民生\n2024年10月9日 星期三\n遗失声明\n张某遗失驾驶证,声明作废。\n扫码下载APP", "adverts.txt")
    assert caught.value.name == "adverts.txt"


@pytest.mark.parametrize(
    "line",
    [
        "第4版:民生",
        "A02版 要闻",
        "03 本地",
        "■要闻 3",
        "第02版:要 闻",
        "当前版: A4版 上一版 下一版",
        "- 4 -",
        "2024年10月9日 星期三",
        "2024年11月13日 星期三 农历甲辰年十月十三",
        "嘉禾日报 2024-10-09",
        "二〇二四年十月九日 星期三",
        "责编 赵磊 校对 孙敏",
        "責任編輯:王曉丹 ■版面設計:崔竣明",
        "编辑:王学钧 美编:宫照阳 组版:商进",
        "新闻热线:0573-82812345",
        "投稿邮箱:news@example.com",
        "扫码下载读报APP",
        "扫描二维码关注本报微信公众号",
        "官方微博:@嘉禾日报",
        "公益广告 节约用水",
        "国内统一连续出版物号 CN33-0001 邮发代号31-1",
        "社址:中山路1号 邮编:314000 定价:1.50元",
        "http://example.com/content_276912.html",
        "2024-11-13 4 4 嘉禾日报 content_276912.html 1 3 归巢 /enpproperty-->",
        "PDF版阅读",
        "版权所有 未经授权不得转载",
        "民生新闻",
        "【国 内】",
        "快讯",
        "上接第1版",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_line_of_furniture_is_never_in_an_article(line: str, gap: str) -> None:
    page = gap.join([line, *STORY.split("\n\n"), line, *OTHER.split("\n\n"), line])
    assert read_page(page).articles[0].paragraphs == (FIRST, SECOND, THIRD)
    assert titles(page) == titles(STORY) + titles(OTHER)


@pytest.mark.parametrize(
    "notice",
    [
        "遗失声明\n张某遗失驾驶证,号码3304****,声明作废。",
        "招聘启事\n某物业公司招聘保安5名,月薪4500元,五险一金。\n联系电话:0573-88881234",
        "停电通知\n停电时间:11月15日8:00-17:00\n停电范围:凤桥镇部分村\n国网某某供电公司",
        "讣告\n退休干部张某同志因病于2024年11月10日逝世,享年88岁。\n兹定于11月12日上午举行遗体告别仪式。",
        "福彩双色球开奖公告\n第2024131期\n红色球号码:03 07 12 18 22 30 蓝色球号码:09\n一等奖 5注 单注奖金8000000元",
        "停水通知\n因管网改造,11月16日22时至次日6时中环南路沿线停水。\n自来水公司\n2024年11月13日",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_notice_of_several_lines_is_left_out_whole(notice: str, gap: str) -> None:
    page = gap.join([*STORY.split("\n\n"), *notice.split("\n"), *OTHER.split("\n\n")])
    assert titles(page) == titles(STORY) + titles(OTHER)
    assert not any(line in everything(page) for line in notice.split("\n"))


@pytest.mark.parametrize(
    ("byline", "reporters", "correspondents", "photographers"),
    [
        ("■记者 王嘉宁", ("王嘉宁",), (), ()),
        ("记者 王嘉宁 通讯员 俞静 周赞", ("王嘉宁",), ("俞静", "周赞"), ()),
        ("◎本报记者 王嘉宁\n通讯员 俞静", ("王嘉宁",), ("俞静",), ()),
        ("全媒体记者关家玉通讯员吴怡蓉、徐爽、陈学秋", ("关家玉",), ("吴怡蓉", "徐爽", "陈学秋"), ()),
        ("本报记者 许黎娜 实习生 周旭娇", ("许黎娜", "周旭娇"), (), ()),
        ("见习记者 王 强 李 敏", ("王强", "李敏"), (), ()),
        ("新华社记者 邢 拓 余俊杰", ("邢拓", "余俊杰"), (), ()),
        ("晚报记者 王晋晋/文 赵克/图", ("王晋晋",), (), ("赵克",)),
        ("李山岭 文 刘东岳 摄", ("李山岭",), (), ("刘东岳",)),
        ("文/王强 图/李四", ("王强",), (), ("李四",)),
        ("记者 王嘉宁 文/图", ("王嘉宁",), (), ("王嘉宁",)),
        ("(记者 王嘉宁)", ("王嘉宁",), (), ()),
        ("□記者 王嘉寧 通訊員 俞靜", ("王嘉寧",), ("俞靜",), ()),
        ("■记者 阿卜杜拉·买买提 通讯员 区妇联", ("阿卜杜拉·买买提",), ("区妇联",), ()),
        ("作者:王嘉宁 编辑:朱琴燕", ("王嘉宁",), (), ()),
        ("记者 孔 文 文 强", ("孔文", "文强"), (), ()),
        ("■文/图:新华社", (), (), ()),
    ],
)
def test_a_byline_is_read_by_role_and_kept_out_of_the_text(
    byline: str, reporters: tuple[str, ...], correspondents: tuple[str, ...], photographers: tuple[str, ...]
) -> None:
    article = one(f"区里部署民生工作\n\n{byline}\n\n{FIRST}\n\n{SECOND}\n")
    assert (article.reporters, article.correspondents) == (reporters, correspondents)
    assert article.photographers == photographers
    assert article.paragraphs == (FIRST, SECOND)


@pytest.mark.parametrize(
    ("dateline", "credits_"),
    [
        ("本报讯 ", "(记者 王嘉宁 通讯员 俞静)"),
        ("本报讯 ", " (本报记者王嘉宁 通讯员俞静)"),
        ("据新华社西安11月12日电 ", "(记者王嘉宁、通讯员俞静)"),
        ("", "(记者 王嘉宁 通讯员 俞静)"),
        ("晚报讯 ", "（记者 王嘉宁　通讯员 俞静）"),
        ("本報訊 ", "（記者 王嘉宁 通訊員 俞静）"),
    ],
)
def test_a_byline_in_brackets_is_credited_and_taken_off_the_head_of_the_text(dateline: str, credits_: str) -> None:
    article = one(f"区里部署民生工作\n{dateline.strip()}{credits_}{THIRD}\n{SECOND}\n")
    assert (article.reporters, article.correspondents) == (("王嘉宁",), ("俞静",))
    assert article.paragraphs == (dateline + THIRD, SECOND)


@pytest.mark.parametrize("closing", ["(记者 王嘉宁)", " 记者 王嘉宁", "（王嘉宁）", "(本报记者 王嘉宁 报道)"])
def test_a_byline_behind_the_last_sentence_is_credited_and_taken_off(closing: str) -> None:
    article = one(f"区里部署民生工作\n\n{FIRST}\n\n{THIRD}\n\n{SECOND}{closing}\n\n{OTHER}".rpartition(OTHER)[0])
    assert article.reporters == ("王嘉宁",)
    assert article.paragraphs == (FIRST, THIRD, SECOND)


def test_an_agency_behind_the_text_stays_and_is_nobody() -> None:
    article = one(f"区里部署民生工作\n\n{SECOND}(新华社)\n")
    assert article.paragraphs == (f"{SECOND}(新华社)",)
    assert article.byline == ()


@pytest.mark.parametrize("width", [17, 20, 23, 26])
def test_a_byline_that_a_hard_wrap_broke_is_read_whole_and_taken_off(width: int) -> None:
    text = f"　　{SECOND}{THIRD}{SECOND}（记者 王嘉宁 通讯员 俞静 周赞 徐晓春）"
    article = one("区里部署民生工作\n" + "\n".join([*wrapped(f"　　{THIRD}", width), *wrapped(text, width)]))
    assert article.reporters == ("王嘉宁",)
    assert article.correspondents == ("俞静", "周赞", "徐晓春")
    assert article.paragraphs == (THIRD, SECOND + THIRD + SECOND)


@pytest.mark.parametrize(
    "credit", ["(王嘉宁 摄)", " 本报记者 王嘉宁 摄影报道", "\n\n■摄影 记者 王嘉宁", "\n\n王嘉宁 摄"]
)
def test_a_short_text_signed_by_a_photographer_is_a_caption(credit: str) -> None:
    page = read_page(f"{STORY}\n归巢\n\n昨天,几只鹭鸟飞到路边的树丛栖息。{credit}\n\n{OTHER}").articles
    assert [article.kind for article in page] == [Kind.STORY, Kind.CAPTION, Kind.STORY]
    assert page[1].title == "归巢"
    assert page[1].paragraphs == ("昨天,几只鹭鸟飞到路边的树丛栖息。",)
    assert page[1].photographers == ("王嘉宁",)


def test_a_caption_may_have_no_title() -> None:
    text = "昨天,市区环城西路旁,几只鹭鸟飞到路边的树丛栖息,引来不少市民驻足观看。"
    page = read_page(f"{STORY}\n扫码订阅本报\n\n{text} 本报记者 范志强 摄\n\n\n{OTHER}").articles
    assert [article.title for article in page] == ["区里部署民生工作", "", "凤桥镇桃农迎来丰收季"]
    assert page[1].paragraphs == (text,)


def test_short_items_under_a_heading_are_briefs() -> None:
    items = [
        ("两条公交线路调整", "记者从市交通局获悉,即日起两条公交线路调整走向。(新华社)"),
        ("图书馆延长开放", f"{SECOND}(新华社)"),
    ]
    page = read_page(
        "快讯\n\n\n" + "\n\n\n".join(f"{title}\n\n{text}" for title, text in items) + f"\n\n\n{STORY}"
    ).articles
    assert [(article.title, article.kind) for article in page] == [
        ("两条公交线路调整", Kind.BRIEF),
        ("图书馆延长开放", Kind.BRIEF),
        ("区里部署民生工作", Kind.STORY),
    ]


def test_a_heading_of_briefs_rules_only_until_the_next_section() -> None:
    long = "".join([THIRD] * 10)
    page = read_page(
        f"简讯\n\n两条公交线路调整\n\n{SECOND}\n\n{THIRD}\n\n民生新闻\n\n区里部署民生工作\n\n■记者 王强\n\n{long}\n"
    ).articles
    assert [article.kind for article in page] == [Kind.BRIEF, Kind.STORY]


@pytest.mark.parametrize("cut", range(4, len(SECOND) - 2))
def test_a_paragraph_cut_by_a_column_is_rejoined_wherever_it_was_cut(cut: int) -> None:
    article = one(f"区里部署民生工作\n\n■记者 王嘉宁\n\n{FIRST}\n\n{SECOND[:cut]}\n\n{SECOND[cut:]}\n\n{THIRD}\n")
    assert article.paragraphs == (FIRST, SECOND, THIRD)


@pytest.mark.parametrize("width", [12, 17, 20, 28])
@pytest.mark.parametrize("indent", ["　　", "    "])
def test_hard_wrapped_and_indented_paragraphs_are_undone(width: int, indent: str) -> None:
    texts = (FIRST, SECOND, THIRD, SECOND + THIRD, THIRD)
    lines = [line for text in texts for line in wrapped(indent + text, width)]
    assert one("\n".join(["区里部署民生工作", "■记者 王嘉宁", *lines])).paragraphs == texts


def test_latin_words_keep_the_space_that_a_line_break_was() -> None:
    article = one(
        "区里部署民生工作\n\n■记者 王嘉宁\n\n本报讯 会上发布了名为Green\n\nCity的计划,受到好评。\n\n" + SECOND
    )
    assert article.paragraphs[0] == "本报讯 会上发布了名为Green City的计划,受到好评。"


def test_a_subhead_is_a_paragraph_of_its_story() -> None:
    article = one(f"区里部署民生工作\n\n■记者 王嘉宁\n\n{FIRST}\n\n把实事办实\n\n{SECOND}\n\n{THIRD}\n")
    assert article.paragraphs == (FIRST, "把实事办实", SECOND, THIRD)


def test_an_advert_inside_a_cut_paragraph_does_not_part_it() -> None:
    page = (
        f"区里部署民生工作\n\n■记者 王嘉宁\n\n{FIRST}\n\n{SECOND[:20]}\n\n扫码下载读报APP\n\n{SECOND[20:]}\n\n{THIRD}\n"
    )
    assert one(page).paragraphs == (FIRST, SECOND, THIRD)


def test_a_last_story_that_stops_in_a_sentence_is_truncated() -> None:
    assert one(STORY[:-12]).truncated
    assert not one(STORY).truncated


@pytest.mark.parametrize("note", ["(下转第2版)", "▶▶下转A3版", "详见02版"])
def test_a_jump_note_makes_a_story_truncated_and_is_not_in_it(note: str) -> None:
    page = read_page(f"{STORY}\n{note}\n\n{OTHER}").articles
    assert [article.truncated for article in page] == [True, False]
    assert page[0].paragraphs == (FIRST, SECOND, THIRD)


@pytest.mark.parametrize(
    ("head", "kicker", "title", "subtitle"),
    [
        ("区里部署民生工作", "", "区里部署民生工作", ""),
        (
            "王强赴余新镇调研时强调 积极主动融入市区 打造南大门",
            "王强赴余新镇调研时强调",
            "积极主动融入市区 打造南大门",
            "",
        ),
        ("花开中国 春意正浓", "", "花开中国 春意正浓", ""),
        (
            "城市公共交通再增新车道 全市首笔知识产权贷款落地",
            "城市公共交通再增新车道",
            "全市首笔知识产权贷款落地",
            "",
        ),
        ("早稻丰收在望\n主产区夯实秋粮丰收基础", "早稻丰收在望", "主产区夯实秋粮丰收基础", ""),
        ("早稻丰收在望\n主产区夯实基础\n农技人员下田", "早稻丰收在望", "主产区夯实基础", "农技人员下田"),
        ("主产区夯实秋粮丰收基础\n——农技人员下田记", "", "主产区夯实秋粮丰收基础", "——农技人员下田记"),
        ("落实落细各项举措\n\n全力以赴恢复重建", "", "落实落细各项举措 全力以赴恢复重建", ""),
        ("【铭记历史\n缅怀先烈】五壮士连血脉赓续", "", "【铭记历史 缅怀先烈】五壮士连血脉赓续", ""),
        ("◆区里部署民生工作", "", "区里部署民生工作", ""),
    ],
)
def test_a_headline_is_parted_as_it_was_printed(head: str, kicker: str, title: str, subtitle: str) -> None:
    article = one(f"{head}\n\n■记者 王嘉宁\n\n{FIRST}\n\n{SECOND}\n")
    assert (article.kicker, article.title, article.subtitle) == (kicker, title, subtitle)


def test_one_line_headlines_stay_whole_on_a_page_that_gives_each_deck_a_line() -> None:
    whole = "城市公共交通再增新车道 全市首笔知识产权贷款落地"
    page = f"早稻丰收在望\n主产区夯实秋粮丰收基础\n\n■记者 周赞\n\n{FIRST}\n\n\n{whole}\n\n■记者 王嘉宁\n\n{FIRST}\n"
    assert [(article.kicker, article.title) for article in read_page(page).articles] == [
        ("早稻丰收在望", "主产区夯实秋粮丰收基础"),
        ("", whole),
    ]


@pytest.mark.parametrize(
    ("folio", "published_on", "page", "section"),
    [
        ("2024年10月9日 星期三\n\n要闻", date(2024, 10, 9), "", "要闻"),
        ("第4版:民生\n\n2024-10-09 星期三", date(2024, 10, 9), "4", "民生"),
        ("03 本地\n\n二〇二四年十一月二十日 星期三", date(2024, 11, 20), "3", "本地"),
        ("第13版:秀洲新闻", None, "13", "秀洲新闻"),
        ("01版:要 闻", None, "1", "要闻"),
        ("A02版 要闻", None, "A2", "要闻"),
        ("当前版: A4版 上一版 下一版\n\n【国 内】", None, "A4", "国内"),
        ("■要闻 3", None, "3", "要闻"),
        ("第十二版", None, "12", ""),
        ("版次:07 版名:文化", None, "7", "文化"),
        ("２０２４年１１月２０日　星期三　今日８版", date(2024, 11, 20), "", ""),
        ("二〇二四年十月三日 星期四", date(2024, 10, 3), "", ""),
        ("2024年13月9日 星期三", None, "", ""),
        ("扫码订阅本报", None, "", ""),
    ],
)
def test_a_page_says_its_date_its_number_and_its_section(
    folio: str, published_on: date | None, page: str, section: str
) -> None:
    article = one(f"{folio}\n\n\n{STORY}")
    assert (article.published_on, article.page, article.section) == (published_on, page, section)


def test_lines_left_out_are_counted() -> None:
    page = f"第4版:民生\n\n{STORY}\n扫码订阅本报\n\n{OTHER}\n遗失声明\n\n张某遗失驾驶证,声明作废。\n\n责编 赵磊\n"
    assert read_page(page).furniture == 5


def test_a_date_in_a_notice_is_not_the_page_s() -> None:
    assert one(f"{STORY}\n\n停水通知\n\n中环南路沿线停水。\n\n自来水公司\n\n2024年11月13日\n").published_on is None


def test_full_width_and_traditional_pages_read_the_same() -> None:
    page = "■記者 王嘉寧\n\n本報訊 昨天上午，區裏召開會議，部署民生工作，各鎮街道負責人參加。\n\n掃碼下載讀報ＡＰＰ"
    article = one(f"第４版：民生\n\n區裏部署民生工作\n\n{page}\n")
    assert article.reporters == ("王嘉寧",)
    assert (article.page, article.section) == ("4", "民生")
    assert article.paragraphs == ("本報訊 昨天上午，區裏召開會議，部署民生工作，各鎮街道負責人參加。",)


def test_headlines_with_the_words_of_notices_remain_headlines_over_a_byline() -> None:
    assert titles(f"小区停水通知引来居民热议\n\n■记者 王嘉宁\n\n{FIRST}\n") == ["小区停水通知引来居民热议"]


def test_every_line_that_is_not_blank_is_explained_once() -> None:
    page = f"第4版:民生\n\n{STORY}\n扫码订阅本报\n\n{OTHER}"
    notes = list(explain_page(page))
    assert [(note.number, note.text) for note in notes] == [
        (number, line) for number, line in enumerate(page.split("\n"), 1) if line
    ]
    assert [str(note.label) for note in notes] == [
        *("furniture", "headline", "byline", "paragraph", "paragraph", "paragraph"),
        *("furniture", "headline", "byline", "paragraph"),
    ]
    assert notes[0].reason == "names the page"
    assert notes[2].reason == "consists of names and what they did"
    assert notes[6].reason == "asks to scan a code"
    assert all(note.reason for note in notes)


def test_an_empty_page_has_nothing_to_explain() -> None:
    assert list(explain_page("\n \n")) == []


@pytest.mark.parametrize(
    "text",
    [
        "新" * 3_000_000,
        "\n" * 100_000 + STORY,
        "(" * 1_000_000,
        "本报讯(" * 200_000,
        "记者 王强 " * 200_000,
        "。”" * 1_000_000,
    ],
    ids=["one line of 9 MB", "100000 blank lines", "brackets", "datelines", "names", "stops"],
)
def test_no_page_takes_longer_than_its_length_deserves(text: str) -> None:
    began = time.monotonic()
    assert read_page(text).articles
    assert time.monotonic() - began < 4
