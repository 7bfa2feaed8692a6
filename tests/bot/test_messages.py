from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot import messages
from bot.chat import BUTTONS, Button, Mark
from bot.messages import Section
from bot.texts import DEFAULT, texts_for
from digests.composition import Composed, Entry
from digests.model import Article, Edition, Sentence, Summary
from digests.seeds import Lexicon
from tests.botapi.validation import refusal
from tests.samples import NOW, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")
EDITION = Edition(1, NOW)


BODY = "公交新增线路。方便出行。"


def article(number: int = 1, title: str = "公交新增线路", body: str = BODY, **more: object) -> Article:
    base = raw(title, body)
    fields: dict[str, object] = {name: getattr(base, name) for name in base.__dataclass_fields__}
    known = {"id": number, "topics": (), "places": (), "ingested_at": NOW, "summary": Summary((Sentence(body, 0),))}
    return Article(**(fields | known | more))  # type: ignore[arg-type]


@given(
    titles=st.lists(st.text(st.sampled_from("新闻<&>😀 \n"), min_size=1, max_size=300), min_size=1, max_size=40),
    bodies=st.lists(
        st.text(st.sampled_from("甲乙。<&>😀\n"), min_size=1, max_size=400) | st.just("超" * 9000), min_size=1
    ),
)
def test_telegram_takes_every_digest_whatever_is_in_it(lexicon: Lexicon, titles: list[str], bodies: list[str]) -> None:
    articles = [article(n, title, bodies[n % len(bodies)]) for n, title in enumerate(titles)]
    rest = Button("更多：时政", "more 1 topic:politics")
    shown = [Section("时政", articles, 3, rest), Section(titles[0], [], 2, rest)]
    digest = messages.digest(DEFAULT, lexicon, EDITION, shown, SHANGHAI)
    page = messages.listing(DEFAULT, lexicon, EDITION, shown[0], SHANGHAI, first=11, count=99)
    for message in (*digest, *page):
        markup = {
            "inline_keyboard": [[{"text": b.label, "callback_data": b.action} for b in row] for row in message.buttons]
        }
        assert refusal({"text": message.html, "parse_mode": "HTML", "reply_markup": markup}) == ""


def test_each_message_has_the_buttons_of_the_articles_that_begin_in_it(lexicon: Lexicon) -> None:
    articles = [article(n, f"第{n}篇", "长" * 500 + "。") for n in range(1, 21)]
    shown = messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", articles)], SHANGHAI)
    assert len(shown) > 1
    for message in shown:
        pressed = [button.action for row in message.buttons for button in row]
        assert pressed == [f"read {n}" for n in range(1, 21) if f"{n} 第{n}篇\n" in message.plain]


def test_what_is_left_out_is_counted_and_a_button_away(lexicon: Lexicon) -> None:
    rest = Button("更多：经济", "more 1 topic:economy")
    other = Button("更多：交通", "more 1 topic:transport")
    shown = [Section("时政", [article(1)]), Section("经济", [article(2)], 5, rest), Section("交通", [], 2, other)]
    [message] = messages.digest(DEFAULT, lexicon, EDITION, shown, SHANGHAI)
    assert "共 9 篇，先看 2 篇" in message.plain
    assert message.plain.count("另有") == 1
    assert message.plain.index("▍经济") < message.plain.index("另有 5 篇") < message.plain.index("本期还有：交通 2 篇")
    assert "▍交通" not in message.plain
    assert [button.action for button in message.buttons[-1]] == [rest.action, other.action]


def test_the_buttons_for_more_stand_under_the_last_message_only(lexicon: Lexicon) -> None:
    rest = Button("更多：时政", "more 1 topic:politics")
    articles = [article(n, f"第{n}篇", "长" * 900 + "。") for n in range(1, 11)]
    shown = messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", articles, 5, rest)], SHANGHAI)
    assert len(shown) > 2
    assert [any(rest in row for row in message.buttons) for message in shown] == [False] * (len(shown) - 1) + [True]


def test_a_hundred_buttons_are_not_passed_however_much_is_followed(lexicon: Lexicon) -> None:
    many = [Section(f"词{n}", [], 1, Button(f"更多：词{n}", f"more 1 词{n}")) for n in range(150)]
    shown = messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", [article()]), *many], SHANGHAI)
    assert "词149 1 篇" in "".join(message.plain for message in shown)
    assert sum(map(len, shown[-1].buttons)) == BUTTONS


def test_a_button_for_a_long_wish_has_a_short_label(lexicon: Lexicon) -> None:
    name = " ".join(f"很长的词{n}" for n in range(20))
    composed = Composed(name, (Entry(article(), (), 0.0),))
    [section] = messages.sections(DEFAULT, lexicon, [composed], 1, 1)
    assert section.rest is not None
    assert section.rest.label == "更多：" + name[:20] + "…"


@given(name=st.text(min_size=1, max_size=500), first=st.integers(1, 10**7), count=st.integers(0, 60))
def test_a_button_for_more_fits_whatever_is_followed(name: str, first: int, count: int) -> None:
    assert Button("更多", messages.more_action(name, first, first + count, page=99)).fits


def test_no_articles_are_no_message(lexicon: Lexicon) -> None:
    assert messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", [])], SHANGHAI) == ()


def test_the_edition_is_named_in_the_papers_own_time() -> None:
    names = [
        messages.digest_title(texts_for("en"), Edition(1, NOW.replace(hour=hour)), SHANGHAI) for hour in (22, 6, 10)
    ]
    assert names == [
        "Liwen 里闻 · Thu 2024-11-14, morning",
        "Liwen 里闻 · Wed 2024-11-13, midday",
        "Liwen 里闻 · Wed 2024-11-13, evening",
    ]


def test_the_place_it_speaks_of_most_is_named(lexicon: Lexicon) -> None:
    assert messages.place_name(lexicon, article(places=("0", "330402101", "330402"))) == "余新镇"
    assert messages.place_name(lexicon, article()) == ""


def test_a_person_with_two_parts_is_named_once() -> None:
    both = article(reporters=("王嘉宁",), photographers=("王嘉宁", "周赞"))
    assert messages.byline(DEFAULT, both) == ["记者 王嘉宁", "摄影 周赞"]


def test_hits_are_marked_however_they_are_written_and_the_longer_word_wins() -> None:
    spans = messages.marked("ＡＰＰ與公交公司", ["app", "公交", "公交公司", " "])
    assert [span.text for span in spans if span.mark is Mark.BOLD] == ["ＡＰＰ", "公交公司"]
    assert "".join(span.text for span in spans) == "ＡＰＰ與公交公司"
    assert messages.marked("公交", [])[0].mark is None


def test_a_wish_reads_as_a_person_would_say_it(lexicon: Lexicon) -> None:
    assert (
        messages.wish(DEFAULT, lexicon, "-place:330402101 topic:transport 公交") == "主题 交通 公交（不要 地点 余新镇）"
    )
    assert messages.wish(DEFAULT, lexicon, 'by:冯思家 source:晚报 "数据 资产"') == '记者 冯思家 来源 晚报 "数据 资产"'
    assert messages.wish(DEFAULT, lexicon, "公交 OR 地铁 since:2024-11-01") == "公交 或 地铁 2024-11-01 起"
    assert messages.wish(texts_for("en"), lexicon, "-广告 公交 OR 地铁") == "公交 or 地铁 (without 广告)"
    assert messages.wish(texts_for("en"), lexicon, "topic:transport") == "topic Transport"
    assert messages.wish(DEFAULT, lexicon, "topic:gone place:0 x") == "topic:gone place:0 x"


def test_an_article_without_a_day_has_none_in_its_line(lexicon: Lexicon) -> None:
    assert "2024" not in messages.full_article(DEFAULT, lexicon, replace(article(), published_on=None))[0].plain
    [message] = messages.hits(DEFAULT, "公交", ["公交"], [replace(article(), published_on=None, source="")], 1, [])
    assert "2024" not in message.plain


def test_a_digest_without_a_summary_still_has_its_headline(lexicon: Lexicon) -> None:
    [message] = messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", [article(summary=Summary())])], SHANGHAI)
    assert "1 公交新增线路\n" in message.plain
    assert "blockquote" not in message.html


def test_a_caption_without_a_title_is_called_by_how_it_begins() -> None:
    assert messages.headline(article(title="", body="几只鹭鸟。")) == "几只鹭鸟。"
    assert messages.headline(article(title="", body="鹭" * 30)) == "鹭" * 20 + "…"


def test_a_section_of_one_topic_or_place_has_its_bare_name(lexicon: Lexicon) -> None:
    queries = ("topic:transport", "place:330402101", "公交 topic:transport", "topic:gone", "place:0")
    shown = [messages.section(DEFAULT, lexicon, query) for query in queries]
    assert shown == ["交通", "余新镇", "公交 主题 交通", "topic:gone", "place:0"]


def test_the_day_of_an_older_paper_is_named(lexicon: Lexicon) -> None:
    def shown(published_on: date) -> str:
        old = article(published_on=published_on)
        return messages.digest(DEFAULT, lexicon, EDITION, [Section("时政", [old])], SHANGHAI)[0].plain

    assert "见报日期：2024年11月8日 星期五" in shown(date(2024, 11, 8))
    assert "见报日期" not in shown(date(2024, 11, 12))


def test_the_other_papers_and_the_story_before_are_named_under_an_article(lexicon: Lexicon) -> None:
    shown = article(also_in=("嘉兴日报", "浙江日报"), continues="公交线路征求意见", truncated=True)
    lines = messages.credits_line(DEFAULT, lexicon, shown).splitlines()
    assert lines[-2:] == ["另见：嘉兴日报、浙江日报", "跟进：公交线路征求意见"]
    assert "（来稿至此中断，全文未完）" in lines


def test_a_page_is_named_by_number_and_section_or_as_somebody_named_it(lexicon: Lexicon) -> None:
    def last(page: str, section: str = "") -> str:
        return messages.credits_line(DEFAULT, lexicon, article(page=page, section=section)).split(" · ")[-1]

    assert [last("4"), last("A2", "要闻"), last("号外")] == ["4版", "A2版 要闻", "号外"]
