"""Why something could not be read, as the news engine says it to operators → in the language of who is told in chat."""

import re
from functools import cache

from bot.texts import Texts, gettext_noop
from digests.errors import BadDocument, BadLine, EmptyPage, InputError, NothingFound, NotText, NotUnderstood

_NO_ARTICLE = gettext_noop("no article found, only adverts or page furniture")
_EMPTY = gettext_noop("the page is empty")
_NO_TEXT = gettext_noop("not a text file (UTF-8, UTF-16 with a byte-order mark, or GB18030 is wanted)")
_OURS = gettext_noop("a fault of ours ({fault}), the log has more")

_SAID = (
    # on the way to an address
    gettext_noop("no such host"),
    gettext_noop("no connection"),
    gettext_noop("no connection within {seconds} s"),
    gettext_noop("no answer within {seconds} s"),
    gettext_noop("not finished within {seconds} s"),
    gettext_noop("connection refused"),
    gettext_noop("connection reset by peer"),
    gettext_noop("no route to host"),
    gettext_noop("network is unreachable"),
    gettext_noop("its name cannot be looked up now"),
    gettext_noop("the certificate is not valid: {detail}"),
    gettext_noop("no secure connection: it does not speak TLS there as we do"),
    gettext_noop("the connection was broken off"),
    gettext_noop("it closed the connection without an answer"),
    gettext_noop("it cannot be asked for in HTTP"),
    gettext_noop("what it answers is not HTTP"),
    gettext_noop("its answer breaks off in the middle"),
    gettext_noop("its answer has more than {count} headers"),
    gettext_noop("the headers of its answer are too long"),
    gettext_noop("its answer is longer than {count} bytes"),
    gettext_noop("its answer is compressed in a way that we did not ask for"),
    gettext_noop("its answer is compressed wrongly"),
    gettext_noop("the proxy refuses: {detail}"),
    gettext_noop("the proxy does not speak SOCKS5"),
    gettext_noop("the proxy wants a password (407)"),
    gettext_noop("through the proxy: {reason}"),
    gettext_noop("it wants a password (401)"),
    gettext_noop("access is forbidden (403)"),
    gettext_noop("there is no such page (404)"),
    gettext_noop("the page is gone for good (410)"),
    gettext_noop("it finds that we come too often (429)"),
    gettext_noop("it answers “{phrase}” ({status})"),
    gettext_noop("it answers with a status that nobody knows ({status})"),
    gettext_noop("it asked to be left alone for {time} more"),
    gettext_noop("its robots.txt forbids it"),
    gettext_noop("its robots.txt cannot be read: {reason}"),
    gettext_noop("not asked yet"),
    gettext_noop("redirected to {host}: {reason}"),
    gettext_noop("it redirects in a circle"),
    gettext_noop("it redirects more than {count} times"),
    gettext_noop("it redirects to something that is not a web address"),
    gettext_noop("not a web address: http:// or https:// and a host are wanted"),
    gettext_noop("the address is longer than {count} characters"),
    gettext_noop("an address with a user name or password in it is not fetched"),
    gettext_noop("its port is not between 1 and 65535"),
    gettext_noop("the address leads into a private network (refused unless LIWEN_FETCH_PRIVATE=true)"),
    gettext_noop("left for the next time: the source took too long, or the program ends"),
    # a newspaper's site
    gettext_noop("no edition of {day} there: {reason}"),
    gettext_noop("its pages lead to one another"),
    gettext_noop("no page of a newspaper behind {count} pages that lead on"),
    gettext_noop("neither a page of a newspaper nor one that leads to it"),
    gettext_noop("neither a feed nor a newspaper site; look on the site for RSS or 电子报"),
    # a document
    _NO_ARTICLE,
    gettext_noop("not an HTML page"),
    gettext_noop("not text in any encoding that we know"),
    gettext_noop("declares a DOCTYPE or entities, which are not read"),
    gettext_noop("more than {count} elements"),
    gettext_noop("not an RSS, Atom or JSON feed"),
    gettext_noop("a feed too broken to be read"),
    gettext_noop("tags longer than 16,000 characters or nested deeper than 50,000"),
    gettext_noop("neither a title nor a text"),
    gettext_noop("not an OPML list of feeds"),
    # a PDF
    gettext_noop("PDF needs: pip install 'liwen[pdf]'"),
    gettext_noop("broken, or no PDF"),
    gettext_noop("encrypted: it needs a password"),
    gettext_noop("encrypted in a way that we do not know"),
    gettext_noop("more than {count} pages"),
    gettext_noop("more than {count} characters"),
    gettext_noop("no page in it"),
    gettext_noop("larger than any page"),
    gettext_noop("it takes too long"),
    gettext_noop("reading it takes too much time or memory"),
    gettext_noop("no text in it: a scan"),
    gettext_noop("its letters cannot be told: the fonts do not say which characters they are"),
    gettext_noop("more pieces of text on it than on any newspaper page"),
    # a line of JSON lines
    gettext_noop("title is missing"),
    gettext_noop("not a JSON object"),
    gettext_noop("not JSON: {detail}"),
    gettext_noop("not JSON that can be read: a number too long or lists too deep"),
    gettext_noop("{key} is no text"),
    gettext_noop("{key} holds a character that is none (NUL or half of a pair)"),
    gettext_noop("id is neither text nor a whole number"),
    gettext_noop("id is longer than {count} characters"),
    gettext_noop("date is not like 2024-11-08: {value}"),
    gettext_noop("date is not between {first} and {last}: {day}"),
)
_PLACE = re.compile(r"(?P<name>.+), (?P<what>page|entry) (?P<number>\d+)", re.DOTALL)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each reason looks like once its values stand in it."""
    hole = re.compile(r"\\\{(\w+)\\\}")
    return tuple((re.compile(hole.sub(r"(?P<\1>.+?)", re.escape(said)), re.DOTALL), said) for said in _SAID)


def reason(texts: Texts, told: str) -> str:
    """An operator's reason in a person's language; one that is not of ours, such as a system's, as it stands."""
    for pattern, said in _patterns():
        if found := pattern.fullmatch(told):
            values = found.groupdict()
            if "reason" in values:
                values["reason"] = reason(texts, values["reason"])
            return texts.say(said, **values)
    return told


def fault(texts: Texts, error: InputError) -> str:
    """What is wrong with a document, and where in it."""
    match error:
        case BadLine():
            place = texts.say("{name}, line {number}", name=error.name, number=error.line)
            return _named(texts, place, reason(texts, error.reason))
        case BadDocument():
            return _named(texts, _place(texts, error.name), reason(texts, error.reason))
        case NotText():
            return _named(texts, error.name, texts.say(_NO_TEXT))
        case EmptyPage():
            return _named(texts, error.name, texts.say(_EMPTY))
        case NothingFound():
            return _named(texts, error.name, texts.say(_NO_ARTICLE))
        case NotUnderstood():
            return _named(texts, error.name, texts.say(_OURS, fault=error.fault))
    return str(error)


def _place(texts: Texts, name: str) -> str:
    found = _PLACE.fullmatch(name)
    if found is None:
        return name
    said = {"page": gettext_noop("{name}, page {number}"), "entry": gettext_noop("{name}, entry {number}")}
    return texts.say(said[found["what"]], name=found["name"], number=found["number"])


def _named(texts: Texts, name: str, why: str) -> str:
    return texts.say("{name}: {reason}", name=name, reason=why)
