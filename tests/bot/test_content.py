from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st
from telegram import Message as TelegramMessage

from bot.chat import Button, Mark, Message, Span, rows
from bot.telegram.content import shown
from tests.botapi import validation

TEXT = st.text(st.sampled_from("新闻<&>😀 \n'\"é\u0301") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)
SPANS = st.builds(Span, TEXT, st.sampled_from([None, *Mark])) | st.builds(
    Span, TEXT, st.none(), st.sampled_from(["https://例.cn/a?b=1&c='2'", "http://x.org/"])
)


def sent(message: Message) -> TelegramMessage:
    """What Telegram says a message of ours is."""
    markup = {
        "inline_keyboard": [[{"text": b.label, "callback_data": b.action} for b in row] for row in message.buttons]
    }
    told = validation.shown({"text": message.html, "parse_mode": "HTML", "reply_markup": markup})
    read = TelegramMessage.de_json({"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, **told}, None)
    assert read is not None
    return read


def joined(spans: tuple[Span, ...]) -> list[tuple[object, str]]:
    """The text by its marks, however it is cut; white space has none."""
    marked = [(None if char.isspace() else (s.mark, s.link), char) for s in spans for char in s.text]
    return [(mark, "".join(char for _, char in run)) for mark, run in groupby(marked, key=lambda each: each[0])]


@given(spans=st.lists(SPANS, max_size=8), labels=st.lists(st.text("读一😀", min_size=1, max_size=5), max_size=6))
def test_what_telegram_says_of_our_message_is_our_message_again(spans: list[Span], labels: list[str]) -> None:
    message = Message((*spans, Span("。")), rows([Button(label, f"read {n}") for n, label in enumerate(labels)], 4))
    again = shown(sent(message))
    assert joined(again.spans) == joined(message.spans)
    assert again.buttons == message.buttons
    assert shown(sent(again)) == again


def test_what_telegram_marks_by_itself_is_no_mark_of_ours() -> None:
    told = {"text": "发 /today 看", "entities": [{"type": "bot_command", "offset": 2, "length": 6}]}
    read = TelegramMessage.de_json({"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}, **told}, None)
    assert read is not None
    assert shown(read) == Message((Span("发 /today 看"),))
