"""Bytes of unknown encoding become text, or are refused."""

import codecs
from collections.abc import Iterable

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
_UNMARKED = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))
# By the names of Python's codecs. What calls itself gb2312 or big5 seldom keeps to it, so their supersets read them.
_DECLARABLE = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), "gb18030"),
    **dict.fromkeys(("big5", "big5hkscs", "cp950"), "big5hkscs"),
    **{encoding: encoding for encoding in ("shift_jis", "euc_jp", "euc_kr")},
}
_WESTERN = ("iso8859-1", "cp1252", "iso8859-15")
_FIRST_HAN = "\u2e80"
_BROKEN = "\ufffd"


def decode(data: bytes, name: str) -> str:
    """Text of a file: by its byte-order mark, else UTF-8, else GB18030; no mark left in it, every line end a line feed.

    Raises NotText(name) for anything else: undecodable bytes, NULs, more than one character in a hundred a control.
    Order of the guesses: text in GB18030 is hardly ever valid UTF-8, while UTF-8 often decodes as GB18030.
    """
    text = _decoded(data)
    if text is None or _is_binary(text):
        raise NotText(name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def decode_document(data: bytes, name: str, declared: Iterable[str] = ()) -> str:
    """Text of a document from the web that declares encodings (header first), rightly or not; NULs and controls gone.

    By its mark; as UTF-8 where it is valid with a Chinese character in it, whatever is declared (GBK text never is, and
    servers declare at random); by the declarations; as GB18030. A document with a few broken characters, as where a
    server cut one in half, is read in the encoding that breaks fewest. Raises NotText(name).
    """
    text = _by_mark(data)
    if text is None:
        text = _by_declaration(data, [_known(encoding) for encoding in declared])
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    if _is_binary(text) or text.count(_BROKEN) > 1 + _FEW * len(text):
        raise NotText(name)
    return text.translate(_CONTROLS)


def _by_mark(data: bytes) -> str | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    return next((data.decode(encoding, "replace") for start, encoding in _UNMARKED if data.startswith(start)), None)


def _by_declaration(data: bytes, declared: list[str]) -> str:
    text = _try(data, "utf-8")
    if text is not None and (text.isascii() or max(text) >= _FIRST_HAN):
        return text
    chinese = [encoding for encoding in declared if encoding and encoding not in _WESTERN]
    western = [encoding for encoding in declared if encoding in _WESTERN]
    candidates = (*chinese, *_GUESSES, *western)
    strict = (_try(data, encoding) for encoding in candidates)
    lenient = (data.decode(encoding, "replace") for encoding in (*chinese, *_GUESSES))
    return next((text for text in strict if text is not None), None) or min(
        lenient, key=lambda text: text.count(_BROKEN)
    )


def _known(encoding: str) -> str:
    """The codec to read a declared encoding with, or nothing for those that no news comes in."""
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        return ""
    return name if name in _WESTERN else _DECLARABLE.get(name, "")


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
