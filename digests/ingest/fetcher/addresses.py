"""Which addresses are fetched: well-formed ones, and hosts on the open Internet."""

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote

import httpx

from digests.ingest.fetcher.trouble import Trouble

LONGEST = 8_000
"""Characters of an address; RFC 9110 (4.1) asks for that many to be supported."""

PRIVATE = "the address leads into a private network (refused unless LIWEN_FETCH_PRIVATE=true)"
_BAD = "not a web address: http:// or https:// and a host are wanted"

# Beyond what every Python's is_global knows: protocol assignments, 6to4 relays.
_CLOSED_V4 = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "240.0.0.0/4")))
_OPEN_V6 = IPv6Network("2000::/3")
# Teredo and other protocol assignments, documentation, 6to4.
_CLOSED_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_TRANSLATED = IPv6Network("64:ff9b::/96")


def parsed(url: str) -> httpx.URL:
    """The address, its host in ASCII (IDNA) and without a last dot, its fragment left out.

    Raises Trouble for what is no http or https address, and for one with a name or password in it.
    """
    if len(url) > LONGEST:
        raise Trouble(f"the address is longer than {LONGEST} characters")
    try:
        address = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError):
        raise Trouble(_BAD) from None
    return _checked(address)


def joined(address: httpx.URL, location: bytes) -> httpx.URL:
    """Where a `Location` header leads from an address; raises Trouble as `parsed` does."""
    try:
        # Bytes that are no UTF-8 (GBK, mostly) go back to the server as they came.
        text = location.decode("utf-8") if _is_utf8(location) else quote(location, safe=bytes(range(0x21, 0x7F)))
        target = address.join(text)
    except (httpx.InvalidURL, ValueError):
        raise Trouble("it redirects to something that is not a web address") from None
    return parsed(str(target))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _checked(address: httpx.URL) -> httpx.URL:
    if address.scheme not in ("http", "https") or not address.host.strip("."):
        raise Trouble(_BAD)
    if address.userinfo:
        raise Trouble("an address with a user name or password in it is not fetched")
    if address.port is not None and not 0 < address.port < 65536:
        raise Trouble("its port is not between 1 and 65535")
    host = address.raw_host.decode("ascii").rstrip(".")
    return address.copy_with(host=host, fragment=None)


def shown(url: str) -> str:
    """An address as it may be shown and logged: what stands before an @ in its host's place is left out."""
    try:
        parsed_well = bool(httpx.URL(url).host)
    except (httpx.InvalidURL, ValueError):
        parsed_well = False
    # A password with a slash in it does not parse: then all before the last @ may belong to it.
    return re.sub(r"//[^/?#]*@" if parsed_well else r"(?s)(//)?.*@", "//", url, count=1)


def is_open(address: str) -> bool:
    """Whether an IP address (text) belongs to the open Internet.

    IPv4 by IANA's special-purpose registry; IPv6 only within 2000::/3 without its special parts. IPv4-mapped and
    NAT64 (RFC 6052) addresses are judged by the IPv4 address in them; 6to4 and Teredo are not open.
    """
    try:
        parsed_address = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed_address, IPv4Address):
        return _is_open_v4(parsed_address)
    inner = _inner(parsed_address)
    if inner is not None:
        return _is_open_v4(inner)
    closed = any(parsed_address in network for network in _CLOSED_V6)
    return parsed_address in _OPEN_V6 and not closed and parsed_address.is_global


def _is_open_v4(address: IPv4Address) -> bool:
    closed = any(address in network for network in _CLOSED_V4)
    return address.is_global and not address.is_multicast and not closed


def _inner(address: IPv6Address) -> IPv4Address | None:
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def names_private(host: str) -> bool:
    """Whether a host is, without any look-up, a private place: localhost, or a number that is not open.

    For requests through a proxy, which looks names up itself. All forms of inet_aton(3) count: 0x7f.1, 2130706433.
    """
    if host == "localhost" or host.endswith(".localhost"):
        return True
    literal = _literal(host)
    return literal is not None and not is_open(literal)


def _literal(host: str) -> str | None:
    if ":" in host:
        return host
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
