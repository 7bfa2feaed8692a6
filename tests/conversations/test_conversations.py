import difflib
from pathlib import Path

import pytest

from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.conversations.director import play
from tests.conversations.scripts import matches, read, write

FOLDER = Path(__file__).parent


@pytest.fixture(scope="session")
def analyzer(lexicon: Lexicon) -> Analyzer:
    return Analyzer(lexicon)


@pytest.mark.parametrize("name", [file.stem for file in sorted(FOLDER.glob("*.txt"))])
async def test_everybody_is_told_what_the_script_says(
    name: str, database: Database, lexicon: Lexicon, analyzer: Analyzer
) -> None:
    script = (FOLDER / f"{name}.txt").read_text("utf-8")
    played = await play(script, database, lexicon, analyzer)
    if played != script:
        lines = difflib.unified_diff(
            script.splitlines(), played.splitlines(), f"{name}.txt", "what came of it", "", "", 5
        )
        pytest.fail("\n".join([*lines, f"If that is right: python -m tests.conversations {name}"]), pytrace=False)


def test_a_script_is_written_as_it_was_read() -> None:
    script = "# Why\nperson 小王\n\n小王: 你好\n    sent 小王\n    | 你好\n      [一] [二]\n"
    assert write(read(script)) == script


@pytest.mark.parametrize(
    ("expected", "matching"),
    [
        (("a", "b", "c"), True),
        (("a", "…", "c"), True),
        (("a", "…", "b", "c"), True),
        (("| …",), True),
        (("a", "b"), False),
        (("a", "…", "d"), False),
    ],
)
def test_a_wild_line_stands_for_any_lines(expected: tuple[str, ...], matching: bool) -> None:
    assert matches(expected, ["a", "b", "c"]) is matching


def test_recording_keeps_what_was_right() -> None:
    [step] = read("小王: 你好\n    …\n    | 再见")
    assert step.recorded(["sent 小王", "| 再见"]) is step
    assert step.recorded(["sent 小王"]).expected == ("sent 小王",)
