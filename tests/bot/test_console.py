import asyncio
import io
import os
from dataclasses import replace

import pytest

from bot.chat import Message, Span
from bot.commands import Desk
from bot.console import ADDRESS, Console, lines_of, parse


async def talk(desk: Desk, text: str, *, interactive: bool = False) -> str:
    sink = io.StringIO()
    await Console(desk, io.StringIO(text), sink, interactive=interactive).run(asyncio.Event())
    return sink.getvalue()


def test_a_line_is_a_command_or_a_search() -> None:
    command = parse("/Today  交通 \n")
    assert command is not None
    assert (command.command, command.args, command.address) == ("today", "交通", ADDRESS)
    search = parse("公交 贷款")
    assert search is not None
    assert (search.command, search.args) == ("search", "公交 贷款")
    assert parse("  \n") is None


async def test_lines_are_answered_one_by_one_until_the_end(desk: Desk) -> None:
    said = await talk(desk, "/today\n\n/search 公交\n/follow 公交\n/wish alert 公交")
    assert said.index("> /today") < said.index("里闻 · 2024年") < said.index("> /search 公交") < said.index("共 2 篇")
    assert "[关注] /wish add 公交" in said
    assert "有了就马上提醒你" in said


async def test_buttons_are_shown_as_the_commands_they_stand_for(desk: Desk) -> None:
    said = await talk(desk, "/topics\n/topics transport\n")
    assert "[交通] /topics transport" in said
    assert "[✓ 交通] /topics transport" in said


async def test_a_terminal_is_greeted_and_prompted(desk: Desk) -> None:
    said = await talk(desk, "/help\n\n", interactive=True)
    assert said.startswith("你好")
    assert said.count("> ") >= 3


async def test_a_fault_of_ours_shows_no_stack_trace(desk: Desk) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    said = await talk(replace(desk, clock=broken), "/start\n")  # type: ignore[arg-type]
    assert "编号" in said
    assert "secret" not in said


async def test_being_told_to_stop_does_not_wait_for_one_more_line(desk: Desk) -> None:
    reading, writing = os.pipe()
    stop = asyncio.Event()
    task = asyncio.create_task(Console(desk, lines_of(reading), io.StringIO()).run(stop))
    await asyncio.sleep(0.1)
    stop.set()
    await asyncio.wait_for(task, 1)
    assert task.done()
    os.close(writing)
    await asyncio.sleep(0.1)
    os.close(reading)


async def test_a_digest_that_comes_meanwhile_is_shown(desk: Desk) -> None:
    sink = io.StringIO()
    await Console(desk, io.StringIO(), sink).send(ADDRESS, Message((Span("新的一期"),)))
    assert sink.getvalue() == "新的一期\n\n"


@pytest.mark.parametrize("line", ["/todya", "/xyz"])
async def test_a_slip_is_helped(desk: Desk, line: str) -> None:
    assert "没有" in await talk(desk, line)


async def test_an_article_is_read_and_left_by_typing_what_its_buttons_stand_for(desk: Desk) -> None:
    said = await talk(desk, "/topics 交通\n/today\n/read 1\n/taste more 1 from:1 page:1\n/back 1\n")
    assert "[返回] /back 1" in said
    assert "\n“交通新闻”会在你的摘要里排在前面。\n" in said
    digests = said.count("里闻 · 2024年11月13日")
    assert digests == 2


async def test_a_link_is_shown_with_its_address(desk: Desk) -> None:
    linked = replace(desk, web_url="https://news.example")
    assert "网页版 https://news.example/articles/1" in await talk(linked, "/read 1\n")
