"""Whether the Bot API server of our tests refuses what Telegram refuses."""

from typing import Any

import pytest

from tests.botapi.chats import Chats, Refused
from tests.botapi.validation import caption_refusal, inline_refusal, keyboard_refusal, refusal


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("<b>甲</b> 1 &lt; 2 &amp; &#39;乙&#39;", ""),
        ("<blockquote expandable>甲</blockquote>", ""),
        ("1 < 2", "can't parse entities"),
        ("<b>甲", "can't parse entities"),
        ("<b><i>甲</b></i>", "can't parse entities"),
        ("<div>甲</div>", "can't parse entities"),
        ("<b onclick='x'>甲</b>", "can't parse entities"),
        ("<blockquote><blockquote>甲</blockquote></blockquote>", "can't be nested"),
        (" \n<b> </b>", "message text is empty"),
        ("😀" * 2048, ""),
        ("😀" * 2048 + "甲", "message is too long"),
        ("<b>甲</b>" * 100, ""),
        ("<b>甲</b>" * 101, "too many entities"),
    ],
)
def test_a_text_is_refused_as_telegram_does(text: str, why: str) -> None:
    refused = refusal({"text": text, "parse_mode": "HTML"})
    assert why in refused
    assert bool(why) == bool(refused)


def test_a_text_without_marks_is_taken_as_it_is() -> None:
    assert refusal({"text": "1 < 2 <b>"}) == ""


def test_a_caption_may_be_missing_but_not_long() -> None:
    assert caption_refusal({}) == ""
    assert "too long" in caption_refusal({"caption": "甲" * 1025})


@pytest.mark.parametrize(
    ("buttons", "why"),
    [
        ([{"text": "甲", "callback_data": "x" * 64}] * 100, ""),
        ([{"text": "甲", "callback_data": "x"}] * 101, "too long"),
        ([{"text": "甲", "callback_data": "字" * 22}], "BUTTON_DATA_INVALID"),
        ([{"text": "甲", "callback_data": ""}], "BUTTON_DATA_INVALID"),
        ([{"text": " ", "callback_data": "x"}], "text buttons"),
        ([{"text": "甲"}], "text buttons"),
        ([{"text": "甲", "url": "https://t.me"}], ""),
    ],
)
def test_buttons_are_refused_as_telegram_does(buttons: list[dict[str, Any]], why: str) -> None:
    refused = keyboard_refusal({"reply_markup": {"inline_keyboard": [buttons]}})
    assert why in refused
    assert bool(why) == bool(refused)


def result(name: str = "1", text: str = "甲") -> dict[str, Any]:
    return {"type": "article", "id": name, "title": "甲", "input_message_content": {"message_text": text}}


def test_inline_results_are_refused_as_telegram_does() -> None:
    assert inline_refusal({}, [result(str(n)) for n in range(50)]) == ""
    assert inline_refusal({}, [result(str(n)) for n in range(51)]) == "RESULTS_TOO_MUCH"
    assert inline_refusal({}, [result(), result()]) == "RESULT_ID_DUPLICATE"
    assert inline_refusal({}, [result("字" * 22)]) == "RESULT_ID_INVALID"
    assert inline_refusal({"next_offset": "x" * 65}, []) == "NEXT_OFFSET_INVALID"
    assert "empty" in inline_refusal({}, [result(text=" ")])


def test_only_a_message_that_stands_can_be_edited_and_only_to_something_else() -> None:
    chats = Chats()
    sent = {"chat_id": "7", "text": "甲", "reply_markup": {"inline_keyboard": [[{"text": "乙", "callback_data": "x"}]]}}
    chats.add(1, sent)
    with pytest.raises(Refused, match="not modified"):
        chats.edit({**sent, "message_id": "1"}, "text")
    with pytest.raises(Refused, match="message to edit not found"):
        chats.edit({**sent, "message_id": "2", "text": "丙"}, "text")
    chats.edit({**sent, "message_id": "1", "text": "丙"}, "text")
    chats.delete(7, 1)
    assert [event.kind for event in chats.events] == ["sent", "edited", "deleted"]
