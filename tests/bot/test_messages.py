from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot import messages
from bot.chat import Mark
from bot.texts import DEFAULT, texts_for
from digests.model import Article, Edition, Sentence, Summary
from digests.seeds import Lexicon
from tests.fakes import refusal
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
    for message in messages.digest(DEFAULT, lexicon, EDITION, [("时政", articles)], SHANGHAI):
        markup = {"inline_keyboard": [[{"callback_data": b.action} for b in row] for row in message.buttons]}
        assert refusal({"text": message.html, "parse_mode": "HTML", "reply_markup": markup}) == ""


def test_each_message_has_the_buttons_of_the_articles_that_begin_in_it(lexicon: Lexicon) -> None:
    articles = [article(n, f"第{n}篇", "长" * 500 + "。") for n in range(1, 21)]
    shown = messages.digest(DEFAULT, lexicon, EDITION, [("时政", articles)], SHANGHAI)
    assert len(shown) > 1
    for message in shown:
        pressed = [button.action for row in message.buttons for button in row]
        assert pressed == [f"read {n}" for n in range(1, 21) if f"{n} 第{n}篇\n" in message.plain]


def test_an_article_of_two_sections_is_shown_in_the_first(lexicon: Lexicon) -> None:
    both = article()
    [message] = messages.digest(DEFAULT, lexicon, EDITION, [("时政", [both]), ("经济", [both, article(2)])], SHANGHAI)
    assert message.plain.count("公交新增线路\n") == 2
    assert message.plain.index("▍时政") < message.plain.index("▍经济")


def test_no_articles_are_no_message(lexicon: Lexicon) -> None:
    assert messages.digest(DEFAULT, lexicon, EDITION, [("时政", [])], SHANGHAI) == ()


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
    assert messages.wish(DEFAULT, lexicon, "topic:transport -place:330402101 公交") == "主题 交通 -地点 余新镇 公交"
    assert messages.wish(texts_for("en"), lexicon, "topic:transport") == "topic Transport"
    assert messages.wish(DEFAULT, lexicon, "topic:gone place:0 x") == "topic:gone place:0 x"


def test_an_article_without_a_day_has_none_in_its_line(lexicon: Lexicon) -> None:
    assert "2024" not in messages.full_article(DEFAULT, lexicon, replace(article(), published_on=None))[0].plain
    [message] = messages.hits(DEFAULT, "公交", ["公交"], [replace(article(), published_on=None, source="")], 1, [])
    assert "2024" not in message.plain


def test_a_digest_without_a_summary_still_has_its_headline(lexicon: Lexicon) -> None:
    [message] = messages.digest(DEFAULT, lexicon, EDITION, [("时政", [article(summary=Summary())])], SHANGHAI)
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
        return messages.digest(DEFAULT, lexicon, EDITION, [("时政", [old])], SHANGHAI)[0].plain

    assert "见报日期：2024年11月8日 星期五" in shown(date(2024, 11, 8))
    assert "见报日期" not in shown(date(2024, 11, 12))


def test_the_other_papers_and_the_story_before_are_named_under_an_article(lexicon: Lexicon) -> None:
    shown = article(also_in=("嘉兴日报", "浙江日报"), continues="公交线路征求意见", truncated=True)
    lines = messages.credits_line(DEFAULT, lexicon, shown).splitlines()
    assert lines[-2:] == ["另见：嘉兴日报、浙江日报", "跟进：公交线路征求意见"]
    assert DEFAULT.truncated in lines


def test_a_page_is_named_by_number_and_section_or_as_somebody_named_it(lexicon: Lexicon) -> None:
    def last(page: str, section: str = "") -> str:
        return messages.credits_line(DEFAULT, lexicon, article(page=page, section=section)).split(" · ")[-1]

    assert [last("4"), last("A2", "要闻"), last("号外")] == ["4版", "A2版 要闻", "号外"]
