"""How a word sounds: pinyin without tones, with what many speakers do not keep apart made the same."""

import json
import re
import unicodedata
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from digests.folding import fold

LONGEST = 8
"""Characters of the longest word that is heard as one."""

_HEARD = re.compile(rf"[\u4e00-\u9fff]{{2,{LONGEST}}}")
_TYPED = re.compile(r"[a-z]{4,40}")
# zh and z, in and ing, n and l: Wu and other southern speakers hear no difference, and type none. Where a syllable ends
# is not known of what was typed, so a g behind an n goes even where it begins one.
_SAME = ((re.compile("([zcs])h"), r"\1"), (re.compile("ng+"), "n"), (re.compile("l"), "n"), (re.compile("v"), "u"))


@lru_cache(maxsize=16_384)
def sound(word: str) -> str:
    """How a word of two to LONGEST Chinese characters sounds, or pinyin that was typed; nothing for all else.

    Each character has its first reading of pypinyin's table (https://github.com/mozillazg/python-pinyin): of the
    twenty thousand commonest words 1.7 % have a character that is read otherwise there.
    """
    folded = fold(word)
    if _HEARD.fullmatch(folded):
        return _merged("".join(_readings().get(character, character) for character in folded))
    return _merged(folded) if _TYPED.fullmatch(folded) else ""


@cache
def _readings() -> dict[str, str]:
    """Characters and their pinyin. The table alone: the library with its phrases would take 59 MB."""
    spec = find_spec("pypinyin")
    [folder] = (spec.submodule_search_locations if spec else None) or []
    table = json.loads((Path(folder) / "pinyin_dict.json").read_text("utf-8"))
    return {
        chr(int(code)): _toneless(readings.partition(",")[0])
        for code, readings in table.items()
        if 0x4E00 <= int(code) <= 0x9FFF
    }


def _toneless(reading: str) -> str:
    return unicodedata.normalize("NFD", reading).encode("ascii", "ignore").decode()


def _merged(pinyin: str) -> str:
    for one, other in _SAME:
        pinyin = one.sub(other, pinyin)
    return pinyin
