"""Every sentence in the code stands in every catalogue, and languages say dates and numbers as they do."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.texts import DEFAULT, LANGUAGES, LOCALES, SOURCE, texts_for
from tests import ROOT

TRANSLATED = sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/liwen.po"))

SAYING = {"say": 1, "say_in": 2, "count": 2}
"""The methods in which a sentence stands, and how many of their arguments are its own."""


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def spoken(found: Catalog) -> dict[tuple[str | None, object], Message]:
    """The catalogue's messages by context and English."""
    return {(message.context, message.id): message for message in found if message.id}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What stands in the code, as `make texts` collects it."""
    path = tmp_path_factory.mktemp("texts") / "liwen.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend", "--quiet"]
    subprocess.run([*babel, "extract", "-F", "pyproject.toml", "-o", path, "bot"], cwd=ROOT, check=True)
    return catalogue(path)


@pytest.fixture(params=TRANSLATED)
def translated(request: pytest.FixtureRequest) -> Catalog:
    return catalogue(LOCALES / request.param / "LC_MESSAGES" / "liwen.po")


def test_every_language_has_a_catalogue_or_is_the_one_in_the_code() -> None:
    assert {code.replace("-", "_") for code in LANGUAGES} == {*TRANSLATED, SOURCE}


def test_every_sentence_of_the_code_is_translated_and_no_other(template: Catalog, translated: Catalog) -> None:
    wanted, found = spoken(template), spoken(translated)
    assert sorted(map(str, wanted.keys() ^ found.keys())) == [], "make texts, then translate"
    untold = [key for key, message in found.items() if message.fuzzy or not all(forms(message.string))]
    assert untold == []
    assert translated.obsolete == {}


def test_translations_have_the_placeholders_of_the_english(translated: Catalog) -> None:
    for message in spoken(translated).values():
        for said in forms(message.string):
            assert placeholders(said) == set().union(*map(placeholders, forms(message.id))), message.id


def forms(said: object) -> tuple[str, ...]:
    return tuple(map(str, said)) if isinstance(said, tuple | list) else (str(said),)


def placeholders(said: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(said) if name is not None}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """The calls in the code that say something: where, the method, the call."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in SAYING:
                owner = ast.unparse(node.func.value)
                if owner in ("turn", "texts") or owner.endswith((".texts", ")")):
                    yield f"{path.name}:{node.lineno}", node.func.attr, node


def test_what_is_said_is_a_sentence_of_the_code_and_gets_its_placeholders(template: Catalog) -> None:
    known = {said for context, message in spoken(template) for said in forms(message)}
    for where, method, call in calls():
        sentences = call.args[: SAYING[method]][-2 if method == "count" else -1 :]
        # A name, an attribute or an item is one that gettext_noop marked.
        assert all(isinstance(each, ast.Constant | ast.Name | ast.Subscript | ast.Attribute) for each in sentences), (
            where
        )
        english = [str(each.value) for each in sentences if isinstance(each, ast.Constant)]
        assert set(english) <= known, where
        if english:
            given = {keyword.arg for keyword in call.keywords} - {"width"} | ({"count"} if method == "count" else set())
            assert given == set().union(*map(placeholders, english)), where


def test_dates_are_written_as_the_language_writes_them() -> None:
    said = [texts.date(date(2024, 11, 13)) for texts in LANGUAGES.values()]
    assert said == ["2024年11月13日 星期三", "2024年11月13日 星期三", "Wed 2024-11-13"]


def test_numbers_and_plurals_follow_the_language() -> None:
    english = texts_for("en")
    assert [english.count("{count} article", "{count} articles", n) for n in (0, 1, 1234)] == [
        "0 articles",
        "1 article",
        "1,234 articles",
    ]
    assert DEFAULT.count("{count} article", "{count} articles", 1234) == "共 1,234 篇"


def test_what_a_reader_wrote_is_not_taken_for_a_placeholder() -> None:
    assert DEFAULT.say("“{text}” is not a date. Like this: 2024-11-13", text="{0.x}").startswith("“{0.x}”")


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-Hant-HK", "zh-Hant"),
        ("en", "en"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("no such language", "en"),
        ("../zh", "en"),
    ],
)
def test_a_readers_language_is_the_nearest_there_is(tag: str, code: str) -> None:
    assert texts_for(tag).code == code
