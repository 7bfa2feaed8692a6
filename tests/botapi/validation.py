"""What Telegram refuses, and in which words: texts, captions, keyboards, inline results."""

import html.parser
import json
from collections.abc import Mapping, Sequence
from typing import Any

TAGS = ("b", "i", "u", "s", "code", "pre", "a", "blockquote", "tg-spoiler")
_KINDS = {"b": "bold", "i": "italic", "a": "text_link"}
UNITS, CAPTION_UNITS = 4096, 1024
"""UTF-16 units of the longest text and caption after their marks are read: safe under every reading of the limit."""
ENTITIES = 100
"""Marks that count; Telegram drops further ones in silence."""
RAW_BYTES = 32_768
"""Bytes of the longest text before its marks are read."""
BUTTONS, CALLBACK_BYTES, NOTICE_UNITS = 100, 64, 200
INLINE_RESULTS, INLINE_ID_BYTES, OFFSET_BYTES = 50, 64, 64


def units(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Parser(html.parser.HTMLParser):
    """Reads Telegram's HTML: which text remains, which entities, and what it would refuse."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.entities: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.refused = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        allowed = {"blockquote": ("expandable",), "a": ("href",)}.get(tag, ())
        if tag not in TAGS or any(name not in allowed for name, _ in attrs):
            self.refused = f'unsupported start tag "{tag}"'
        if tag == "blockquote" and any(entity["tag"] == tag for entity in self.open):
            self.refused = "blockquote can't be nested"
        self.open.append({"tag": tag, "offset": units(self.text), **dict(attrs)})

    def handle_endtag(self, tag: str) -> None:
        entity: dict[str, Any] = self.open.pop() if self.open else {"tag": "", "offset": 0}
        if entity["tag"] != tag:
            self.refused = f'unmatched end tag "{tag}"'
        self.entities.append({**entity, "length": units(self.text) - entity["offset"]})

    def handle_data(self, data: str) -> None:
        if "<" in data:  # html.parser lets a bare one pass
            self.refused = 'unsupported start tag ""'
        self.text += data


def refusal(parameters: Mapping[str, Any]) -> str:
    """What Telegram would say against a message of `text`, or nothing."""
    text = str(parameters.get("text", ""))
    return _text_refusal(text, parameters.get("parse_mode"), UNITS) or keyboard_refusal(parameters)


def caption_refusal(parameters: Mapping[str, Any]) -> str:
    """What Telegram would say against a photo or file with a `caption`, or nothing."""
    caption = str(parameters.get("caption", ""))
    refused = _text_refusal(caption, parameters.get("parse_mode"), CAPTION_UNITS) if caption else ""
    return refused.replace("message", "message caption") or keyboard_refusal(parameters)


def _read(text: str, parse_mode: str | None) -> _Parser:
    parser = _Parser()
    if parse_mode == "HTML":
        parser.feed(text.replace("&lt;", "\0"))
        parser.close()
        parser.text = parser.text.replace("\0", "<")
    else:
        parser.text = text
    return parser


def shown(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What Telegram tells of a message that was sent or edited with these parameters: text, entities and buttons."""
    parser = _read(str(parameters.get("text", "")), parameters.get("parse_mode"))
    markup = {"inline_keyboard": rows} if (rows := keyboard_of(parameters)) else None
    told = {
        "text": parser.text.rstrip(),
        "entities": [_entity(each) for each in parser.entities],
        "reply_markup": markup,
    }
    return {name: value for name, value in told.items() if value}


def _entity(read: Mapping[str, Any]) -> dict[str, Any]:
    kind = "expandable_blockquote" if "expandable" in read else _KINDS.get(read["tag"], read["tag"])
    link = {"url": read["href"]} if "href" in read else {}
    return {"type": kind, "offset": read["offset"], "length": read["length"], **link}


def _text_refusal(text: str, parse_mode: str | None, longest: int) -> str:
    if parse_mode not in (None, "", "HTML"):
        return f"unsupported parse_mode {parse_mode}"
    parser = _read(text, parse_mode)
    if parser.refused or parser.open:
        return f"can't parse entities: {parser.refused or parser.open[-1]['tag'] + ' is not closed'}"
    if not parser.text.strip():
        return "message text is empty"
    if units(parser.text) > longest or len(text.encode()) > RAW_BYTES:
        return "message is too long"
    if len(parser.entities) > ENTITIES:
        return "too many entities (Telegram drops them in silence)"
    return ""


def keyboard_of(parameters: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    """The inline keyboard of a message's parameters; empty if there is none."""
    markup = parameters.get("reply_markup") or {}
    rows: list[list[dict[str, Any]]] = (json.loads(markup) if isinstance(markup, str) else markup).get(
        "inline_keyboard", []
    )
    return rows


def keyboard_refusal(parameters: Mapping[str, Any]) -> str:
    """What Telegram would say against the buttons, or nothing."""
    buttons = [button for row in keyboard_of(parameters) for button in row]
    if len(buttons) > BUTTONS:
        return "reply markup is too long"
    return next((refused for button in buttons if (refused := _button_refusal(button))), "")


def _button_refusal(button: Mapping[str, Any]) -> str:
    if not str(button.get("text", "")).strip():
        return "text buttons are unallowed in the inline keyboard"
    if "callback_data" in button:
        return "" if 1 <= len(button["callback_data"].encode()) <= CALLBACK_BYTES else "BUTTON_DATA_INVALID"
    kinds = ("url", "switch_inline_query", "switch_inline_query_current_chat", "copy_text", "web_app")
    return "" if any(kind in button for kind in kinds) else "text buttons are unallowed in the inline keyboard"


def inline_refusal(parameters: Mapping[str, Any], results: Sequence[Mapping[str, Any]]) -> str:
    """What Telegram would say against the answer of an inline query, or nothing."""
    names = [str(result.get("id", "")) for result in results]
    if len(results) > INLINE_RESULTS:
        return "RESULTS_TOO_MUCH"
    if any(not 1 <= len(name.encode()) <= INLINE_ID_BYTES for name in names):
        return "RESULT_ID_INVALID"
    if len(set(names)) < len(names):
        return "RESULT_ID_DUPLICATE"
    if len(str(parameters.get("next_offset", "")).encode()) > OFFSET_BYTES:
        return "NEXT_OFFSET_INVALID"
    return next((refused for result in results if (refused := _result_refusal(result))), "")


def _result_refusal(result: Mapping[str, Any]) -> str:
    content = result.get("input_message_content")
    if not result.get("title") or content is None:
        return "ARTICLE_TITLE_EMPTY"
    return refusal({"text": content["message_text"], **content, "reply_markup": result.get("reply_markup")})
