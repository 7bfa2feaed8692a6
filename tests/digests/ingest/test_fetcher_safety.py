import datetime as dt
import gzip
import logging
import socket
import ssl
import struct
import zlib
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from digests.ingest.fetcher import Fetcher, Limits
from digests.ingest.fetcher.exchange import inflated
from digests.ingest.fetcher.trouble import Trouble
from tests.digests.ingest.site import (
    NOBODY,
    OPEN,
    Detour,
    Names,
    Reply,
    Site,
    Time,
    gzipped,
    raw,
    redirect,
    refused,
    serving,
)

SMALL = Limits(body=10_000, read=0.5, whole=2)


@pytest.fixture
def fetcher(time: Time) -> Fetcher:
    return Fetcher(clock=time.clock, sleep=time.sleep, limits=SMALL, allow_private=True, tls=NOBODY)


# Answers that are too much, or none


def chunked(piece: bytes, times: int) -> Reply:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(times):
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        handler.wfile.write(b"0\r\n\r\n")

    return Reply(write=write)


TOO_LONG = "its answer is longer than 10,000 bytes"
BROKEN = "its answer breaks off in the middle"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"x" * 10_001), TOO_LONG),
        (Reply(b"x", headers={"Content-Length": "9" * 20}), TOO_LONG),
        (chunked(b"x" * 5_000, 10**6), TOO_LONG),
        (gzipped(b"x" * 10_001), TOO_LONG),
        (gzipped(bytes(30_000_000)), "its answer is longer than 10,000 bytes"),
        (Reply(zlib.compress(bytes(9_000_000)), headers={"Content-Encoding": "deflate"}), TOO_LONG),
        (gzipped(gzip.compress(b"x"), **{"Content-Encoding": "gzip, gzip"}), "compressed in a way that we did not ask"),
        (gzipped(b"x", **{"Content-Encoding": "br"}), "compressed in a way that we did not ask for"),
        (Reply(b"plain", headers={"Content-Encoding": "gzip"}), "its answer is compressed wrongly"),
        (Reply(gzip.compress(b"x" * 500)[:-12], headers={"Content-Encoding": "gzip"}), BROKEN),
        (Reply(b"short", headers={"Content-Length": "50", "Connection": "close"}), BROKEN),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), BROKEN),
        (Reply(b"x", headers={f"X-{number}": "y" for number in range(600)}), "its answer has more than 500 headers"),
        (
            Reply(b"x", headers={f"X-{number}": "y" for number in range(10_000)}),
            "headers",
        ),
        (Reply(b"x", headers={"X": "y" * 10**6}), "the headers of its answer are too long"),
        (raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), "what it answers is not HTTP"),
        (raw(b"\0\xff" * 20_000), "what it answers is not HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"), "what it answers is not HTTP"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx"), "what it answers is not HTTP"),
        (raw(), "it closed the connection without an answer"),
        (raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 9), "it closed the connection without an answer"),
        (raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), "what it answers is not HTTP"),
    ],
)
def test_an_answer_that_cannot_be_taken_says_why(site: Site, fetcher: Fetcher, reply: Reply, reason: str) -> None:
    assert reason in refused(fetcher, site.on("/a", reply))


def test_a_connection_that_is_reset_is_said_to_be(site: Site, fetcher: Fetcher) -> None:
    def reset(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()

    assert refused(fetcher, site.on("/a", Reply(write=reset))) == "the connection was broken off"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize("size", [0, 1, 9_999, 10_000])
def test_up_to_its_limit_a_page_arrives_in_every_compression(site: Site, fetcher: Fetcher, size: int) -> None:
    body = b"\xe6\x9c\xac" * size
    body = body[:size]
    for packed, name in (
        (body, "identity"),
        (gzip.compress(body), "GZip"),
        (zlib.compress(body), "deflate"),
        (raw_deflate(body), "deflate"),
    ):
        url = site.on("/a", Reply(packed, headers={"Content-Encoding": name}))
        assert fetcher.fetch(url).content == body


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate"]))
def test_no_bytes_called_compressed_become_more_than_the_limit(body: bytes, encoding: str) -> None:
    with suppress(Trouble):
        assert len(inflated(body, encoding, 100)) <= 100


def test_more_than_was_announced_is_left(site: Site, fetcher: Fetcher) -> None:
    url = site.on("/a", Reply(b"short and more", headers={"Content-Length": "5"}))
    assert fetcher.fetch(url).content == b"short"


def test_an_endless_validator_is_not_kept(site: Site, fetcher: Fetcher) -> None:
    assert fetcher.fetch(site.on("/a", Reply(b"x", headers={"ETag": "x" * 1_001}))).etag == ""


def test_our_log_does_not_hold_what_stands_in_a_query(
    site: Site, fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fetcher.fetch(site.on("/a?key=secret", Reply(b"x")))
    assert "secret" not in caplog.text


# TLS


def signed(folder: Path, name: str, *, expired: bool = False) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for a name, and a visitor's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=30 if expired else 36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "site.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, ssl.create_default_context(cadata=certificate.public_bytes(serialization.Encoding.PEM).decode())


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path, fetcher: Fetcher) -> None:
    server, _ = signed(tmp_path, "a.cn")
    with serving(server) as site:
        reason = refused(fetcher, site.url)
    assert reason == "the certificate is not valid: self-signed certificate"


@pytest.mark.parametrize(
    ("name", "expired", "reason"),
    [
        ("a.cn", False, None),
        ("b.cn", False, "the certificate is not valid: hostname mismatch, certificate is not valid for 'a.cn'"),
        ("a.cn", True, "the certificate is not valid: certificate has expired"),
    ],
)
def test_a_certificate_must_be_for_the_name_that_was_asked_for(
    tmp_path: Path, time: Time, name: str, expired: bool, reason: str | None
) -> None:
    server, trusting = signed(tmp_path, name, expired=expired)
    asked: list[str | None] = []
    server.sni_callback = lambda _, asked_for, __: asked.append(asked_for)
    with serving(server) as site:
        site.on("/a", Reply(b"x"))
        names = Names(a_cn=[[OPEN]])
        fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, network=Detour(), tls=trusting)
        url = f"https://a.cn:{site.port}/a"
        if reason is None:
            assert fetcher.fetch(url).content == b"x"
        else:
            assert refused(fetcher, url) == reason
    assert set(asked) == {"a.cn"}


def test_a_server_without_tls_is_said_to_have_none(site: Site, fetcher: Fetcher) -> None:
    reason = "no secure connection: it does not speak TLS there as we do"
    assert refused(fetcher, site.url.replace("http:", "https:")) == reason


def test_a_redirect_from_https_to_http_is_followed_and_logged(
    tmp_path: Path, site: Site, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server, trusting = signed(tmp_path, "a.cn")
    names = Names(a_cn=[["127.0.0.1"]])
    fetcher = Fetcher(clock=time.clock, sleep=time.sleep, resolver=names, allow_private=True, tls=trusting)
    end = f"http://a.cn:{site.port}/b"
    site.on("/b", Reply(b"x"))
    with serving(server) as secure:
        secure.on("/a", redirect(end))
        assert fetcher.fetch(f"https://a.cn:{secure.port}/a").url == end
    assert "a.cn redirects from https to http" in caplog.text
