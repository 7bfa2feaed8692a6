from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from bot.commands import Desk
from bot.commands.reading import composition
from bot.letters import Letter, as_html, as_markdown, letter, plain
from bot.look import Look
from bot.texts import texts_for
from digests.model import Edition
from digests.seeds import Lexicon
from tests.bot.shell import Liwen

SHANGHAI = ZoneInfo("Asia/Shanghai")


def as_text(found: html.HtmlElement) -> str:
    return "".join(map(str, found.itertext()))


def made(desk: Desk, web_url: str | None = "https://news.example") -> Letter:
    with desk.database.read() as store:
        edition = store.editions.newest()
        assert edition is not None
        composed = composition(store, desk.lexicon, (), edition.id, edition.id)
    return letter(Look(texts_for(""), desk.lexicon, desk.zone, web_url=web_url), edition, composed)


def test_a_letter_tells_each_article_under_its_topic_with_a_link(desk: Desk) -> None:
    found = html.fromstring(as_html(made(desk)))
    assert found.findtext(".//title") == "里闻 · 2024年11月13日 星期三 午报"
    assert {head.text for head in found.iter("h2")} == {"交通", "经济", "时政", "其他"}
    assert "https://news.example/articles/1" in [link.get("href") for link in found.iter("a")]
    assert "公交新增三条线路，方便市民出行。" in as_text(found)
    assert not list(found.iter("img", "script", "link", "style"))


def test_markdown_has_the_same_and_without_pages_no_links(desk: Desk) -> None:
    text = as_markdown(made(desk, web_url=None))
    assert text.startswith("# 里闻 · 2024年11月13日 星期三 午报\n")
    assert "\n## 交通\n\n### 公交新增三条线路\n\n公交新增三条线路，方便市民出行。\n" in text
    assert "](" not in text
    assert "[公交新增三条线路](https://news.example/articles/1)" in as_markdown(made(desk))


@given(st.text())
def test_what_a_paper_prints_is_no_markdown(text: str) -> None:
    shown = plain(text)
    assert "\n" not in shown
    assert shown.replace("\\", "") == " ".join(text.split("\n")).replace("\\", "")
    assert not any(sign in shown.replace(f"\\{sign}", "") for sign in "`*_[]<>#|~")


def test_an_empty_letter_is_still_a_document(lexicon: Lexicon) -> None:
    edition = Edition(1, datetime(2024, 11, 13, tzinfo=UTC))
    empty = letter(Look(texts_for("en"), lexicon, SHANGHAI), edition, [])
    assert html.fromstring(as_html(empty)).get("lang") == "en"


def test_the_command_line_prints_a_letter(liwen: Liwen, seed_page: object) -> None:
    liwen("ingest", str(seed_page), "--date", "2024-11-13")
    assert liwen("digest", "--format", "html").status == 2
    liwen("build")
    found = html.fromstring(liwen("digest", "--format", "html").out)
    assert "善居工程" in as_text(found)
    english = liwen("digest", "民生", "--format", "markdown", "--language", "en").out
    assert "## Daily life" in english
    assert "## Economy" not in english
