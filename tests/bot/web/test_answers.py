import asyncio
import gzip

import httpx
import pytest
from sqlalchemy import text

from bot.commands import Desk
from bot.web.answers import FRESH, Answer, Kept
from digests.storage import Database
from tests.bot.conftest import desk_of
from tests.bot.web.conftest import client
from tests.samples import HOUR, NOW, add, raw


async def test_who_has_a_page_is_not_sent_it_again(web: httpx.AsyncClient) -> None:
    first = await web.get("/")
    assert first.headers["cache-control"] == "public, max-age=30"
    again = await web.get("/", headers={"If-None-Match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = await web.get("/", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_head_is_answered_without_a_body(web: httpx.AsyncClient) -> None:
    answer = await web.head("/")
    assert (answer.status_code, answer.content) == (200, b"")


async def test_the_style_is_named_by_what_it_holds_and_kept_for_ever(web: httpx.AsyncClient) -> None:
    page = await web.get("/")
    path = page.text.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    style = await web.get(path)
    assert style.headers["cache-control"] == "public, max-age=31536000"
    assert style.headers["content-type"] == "text/css; charset=utf-8"
    assert len(gzip.compress(style.content)) < 10_000


async def test_what_a_browser_can_unpack_is_sent_packed(web: httpx.AsyncClient) -> None:
    packed = await web.get("/", headers={"Accept-Encoding": "gzip"})
    plain = await web.get("/", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert {"Accept-Encoding", "Accept-Language"} <= {*packed.headers["vary"].split(", ")}


class Making:
    """Makes answers, and counts them."""

    def __init__(self, status: int = 200, size: int = 10) -> None:
        self.made = 0
        self.answer = Answer(b"x" * size, status=status)

    async def __call__(self) -> Answer:
        self.made += 1
        await asyncio.sleep(0)
        return self.answer


async def test_what_many_ask_at_once_is_made_once_and_kept_a_while() -> None:
    now = 0.0
    kept, making = Kept(lambda: now), Making()
    await asyncio.gather(*(kept.get("/", making) for _ in range(20)))
    assert making.made == 1
    now = FRESH - 1
    await kept.get("/", making)
    assert making.made == 1
    now = FRESH + 1
    await kept.get("/", making)
    assert making.made == 2


async def test_what_was_asked_longest_ago_gives_way_to_what_is_new() -> None:
    kept = Kept(lambda: 0.0, most_bytes=25)
    a, b, c = Making(), Making(), Making()
    for key, making in (("a", a), ("b", b), ("a", a), ("c", c), ("a", a), ("b", b)):
        await kept.get(key, making)
    assert (a.made, b.made, c.made) == (1, 2, 1)


async def test_a_fault_is_not_kept_and_whoever_goes_away_takes_nothing_from_others() -> None:
    kept, failing = Kept(lambda: 0.0), Making(status=503)
    for _ in range(2):
        await kept.get("/", failing)
    assert failing.made == 2
    making = Making()
    gone, waiting = (asyncio.ensure_future(kept.get("/x", making)) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await waiting).status == 200


async def test_an_archive_out_of_reach_is_said_and_seen_again_when_it_is_back(desk: Desk) -> None:
    away = desk_of(Database("postgresql://nobody@127.0.0.1:1/none"), desk.lexicon, desk.clock)
    async with client(away) as web:
        answer = await web.get("/")
        assert answer.status_code == 503
        assert answer.headers["cache-control"] == "no-cache"
        assert "请稍后再试" in answer.text


async def test_a_fault_of_ours_is_a_page_and_a_line_in_the_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with desk.database.begin() as store:
        store._connection.execute(text("ALTER TABLE articles DROP COLUMN points"))
    async with client(desk) as web:
        answer = await web.get("/articles/1")
    assert answer.status_code in (500, 503)
    assert "Traceback" not in answer.text
    assert "/articles/1" in caplog.text


async def test_a_new_edition_is_seen_when_what_is_kept_is_old(desk: Desk) -> None:
    async with client(desk) as web:
        before = (await web.get("/")).text
        with desk.database.begin() as store:
            edition = store.editions.add(NOW + HOUR)
            assert edition is not None
            store.articles.assign(edition.id, [add(store, raw("新的一期"))])
        assert (await web.get("/")).text == before
        assert "新的一期" in (await web.get("/?lang=zh-Hans")).text
