"""What the news engine says to operators in English is told in chat in the language of whoever reads it."""

import ast
import re
from collections.abc import Iterator
from datetime import date

import pytest

from bot.reasons import fault, reason
from bot.texts import LANGUAGES, texts_for
from digests.errors import BadDocument, BadLine, EmptyPage, InputError, NoEdition, NothingFound, NotText, NotUnderstood
from digests.ingest.fetcher.trouble import status_in_words
from tests import ROOT

ZH, TW, EN = (texts_for(code) for code in ("zh-Hans", "zh-Hant", "en"))
WHERE = {"BadDocument": 1, "NotFetched": 1, "NoEdition": 2, "Trouble": 0, "Unconnected": 0, "_Astray": 0, "TooMuch": 0}
"""Which argument of what is raised says why."""
HAN = re.compile("[\u4e00-\u9fff]")


def told() -> Iterator[str]:
    """Every reason that stands in the code of the engine's doors, with something in place of its values."""
    for path in sorted((ROOT / "digests" / "ingest").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            for said in expressions(node, in_articles=path.name == "articles.py"):
                found = named.get(said.id, said) if isinstance(said, ast.Name) else said
                yield from filter(None, [text_of(found)])


def expressions(node: ast.AST, *, in_articles: bool) -> Iterator[ast.expr]:
    """What is given as a reason."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        where = 0 if in_articles and node.func.id == "ValueError" else WHERE.get(node.func.id)
        if where is not None and len(node.args) > where:
            yield node.args[where]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "error")


def text_of(said: ast.expr) -> str:
    if isinstance(said, ast.Constant):
        return str(said.value)
    if isinstance(said, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in said.values)
    return ""


REASONS = sorted({*told(), *map(status_in_words, (401, 403, 404, 407, 410, 418, 429, 500, 503, 999))})


def test_the_reasons_of_the_code_are_found() -> None:
    assert len(REASONS) > 60
    assert {"no such host", "it answers “service unavailable” (503)", "title is missing"} <= set(REASONS)


@pytest.mark.parametrize("said", REASONS)
def test_every_reason_is_told_in_each_language(said: str) -> None:
    assert all(HAN.search(reason(texts, said)) for texts in (ZH, TW))
    assert reason(EN, said) == said


def test_a_reason_within_a_reason_is_told_too_with_its_values() -> None:
    said = "redirected to news.example: its robots.txt cannot be read: it answers “service unavailable” (503)"
    assert reason(ZH, said) == "被转到 news.example：读不到它的 robots.txt：对方答“service unavailable”（503）"
    assert reason(EN, said) == said


def test_a_site_without_an_edition_says_so_with_its_day() -> None:
    said = reason(ZH, NoEdition("https://paper.example", date(2024, 11, 13), "there is no such page (404)").reason)
    assert said == "那里没有 2024-11-13 的报纸：没有这个网页（404）"


def test_what_only_the_system_has_a_word_for_stays_as_it_is() -> None:
    assert reason(ZH, "no space left on device {x}") == "no space left on device {x}"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BadDocument("a.pdf, page 3", "no text in it: a scan"), "a.pdf 第 3 页：里面没有文字，是扫描件"),
        (BadDocument("feed, entry 2", "neither a title nor a text"), "feed 第 2 条：既没有标题，也没有正文"),
        (BadLine("a.jsonl", 4, "title is missing"), "a.jsonl 第 4 行：缺少 title"),
        (NotText("a.bin"), "a.bin：不是文本文件"),
        (EmptyPage("a.txt"), "a.txt：这一版是空的"),
        (NothingFound("a.txt"), "a.txt：没有找到文章，只有广告或版面上的零碎"),
        (NotUnderstood("a.txt", "KeyError"), "a.txt：这是我们程序的错（KeyError）"),
    ],
)
def test_a_refused_document_says_what_is_wrong_and_where(error: InputError, said: str) -> None:
    assert fault(ZH, error).startswith(said)
    assert len({fault(texts_for(code), error) for code in LANGUAGES}) > 1
