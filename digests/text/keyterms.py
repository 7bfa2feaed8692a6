"""The words and names by which an article, or an edition, can be told from others: its key terms."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop
from itertools import islice, pairwise

from digests.folding import fold
from digests.model.news import Background
from digests.text.tfidf import idf, idfs, terms

# A term in the headline counts as often as this many in the body, one in its first characters as this many.
_IN_HEADLINE = 3
_IN_LEAD = 1.5
_LEAD = 120
# What stands once, and that late, is seldom what an article is about.
_ONCE = 0.5
# A name in one piece counts as often as this many other words.
_NAME = 1.5
# Two words that stand side by side at least so often, and in these shares of the rarer and the other one's times,
# are one: 口袋公园.
_TOGETHER = 2
_SHARE = 0.6
_SHARE_OF_FREQUENT = 0.3
_LONGEST = 8

# What stands out in an edition does so this many times as often as in the archive.
_OFTENER = 2

# Names that the paper itself sets off: “善居工程”, 「数据资产」.
_QUOTED = re.compile(r"[“「]([\u4e00-\u9fff]{3,8})[”」]")
_KIND = re.compile("有限公司|集团|总会|总工会|协会|研究院|研究所|基金会|医院|学院|大学")
_BEFORE_KIND = 8  # characters at most
_ORGANISATION = re.compile(
    r"(?:(?<=[^\u4e00-\u9fff])|(?<=[在由与和向从了是]))(?:(?![在的了是到和与从向对把被等为于其成有])[\u4e00-\u9fff])"
    rf"{{2,{_BEFORE_KIND}}}?(?:{_KIND.pattern})"
)
# A person: a surname and one or two characters, behind what people are called or before what they say. A search that
# begins with given characters is quick: so what they are called is spelt out, and a look behind comes second.
_SURNAME = (
    "[王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹"
    "熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常武乔贺赖龚文屠管俞施严柳褚盛章费]"
)
_HEADS = "|".join(f"{place}长" for place in "市区县镇局部处科校院厂村会")
_CALLED = re.compile(
    rf"(?:记者|通讯员|书记|主任|{_HEADS}|经理|教授|医师|队长|民警|法官|村民|居民|市民|义工|代表|老师|队员|选手|作家|导演)\s?"
    rf"({_SURNAME}[\u4e00-\u9fff]{{1,2}}?)(?=[\s,，、。:：)）]|[说等在和介告表坦强要指认回陆赴从来带拿把走坐站向到]|$)"
)
_SPEAKING = re.compile(
    rf"({_SURNAME}(?<![^\s,，。;；、:：“”（(].)[\u4e00-\u9fff]{{1,2}})(?=说|介绍|表示|告诉|坦言|强调|要求|指出|认为|回忆|笑着)"
)
# Numbers, and words that point instead of naming: 三千多名, 这辆, 围坐在.
_EMPTY = re.compile(
    r"[\d.,%万亿千百十一二三四五六七八九年月日点时分秒第两几多余个名位家篇次]+|[这那我你他她它].{1,2}|.{2,}[在着了]|[^\u4e00-\u9fff]"
    r"|[的了在是和与及有不就也都被把从对为说着过到上中下前后里外来去让向以而或但更最又还再将已可能要各本同只才很看做用给得地等们日]"
)


Terms = tuple[tuple[str, float], ...]
"""Folded terms with their weights, the weightiest first; the weights of all add up to 1."""

_Parts = tuple[tuple[str, float], ...]
_Cut = Callable[[str], Sequence[str]]


def key_terms(
    headline: str,
    body: str,
    background: Background,
    limit: int = 12,
    *,
    cut: _Cut,
    stopwords: Collection[str] = (),
    names: Iterable[str] = (),
) -> Terms:
    """What a reader would name if asked what an article is about: at most `limit` terms.

    TF-IDF (Spärck Jones, 1972) over the words that `cut` gives, those of the headline and the lead counted more. Of
    names set in quotation marks, people, organisations, `names` that are known besides (places), and words that keep
    standing side by side the whole counts, not its parts. No stop words, numbers or single characters, and of terms
    within each other one. The same for the same article and background, always.
    """
    title, text = fold(headline), fold(body)
    parts = ((title, _IN_HEADLINE), (text[:_LEAD], _IN_LEAD), (text[_LEAD:], 1.0))
    tokens = [cut(part) for part, _ in parts]
    counts = _counted(zip(tokens, (worth for _, worth in parts), strict=True), stopwords)
    words = [word for part in tokens for word in (*part, "")]
    wholes = [*_joined(words, stopwords), *_names(f"{title}\n{text}"), *map(fold, names)]
    _join(counts, wholes, parts, cut, stopwords)
    return _normalized(distinct(_by_weight(counts, background, _ONCE), limit))


def counted(title: Sequence[str], text: Sequence[str], stopwords: Collection[str]) -> dict[str, float]:
    """How often each term stands in an article, by the words of its headline, where it counts thrice, and body."""
    times = Counter(text)
    for token in title:
        times[token] += _IN_HEADLINE
    return {term: times[term] for term in terms(times, stopwords)}


def mentions(
    title: str, text: str, counts: Mapping[str, float], cut: _Cut, stopwords: Collection[str]
) -> dict[str, float]:
    """How often an article, folded, speaks of each term and name, by its `counted` terms; for `story_terms`."""
    said = dict(counts)
    _join(said, _names(f"{title}\n{text}"), ((title, _IN_HEADLINE), (text, 1.0)), cut, stopwords)
    return said


def story_terms(mentions: Mapping[str, float], background: Background, limit: int = 16) -> Terms:
    """By what an article and the next one of its story find each other: at most `limit` of its `mentions`.

    As `key_terms`, but words that stand side by side stay apart, for the next article may well word it otherwise, and
    what stands once counts in full: among such are the names that it has, too.
    """
    return _normalized([*islice(_by_weight(mentions, background, once=1), limit)])


def _counted(parts: Iterable[tuple[Sequence[str], float]], stopwords: Collection[str]) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for tokens, worth in parts:
        times = Counter(tokens)
        for term in terms(times, stopwords):
            counts[term] += worth * times[term]
    return counts


def _by_weight(counts: Mapping[str, float], background: Background, once: float) -> Iterator[tuple[str, float]]:
    """Terms with their weights, the weightiest first; one that stands once weighs `once` as much as it would."""
    seen = [(term, count) for term, count in counts.items() if count > 0]
    rarities = idfs([term for term, _ in seen], background)
    weights = [
        (-(once if count <= 1 else 1) * count * rare, term) for (term, count), rare in zip(seen, rarities, strict=True)
    ]
    # Few are asked for: of a heap they are had sooner than by sorting all.
    heapify(weights)
    while weights:
        weight, term = heappop(weights)
        if not _EMPTY.fullmatch(term):
            yield term, -weight


def _normalized(best: Sequence[tuple[str, float]]) -> Terms:
    total = math.fsum(weight for _, weight in best) or 1.0
    return tuple((term, weight / total) for term, weight in best)


def distinct(ranked: Iterable[tuple[str, float]], limit: int) -> list[tuple[str, float]]:
    """The first `limit` terms, of those within each other one: the longer, unless it weighs less than half."""
    chosen: list[tuple[str, float]] = []
    for term, weight in ranked:
        at = next((n for n, (other, _) in enumerate(chosen) if term in other or other in term), None)
        if at is None:
            chosen.append((term, weight))
        elif len(term) > len(chosen[at][0]) and weight >= chosen[at][1] / 2:
            chosen[at] = (term, chosen[at][1])
        if len(chosen) == limit:
            break
    return chosen


def standing_out(
    stories: Sequence[tuple[str, Mapping[str, float]]], background: Background, limit: int = 10
) -> tuple[tuple[str, int], ...]:
    """What sets stories (their folded text and key terms) apart from the archive: terms, and in how many they stand.

    By how much oftener a key term stands here than the background lets expect, times what it weighs on average where it
    is a key term. Terms of several stories come first, for every story has some word that nobody else has. Of terms
    within each other one.
    """
    weights: dict[str, list[float]] = defaultdict(list)
    for _, terms_of_story in stories:
        heaviest = max(terms_of_story.values(), default=0.0) or 1.0
        for term, weight in terms_of_story.items():
            weights[term].append(weight / heaviest)
    times = {term: sum(term in text for text, _ in stories) for term in weights}
    expected = {term: len(stories) * math.exp(-idf(term, background)) for term in times}
    oftener = {term: surprise(times[term], expected[term]) for term in times if times[term] > _OFTENER * expected[term]}
    scores = {term: oftener.get(term, 0.0) * math.fsum(own) / len(own) for term, own in weights.items()}
    ranked = sorted(scores.items(), key=lambda term: (times[term[0]] == 1, -term[1], term[0]))
    return tuple((term, times[term]) for term, score in distinct(ranked, limit) if score > 0)


def surprise(seen: int, expected: float) -> float:
    """How little chance explains that a thing was seen oftener than expected (more than 0); 0 if it was not.

    The log-likelihood ratio of Dunning, "Accurate Methods for the Statistics of Surprise and Coincidence", 1993, for a
    Poisson count.
    """
    return seen * math.log(seen / expected) - (seen - expected) if seen > expected else 0.0


def people(text: str) -> Iterator[str]:
    """The people whom a text calls by what they are or lets speak, a surname and one or two characters each."""
    for pattern in (_CALLED, _SPEAKING):
        yield from pattern.findall(text)


def _names(text: str) -> Iterator[str]:
    yield from _QUOTED.findall(text)
    yield from people(text)
    # This pattern is tried at every character: so only from where a name may begin.
    if kind := _KIND.search(text):
        yield from _ORGANISATION.findall(text, max(0, kind.start() - _BEFORE_KIND))


def _joined(words: Sequence[str], stopwords: Collection[str]) -> Iterator[str]:
    """Words and characters that keep standing side by side, as one: 口袋 and 公园, 庄家 and 桥, 濮 and 院."""
    meant = [word if word not in stopwords and not _EMPTY.fullmatch(word) else "" for word in words]
    times = Counter(word for word in meant if word)
    close = {
        pair for pair, together in Counter(pairwise(meant)).items() if all(pair) and _are_one(pair, together, times)
    }
    chains: Counter[str] = Counter()
    chain = ""
    for left, right in pairwise(meant):
        if (left, right) in close:
            chain = (chain or left) + right
        elif chain:
            chains[chain] += 1
            chain = ""
    yield from (chain for chain, n in chains.items() if n >= _TOGETHER and len(chain) <= _LONGEST)


def _are_one(pair: tuple[str, str], together: int, times: Mapping[str, int]) -> bool:
    rare, frequent = sorted(times[word] for word in pair)
    return together >= max(_TOGETHER, _SHARE * rare, _SHARE_OF_FREQUENT * frequent)


def _join(
    counts: dict[str, float], wholes: Iterable[str], parts: _Parts, cut: _Cut, stopwords: Collection[str]
) -> None:
    """Counts each whole as one term, and the words in it no longer where they stand in it; the longest first."""
    for whole in sorted({whole for whole in wholes if whole not in stopwords}, key=lambda whole: (-len(whole), whole)):
        times = sum(part.count(whole) * worth for part, worth in parts)
        for word in terms(cut(whole), ()) if times else ():
            if word != whole and word in counts:
                counts[word] -= times
        if times:
            counts[whole] = max(counts.get(whole, 0.0), _NAME * times)
