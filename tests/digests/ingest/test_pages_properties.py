import json
import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.errors import DigestsError, EmptyPage, NothingFound
from digests.ingest.pages import explain_page, read_page
from digests.model.news import Kind, RawArticle
from tests.digests.ingest import pagegen
from tests.digests.ingest.pagegen import Known, Page, make_page, random_style

GOLDEN = Path(__file__).parents[2] / "golden" / "seed_articles.jsonl"
FULL_WIDTH = str.maketrans(",:;!?()", "，：；！？（）")
LINES = [
    *pagegen.FOLIOS,
    *pagegen.SECTIONS,
    *pagegen.EDITORS,
    *pagegen.SMALL,
    *(line for notice in pagegen.NOTICES for line in notice),
    "区里部署民生工作",
    "花开中国 春意正浓",
    "■记者 王嘉宁 通讯员 周赞",
    "(王嘉宁 摄)",
    "(下转第2版)",
    "上接第1版",
    "本报讯(记者 王嘉宁)昨天上午,区里召开会议,部署民生工作。",
    "　　会议指出,要把实事办实,好事办好,让大家都满",
    "意。据了解,今年以来已完成改造十二个。(新华社)",
    ",当地依托生态优势,走出了一条新路;",
    "",
]


def known_articles() -> list[Known]:
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    return [
        Known(
            row["title"],
            tuple(paragraph.removeprefix("本报讯 ") for paragraph in row["paragraphs"]),
            kicker="" if "强调" in row["kicker"] else row["kicker"],
            kind=row["kind"],
        )
        for row in rows
        if not row["truncated"]
    ]


def generated(seed: int) -> Page:
    rng = random.Random(seed)  # noqa: S311
    style = random_style(rng)
    if seed % 2:
        style = replace(style, spell=lambda text: text.translate(FULL_WIDTH))
    return make_page(rng, rng.sample(known_articles(), rng.randint(2, 5)), style)


def squeezed(texts: Iterable[str]) -> str:
    return "".join("".join(text.split()) for text in texts)


def stands_in(text: str, page: str) -> bool:
    """Is every character of the text in the page, in the same order?"""
    rest = iter(page)
    return all(char in rest for char in text)


def rendered(articles: Iterable[RawArticle]) -> str:
    """Articles as a page in the manner of the seed."""
    lines: list[str] = []
    for article in articles:
        credits_ = [
            f"{role} {' '.join(names)}"
            for role, names in (("记者", article.reporters), ("通讯员", article.correspondents))
            if names
        ]
        photo = [f"■摄影 {' '.join(article.photographers)}"] if article.photographers else []
        lines += ["", " ".join(filter(None, (article.kicker, article.title, article.subtitle)))]
        lines += [f"■{' '.join(credits_)}"] if credits_ and not photo else []
        lines += [*article.paragraphs, *photo]
        lines += credits_ if photo else []
    return "\n\n".join(lines)


def read(text: str) -> tuple[RawArticle, ...]:
    try:
        return read_page(text).articles
    except (EmptyPage, NothingFound):
        return ()


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_at_all_is_read_or_refused_with_an_error_of_ours(text: str) -> None:
    with suppress(DigestsError):
        read_page(text)
    assert [note.number for note in explain_page(text)] == sorted({note.number for note in explain_page(text)})


@given(st.lists(st.sampled_from(LINES), max_size=40).map("\n".join))
@settings(max_examples=200, deadline=None)
def test_no_character_is_invented_and_none_changes_its_place(page: str) -> None:
    paragraphs = [paragraph for article in read(page) for paragraph in article.paragraphs]
    assert stands_in(squeezed(paragraphs), page)
    assert all(paragraph == paragraph.strip() and "\n" not in paragraph and paragraph for paragraph in paragraphs)


@given(st.lists(st.sampled_from(LINES), max_size=40).map("\n".join))
@settings(max_examples=100, deadline=None)
def test_every_article_has_a_text_and_people_are_named_in_the_page(page: str) -> None:
    for article in read(page):
        assert article.paragraphs
        assert all(name in page for name in article.byline)
        assert not (article.truncated and article.kind is not Kind.STORY)


@given(st.lists(st.sampled_from(LINES), max_size=30), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_line_ends_and_blank_lines_around_a_page_do_not_matter(lines: list[str], blanks: int) -> None:
    page = "\n".join(lines)
    around = "\r\n" * blanks
    assert read(around + page.replace("\n", "\r\n") + around) == read(page)


@pytest.mark.parametrize("seed", range(120))
def test_a_page_in_any_manner_gives_the_articles_it_was_made_of(seed: int) -> None:
    page = generated(seed)
    articles = read_page(page.text).articles
    assert [squeezed([article.headline]) for article in articles] == [
        squeezed([known.kicker, known.title]) for known in page.articles
    ]
    for article, known in zip(articles, page.articles, strict=True):
        assert squeezed(article.paragraphs) == squeezed(known.paragraphs)
        assert len(article.paragraphs) == len(known.paragraphs)
        assert set(article.byline) == {*known.reporters, *known.correspondents, *known.photographers}
        assert article.kind == known.kind


@given(st.integers(1000, 100_000))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_character_of_a_body_is_lost_and_no_line_of_noise_kept(seed: int) -> None:
    page = generated(seed)
    read_back = squeezed(
        text for article in read_page(page.text).articles for text in (article.headline, *article.paragraphs)
    )
    for known in page.articles:
        assert squeezed(known.paragraphs) in read_back
    for line in page.noise:
        assert squeezed([line]) not in read_back


@pytest.mark.parametrize("seed", range(200, 230))
def test_articles_printed_as_a_page_again_are_the_same_articles(seed: int) -> None:
    once = read_page(generated(seed).text).articles
    again = read_page(rendered(once)).articles
    assert [article.paragraphs for article in again] == [article.paragraphs for article in once]
    assert [article.headline for article in again] == [article.headline for article in once]


def test_the_seed_s_articles_printed_as_a_page_again_are_the_same_articles(seed_page: Path) -> None:
    once = read_page(seed_page.read_text(encoding="utf-8")).articles
    again = read_page(rendered(once)).articles
    assert [article.body for article in again] == [article.body for article in once]
    assert [article.headline for article in again] == [article.headline for article in once]
    assert [set(article.byline) for article in again] == [set(article.byline) for article in once]
    assert [article.truncated for article in again] == [article.truncated for article in once]
