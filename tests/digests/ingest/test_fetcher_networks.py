import logging
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address
from typing import Any, NoReturn

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.errors import NotFetched
from digests.ingest.fetcher import Fetcher, Limits
from digests.ingest.fetcher.addresses import is_open, shown
from tests.digests.ingest.site import NOBODY, OPEN, Detour, Names, Reply, Site, Time, redirect, refused, serving

PRIVATE = "the address leads into a private network (refused unless LIWEN_FETCH_PRIVATE=true)"
SMALL = Limits(body=10_000, read=0.5, whole=2)


@pytest.fixture
def careful(time: Time) -> Fetcher:
    """As it is in earnest: with the system's resolver, private addresses refused."""
    return Fetcher(clock=time.clock, sleep=time.sleep, limits=SMALL, tls=NOBODY)


@pytest.fixture
def fetcher(time: Time) -> Fetcher:
    return Fetcher(clock=time.clock, sleep=time.sleep, limits=SMALL, allow_private=True, tls=NOBODY)


# Addresses


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.example.cn/rss",
        "ftp://example.cn/a",
        "file:///etc/passwd",
        "http://",
        "http:///a",
        "http://./",
        "//a/b",
        "http://[::1",
        "http://exa mple\n.cn/",
        "http://a:b/",
        "http://127.0.0.256/",
        "http://xn--a.cn:٣٤٥x/",
        "\ud800",
    ],
)
def test_what_is_no_web_address_is_said_to_be_none(careful: Fetcher, url: str) -> None:
    assert refused(careful, url) in ("not a web address: http:// or https:// and a host are wanted", "no such host")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "99999999999"])
def test_a_port_is_a_port(careful: Fetcher, port: str) -> None:
    assert refused(careful, f"http://127.0.0.1:{port}/") == "its port is not between 1 and 65535"


def test_an_endless_address_is_not_shown_to_a_server(careful: Fetcher) -> None:
    assert refused(careful, "http://a.cn/" + "a" * 10_000) == "the address is longer than 8000 characters"


@pytest.mark.parametrize(
    "url",
    [
        "http://me:secret@a.cn/x",
        "http://secret@a.cn/",
        "https://me:se/secret@a.cn/",
        "http://a.cn\\secret@127.0.0.1/",
        "http://me:sec ret secret@a.cn:port/",
        "me:secret@a.cn",
    ],
)
def test_a_password_in_an_address_is_refused_and_never_shown(
    careful: Fetcher, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NotFetched) as caught:
        careful.fetch(url)
    assert "secret" not in str(caught.value) + repr(caught.value) + caplog.text


def test_an_at_sign_within_a_path_is_shown() -> None:
    assert shown("https://a.cn/@user?q=a@b") == "https://a.cn/@user?q=a@b"


@given(st.text() | st.from_regex(r"https?://[^\s/]{0,9}(:[0-9]{0,6})?(/[^\s]{0,9})?", fullmatch=True))
def test_any_text_is_fetched_or_refused_and_nothing_else_happens(text: str) -> None:
    time = Time()
    with pytest.raises(NotFetched):
        Fetcher(clock=time.clock, sleep=time.sleep, resolver=Names(), tls=NOBODY).fetch(text)


def test_a_chinese_host_is_asked_for_by_its_ascii_name(site: Site, time: Time) -> None:
    names = Names()
    ascii_name = "南湖晚报.中国".encode("idna").decode()
    names.names[ascii_name] = [["127.0.0.1"]]
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, allow_private=True, resolver=names)
    site.on("/a", Reply(b"x"))
    assert fetcher.fetch(f"http://南湖晚报.中国:{site.port}/a").url == f"http://{ascii_name}:{site.port}/a"
    assert site.asked[-1][1]["host"] == f"{ascii_name}:{site.port}"


# Private networks


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f.1",
        "127.1",
        "0177.1",
        "0",
        "localhost",
        "localhost.",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[fe80::1]",
        "[fc00::1]",
        "[ff02::1]",
        "[fec0::1]",
        "[2002:7f00:1::]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::1]",
        "[2001:0:7f00:1::]",
        "[::127.0.0.1]",
        "[2001:db8::1]",
    ],
)
def test_a_private_address_is_refused_in_whatever_form(site: Site, careful: Fetcher, host: str) -> None:
    assert refused(careful, f"http://{host}:{site.port}/a") == PRIVATE
    assert site.asked == []


@pytest.mark.parametrize("address", [OPEN, "223.5.5.5", "2400:3200::1", "::ffff:223.5.5.5", "64:ff9b::df05:505"])
def test_an_open_address_is_open(address: str) -> None:
    assert is_open(address)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_like_it(address: IPv4Address) -> None:
    inner = int(address)
    mapped, translated = IPv6Address((0xFFFF << 32) | inner), IPv6Address((0x64FF9B << 96) | inner)
    assert is_open(str(mapped)) == is_open(str(translated)) == is_open(str(address))


@given(st.ip_addresses())
def test_no_address_that_python_knows_as_special_is_open(address: IPv4Address | IPv6Address) -> None:
    special = (address.is_private, address.is_loopback, address.is_link_local, address.is_multicast)
    if isinstance(address, IPv4Address) or address.ipv4_mapped is None:
        assert not (is_open(str(address)) and (any(special) or address.is_unspecified))


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [OPEN, "10.0.0.1"], ["::1", OPEN]])
def test_a_name_is_refused_if_any_of_its_addresses_is_private(time: Time, addresses: list[str]) -> None:
    names = Names(a_cn=[addresses])
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names)
    assert refused(fetcher, "http://a.cn/") == PRIVATE


def test_the_address_that_was_checked_is_the_one_connected_to(site: Site, time: Time) -> None:
    names, network = Names(a_cn=[[OPEN]]), Detour()
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, network=network)
    site.on("/a", Reply(b"x"))
    assert fetcher.fetch(f"http://A.cn.:{site.port}/a").content == b"x"
    assert (names.asked, network.told) == (["a.cn"] * 2, [OPEN] * 2)
    assert [headers["host"] for _, headers in site.asked] == [f"a.cn:{site.port}"] * 2


def test_a_name_that_turns_private_after_robots_txt_is_refused(site: Site, time: Time) -> None:
    network = Detour()
    names = Names(a_cn=[[OPEN], ["127.0.0.1"]])
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, network=network)
    assert refused(fetcher, f"http://a.cn:{site.port}/a") == PRIVATE
    assert (site.paths, network.told) == (["/robots.txt"], [OPEN])


@pytest.mark.parametrize("place", ["http://127.0.0.1:{0}/x", "http://inside.cn:{0}/x", "//[::1]:{0}/x", "//0:{0}/x"])
@pytest.mark.parametrize("path", ["/a", "/robots.txt"])
def test_a_redirect_into_a_private_network_is_refused(site: Site, time: Time, path: str, place: str) -> None:
    network = Detour()
    names = Names(a_cn=[[OPEN]], inside_cn=[["10.0.0.1"]], **{"127_0_0_1": [["127.0.0.1"]], "::1": [["::1"]]})
    names.names["0"] = [["0.0.0.0"]]  # noqa: S104
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, network=network)
    site.on(path, redirect(place.format(site.port)))
    assert refused(fetcher, f"http://a.cn:{site.port}/a").endswith(PRIVATE)
    assert set(network.told) == {OPEN}
    assert "/x" not in site.paths


def test_the_next_address_is_tried_when_one_does_not_answer(site: Site, time: Time) -> None:
    names = Names(a_cn=[["::1", "127.0.0.1"]])
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, allow_private=True)
    site.on("/a", Reply(b"x"))
    assert fetcher.fetch(f"http://a.cn:{site.port}/a").content == b"x"


def test_a_name_that_changes_its_mind_is_checked_each_time(time: Time) -> None:
    names = Names(a_cn=[[], ["127.0.0.1"]])
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names)
    assert refused(fetcher, "http://a.cn/") == "no such host"
    time.clock.advance(minutes=1)
    assert refused(fetcher, "http://a.cn/") == PRIVATE


class Unreachable(httpcore.NetworkBackend):
    """A network on which nobody answers."""

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectTimeout("timed out")


def test_a_host_that_takes_no_connection_is_said_to_take_none(time: Time) -> None:
    names, network = Names(a_cn=[[OPEN]]), Unreachable()
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, network=network, tls=NOBODY)
    assert refused(fetcher, "http://a.cn/") == "no connection within 10 s"
    assert refused(fetcher, "http://a.cn/b") == "no connection within 10 s"
    assert len(names.asked) == 2  # the second page of the same edition is not tried


def test_a_name_that_cannot_be_looked_up_now_is_looked_up_once_more(time: Time) -> None:
    def resolver(*_: Any, **__: Any) -> NoReturn:
        asked.append(1)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    asked: list[int] = []
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=resolver, tls=NOBODY)
    assert refused(fetcher, "http://a.cn/") == "its name cannot be looked up now"
    assert len(asked) == 2


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".cn"])
def test_a_name_that_no_look_up_takes_is_no_host(careful: Fetcher, host: str) -> None:
    assert refused(careful, f"http://{host}/") == "no such host"


# Proxies


def test_a_proxy_is_asked_for_the_whole_address(site: Site, time: Time) -> None:
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=site.url.replace("//", "//user:pass@"))
    site.on("http://a.cn/a", Reply(b"x"))
    assert fetcher.fetch("http://a.cn/a").content == b"x"
    assert site.paths == ["http://a.cn/robots.txt", "http://a.cn/a"]
    assert site.asked[-1][1]["proxy-authorization"] == "Basic dXNlcjpwYXNz"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "0x7f.1", "2130706433", "localhost", "a.localhost", "[::1]", "10.0.0.1."]
)
def test_a_proxy_is_not_asked_for_what_is_plainly_private(site: Site, time: Time, host: str) -> None:
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=site.url)
    assert refused(fetcher, f"http://{host}/a") == PRIVATE
    site.on("http://a.cn/a", redirect(f"http://{host}/a"))
    assert refused(fetcher, "http://a.cn/a").endswith(PRIVATE)
    assert site.paths == ["http://a.cn/robots.txt", "http://a.cn/a"]


def test_a_proxy_that_is_not_there_is_named_as_the_cause(time: Time) -> None:
    with serving() as gone:
        proxy = gone.url
    for address in (proxy, proxy.replace("http:", "socks5:")):
        fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=address)
        assert refused(fetcher, "http://a.cn/") == "through the proxy: connection refused"


def test_a_proxy_that_refuses_a_tunnel_is_named_as_the_cause(site: Site, time: Time) -> None:
    # The site knows no CONNECT.
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=site.url)
    assert refused(fetcher, "https://a.cn/").startswith("its robots.txt cannot be read: the proxy refuses: 501")


@pytest.mark.parametrize("greeting", [b"", b"\x05", b"\x05\xff", b"\x05\x02", b"HTTP/1.1 400 Bad\r\n\r\n", b"\x05\x00"])
def test_a_socks_proxy_that_answers_nonsense_is_a_failure_like_others(time: Time, greeting: bytes) -> None:
    with listening(greeting) as port:
        fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=f"socks5://127.0.0.1:{port}", limits=SMALL)
        assert refused(fetcher, "http://a.cn/")


def test_a_socks_proxy_is_given_the_name(time: Time) -> None:
    answer = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    http = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"
    with listening(b"\x05\x00", answer, http) as port:
        fetcher = Fetcher(clock=time.clock, sleep=time.sleep, proxy=f"socks5://127.0.0.1:{port}", limits=SMALL)
        assert fetcher.fetch("http://a.cn/").content == b"x"


@pytest.mark.parametrize("proxy", ["nonsense", "ftp://a:secret@b", "http://", "http://[:secret", "socks4://a"])
def test_a_proxy_that_is_none_is_refused_at_once_without_its_password(time: Time, proxy: str) -> None:
    with pytest.raises(ValueError, match="prox") as caught:
        Fetcher(clock=time.clock, sleep=time.sleep, proxy=proxy)
    assert "secret" not in str(caught.value)


@contextmanager
def listening(*answers: bytes) -> Iterator[int]:
    """A port where each thing that is said gets the next answer, then the connection ends."""

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            for answer in answers:
                self.request.recv(4096)
                self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
