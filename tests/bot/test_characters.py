"""The paper's words come as they stand there, or on request in the reader's characters, and say so."""

from hypothesis import given
from hypothesis import strategies as st

from bot import characters, editions, messages
from bot.chat import Mark, Span
from bot.commands import Desk
from bot.delivery import Sender
from bot.look import Look
from bot.texts import Texts, texts_for
from digests.model.news import Sentence, Summary
from digests.seeds import Lexicon
from digests.storage import Database
from tests.bot.asking import ask, buttons, said
from tests.bot.test_editions import EDITION, SHANGHAI
from tests.fakes import FakeClock, FakeTransport
from tests.samples import NOW, add, article, follow, pacer, raw

HANT = texts_for("zh-hant", converted=True)
NOTE = "已轉成繁體"
WORDS = "理发店发展公交，头发干净。"


def test_nothing_is_converted_unless_it_is_asked_for() -> None:
    printed = article(body=WORDS)
    for language in ("zh-hans", "zh-hant", "en"):
        assert characters.shown(texts_for(language), printed) is printed
    assert characters.shown(texts_for("en", converted=True), printed) == printed


def test_everything_that_an_article_shows_is_converted() -> None:
    printed = article(
        title="发展头条",
        body=WORDS,
        kicker="余波",
        subtitle="后记",
        correspondents=("马国",),
        photographers=("云发",),
        source="南湖晚报",
        section="发现",
        also_in=("嘉兴日报",),
        continues="头发",
    )
    shown = characters.shown(HANT, printed)
    assert (shown.headline, shown.body) == ("餘波 發展頭條 後記", "理髮店發展公交，頭髮乾淨。")
    assert [sentence.text for sentence in shown.summary.sentences] == [shown.body]
    assert shown.byline == ("馮思家", "馬國", "雲發")
    assert (shown.source, shown.section, shown.also_in, shown.continues) == ("南湖晚報", "發現", ("嘉興日報",), "頭髮")


def test_simplified_readers_may_have_a_traditional_paper_in_simplified() -> None:
    shown = characters.shown(texts_for("zh-hans", converted=True), article(title="公車與頭髮", body="公車發車。"))
    assert (shown.headline, shown.body) == ("公车与头发", "公车发车。")


@given(parts=st.lists(st.text(st.sampled_from("理发店干净头面后里<&😀\n "), max_size=12), max_size=6))
def test_marks_stay_where_they_were(parts: list[str]) -> None:
    spans = tuple(Span(part, Mark.BOLD if number % 2 else None) for number, part in enumerate(parts))
    shown = characters.shown_spans(HANT, spans)
    assert [(len(span.text), span.mark) for span in shown] == [(len(span.text), span.mark) for span in spans]
    assert "".join(span.text for span in shown) == HANT.printed("".join(parts))


def test_a_mark_within_a_word_does_not_change_how_it_is_written() -> None:
    shown = characters.shown_spans(HANT, messages.marked("剪头发的店", ["发的店"]))
    assert [span.text for span in shown if span.text] == ["剪頭", "髮的店"]


def test_a_digest_in_other_characters_says_so_and_one_in_the_papers_own_does_not(lexicon: Lexicon) -> None:
    def digest(texts: Texts, body: str) -> str:
        shown = [editions.Section("民生", [article(title=body, body=body)])]
        return editions.digest(Look(texts, lexicon, SHANGHAI), EDITION, shown, 1)[0].plain

    assert "頭髮乾淨" in digest(HANT, WORDS)
    assert NOTE in digest(HANT, WORDS)
    assert NOTE not in digest(HANT, "公交公司")
    assert "头发干净" in digest(texts_for("zh-hant"), WORDS)
    assert NOTE not in digest(texts_for("zh-hant"), WORDS)


def test_names_of_topics_and_places_are_in_the_readers_characters_always(desk: Desk) -> None:
    assert "經濟" in " ".join(buttons(ask(desk, "/topics", "zh-TW")))
    assert "南湖區" in " ".join(buttons(ask(desk, "/places", "zh-TW")))
    assert "关注" not in said(desk, "/places", "zh-TW")
    assert "餘新鎮" in said(desk, "/follow place:余新镇", "zh-TW")


def test_an_article_is_converted_by_the_button_under_it_and_so_is_all_that_comes(desk: Desk) -> None:
    with desk.database.begin() as store:
        number = add(store, raw("头发与发展", WORDS))
    read = ask(desk, f"/read {number}", "zh-TW")
    assert "头发与发展" in read.messages[0].plain
    converted = ask(desk, buttons(read)["簡體報導轉成繁體"], "zh-TW", pressed=True)
    assert "頭髮與發展" in converted.messages[0].plain
    assert NOTE in converted.messages[0].plain
    assert converted.edit
    assert "頭髮" in said(desk, f"/read {number}", "zh-TW")
    found = ask(desk, "/search 头发", "zh-TW").messages[0]
    assert [span.text for span in found.spans if span.mark is Mark.BOLD][-2:] == ["頭髮", "頭髮"]
    ask(desk, buttons(converted)["報導保持報紙原字"], "zh-TW", pressed=True)
    assert "头发与发展" in said(desk, f"/read {number}", "zh-TW")


def test_an_article_in_the_readers_characters_has_no_button_to_convert_it(desk: Desk) -> None:
    with desk.database.begin() as store:
        number = add(store, raw("公交", "公交公司。"))
    assert not any("lang" in action for action in buttons(ask(desk, f"/read {number}", "zh-hans")).values())
    assert not any("lang" in action for action in buttons(ask(desk, f"/read {number}", "en")).values())


def test_the_characters_are_chosen_with_the_language(desk: Desk) -> None:
    assert "簡體報導轉成繁體" in buttons(ask(desk, "/lang", "zh-HK"))
    assert "轉成繁體" in said(desk, "/lang converted", "zh-HK")
    assert "報紙原字" in said(desk, "/lang original", "zh-HK")
    assert set(buttons(ask(desk, "/lang", "en", "telegram:8"))) == {"简体中文", "繁體中文", "English"}


async def test_each_chat_gets_its_digest_in_the_characters_it_chose(database: Database, lexicon: Lexicon) -> None:
    follow(database, "telegram:1", "公交", language="zh-Hant", converted=True)
    follow(database, "telegram:2", "公交", language="zh-Hant")
    with database.begin() as store:
        edition = store.editions.add(NOW)
        assert edition is not None
        number = add(store, raw("公交发展", WORDS))
        store.articles.set_summary(number, Summary((Sentence(WORDS, 0),)))
        store.digests.add(edition.id, {"公交": [number]})
        store.deliveries.fan_out(edition)
    transport, clock = FakeTransport(), FakeClock(NOW)
    sender = Sender(database, lexicon, transport, SHANGHAI, pacer(database, clock))
    while await sender.send_due():
        pass
    [converted], [original] = transport.to("telegram:1"), transport.to("telegram:2")
    assert "理髮店發展公交" in converted
    assert NOTE in converted
    assert "理发店发展公交" in original
