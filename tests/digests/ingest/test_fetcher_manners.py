import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest

from digests.ingest.fetcher import Fetcher, Limits, SharedBook
from digests.ingest.fetcher.turns import OwnBook, Turns
from digests.storage import Database
from tests.digests.ingest.site import NOBODY, Reply, Site, Time, fault_of, raw, redirect, serving

LIMITS = Limits(read=0.3, whole=0.6)


@pytest.fixture
def fetcher(time: Time) -> Iterator[Fetcher]:
    with Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, limits=LIMITS, tls=NOBODY) as made:
        yield made


# robots.txt


def robots(site: Site, *lines: str) -> None:
    site.on("/robots.txt", Reply("\n".join(lines).encode()))


def test_what_robots_txt_forbids_is_not_asked_for(site: Site, fetcher: Fetcher) -> None:
    robots(site, "User-agent: *", "Disallow: /private", "Allow: /private/news")
    fault = fault_of(fetcher, site.on("/private/a", Reply(b"x")))
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
    assert "forbids" in fault_of(fetcher, site.on("/b", Reply(b"x"))).reason


def test_robots_txt_is_read_again_after_an_hour(site: Site, fetcher: Fetcher, time: Time) -> None:
    url = site.on("/a", Reply(b"x"))
    fetcher.fetch(url)
    time.clock.advance(minutes=59)
    fetcher.fetch(url)
    assert site.paths.count("/robots.txt") == 1
    time.clock.advance(minutes=2)
    robots(site, "User-agent: *", "Disallow: /")
    assert "forbids" in fault_of(fetcher, url).reason


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
    fault = fault_of(fetcher, site.on("/a", Reply(b"x")))
    assert fault.reason.startswith("its robots.txt cannot be read: ")
    assert why in fault.reason
    assert fault.wait == wait
    asked = len(site.asked)
    time.clock.advance(seconds=100)
    assert fault_of(fetcher, site.url + "/a").wait == wait - 100
    assert len(site.asked) == asked
    time.clock.advance(seconds=wait)
    site.on("/robots.txt", Reply())
    assert fetcher.fetch(site.url + "/a").content == b"x"


def test_a_robots_txt_elsewhere_counts_for_the_site_that_sent_us_there(site: Site, fetcher: Fetcher) -> None:
    site.on("/robots.txt", redirect("/rules"))
    site.on("/rules", Reply(b"User-agent: *\nDisallow: /a"))
    assert "forbids" in fault_of(fetcher, site.on("/a", Reply(b"x"))).reason


def test_a_robots_txt_that_redirects_without_end_is_a_missing_one(site: Site, fetcher: Fetcher) -> None:
    site.on("/robots.txt", redirect("/robots.txt"))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"


def test_another_site_that_a_page_redirects_to_has_its_own_rules(site: Site, fetcher: Fetcher) -> None:
    with serving() as other:
        robots(other, "User-agent: *", "Disallow: /b")
        fault = fault_of(fetcher, site.on("/a", redirect(other.on("/b", Reply(b"x")))))
    assert fault.reason == "redirected to 127.0.0.1: its robots.txt forbids it"
    assert other.paths == ["/robots.txt"]


def test_another_path_that_a_page_redirects_to_is_checked_too(site: Site, fetcher: Fetcher) -> None:
    robots(site, "User-agent: *", "Disallow: /b")
    assert "forbids" in fault_of(fetcher, site.on("/a", redirect(site.on("/b", Reply(b"x"))))).reason


def test_a_robots_txt_is_cut_at_its_limit_between_two_lines(site: Site, time: Time) -> None:
    site.on("/robots.txt", Reply(b"User-agent: *\nDisallow: /x\nDisallow: /a/b\n"))
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, limits=Limits(robots=38))
    assert fetcher.fetch(site.on("/a", Reply(b"x"))).content == b"x"
    assert "forbids" in fault_of(fetcher, site.on("/x", Reply(b"x"))).reason


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
    turns = Turns(time.clock, time.sleep, OwnBook())
    for host in ("a", "b", "c"):
        turns.wait(host, 1)
    assert time.slept == []


def test_a_clock_that_is_set_back_makes_nobody_wait_for_hours(time: Time) -> None:
    turns = Turns(time.clock, time.sleep, OwnBook())
    turns.wait("a", 1)
    time.clock.advance(hours=-5)
    turns.wait("a", 1)
    assert time.slept == []


def test_a_host_that_asks_to_be_left_alone_is_asked_for_nothing_else_meanwhile(
    site: Site, fetcher: Fetcher, time: Time
) -> None:
    busy = site.on("/busy", Reply(status=429, headers={"Retry-After": "600"}))
    other = site.on("/other", Reply(b"x"))
    assert fault_of(fetcher, busy).wait == 600
    time.clock.advance(minutes=2)
    fault = fault_of(fetcher, other)
    assert (fault.reason, fault.wait) == ("it asked to be left alone for 8 min more", 480)
    assert site.paths == ["/robots.txt", "/busy"]
    time.clock.advance(minutes=8)
    assert fetcher.fetch(other).content == b"x"


def test_a_short_wait_is_waited_for(site: Site, fetcher: Fetcher, time: Time) -> None:
    fault_of(fetcher, site.on("/busy", Reply(status=503, headers={"Retry-After": "20"})))
    assert fetcher.fetch(site.on("/other", Reply(b"x"))).content == b"x"
    assert time.slept[-1] == 20


def test_who_comes_too_often_stays_away_for_a_minute_unless_told_for_how_long(site: Site, fetcher: Fetcher) -> None:
    assert fault_of(fetcher, site.on("/busy", Reply(status=429))).wait == 60


def test_all_processes_on_one_database_share_turns_and_waits(database: Database, site: Site, time: Time) -> None:
    one, another = (
        Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, tls=NOBODY, book=SharedBook(database))
        for _ in range(2)
    )
    url = site.on("/a", Reply(b"x"), Reply(status=429, headers={"Retry-After": "600"}))
    one.fetch(url)
    assert fault_of(another, url).wait == 600
    assert time.slept == [1.0, 1.0, 1.0]  # each asks for robots.txt first
    assert fault_of(one, url).reason == "it asked to be left alone for 10 min more"


# Time


def test_a_server_that_keeps_silent_is_left(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(write=lambda _: _until(site.ended)))
    assert fault_of(fetcher, url).reason == "no answer within 0.3 s"


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_server_that_drips_is_left_when_the_time_is_up(site: Site, fetcher: Fetcher, begin: bytes) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(begin or b"HTTP/1.1 2")
        while not site.ended.wait(0.05):
            handler.wfile.write(b"0")

    assert fault_of(fetcher, site.on("/a", Reply(write=drip))).reason == "not finished within 0.6 s"


def _until(ended: threading.Event) -> None:
    ended.wait(5)
