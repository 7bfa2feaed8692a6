"""The one way text is made comparable: width, case and 简繁 folded away, character for character."""

import re
import unicodedata
from functools import cache, lru_cache

import opencc


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


class _Folding(dict[int, str]):
    """A translation table that learns each character when it first meets it."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        for step in (lambda c: unicodedata.normalize("NFKC", c), _simplifier().convert, str.casefold):
            folded = step(char)
            # Only one-to-one steps are taken, so offsets in folded text are offsets in the text itself.
            if len(folded) == 1:
                char = folded
        # 薴 → 苧 → 苎: what a fold gives must be a fold of itself, or a canonical query would not be canonical.
        self[code] = char if char == chr(code) else self[ord(char)]
        return self[code]


_FOLDING = _Folding()


@cache
def _changing() -> re.Pattern[str]:
    """What may fold to another character. Nine in ten of a Chinese text may not; to look each up takes twice as long.

    Put together once, in a hundredth of a second.
    """
    han = [chr(code) for code in range(0x4E00, 0xA000)]
    simplified = _simplifier().convert("\n".join(han)).split("\n")
    same = "".join(char for char, simple in zip(han, simplified, strict=True) if char == simple)
    return re.compile(rf"[^{same}a-z0-9\n 。、“”《》]")


# Topics, places, terms and fingerprint of an article ask for the same text one after the other.
@lru_cache(maxsize=4)
def fold(text: str) -> str:
    """Text to compare by: full width, upper case and traditional characters become half width, lower and simplified.

    Length-preserving: `fold(text)[i]` stands for `text[i]`, so a hit in folded text can be marked in the text.
    The character table is OpenCC's t2s (https://github.com/BYVoid/OpenCC), applied to single characters.
    """
    return _changing().sub(lambda found: _FOLDING[ord(found[0])], text)
