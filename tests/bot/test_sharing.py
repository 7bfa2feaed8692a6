"""Inline questions: articles to be shared in any chat."""

from collections.abc import Callable

from bot.chat import Offers, Request
from bot.commands import Desk, sharing
from tests.bot.asking import ME, said
from tests.bot.test_telegram import running, until
from tests.botapi.validation import refusal
from tests.fakes import FakeTelegram, Fault
from tests.samples import add, raw


def offers(desk: Desk, text: str, offset: str = "", language: str = "zh-hans") -> Offers:
    return sharing.offers(desk, Request(ME, "inline", text, language), offset)


def stocked(desk: Desk, number: int = 45) -> Desk:
    with desk.database.begin() as store:
        for each in range(number):
            add(store, raw(f"第{each}次换乘", f"换乘更快了{each}。"))
    return desk


def test_an_article_is_offered_with_headline_day_and_the_sentence_that_has_the_words(desk: Desk) -> None:
    [loan] = offers(desk, "贷款").offers
    assert loan.title == "公交数据换来贷款"
    assert loan.description == "2024年11月13日 星期三 南湖晚报 · “没想到数据能贷款。”公交公司说。"
    assert loan.message.plain.startswith("公交数据换来贷款\n“没想到数据能贷款。”公交公司说。\n2024年11月13日")
    bus = offers(desk, "线路").offers[0]
    assert "公交新增三条线路，方便市民出行。" in bus.message.plain  # its summary


def test_pages_follow_each_other_until_there_are_no_more(desk: Desk) -> None:
    stocked(desk)
    found, offset = [], ""
    for _ in range(3):
        page = offers(desk, "换乘", offset)
        assert len(page.more.encode()) <= 64
        found += [offer.id for offer in page.offers]
        offset = page.more
    assert offset == ""
    assert len(found) == len(set(found)) == 45


def test_without_words_the_newest_edition_is_offered_the_weightiest_first(desk: Desk) -> None:
    assert {offer.title for offer in offers(desk, "").offers} == {
        "公交新增三条线路", "公交数据换来贷款", "归巢", "领导赴余新镇调研",
    }  # fmt: skip
    assert offers(desk, "", "4").offers == ()
    assert offers(desk, "", "x").offers != ()


def test_what_cannot_be_read_or_found_is_said_and_what_was_meant_is_offered(desk: Desk, empty_desk: Desk) -> None:
    assert "引号没有配对" in offers(desk, "“公交").notice
    assert "“长城”" in offers(desk, "长城").notice
    with desk.database.begin() as store:
        store.spellings.add(["公交"])
    meant = offers(desk, "公郊")
    assert meant.notice == "没有“公郊”，这是“公交”的结果"
    assert len(meant.offers) == 2
    assert offers(desk, "公郊", language="en").notice == "No “公郊”; this is “公交”."


def test_an_empty_archive_says_so(empty_desk: Desk) -> None:
    assert "还没有" in offers(empty_desk, "").notice


def test_the_console_shows_what_would_be_shared(desk: Desk) -> None:
    assert "公交数据换来贷款" in said(desk, "inline 贷款")
    assert "引号没有配对" in said(desk, "inline “公交")


def asked(server: FakeTelegram, text: str, offset: str = "") -> Callable[[], object]:
    person = {"id": 7, "is_bot": False, "first_name": "x", "language_code": "zh-hans"}
    before = len(server.named("answerInlineQuery"))
    server._update("inline_query", {"id": "9", "from": person, "query": text, "offset": offset})
    return lambda: len(server.named("answerInlineQuery")) > before


async def test_telegram_is_answered_within_its_limits_and_a_late_answer_is_no_fault(desk: Desk) -> None:
    stocked(desk)
    server = FakeTelegram()
    async with running(desk, server):
        server.faults["answerInlineQuery"] = [Fault(400, "Bad Request: query is too old and response timeout expired")]
        await until(asked(server, "换"))
        await until(asked(server, "换乘"))
        await until(asked(server, "“换乘"))
    _, page, unread = server.named("answerInlineQuery")
    results = page["results"]
    assert len(results) == 20
    assert page["next_offset"]
    assert page["is_personal"]
    assert page["cache_time"] == 60
    for result in results:
        content = result["input_message_content"]
        assert refusal({"text": content["message_text"], "parse_mode": content["parse_mode"]}) == ""
    assert unread["results"] == []
    assert "引号" in unread["button"]["text"]
    assert unread["button"]["start_parameter"] == "search"
