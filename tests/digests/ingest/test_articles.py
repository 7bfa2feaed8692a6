import json
from datetime import date

import pytest

from digests.errors import BadLine
from digests.ingest.articles import article_from_json, article_to_json, read_articles
from digests.model.news import Kind, RawArticle


def read_one(line: str) -> RawArticle:
    (article,) = read_articles([line], "feed.jsonl")
    assert isinstance(article, RawArticle)
    return article


def test_a_line_gives_title_paragraphs_and_what_is_known_of_the_article() -> None:
    line = {
        "id": "a-1",
        "title": "归巢",
        "text": "昨天,几只鹭鸟栖息。\n\n  据了解,保护环境。  \n",
        "date": "2024-11-08",
        "source": "南湖晚报",
        "url": "https://example.com/1",
        "more": ["ignored"],
    }
    assert read_one(json.dumps(line)) == RawArticle(
        title="归巢",
        paragraphs=("昨天,几只鹭鸟栖息。", "据了解,保护环境。"),
        external_id="a-1",
        source="南湖晚报",
        url="https://example.com/1",
        published_on=date(2024, 11, 8),
    )


def test_only_a_title_is_required() -> None:
    assert read_one('{"title": "归巢", "id": null, "date": ""}') == RawArticle(title="归巢", paragraphs=())


def test_a_number_is_kept_as_the_text_of_the_id() -> None:
    assert read_one('{"id": 17, "title": "归巢"}').external_id == "17"


def test_a_date_may_carry_a_time() -> None:
    assert read_one('{"title": "归巢", "date": "2024-11-08T06:30:00+08:00"}').published_on == date(2024, 11, 8)


def test_a_title_is_one_line() -> None:
    assert read_one('{"title": " 归\\n巢  记 "}').title == "归 巢 记"


def test_blank_lines_are_passed_over_but_counted() -> None:
    (fault,) = read_articles(["", "  \n", "x"], "feed.jsonl")
    assert isinstance(fault, BadLine)
    assert fault.line == 3


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON: expecting property name"),
        ("[1]", "not a JSON object"),
        ("1" * 5000, "not JSON that can be read"),
        ("[" * 200_000, "not JSON that can be read"),
        ('{"text": "x"}', "title is missing"),
        ('{"title": "  "}', "title is missing"),
        ('{"title": 5}', "title is no text"),
        ('{"title": "a", "text": ["b"]}', "text is no text"),
        ('{"title": "a", "id": true}', "id is neither text nor a whole number"),
        (f'{{"title": "a", "id": "{"x" * 501}"}}', "id is longer than 500 characters"),
        ('{"title": "a", "id": [1]}', "id is neither text nor a whole number"),
        ('{"title": "a", "date": "8.11.2024"}', "date is not like 2024-11-08: '8.11.2024'"),
        ('{"title": "a", "date": "0001-01-01"}', "date is not between 1800-01-01 and 2199-12-31: 0001-01-01"),
        ('{"title": "a\\u0000"}', "title holds a character that is none"),
        ('{"title": "a\\ud800"}', "title holds a character that is none"),
    ],
)
def test_a_bad_line_is_named_with_its_number_and_the_reason_and_the_others_are_read(line: str, reason: str) -> None:
    before, fault, after = read_articles(['{"title": "good"}', line, '{"title": "next"}'], "feed.jsonl")
    assert isinstance(before, RawArticle)
    assert isinstance(after, RawArticle)
    assert isinstance(fault, BadLine)
    assert (fault.name, fault.line) == ("feed.jsonl", 2)
    assert fault.reason.startswith(reason)


def test_an_object_without_a_title_is_refused_with_a_reason_for_people() -> None:
    with pytest.raises(ValueError, match="title is missing"):
        article_from_json({})


def test_an_article_is_printed_with_exactly_the_keys_of_the_protocol() -> None:
    raw = RawArticle(
        title="归巢",
        kicker="生态",
        subtitle="鹭鸟",
        paragraphs=("一。", "二"),
        photographers=("王嘉宁",),
        kind=Kind.CAPTION,
        truncated=True,
        source="not printed",
    )
    assert article_to_json(raw) == {
        "title": "归巢",
        "kicker": "生态",
        "subtitle": "鹭鸟",
        "reporters": [],
        "correspondents": [],
        "photographers": ["王嘉宁"],
        "paragraphs": ["一。", "二"],
        "kind": "caption",
        "truncated": True,
    }
    assert json.loads(json.dumps(article_to_json(raw)))["kind"] == "caption"
