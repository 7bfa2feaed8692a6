from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.ingest.fetcher import Fetched, Fetcher, Limits, seconds_until
from tests.digests.ingest.site import NOBODY, Reply, Site, Time, fault_of, raw, redirect, serving

LIMITS = Limits(read=0.3, whole=0.6)
NOON = datetime(2024, 11, 13, 12, tzinfo=UTC)


@pytest.fixture
def fetcher(time: Time) -> Iterator[Fetcher]:
    with Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, limits=LIMITS, tls=NOBODY) as made:
        yield made


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
    assert "304" in fault_of(fetcher, site.on("/a", Reply(status=304))).reason


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
    fault = fault_of(fetcher, site.on("/a", Reply(status=status)))
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
    assert fault_of(fetcher, site.url + "/0").reason == "it redirects more than 5 times"
    assert site.paths == ["/robots.txt", *(f"/{number}" for number in range(6))]


def test_a_circle_of_redirects_ends_at_once(site: Site, fetcher: Fetcher) -> None:
    site.on("/b", redirect("/a#top"))
    assert fault_of(fetcher, site.on("/a", redirect("/b"))).reason == "it redirects in a circle"
    assert site.paths == ["/robots.txt", "/a", "/b"]


@pytest.mark.parametrize("location", ["/新闻/1.html".encode(), "/新闻/1.html".encode("gbk")])
def test_a_redirect_to_a_chinese_path_keeps_its_bytes(site: Site, fetcher: Fetcher, location: bytes) -> None:
    path = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in location)
    end = site.on(path, Reply(b"x"))
    url = site.on("/a", raw(b"HTTP/1.1 302 Found\r\nLocation: ", location, b"\r\n\r\n"))
    assert fetcher.fetch(url).url == end


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[::1", "gopher://x/", "http://..", "mailto:a@b"])
def test_a_redirect_to_what_is_no_web_address_ends(site: Site, fetcher: Fetcher, location: str) -> None:
    assert "web address" in fault_of(fetcher, site.on("/a", redirect(location))).reason


def test_a_redirect_with_a_password_in_it_ends(site: Site, fetcher: Fetcher) -> None:
    fault = fault_of(fetcher, site.on("/a", redirect("http://me:secret@127.0.0.1/")))
    assert "password" in fault.reason
    assert "secret" not in str(fault)


def test_a_redirect_without_a_location_is_a_failure(site: Site, fetcher: Fetcher) -> None:
    assert fault_of(fetcher, site.on("/a", Reply(status=302))).reason == "it answers “found” (302)"


# Faults that pass, and those that say when


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_server_that_is_busy_is_asked_once_more(site: Site, fetcher: Fetcher, time: Time, status: int) -> None:
    url = site.on("/a", Reply(status=status), Reply(b"x"))
    assert fetcher.fetch(url).content == b"x"
    assert time.slept == [1.0, 2.0]


def test_a_server_that_stays_busy_is_left_alone(site: Site, fetcher: Fetcher) -> None:
    assert "502" in fault_of(fetcher, site.on("/a", Reply(status=502))).reason
    assert site.paths.count("/a") == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("asked", "wait"), [("120", 120), ("9" * 30, 86400), ("Wed, 13 Nov 2024 06:32:01 GMT", 120), ("0", 0)]
)
def test_a_server_that_says_when_is_not_asked_before(
    site: Site, fetcher: Fetcher, status: int, asked: str, wait: float
) -> None:
    # The clock stands at 06:30:00 and is one second on after robots.txt.
    fault = fault_of(fetcher, site.on("/a", Reply(status=status, headers={"Retry-After": asked})))
    assert fault.wait == wait
    assert site.paths.count("/a") == 1


def test_a_server_that_finds_us_too_quick_is_not_asked_again(site: Site, fetcher: Fetcher) -> None:
    fault = fault_of(fetcher, site.on("/a", Reply(status=429, headers={"Retry-After": "soon"})))
    assert (fault.reason, fault.wait) == ("it finds that we come too often (429)", 60.0)
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
    fault = fault_of(fetcher, url)
    assert (fault.reason, fault.wait) == ("connection refused", None)
    assert time.slept == [2.0]
