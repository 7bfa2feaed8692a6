from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest

from bot.chat import Message, Span
from bot.commands import Desk
from bot.commands.onboarding import headed
from tests.bot.asking import ask, buttons, followed, said


def test_start_greets_with_topics_and_places_to_press(desk: Desk) -> None:
    reply = ask(desk, "/start")
    assert "里闻" in reply.messages[0].plain
    assert buttons(reply)["交通"] == "setup topic transport"
    assert buttons(ask(desk, "setup topic transport"))["✓ 交通"] == "setup topic transport"
    assert buttons(reply)["📍南湖区"] == "setup at 330402"


def test_a_place_is_found_by_walking_down_to_it_and_stands_for_those_above(desk: Desk) -> None:
    shown = buttons(ask(desk, "setup at 330402"))
    inside = buttons(ask(desk, shown["选镇、街道、村 ›"]))
    assert inside["整个南湖区"] == "setup at 330402"
    town = buttons(ask(desk, inside["📍余新镇"]))
    assert followed(desk) == ["place:330402101"]
    [village, *_] = (action for label, action in buttons(ask(desk, town["选镇、街道、村 ›"])).items() if "📍" in label)
    ask(desk, village)
    assert followed(desk) == [f"place:{village.split()[-1]}"]


def test_the_first_digest_is_the_newest_edition_and_is_never_sent_again(desk: Desk) -> None:
    assert "公交新增三条线路" in said(desk, "setup at 330402101")
    with desk.database.begin() as store:
        chat = store.chats.find("telegram:7")
        assert chat is not None
        newest = store.editions.newest()
        assert newest is not None
        assert store.digests.owed(chat, newest.id) == ()
        assert store.deliveries.fan_out(newest) == 0


def test_with_an_empty_archive_what_was_chosen_is_said_all_the_same(empty_desk: Desk) -> None:
    assert "最新一期里没有这些" in said(empty_desk, "setup at 330402101")


def test_an_hour_is_set_with_a_notice_alone(desk: Desk) -> None:
    ask(desk, "setup at 330402")
    reply = ask(desk, "setup hour 07:30", pressed=True)
    assert (reply.messages, reply.notice) == ((), "推送时间：每天 07:30（上海）。")
    assert ask(desk, "setup hour off", pressed=True).notice == "推送时间：每期一出就推送。"
    assert "不是时间" in said(desk, "setup hour 99")


def test_who_chose_nothing_is_asked_to(desk: Desk) -> None:
    assert "先点一个" in ask(desk, "setup done", pressed=True).notice


def link(query: str) -> str:
    return "q_" + urlsafe_b64encode(query.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("topic_transport", "topic:transport"),
        ("place_330402101", "place:330402101"),
        (link("公交 贷款"), "公交 贷款"),
        (link("地点:余新镇"), "place:330402101"),
    ],
)
def test_a_deep_link_subscribes_in_one_tap(desk: Desk, key: str, query: str) -> None:
    shown = ask(desk, f"/start {key}")
    assert followed(desk) == [query]
    assert "07:30" in buttons(shown)


@pytest.mark.parametrize("key", ["topic_gone", "place_999", "q_", "q_%%", "q_/w", link('"'), "nonsense"])
def test_an_old_deep_link_still_greets(desk: Desk, key: str) -> None:
    assert "里闻" in said(desk, f"/start {key}")
    assert followed(desk) == []


def test_a_location_finds_the_nearest_place_whose_coordinates_are_known(desk: Desk) -> None:
    known = {"330402101": (30.68, 120.86), "330411": (30.75, 120.71)}
    near = replace(desk, lexicon=replace(desk.lexicon, coordinates=known))
    reply = ask(near, "near 30.69 120.88")
    assert "离你最近的是余新镇，约 2 公里" in reply.messages[0].plain
    assert buttons(reply) == {
        "📍余新镇": "setup at 330402101",
        "📍南湖区": "setup at 330402",
        "📍嘉兴市": "setup at 3304",
        "别的地方": "setup in 3304",
    }


@pytest.mark.parametrize("here", ["39.9 116.4", "30.69 120.88", "nowhere"])
def test_who_is_far_from_all_that_is_known_walks(desk: Desk, here: str) -> None:
    known = {"330402101": (30.68, 120.86)} if here.startswith("39") else {}
    far = replace(desk, lexicon=replace(desk.lexicon, coordinates=known))
    reply = ask(far, f"near {here}")
    assert "不知道你附近是哪里" in reply.messages[0].plain
    assert buttons(reply)["📍南湖区"] == "setup at 330402"


def test_a_first_digest_that_fills_a_message_has_its_question_before_it() -> None:
    full = Message((Span("长" * 4096),))
    assert [message.plain for message in headed("几点？", (full,))] == ["几点？", full.plain]
