"""Cleans text of what nobody sees, and leaves every visible character as it was printed."""

import unicodedata

# Not NFKC: it would make half-width what a Chinese paper prints full width (，：！？（）) and break … apart.
_LINE_BREAKS = "\r\v\f\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
_ZERO_WIDTH = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070))
_INVISIBLE = (0xAD, *_ZERO_WIDTH, *range(0xFE00, 0xFE10), 0xFEFF)
# Pictures of characters that PDF files and old code pages have in place of the characters: ⽂ for 文.
_LOOKALIKES = (*range(0x2F00, 0x2FD6), *range(0xF900, 0xFADA))
_CONTROLS = tuple(code for code in range(0xA0) if code < 0x20 or code >= 0x7F)
_SURROGATES = range(0xD800, 0xE000)

_TABLE: dict[int, str | None] = (
    dict.fromkeys(_CONTROLS)
    | dict.fromkeys(_INVISIBLE)
    | dict.fromkeys(_SURROGATES, "\ufffd")
    | dict.fromkeys(map(ord, _LINE_BREAKS), "\n")
    | dict.fromkeys(map(ord, _SPACES), " ")
    | {code: unicodedata.normalize("NFKC", chr(code)) for code in _LOOKALIKES}
    | {0x0A: "\n"}
)


def clean(text: str) -> str:
    r"""Text with plain spaces and \n line ends, without control and zero-width characters.

    What is seen is left as it was printed: no width, case or punctuation changes. Everything but the
    invisible characters and \r\n keeps its length. Lone surrogates, which no file can hold, become U+FFFD.
    """
    return text.replace("\r\n", "\n").translate(_TABLE)
