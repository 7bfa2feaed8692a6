"""The paper's words come as they stand there, or on request in the reader's characters, and say so."""

from dataclasses import replace

import pytest
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


@pytest.fixture(scope="module")
def hant(lexicon: Lexicon) -> Look:
    """How things look to who reads traditional characters and wants articles in them."""
    return Look(HANT, lexicon, SHANGHAI)


def test_nothing_is_converted_unless_it_is_asked_for(hant: Look) -> None:
    printed = article(body=WORDS)
    for language in ("zh-hans", "zh-hant", "en"):
        assert characters.shown(replace(hant, texts=texts_for(language)), printed) is printed
    assert characters.shown(replace(hant, texts=texts_for("en", converted=True)), printed) == printed


def test_everything_that_an_article_shows_is_converted(hant: Look) -> None:
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
    shown = characters.shown(hant, printed)
    assert (shown.headline, shown.body) == ("餘波 發展頭條 後記", "理髮店發展公交，頭髮乾淨。")
    assert [sentence.text for sentence in shown.summary.sentences] == [shown.body]
    assert shown.byline == ("馮思家", "馬國", "雲發")
    assert (shown.source, shown.section, shown.also_in, shown.continues) == ("南湖晚報", "發現", ("嘉興日報",), "頭髮")


def test_simplified_readers_may_have_a_traditional_paper_in_simplified(hant: Look) -> None:
    hans = replace(hant, texts=texts_for("zh-hans", converted=True))
    shown = characters.shown(hans, article(title="公車與頭髮", body="公車發車。"))
    assert (shown.headline, shown.body) == ("公车与头发", "公车发车。")


@given(parts=st.lists(st.text(st.sampled_from("理发店干净头面后里<&😀\n "), max_size=12), max_size=6))
def test_marks_stay_where_they_were(hant: Look, parts: list[str]) -> None:
    spans = tuple(Span(part, Mark.BOLD if number % 2 else None) for number, part in enumerate(parts))
    shown = characters.shown_spans(hant, spans)
    assert [(len(span.text), span.mark) for span in shown] == [(len(span.text), span.mark) for span in spans]
    assert "".join(span.text for span in shown) == characters.printed(hant, "".join(parts))


NAMES = {
    "余新镇": "余新鎮", "于城镇": "于城鎮", "干窑镇": "干窯鎮", "里泽村": "里澤村", "范泾村": "范涇村",
    "湾里村": "灣里村",
    "余一斐": "余一斐", "范云": "范雲", "岳里发": "岳里發", "姜汤": "姜湯", "游松": "游松", "涂后": "涂後",
    "于国": "于國",    "钟表": "鍾表", "后党": "后黨", "种余": "种余", "余新": "余新",
}  # fmt: skip
"""Names as they are written in traditional characters: of places, and of the people who write or speak in `NAMING`."""
PEOPLE = ("余一斐", "范云", "岳里发", "姜汤", "游松", "涂后", "于国", "钟表", "后党", "种余")
NAMING = article(body="余新的年夜饭。", reporters=PEOPLE, places=("330402101",))
WORDINESS = st.text(st.sampled_from("理发店干净头面后里余游于岳范<&😀\n "), max_size=6)


@given(parts=st.lists(st.tuples(WORDINESS, st.sampled_from(sorted(NAMES))), max_size=6), last=WORDINESS)
def test_names_are_written_as_names_wherever_they_stand_and_nothing_moves(
    hant: Look, parts: list[tuple[str, str]], last: str
) -> None:
    # Behind a mark that no name holds: two that stand side by side could be read otherwise.
    whole = "".join(f"{words}，{name}，" for words, name in parts) + last
    shown = characters.printed(hant, whole, NAMING)
    assert len(shown) == len(whole)
    at = 0
    for words, name in parts:
        at += len(words) + 1
        assert shown[at : at + len(name)] == NAMES[name]
        at += len(name) + 1
    spans = (Span(whole[: at // 2]), Span(whole[at // 2 :], Mark.BOLD))
    assert [span.text for span in characters.shown_spans(hant, spans, NAMING)] == [shown[: at // 2], shown[at // 2 :]]


@given(words=st.text(st.sampled_from("理发店干净头面后里余游于岳范市业新手<&😀\n "), max_size=30))
def test_words_without_a_name_are_converted_as_words(hant: Look, words: str) -> None:
    assert characters.printed(hant, words) == HANT.chinese(words)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("记者从余新镇获悉，业余新手也能参加。", "記者從余新鎮獲悉，業餘新手也能參加。"),
        ("村民余建华说，余下的田里种了姜。", "村民余建華說，餘下的田裡種了姜。"),
        ("“干净了。”范国平说。范围之内，范国平最忙。", "“乾淨了。”范國平說。範圍之內，范國平最忙。"),
        ("省交通局于昨天表示，公交于下月开通。", "省交通局於昨天表示，公交於下月開通。"),
        ("于昨天表示开通。", "於昨天表示開通。"),
        ("于建国说，于是大家去了余杭区。", "于建國說，於是大家去了餘杭區。"),
    ],
)
def test_who_is_called_or_speaks_in_an_article_keeps_their_name(hant: Look, body: str, shown: str) -> None:
    assert characters.shown(hant, article(body=body)).body == shown


def test_sentences_of_a_summary_are_told_where_they_stand(hant: Look) -> None:
    body = "余新镇的理发店开张了。于国说，头发干净。"
    told = Summary((Sentence("于国说，头发干净。", 11),))
    shown = characters.shown(hant, article(body=body, summary=told, reporters=("于国",)))
    for sentence in shown.summary.sentences:
        assert shown.body[sentence.start :].startswith(sentence.text)
        assert sentence.text == "于國說，頭髮乾淨。"


def test_a_mark_within_a_word_does_not_change_how_it_is_written(hant: Look) -> None:
    shown = characters.shown_spans(hant, messages.marked("剪头发的店", ["发的店"]))
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
    assert "余新鎮" in said(desk, "/follow place:余新镇", "zh-TW")


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
