from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot import editions
from bot.chat import Button
from bot.editions import MOST_REST, Section
from bot.look import Look
from bot.texts import DEFAULT, texts_for
from digests.composition import Composed, Entry
from digests.model.news import Edition, Kind, Sentence, Summary
from digests.model.readers import Style
from digests.seeds import Lexicon
from tests.samples import NOW, article

SHANGHAI = ZoneInfo("Asia/Shanghai")
EDITION = Edition(1, NOW)


def look(lexicon: Lexicon, style: Style = Style.FULL, web_url: str | None = None) -> Look:
    return Look(DEFAULT, lexicon, SHANGHAI, style, web_url)


def long(number: int, characters: int) -> str:
    return f"{number}" + "长" * (characters - 2) + "。"


def test_each_message_has_the_buttons_of_the_articles_that_begin_in_it(lexicon: Lexicon) -> None:
    articles = [article(n, f"第{n}篇", long(n, 500)) for n in range(1, 21)]
    for style in Style:
        shown = editions.digest(look(lexicon, style), EDITION, [Section("时政", articles)], 1)
        assert (len(shown) > 1) is (style is Style.FULL)
        for message in shown:
            actions = [button.action for row in message.buttons for button in row]
            pressed = [action for action in actions if action.startswith("read")]
            assert pressed == [f"read {n}" for n in range(1, 21) if f"{n} 第{n}篇\n" in message.plain + "\n"]


def test_what_is_left_out_is_counted_and_a_button_away(lexicon: Lexicon) -> None:
    rest = Button("经济 +5", "more 1 topic:economy")
    other = Button("交通 +2", "more 1 topic:transport")
    shown = [Section("时政", [article(1)]), Section("经济", [article(2)], 5, rest), Section("交通", [], 2, other)]
    [message] = editions.digest(look(lexicon), EDITION, shown, 1)
    assert "共 9 篇，先看 2 篇" in message.plain
    assert message.plain.endswith("本期还有：经济 5 篇、交通 2 篇")
    assert "▍交通" not in message.plain
    assert [button.action for button in message.buttons[-1]] == [rest.action, other.action, "settings"]


def test_settings_are_a_button_where_one_reads_alone(lexicon: Lexicon) -> None:
    for shared in (False, True):
        seen = replace(look(lexicon), shared=shared)
        [message] = editions.digest(seen, EDITION, [Section("时政", [article()])], 1)
        assert any(button.action == "settings" for row in message.buttons for button in row) is not shared


def test_of_many_sections_one_button_asks_which(lexicon: Lexicon) -> None:
    many = [Section(f"词{n}", [], 2, Button(f"词{n} +2", f"more 1 词{n}")) for n in range(MOST_REST + 1)]
    [message] = editions.digest(look(lexicon), Edition(7, NOW), [Section("时政", [article()]), *many], 5)
    assert "词6 2 篇" in message.plain
    assert [(b.label, b.action) for b in message.buttons[-1]] == [
        ("其余 14 篇 ›", "more 5-7"),
        ("⚙ 设置", "settings"),
    ]


def test_the_buttons_for_more_stand_under_the_last_message_only(lexicon: Lexicon) -> None:
    rest = Button("时政 +5", "more 1 topic:politics")
    articles = [article(n, f"第{n}篇", long(n, 900)) for n in range(1, 11)]
    shown = editions.digest(look(lexicon), EDITION, [Section("时政", articles, 5, rest)], 1)
    assert len(shown) > 2
    assert [any(rest in row for row in message.buttons) for message in shown] == [False] * (len(shown) - 1) + [True]


def test_summaries_are_shortened_before_a_digest_takes_a_second_message(lexicon: Lexicon) -> None:
    body = "".join(f"第{n}句" + "长" * 160 + "。" for n in range(3))
    sentences = tuple(Sentence(body[at : at + 164], at) for at in range(0, len(body), 164))
    articles = [article(n, body=body, summary=Summary(sentences)) for n in range(1, 13)]
    [message] = editions.digest(look(lexicon), EDITION, [Section("时政", articles)], 1)
    assert message.plain.count("第0句") == 12
    assert "第1句" not in message.plain
    [few] = editions.digest(look(lexicon), EDITION, [Section("时政", articles[:3])], 1)
    assert few.plain.count("第2句") == 3


def test_sentences_that_follow_each_other_in_the_paper_stand_in_one_paragraph() -> None:
    body = "一。二。三。\n四。"
    told = Summary((Sentence("一。", 0), Sentence("二。", 2), Sentence("四。", 7)))
    assert editions.summary(article(body=body, summary=told)) == "一。二。\n四。"
    apart = Summary((Sentence("一。", 0), Sentence("三。", 4), Sentence("四。", 7)))
    assert editions.summary(article(body=body, summary=apart)) == "一。\n三。\n四。"
    spaced = Summary((Sentence("One.", 0), Sentence("Two.", 5)))
    assert editions.summary(article(body="One. Two.", summary=spaced)) == "One. Two."


def test_the_paper_is_named_once_where_all_is_from_one(lexicon: Lexicon) -> None:
    one = [article(1), article(2)]
    [message] = editions.digest(look(lexicon), EDITION, [Section("时政", one)], 1)
    assert "南湖晚报 · 共 2 篇" in message.plain
    assert message.plain.count("南湖晚报") == 1
    two = [article(1), article(2, source="嘉兴日报")]
    [message] = editions.digest(look(lexicon), EDITION, [Section("时政", two)], 1)
    assert "\n共 2 篇" in message.plain
    assert "记者 冯思家 · 嘉兴日报" in message.plain


def test_compact_digests_show_headlines_and_places_only(lexicon: Lexicon) -> None:
    found = [article(1, places=("330402101",)), article(2, "归巢", truncated=True)]
    [message] = editions.digest(look(lexicon, Style.COMPACT), EDITION, [Section("时政", found)], 1)
    assert message.plain.endswith("▍时政\n1 公交新增线路 · 余新镇\n2 归巢")


def test_a_compact_digest_names_other_papers_and_follow_ups_in_a_word(lexicon: Lexicon) -> None:
    found = [
        article(1, also_in=("嘉兴日报",), places=("330402101",)),
        article(2, also_in=("嘉兴日报", "海宁日报"), follows=7, continues="公交改线"),
        article(3, follows=7, continues="公交改线"),
    ]
    shown = replace(look(lexicon, Style.COMPACT), web_url="https://liwen.example")
    [message] = editions.digest(shown, EDITION, [Section("时政", found)], 1)
    assert message.plain.splitlines()[-3:] == [
        "1 公交新增线路 · 余新镇 · 另见嘉兴日报",
        "2 公交新增线路 · 另见 2 家报纸 · 跟进",
        "3 公交新增线路 · 跟进",
    ]
    assert message.html.count('<a href="https://liwen.example/articles/7">跟进</a>') == 2


def test_a_section_has_a_short_name_on_its_button(lexicon: Lexicon) -> None:
    name = " ".join(f"很长的词{n}" for n in range(20))
    composed = Composed(name, (Entry(article(), (), 0.0),))
    [section] = editions.sections(look(lexicon), [composed], 1, 1)
    assert section.rest is not None
    assert section.rest.label == name[:8] + "… +1"


@given(name=st.text(min_size=1, max_size=500), first=st.integers(1, 10**7), count=st.integers(0, 60))
def test_a_button_for_more_fits_whatever_is_followed(name: str, first: int, count: int) -> None:
    assert Button("更多", editions.more_action(name, first, first + count, page=99)).fits


def test_no_articles_are_no_message(lexicon: Lexicon) -> None:
    assert editions.digest(look(lexicon), EDITION, [Section("时政", [])], 1) == ()


def test_the_edition_is_named_in_the_papers_own_time() -> None:
    names = [editions.title(texts_for("en"), Edition(1, NOW.replace(hour=hour)), SHANGHAI) for hour in (22, 6, 10)]
    assert [name.rpartition(", ")[2] for name in names] == ["morning", "midday", "evening"]
    assert editions.title(DEFAULT, EDITION, SHANGHAI) == "里闻 · 2024年11月13日 星期三 午报"


def test_a_digest_without_a_summary_still_has_its_headline(lexicon: Lexicon) -> None:
    [message] = editions.digest(look(lexicon), EDITION, [Section("时政", [article(summary=Summary())])], 1)
    assert "1 公交新增线路\n" in message.plain
    assert "blockquote" not in message.html


def test_a_text_without_a_headline_is_told_once_under_what_it_is(lexicon: Lexicon) -> None:
    heron = article(title="", body="几只鹭鸟飞到树丛栖息。", kind=Kind.CAPTION)
    [message] = editions.digest(look(lexicon), EDITION, [Section("生态", [heron])], 1)
    assert "\n1 图片\n几只鹭鸟" in message.plain
    assert message.plain.count("几只鹭鸟") == 1
    [compact] = editions.digest(look(lexicon, Style.COMPACT), EDITION, [Section("生态", [heron])], 1)
    assert "1 几只鹭鸟飞到树丛栖息。" in compact.plain


def test_the_day_of_an_older_paper_is_named(lexicon: Lexicon) -> None:
    def shown(published_on: date) -> str:
        old = article(published_on=published_on)
        return editions.digest(look(lexicon), EDITION, [Section("时政", [old])], 1)[0].plain

    assert "见报日期：2024年11月8日 星期五" in shown(date(2024, 11, 8))
    assert "见报日期" not in shown(date(2024, 11, 12))


def test_articles_and_the_stories_before_are_linked_to_our_pages_or_else_to_where_they_came_from(
    lexicon: Lexicon,
) -> None:
    follows = article(7, follows=3, continues="征求意见", url="https://paper.example/7")

    def links(look: Look, of: object = follows) -> list[str]:
        [message] = editions.digest(look, EDITION, [Section("时政", [of])], 1)  # type: ignore[list-item]
        return [span.link for span in message.spans if span.link]

    ours = look(lexicon, web_url="https://news.example")
    assert links(ours) == ["https://news.example/articles/7", "https://news.example/articles/3"]
    assert links(look(lexicon)) == ["https://paper.example/7"]
    assert links(look(lexicon), replace(follows, url="ftp://paper.example")) == []
