"""Whatever stands in the paper, Telegram takes every message: by its own rules, counted by other means than ours."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

import lxml.html
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import editions
from bot.articles import Opened, Setting, view
from bot.chat import Button, Message
from bot.editions import Section
from bot.look import Look
from bot.texts import LANGUAGES
from digests.model.news import Article, Edition, Sentence, Summary
from digests.model.readers import Style
from digests.seeds import Lexicon
from tests.bot.test_editions import SHANGHAI
from tests.botapi.validation import refusal
from tests.samples import NOW, article

# The lexicon is longer than hypothesis likes what it shows of a failure to be.
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")

ODD = st.sampled_from(
    [
        "<b>",
        "</a>",
        "&amp;",
        "&",
        "<",
        ">",
        '"',
        "'",
        "😀",
        "👨‍👩‍👧‍👦",
        "🇨🇳",
        "𠮷",
        "𝔘",
        "é\u0301\u0301\u0301",
        "שלום",
        "\u202eمرحبا",
        "\u200b",
        "\n",
        "\u3000",
        " ",
        "。",
        "，",
        "第1版",
        "/today",
        "@liwen_bot",
        "https://例.cn/?a=1&b=<2>",
    ]
)
CHARS = st.characters(exclude_categories=["Cs", "Cc"])
TEXTS = st.lists(ODD | st.text(CHARS, max_size=8), max_size=30).map("".join)
VERY_LONG = st.builds(
    lambda piece, times: piece * times, ODD | st.text(CHARS, min_size=1, max_size=3), st.integers(1, 1500)
)
ANY = st.one_of(TEXTS, TEXTS, TEXTS, VERY_LONG)
NAMES = st.lists(ANY, max_size=4).map(tuple)
SHORT_NAMES = st.lists(TEXTS, max_size=4).map(tuple)
URLS = ANY | st.builds("https://x.org/{}".format, ANY) | st.just("https://x.org/" + "&" * 150)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    paragraphs = tuple(draw(st.lists(ANY, min_size=1, max_size=4)))
    body = "\n".join(paragraphs)
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=6)))
    sentences = [Sentence(body[a:b], a) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return article(
        draw(st.integers(1, 10**15)),
        draw(ANY),
        paragraphs=paragraphs,
        kicker=draw(TEXTS),
        subtitle=draw(TEXTS),
        reporters=draw(NAMES),
        photographers=draw(NAMES),
        source=draw(ANY),
        page=draw(st.sampled_from(["", "4", "A2"]) | ANY),
        section=draw(TEXTS),
        url=draw(URLS),
        published_on=draw(st.none() | st.just(date(2024, 11, 1))),
        truncated=draw(st.booleans()),
        also_in=draw(NAMES),
        continues=draw(ANY),
        follows=draw(st.none() | st.integers(1, 10**15)),
        topics=draw(st.sampled_from([(), ("transport",)])),
        places=draw(st.sampled_from([(), ("330402101",)])),
        summary=Summary(tuple(sentences)),
    )


LOOKS = st.tuples(
    st.sampled_from(list(LANGUAGES.values())), st.sampled_from(Style), st.sampled_from([None, "https://n.example"])
)


def check(message: Message) -> None:
    markup: dict[str, Any] = {
        "inline_keyboard": [[{"text": b.label, "callback_data": b.action} for b in row] for row in message.buttons]
    }
    assert refusal({"text": message.html, "parse_mode": "HTML", "reply_markup": markup}) == ""
    # Once more by means that share nothing with ours: lxml reads the HTML, UTF-16 counts.
    parsed = lxml.html.fragment_fromstring(message.html, create_parent="div")
    assert len(parsed.text_content().encode("utf-16-le")) // 2 <= 4096
    assert sum(1 for _ in parsed.iter()) - 1 <= 100
    assert len(message.html.encode()) <= 32_768
    assert sum(len((element.get("href") or "").encode()) for element in parsed.iter("a")) <= 9_500
    actions = [button.action.encode() for row in message.buttons for button in row]
    assert len(actions) <= 100
    assert all(1 <= len(action) <= 64 for action in actions)
    assert all(button.label.strip() for row in message.buttons for button in row)


def sections_of(found: Sequence[Article], heading: str) -> list[Section]:
    halves = (found[: len(found) // 2], found[len(found) // 2 :])
    numbers = count(1)
    return [Section(heading, part, next(numbers), Button("+", "more 1 x")) for part in halves]


@settings(max_examples=50)
@given(found=st.lists(articles(), min_size=1, max_size=12), heading=TEXTS, chosen=LOOKS)
def test_telegram_takes_every_digest(lexicon: Lexicon, found: list[Article], heading: str, chosen: Any) -> None:
    texts, style, web_url = chosen
    look = Look(texts, lexicon, SHANGHAI, style, web_url)
    parts = sections_of(found, heading)
    edition = Edition(10**6, NOW)
    shown = [*editions.digest(look, edition, parts, 1), *editions.listing(look, edition, parts[-1], first=11, total=99)]
    for message in shown:
        check(message)
    reading = [button.action for message in shown for row in message.buttons for button in row]
    assert all(f"read {each.id}" in reading for each in found)


@given(found=articles(), chosen=LOOKS, origin=st.integers(0, 10**15), steps=st.integers(-2, 2), names=SHORT_NAMES)
def test_telegram_takes_every_page_of_every_article(
    lexicon: Lexicon, found: Article, chosen: Any, origin: int, steps: int, names: tuple[str, ...]
) -> None:
    texts, style, web_url = chosen
    look = Look(texts, lexicon, SHANGHAI, style, web_url)
    setting = Setting(
        True, "topic:transport", steps, 10**15, 10**15, [(10**15, name) for name in names], corrected=True
    )
    page, action = 1, "read"
    while action:
        message = view(look, found, Opened(found.id, origin, page), setting)
        check(message)
        page += 1
        wanted = Opened(found.id, origin, page).action("read")
        action = next((b.action for row in message.buttons for b in row if b.action == wanted), "")
