"""The words and names by which an article can be told from others: its key terms."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from digests.model import Background
from digests.text.tfidf import idf, terms

# A term in the headline counts as often as this many in the body.
_IN_HEADLINE = 3
# Names that the paper itself sets off: “善居工程”, 「数据资产」.
_QUOTED = re.compile(r"[“「]([\u4e00-\u9fff]{3,8})[”」]")
_CREDITED = re.compile(r"(?:记者|通讯员)\s?([\u4e00-\u9fff]{2,4})(?=[\s,，)）]|$)")
_KINDS = ("有限公司", "集团", "总会", "总工会", "协会", "研究院", "基金会")
_ORGANISATION = re.compile(rf"[\u4e00-\u9fff]{{2,10}}?(?:{'|'.join(_KINDS)})")
_NUMBER = re.compile(r"[\d.,%万亿千百十年月日点时分第]+")


def counted(headline: Iterable[str], body: Iterable[str], stopwords: Collection[str]) -> dict[str, int]:
    """How often each term of an article stands in it, by the words of its headline, which count thrice, and body."""
    counts = Counter(body)
    for word in headline:
        counts[word] += _IN_HEADLINE
    return {term: counts[term] for term in terms(counts, stopwords)}


def mentions(text: str, counts: Mapping[str, int], cut: Callable[[str], Iterable[str]]) -> dict[str, int]:
    """How often an article speaks of what it may be known by: its counted terms but numbers, and its names.

    Of names set in quotation marks, credited people and organisations in its folded `text` the whole counts, not
    the parts that `cut` gives.
    """
    said = {term: count for term, count in counts.items() if not _NUMBER.fullmatch(term)}
    for name in dict.fromkeys(_names(text)):
        _join(said, name, text.count(name), terms(cut(name), ()))
    return said


def key_terms(mentions: Mapping[str, int], background: Background, limit: int = 16) -> tuple[tuple[str, float], ...]:
    """At most `limit` of an article's terms with their weights, best first; the weights of all add up to 1.

    TF-IDF (Spärck Jones, 1972) over its `mentions`. The same for the same article and background, always.
    """
    said = [(term, count) for term, count in mentions.items() if count > 0]
    best = sorted((-count * idf(term, background), term) for term, count in said)[:limit]
    total = sum(weight for weight, _ in best)
    return tuple((term, weight / total) for weight, term in best)


def _names(text: str) -> Iterator[str]:
    for pattern in (_QUOTED, _CREDITED):
        yield from pattern.findall(text)
    if any(kind in text for kind in _KINDS):
        yield from _ORGANISATION.findall(text)


def _join(counts: dict[str, int], name: str, times: int, parts: Iterable[str]) -> None:
    """Counts a name as one term and its parts no longer where they stand in it."""
    for part in parts:
        if part != name and part in counts:
            counts[part] -= times
    counts[name] = max(counts.get(name, 0), 2 * times)
