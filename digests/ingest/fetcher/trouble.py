"""What goes wrong on the way to an address, in an operator's words."""

import socket
import ssl
from http import HTTPStatus

import httpcore
from socksio import SOCKSError

from digests.ingest.fetcher.limits import Limits

NO_SUCH_HOST = "no such host"
_PLAINLY = {
    401: "it wants a password (401)",
    403: "access is forbidden (403)",
    404: "there is no such page (404)",
    407: "the proxy wants a password (407)",
    410: "the page is gone for good (410)",
    429: "it finds that we come too often (429)",
}

FAULTS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    SOCKSError,
    OSError,
)
"""All that a request ends in when it is not answered; `told` has words for each."""


class Trouble(Exception):
    """Why an address gave nothing: `reason` for people, `wait` in seconds if its server named them.

    `again` says that the same request, made a moment later, may well succeed; `missing`: there is no such page.
    """

    def __init__(self, reason: str, *, wait: float | None = None, again: bool = False, missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.wait = wait
        self.again = again
        self.missing = missing


class Unconnected(Trouble):
    """No connection: nothing at that host can be had."""


def told(error: BaseException, limits: Limits, *, within_body: bool) -> Trouble:
    """The trouble behind one of `FAULTS`; `within_body`: the answer had begun well."""
    match error:
        case httpcore.ConnectTimeout():
            return Unconnected(f"no connection within {limits.connect:g} s", again=True)
        case httpcore.TimeoutException():
            return Trouble(f"no answer within {limits.read:g} s")
        case httpcore.ConnectError():
            return _unconnected(_behind(error))
        case httpcore.ProxyError():
            return Trouble(f"the proxy refuses: {str(error).rstrip('.').lower()}")
        case SOCKSError():
            return Trouble("the proxy does not speak SOCKS5")
        case httpcore.LocalProtocolError() | httpcore.UnsupportedProtocol():
            return Trouble("it cannot be asked for in HTTP")
        case httpcore.RemoteProtocolError() if within_body:
            return Trouble("its answer breaks off in the middle", again=True)
        case httpcore.RemoteProtocolError():
            return _unreadable(error)
    return Trouble("the connection was broken off", again=True)


def _unconnected(cause: BaseException | None) -> Unconnected:
    match cause:
        case ssl.SSLCertVerificationError():
            return Unconnected(f"the certificate is not valid: {_lowered(cause.verify_message)}")
        case ssl.SSLError():
            return Unconnected("no secure connection: it does not speak TLS there as we do")
        case socket.gaierror():
            return unresolved(cause)
        case OSError() if cause.strerror:
            return Unconnected(_lowered(cause.strerror), again=True)
    return Unconnected("no connection", again=True)


def unresolved(error: socket.gaierror) -> Unconnected:
    """A name without an address: for good, or because nobody could be asked."""
    if error.errno == socket.EAI_AGAIN:
        return Unconnected("its name cannot be looked up now", again=True)
    return Unconnected(NO_SUCH_HOST)


def _unreadable(error: httpcore.RemoteProtocolError) -> Trouble:
    cause = _behind(error)
    if cause is None:
        return Trouble("it closed the connection without an answer", again=True)
    if getattr(cause, "error_status_hint", 0) == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
        return Trouble("the headers of its answer are too long")
    return Trouble("what it answers is not HTTP")


def _behind(error: BaseException) -> BaseException | None:
    """The system's error below httpcore's, whose pool raises it again `from None`."""
    return error.__cause__ or error.__context__


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def status_in_words(status: int) -> str:
    """What an HTTP status means, by our words or those of RFC 9110; never by the server's."""
    if status in _PLAINLY:
        return _PLAINLY[status]
    try:
        return f"it answers “{HTTPStatus(status).phrase.lower()}” ({status})"
    except ValueError:
        return f"it answers with a status that nobody knows ({status})"
