import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import NotFetched
from digests.ingest.fetcher import Fetched, Fetcher, Limits, seconds_until
from digests.ingest.fetcher.turns import Turns
from tests.digests.ingest.site import Reply, Site, Time, raw, redirect, serving

LIMITS = Limits(read=0.3, whole=0.6)
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
NOON = datetime(2024, 11, 13, 12, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def fetcher(time: Time) -> Iterator[Fetcher]:
    with Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, limits=LIMITS, tls=NOBODY) as made:
        yield made


def refused(fetcher: Fetcher, url: str) -> NotFetched:
    with pytest.raises(NotFetched) as caught:
        fetcher.fetch(url)
    return caught.value


# Answers


def test_a_page_comes_with_its_type_and_validators(site: Site, fetcher: Fetcher) -> None:
    headers = {
        "Content-Type": "text/html; charset=GBK",
        "ETag": '"a1"',
        "Last-Modified": "Wed, 13 Nov 2024 00:00:00 GMT",
    }
    url = site.on("/a", Reply("余新".encode("gbk"), headers=headers))
    assert fetcher.fetch(url) == Fetched(
        url=url,
        content="余新".encode("gbk"),
        content_type="text/html; charset=GBK",
        etag='"a1"',
        last_modified="Wed, 13 Nov 2024 00:00:00 GMT",
    )


def test_what_has_not_changed_since_has_no_content_and_keeps_its_validators(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(status=304, headers={"ETag": '"other"'}))
    found = fetcher.fetch(url, etag='W/"a1"', last_modified="Wed, 13 Nov 2024 00:00:00 GMT")
    assert found == Fetched(url=url, content=None, etag='W/"a1"', last_modified="Wed, 13 Nov 2024 00:00:00 GMT")
    sent = site.asked[-1][1]
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('W/"a1"', "Wed, 13 Nov 2024 00:00:00 GMT")


def test_a_validator_that_no_header_can_hold_is_not_sent(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(b"x"))
    assert fetcher.fetch(url, etag='"a"\r\nX-Evil: 1', last_modified="昨天").content == b"x"
    assert not {"if-none-match", "if-modified-since", "x-evil"} & site.asked[-1][1].keys()


def test_validators_of_strange_bytes_go_back_as_they_came(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(b"x", headers={"ETag": '"é"'}))
    fetcher.fetch(url, etag=fetcher.fetch(url).etag)
    assert site.asked[-1][1]["if-none-match"] == '"é"'


def test_a_304_that_nobody_asked_for_is_a_failure(site: Site, fetcher: Fetcher) -> None:
    assert "304" in refused(fetcher, site.on("/a", Reply(status=304))).reason


def test_an_empty_page_is_an_empty_page(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.fetch(site.on("/a", Reply())).content == b""


def test_the_request_says_who_asks_and_hides_nothing(site: Site, fetcher: Fetcher) -> None:
    fetcher.fetch(site.on("/a?day=2024-11-13", Reply(b"x")))
    headers = site.asked[-1][1]
    assert headers["user-agent"].startswith("Liwen")
    assert headers["host"] == f"127.0.0.1:{site.port}"
    assert "cookie" not in headers


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "it wants a password (401)"),
        (403, "access is forbidden (403)"),
        (404, "there is no such page (404)"),
        (410, "the page is gone for good (410)"),
        (451, "it answers “unavailable for legal reasons” (451)"),
        (500, "it answers “internal server error” (500)"),
        (204, "it answers “no content” (204)"),
        (599, "it answers with a status that nobody knows (599)"),
    ],
)
def test_a_status_is_said_in_words(site: Site, fetcher: Fetcher, status: int, words: str) -> None:
    fault = refused(fetcher, site.on("/a", Reply(status=status)))
    assert (fault.reason, fault.wait, fault.name) == (words, None, site.url + "/a")
    assert site.paths.count("/a") == 1


# Redirects


def test_redirects_are_followed_and_the_last_address_is_told(site: Site, fetcher: Fetcher) -> None:
    for number, status in enumerate([301, 302, 303, 307, 308]):
        site.on(f"/{number}", redirect(str(number + 1), status))
    end = site.on("/5", Reply(b"x"))
    assert fetcher.fetch(site.url + "/0").url == end


def test_too_many_redirects_end(site: Site, fetcher: Fetcher) -> None:
    for number in range(9):
        site.on(f"/{number}", redirect(f"/{number + 1}"))
    assert refused(fetcher, site.url + "/0").reason == "it redirects more than 5 times"
    assert site.paths == ["/robots.txt", *(f"/{number}" for number in range(6))]


def test_a_circle_of_redirects_ends_at_once(site: Site, fetcher: Fetcher) -> None:
    site.on("/b", redirect("/a#top"))
    assert refused(fetcher, site.on("/a", redirect("/b"))).reason == "it redirects in a circle"
    assert site.paths == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize("location", ["/新闻/1.html".encode(), "/新闻/1.html".encode("gbk")])
def test_a_redirect_to_a_chinese_path_keeps_its_bytes(site: Site, fetcher: Fetcher, location: bytes) -> None:
    path = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location)
    end = site.on(path, Reply(b"x"))
    url = site.on("/a", raw(b"HTTP/1.1 302 Found\r\nLocation: ", location, b"\r\n\r\n"))
    assert fetcher.fetch(url).url == end


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[::1", "gopher://x/", "http://..", "mailto:a@b"])
def test_a_redirect_to_what_is_no_web_address_ends(site: Site, fetcher: Fetcher, location: str) -> None:
    assert "web address" in refused(fetcher, site.on("/a", redirect(location))).reason


def test_a_redirect_with_a_password_in_it_ends(site: Site, fetcher: Fetcher) -> None:
    fault = refused(fetcher, site.on("/a", redirect("http://me:secret@127.0.0.1/")))
    assert "password" in fault.reason
    assert "secret" not in str(fault)


def test_a_redirect_without_a_location_is_a_failure(site: Site, fetcher: Fetcher) -> None:
    assert refused(fetcher, site.on("/a", Reply(status=302))).reason == "it answers “found” (302)"


# Faults that pass, and those that say when


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_busy_is_asked_once_more(site: Site, fetcher: Fetcher, time: Time, status: int) -> None:
    url = site.on("/a", Reply(status=status), Reply(b"x"))
    assert fetcher.fetch(url).content == b"x"
    assert time.slept == [1.0, 2.0]


def test_a_server_that_stays_busy_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    assert "502" in refused(fetcher, site.on("/a", Reply(status=502))).reason
    assert site.paths.count("/a") == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "wait"), [("120", 120), ("9" * 30, 86400), ("Wed, 13 Nov 2024 06:32:01 GMT", 120), ("0", 0)]
)
def test_a_server_that_says_when_is_not_asked_before(
    site: Site, fetcher: Fetcher, status: int, asked: str, wait: float
) -> None:
    # The clock stands at 06:30:00 and is one second on after robots.txt.
    fault = refused(fetcher, site.on("/a", Reply(status=status, headers={"Retry-After": asked})))
    assert fault.wait == wait
    assert site.paths.count("/a") == 1


def test_a_server_that_finds_us_too_quick_is_not_asked_again(site: Site, fetcher: Fetcher) -> None:
    fault = refused(fetcher, site.on("/a", Reply(status=429, headers={"Retry-After": "soon"})))
    assert (fault.reason, fault.wait) == ("it finds that we come too often (429)", None)
    assert site.paths.count("/a") == 1


@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, \d+ (Jan|Nov) \d+ \d+:\d+:\d+ (GMT|\+\d+|)"))
def test_any_retry_after_is_a_wait_of_at_most_a_day_or_nothing(text: str) -> None:
    wait = seconds_until(text, NOON)
    assert wait is None or 0 <= wait <= 86400


@given(st.integers(-100_000, 100_000))
def test_a_retry_after_as_a_date_is_counted_from_now(seconds: int) -> None:
    text = format_datetime(NOON + timedelta(seconds=seconds), usegmt=True)
    assert seconds_until(text, NOON) == min(max(seconds, 0), 86400)


def test_a_connection_that_broke_is_tried_once_more(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", raw(), Reply(b"x"))
    assert fetcher.fetch(url).content == b"x"


def test_a_port_where_nobody_listens_refuses(fetcher: Fetcher, time: Time) -> None:
    with serving() as gone:
        url = gone.url + "/a"
    fault = refused(fetcher, url)
    assert (fault.reason, fault.wait) == ("connection refused", None)
    assert time.slept == [2.0]


# robots.txt


def robots(site: Site, *lines: str) -> None:
    site.on("/robots.txt", Reply("\n".join(lines).encode()))


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    robots(site, "User-agent: *", "Disallow: /private", "Allow: /private/news")
    fault = refused(fetcher, site.on("/private/a", Reply(b"x")))
    assert (fault.reason, fault.wait) == ("its robots.txt forbids it", None)
    assert fetcher.fetch(site.on("/private/news", Reply(b"x"))).content == b"x"
    assert site.paths == ["/robots.txt", "/private/news"]


def test_rules_for_us_count_before_those_for_all_and_rules_for_others_not_at_all(site: Site, fetcher: Fetcher) -> None:
    lines = (
        "User-agent: *",
        "Disallow: /a",
        "User-Agent: LIWEN/1.0 # us",
        "Disallow: /b",
        "useragent liwenbot",
        "Disallow: /c",
    )
    robots(site, *lines)
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"
    assert fetcher.fetch(site.on("/c", Reply(b"x"))).content == b"x"
    assert "forbids" in refused(fetcher, site.on("/b", Reply(b"x"))).reason


def test_robots_txt_is_read_again_after_an_hour(site: Site, fetcher: Fetcher, time: Time) -> None:
    url = site.on("/a", Reply(b"x"))
    fetcher.fetch(url)
    time.clock.advance(minutes=59)
    fetcher.fetch(url)
    assert site.paths.count("/robots.txt") == 1
    time.clock.advance(minutes=2)
    robots(site, "User-agent: *", "Disallow: /")
    assert "forbids" in refused(fetcher, url).reason


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_site_without_robots_txt_allows_all(site: Site, fetcher: Fetcher, status: int) -> None:
    site.on("/robots.txt", Reply(status=status))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"


@pytest.mark.parametrize(
    ("reply", "why", "wait"),
    [
        (Reply(status=500), "“internal server error” (500)", 300),
        (Reply(status=429), "too often (429)", 300),
        (Reply(status=503, headers={"Retry-After": "4000"}), "(503)", 4000),
        (raw(b"rubbish\r\n\r\n"), "not HTTP", 300),
    ],
)
def test_a_robots_txt_that_cannot_be_read_forbids_all_for_a_while(
    site: Site, fetcher: Fetcher, time: Time, reply: Reply, why: str, wait: float
) -> None:
    site.on("/robots.txt", reply)
    fault = refused(fetcher, site.on("/a", Reply(b"x")))
    assert fault.reason.startswith("its robots.txt cannot be read: ")
    assert why in fault.reason
    assert fault.wait == wait
    asked = len(site.asked)
    time.clock.advance(seconds=100)
    assert refused(fetcher, site.url + "/a").wait == wait - 100
    assert len(site.asked) == asked
    time.clock.advance(seconds=wait)
    site.on("/robots.txt", Reply())
    assert fetcher.fetch(site.url + "/a").content == b"x"


def test_a_robots_txt_elsewhere_counts_for_the_site_that_sent_us_there(site: Site, fetcher: Fetcher) -> None:
    site.on("/robots.txt", redirect("/rules"))
    site.on("/rules", Reply(b"User-agent: *\nDisallow: /a"))
    assert "forbids" in refused(fetcher, site.on("/a", Reply(b"x"))).reason


def test_a_robots_txt_that_redirects_without_end_is_a_missing_one(site: Site, fetcher: Fetcher) -> None:
    site.on("/robots.txt", redirect("/robots.txt"))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"


def test_another_site_that_a_page_redirects_to_has_its_own_rules(site: Site, fetcher: Fetcher) -> None:
    with serving() as other:
        robots(other, "User-agent: *", "Disallow: /b")
        fault = refused(fetcher, site.on("/a", redirect(other.on("/b", Reply(b"x")))))
    assert fault.reason == "redirected to 127.0.0.1: its robots.txt forbids it"
    assert other.paths == ["/robots.txt"]


def test_another_path_that_a_page_redirects_to_is_checked_too(site: Site, fetcher: Fetcher) -> None:
    robots(site, "User-agent: *", "Disallow: /b")
    assert "forbids" in refused(fetcher, site.on("/a", redirect(site.on("/b", Reply(b"x"))))).reason


def test_a_robots_txt_is_cut_at_its_limit_between_two_lines(site: Site, time: Time) -> None:
    site.on("/robots.txt", Reply(b"User-agent: *\nDisallow: /x\nDisallow: /a/b\n"))
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, limits=Limits(robots=38))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"
    assert "forbids" in refused(fetcher, site.on("/x", Reply(b"x"))).reason


def test_rules_for_thousands_of_agents_take_no_time(site: Site, fetcher: Fetcher) -> None:
    agents = [f"User-agent: a{number}" for number in range(10_000)]
    robots(site, *agents, "User-agent: Liwen", *(f"Disallow: /{number}*x*y$" for number in range(10_000)))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"


# Turns


def test_requests_to_one_host_begin_a_second_apart(site: Site, fetcher: Fetcher, time: Time) -> None:
    url = site.on("/a", Reply(b"x"))
    for _ in range(3):
        fetcher.fetch(url)
    assert time.slept == [1.0, 1.0, 1.0]


def test_time_that_has_passed_anyway_is_not_waited_again(site: Site, fetcher: Fetcher, time: Time) -> None:
    url = site.on("/a", Reply(b"x"))
    fetcher.fetch(url)
    time.clock.advance(seconds=0.75)
    fetcher.fetch(url)
    time.clock.advance(seconds=5)
    fetcher.fetch(url)
    assert time.slept == [1.0, 0.25]


@pytest.mark.parametrize(("delay", "gap"), [("7", 7.0), ("0.1", 1.0), ("3600", 30.0), ("nan", 1.0), ("-5", 1.0)])
def test_a_crawl_delay_is_kept_up_to_half_a_minute(
    site: Site, fetcher: Fetcher, time: Time, delay: str, gap: float
) -> None:
    robots(site, "User-agent: *", f"Crawl-delay: {delay}")
    fetcher.fetch(site.on("/a", Reply(b"x")))
    fetcher.fetch(site.url + "/a")
    assert time.slept == [gap, gap]


def test_threads_to_one_host_wait_for_each_other(site: Site, time: Time) -> None:
    fetcher = Fetcher(clock=time.clock, sleep=time.slept.append, allow_private=True)
    url = site.on("/a", Reply(b"x"))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(fetcher.fetch, [url] * 8))
    # The clock stands still, so each waits for its own second.
    assert sorted(time.slept) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert site.paths.count("/robots.txt") == 1


def test_hosts_do_not_wait_for_each_other(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    for host in ("a", "b", "c"):
        turns.wait(host, 1)
    assert time.slept == []


def test_a_clock_that_is_set_back_makes_nobody_wait_for_hours(time: Time) -> None:
    turns = Turns(time.clock, time.sleep)
    turns.wait("a", 1)
    time.clock.advance(hours=-5)
    turns.wait("a", 1)
    assert time.slept == []


# Time


def test_a_server_that_keeps_silent_is_left(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(write=lambda _: _until(site.ended)))
    assert refused(fetcher, url).reason == "no answer within 0.3 s"


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_drips_is_left_when_the_time_is_up(site: Site, fetcher: Fetcher, begin: bytes) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin or b"HTTP/1.1 2")
        while not site.ended.wait(0.05):
            handler.wfile.write(b"0")

    assert refused(fetcher, site.on("/a", Reply(write=drip))).reason == "not finished within 0.6 s"


def _until(ended: threading.Event) -> None:
    ended.wait(5)
