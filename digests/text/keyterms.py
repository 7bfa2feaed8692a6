"""The words and names by which an article can be told from others: its key terms."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from digests.folding import fold
from digests.model import Background
from digests.text.tfidf import idf, terms

# A term in the headline counts as often as this many in the body.
_IN_HEADLINE = 3
# Names that the paper itself sets off: “善居工程”, 「数据资产」.
_QUOTED = re.compile(r"[“「]([\u4e00-\u9fff]{3,8})[”」]")
_CREDITED = re.compile(r"(?:记者|通讯员)\s?([\u4e00-\u9fff]{2,4})(?=[\s,，)）]|$)")
_ORGANISATION = re.compile(r"[\u4e00-\u9fff]{2,10}?(?:有限公司|集团|总会|总工会|协会|研究院|基金会)")
_NUMBER = re.compile(r"[\d.,%万亿千百十年月日点时分第]+")


def key_terms(
    headline: str,
    body: str,
    background: Background,
    limit: int = 16,
    *,
    cut: Callable[[str], Sequence[str]],
    stopwords: Collection[str] = (),
) -> tuple[tuple[str, float], ...]:
    """At most `limit` folded terms with their weights, best first; the weights of all add up to 1.

    TF-IDF (Spärck Jones, 1972) over the words that `cut` gives, those of the headline counted thrice; of names set
    in quotation marks, credited people and organisations the whole counts, not its parts. No stop words, numbers or
    single characters. The same for the same article and background, always.
    """
    text = f"{fold(headline)}\n{fold(body)}"
    counts: Counter[str] = Counter()
    for part, worth in ((fold(headline), _IN_HEADLINE), (fold(body), 1)):
        for term in terms(cut(part), stopwords):
            if not _NUMBER.fullmatch(term):
                counts[term] += worth
    for name in dict.fromkeys(_names(text)):
        _join(counts, name, text.count(name), terms(cut(name), ()))
    weights = {term: count * idf(term, background) for term, count in counts.items() if count > 0}
    best = sorted(weights.items(), key=lambda term: (-term[1], term[0]))[:limit]
    total = sum(weight for _, weight in best) or 1.0
    return tuple((term, weight / total) for term, weight in best)


def _names(text: str) -> Iterator[str]:
    for pattern in (_QUOTED, _CREDITED):
        yield from pattern.findall(text)
    yield from _ORGANISATION.findall(text)


def _join(counts: Counter[str], name: str, times: int, parts: Iterable[str]) -> None:
    """Counts a name as one term and its parts no longer where they stand in it."""
    for part in parts:
        if part != name and part in counts:
            counts[part] -= times
    counts[name] = max(counts[name], 2 * times)
