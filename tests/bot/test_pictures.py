from dataclasses import replace
from datetime import date
from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.commands import Desk
from bot.look import Look
from bot.pictures import digest_card, rises, trends_card
from bot.pictures.drawing import MISSING, drawable, fitting, font
from bot.texts import LANGUAGES, texts_for
from digests.model.news import Edition
from digests.rising import Rise, Week
from digests.seeds import Lexicon
from tests.bot.conftest import SHANGHAI
from tests.samples import NOW

TRENDS = Week(
    date(2024, 11, 7),
    date(2024, 11, 13),
    40,
    terms=(Rise("台风", 9, 0.5), Rise("余新镇", 4, 1.0)),
    topics=(Rise("environment", 7, 2.25),),
    places=(Rise("330402101", 4, 1.0),),
)


def shown(png: bytes) -> Image.Image:
    image = Image.open(BytesIO(png))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(png) < 80_000
    return image.convert("RGB")


def test_a_card_shows_an_edition_and_says_what_it_shows(desk: Desk) -> None:
    with desk.database.read() as store:
        articles = store.articles.of_edition(1)
    for texts in LANGUAGES.values():
        card = digest_card(Look(texts, desk.lexicon, desk.zone), Edition(1, NOW), articles, 4)
        assert card.key.startswith(f"edition 1 {texts.code} ")
        assert "公交新增三条线路" in card.alt
        image = shown(card.draw())
        assert len(image.crop((64, 150, 1136, 600)).getcolors() or []) > 5


def test_a_picture_of_something_else_is_another_picture(desk: Desk) -> None:
    look = Look(texts_for("en"), desk.lexicon, desk.zone)
    with desk.database.read() as store:
        articles = store.articles.of_edition(1)
    keys = [digest_card(look, Edition(1, NOW), some, 4).key for some in (articles, articles, articles[1:])]
    assert keys[0] == keys[1] != keys[2]
    assert trends_card(look, TRENDS).key != trends_card(look, replace(TRENDS, places=())).key


def test_a_picture_of_trends_says_its_counts_in_words(lexicon: Lexicon) -> None:
    card = trends_card(Look(texts_for("zh-Hans"), lexicon, SHANGHAI), TRENDS)
    assert card.alt == "本周上升 11月7日 – 11月13日 · 词语: 台风 9 · 主题: 生态·天气 7 · 地点: 余新镇 4"
    shown(card.draw())


def test_a_place_that_rose_is_not_told_again_as_a_word(lexicon: Lexicon) -> None:
    words, _, places = rises(Look(texts_for("zh-Hans"), lexicon, SHANGHAI), TRENDS)
    assert [name for name, _ in words[1]] == ["台风"]
    assert [name for name, _ in places[1]] == ["余新镇"]


def test_the_font_has_what_local_papers_print_and_signs_what_it_lacks() -> None:
    assert all(drawable(one) == one for one in "邵潘锋嘉兴南湖臺灣新聞“”《》、。Liwen 2024")
    assert drawable("\U00020000") == MISSING


@given(st.lists(st.sampled_from(["春夏", "秋，", "“冬”", "雪。", "ab", "12 ", "\U00020000"])), st.integers(1, 3))
def test_text_is_broken_into_lines_that_fit(words: list[str], lines: int) -> None:
    broken = fitting("".join(words), 30, 200, lines)
    assert len(broken) <= lines
    assert all(font(30).getlength(line) <= 230 for line in broken)
    assert all(line[:1] not in ("，", "。", "”") for line in broken[1:])
