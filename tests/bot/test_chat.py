import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Button, Gone, Mark, MarkupRefused, Message, Span, command_and_args, rows, send
from tests.botapi.validation import refusal
from tests.fakes import FakeTransport


def test_marks_become_telegrams_html_and_the_rest_is_escaped() -> None:
    message = Message(
        (Span("甲<b>&", Mark.BOLD), Span(" 1 < 2 & 3 > 2 "), Span("引", Mark.QUOTE), Span(" ", Mark.ITALIC))
    )
    assert message.html == ("<b>甲&lt;b&gt;&amp;</b> 1 &lt; 2 &amp; 3 &gt; 2 <blockquote expandable>引</blockquote> ")
    assert message.plain == "甲<b>& 1 < 2 & 3 > 2 引 "


@given(st.lists(st.builds(Span, st.text(min_size=1), st.sampled_from([None, *Mark])), min_size=1))
def test_no_text_can_break_the_markup(spans: list[Span]) -> None:
    message = Message(tuple(spans))
    assert refusal({"text": message.html, "parse_mode": "HTML"}) in ("", "message text is empty", "message is too long")


def test_a_button_telegram_cannot_carry_is_left_out() -> None:
    small, big = Button("小", "search 公交"), Button("大", "search " + "公" * 20)
    assert (small.fits, big.fits) == (True, False)
    assert rows([small, big, small, small], 2) == ((small, small), (small,))


async def test_a_message_whose_marks_are_refused_goes_out_plain() -> None:
    transport = FakeTransport(faults={"telegram:1": [MarkupRefused("can't parse entities")]})
    await send(transport, "telegram:1", Message((Span("新闻", Mark.BOLD),)))
    assert transport.plain == ["新闻"]


async def test_other_faults_are_passed_on() -> None:
    transport = FakeTransport(faults={"telegram:1": [Gone("blocked")]})
    with pytest.raises(Gone):
        await send(transport, "telegram:1", Message((Span("新闻"),)))
    assert transport.sent == []


@pytest.mark.parametrize(
    "line", ["/search 公交 贷款", "/search　公交 贷款", "/Search\n公交 贷款 ", "search\t公交 贷款"]
)
def test_a_command_ends_at_white_space_of_any_width(line: str) -> None:
    assert command_and_args(line) == ("search", "公交 贷款")


def test_a_command_may_stand_alone() -> None:
    assert command_and_args("/today") == ("today", "")
    assert command_and_args("/") == ("", "")


def test_a_message_is_kept_and_restored_as_it_was_and_so_are_those_of_earlier_releases() -> None:
    message = Message((Span("新闻", Mark.BOLD), Span("网页", link="https://a.example")), ((Button("读 1", "read 1"),),))
    assert Message.restored(json.loads(json.dumps(message.stored))) == message
    earlier = {"spans": [["新闻", "b"], ["。", None]], "buttons": [[["读 1", "read 1"]]]}
    assert Message.restored(earlier).html == "<b>新闻</b>。"


def test_a_link_is_escaped_and_counts_as_no_mark_where_there_is_no_text() -> None:
    assert Message((Span("<网页>", link='https://a.example/?b="1"&c'),)).html == (
        '<a href="https://a.example/?b=&quot;1&quot;&amp;c">&lt;网页&gt;</a>'
    )
    assert Message((Span(" ", link="https://a.example"),)).html == " "
