import httpx
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web.limits import Limited, network


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("ok")(scope, receive, send)


def asking(app: Limited, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, client=(address, 1)), base_url="http://x")


async def test_who_asks_too_often_is_told_when_to_come_again_and_nobody_else() -> None:
    clock = Clock()
    app = Limited(_answer, clock, burst=3, a_second=0.5)
    async with asking(app, "192.0.2.1") as busy, asking(app, "192.0.2.2") as other:
        assert [(await busy.get("/")).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        refused = await busy.get("/")
        assert refused.headers["retry-after"] == "3"
        assert (await other.get("/")).status_code == 200
        clock.now += 2
        assert [(await busy.get("/")).status_code for _ in range(2)] == [200, 429]


def test_a_household_s_addresses_count_as_one() -> None:
    assert network("2001:db8:1:2::5") == network("2001:db8:1:2:ffff::1") != network("2001:db8:1:3::5")
    assert network("192.0.2.1") != network("192.0.2.2")
    assert network("testclient") == "testclient"


def test_an_ipv4_address_within_ipv6_is_nobody_else_s() -> None:
    assert network("::ffff:192.0.2.1") == network("192.0.2.1") != network("::ffff:192.0.2.2")


async def test_every_answer_forbids_scripts_and_what_is_from_elsewhere(web: httpx.AsyncClient) -> None:
    for path in ("/", "/articles/1", "/nothing", "/feed.atom", "/robots.txt"):
        headers = (await web.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self'; img-src 'self'")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers


async def test_no_page_asks_anything_of_another_host(web: httpx.AsyncClient) -> None:
    for path in ("/", "/articles/1", "/search?q=公交", "/trends", "/calendar"):
        text = (await web.get(path)).text
        for attribute in ('src="http', "url(http", '<link rel="stylesheet" href="http', "@import"):
            assert attribute not in text, path
