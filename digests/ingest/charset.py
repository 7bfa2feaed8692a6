"""Bytes of unknown encoding become text, or are refused."""

import codecs

from digests.errors import NotText

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GUESSES = ("utf-8", "gb18030")
# What a text file may hold below U+0020: tab, line feed, vertical tab, form feed, carriage return, substitute, escape.
_CONTROLS = {code: None for code in (*range(0x20), 0x7F) if code not in (9, 10, 11, 12, 13, 26, 27)}
_FEW = 0.01


def decode(data: bytes, name: str) -> str:
    """Text of a file: by its byte-order mark, else UTF-8, else GB18030; no mark left in it, every line end a line feed.

    Raises NotText(name) for anything else: undecodable bytes, NULs, more than one character in a hundred a control.
    Order of the guesses: text in GB18030 is hardly ever valid UTF-8, while UTF-8 often decodes as GB18030.
    """
    text = _decoded(data)
    if text is None or _is_binary(text):
        raise NotText(name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding)
    texts = (_try(data, encoding) for encoding in _GUESSES)
    return next((text for text in texts if text is not None), None)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_binary(text: str) -> bool:
    if "\0" in text:
        return True
    controls = len(text) - len(text.translate(_CONTROLS))
    return controls > _FEW * len(text)
