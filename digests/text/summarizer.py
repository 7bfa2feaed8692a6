"""Chooses the sentences that tell an article best, word for word and in their order."""

import math
import re
from collections.abc import Iterable, Sequence
from heapq import nlargest
from operator import itemgetter
from typing import NamedTuple

from digests.folding import fold
from digests.model.news import Background, Sentence, Summary
from digests.text.lines import ADVERT, CLOSERS, STOPS, dateline_of, has_notice, is_credit
from digests.text.pairs import Alphabet
from digests.text.sentences import split_sentences
from digests.text.tfidf import idf

# A digest's summary when nobody asks for another length.
SENTENCES = 3
CHARACTERS = 160

# The chance that an editor's summary has two neighbouring characters of the article is a logistic function of these.
# Fitted to the summaries of 242 news stories (shared/data/summaries, nb and xref; each set weighs the same, and each
# story in it), checked by five-fold cross-validation: so few weights fit other stories as well as those they are from.
_BIAS = -3.30
_REPEATED = 0.159  # times the logarithm of how often the pair stands in the article, times its idf: TF-IDF
_EARLY = 2.62  # times 1 / (1 + half the number of sentences before its first)
_IN_TITLE = 1.16
_ODDS_IN_TITLE = math.exp(-_IN_TITLE)

# Of a summary, this share of the space asked for is taken as the length of what an editor would write.
_WRITTEN_PER_CHARACTER = 0.75
_WRITTEN_PER_SENTENCE = 30

# A sentence that dates its news (近日, 昨天) counts as shorter than it is, by this factor: the lead may be a scene or a
# commonplace, and the news below it. Between 0.6 and 0.8 it makes no difference.
_NEWS_SHARE = 0.75

# Characters that a flaw costs, as if the sentence were that much longer. Half a thought is as good as never told.
_LEANING_COST = 100
_QUOTATION_COST = 20
_UNFINISHED_COST = 40
_NOTICE_COST = 80

# Pairs whose idf is remembered: most that are repeated somewhere are among so many, some 10 MB.
_REMEMBERED = 1 << 16

# A sentence that is longer than the budget may stand alone, up to this many budgets: a lead is not lost for a few
# characters, and it must still score better than what fits.
_ALONE = 2

# Only so many candidates, or three times as many as are wanted, are searched; none wanted is shorter than _SHORT.
_POOL = 16
_SHORT = 20

# Of more sentences than this each is chosen for itself: such an extract is no summary, and must only end soon.
_SEARCHED = 50

_NEWS = re.compile("近日|日前|昨[日天晚]|今[日天早晨晚]|前天|连日来|近期|最近|本周|上周")
# What is said of somebody or something named before. A quoted name (“双减”政策) may begin a story, a quoted speech not.
_LEANS_BACK = re.compile(
    r"(?:他|她|它|其(?!中央|实)|这|那|此(?!次)|对此|为此|因此|据此|由此|所以|于是|但|而|却|同时|此外|另外|不过|然而|随后|接着|最终"
    r"|与此同时|也就是|一方面|另一方面|比如|例如|首先|其次|再者|前者|后者|该|上述|当[日天]|次日|之后|后来|两人|双方|对方|除此"
    r"|届时|甚至|图为|“[^”]{13})"
)
_LEANS_ON = ("？", "?", "：", ":", "…", "...")
_QUOTES = '”’」』"'
_QUOTATION = re.compile("“[^”]*”?")
_FINISHED = (*STOPS, ".")


class _Candidate(NamedTuple):
    """A sentence that may be chosen, `order` among them; it `leans_on` another where it says nothing alone."""

    sentence: Sentence
    order: int
    pairs: Sequence[int]
    length: int
    cost: int
    leans_on: int


class _Powers(dict[int, float]):
    """The power to which how often a pair of characters stands in an article makes its odds; kept once asked for."""

    def __init__(self, background: Background) -> None:
        self.background = background
        self.alphabet = Alphabet()

    def __missing__(self, pair: int) -> float:
        self[pair] = power = -_REPEATED * idf(self.alphabet.spell(pair), self.background)
        return power

    def is_full(self) -> bool:
        """Whether enough is remembered for memory to be kept small by beginning anew."""
        return len(self) + len(self.alphabet) > _REMEMBERED


class Summarizer:
    """Writes extractive summaries; remembers how rare pairs of characters are while the background stays the same."""

    def __init__(self) -> None:
        self._powers = _Powers(Background(0, {}))

    def summarize(
        self,
        title: str,
        body: str,
        background: Background,
        *,
        max_sentences: int | None = None,
        max_chars: int | None = None,
    ) -> Summary:
        """The sentences of `body` that an editor's summary would most likely share words with, in reading order.

        Each stands at its offset in `body`. `max_chars` counts characters that are no spaces and is kept with whole
        sentences; one that tells more than any that fit may stand alone, up to twice as long, and one is given even
        if every one is longer still. Fewer are given where more add little.
        With neither limit it is a digest's length; an empty body has an empty summary.

        The set is chosen that maximizes the expected F1 of character pairs (ROUGE-2), greedily, pairs weighed by
        TF-IDF and place: coverage as in Lin & Bilmes, "A Class of Submodular Functions for Document Summarization"
        (ACL 2011). Pairs tell more than words: they also see which words stand side by side.
        """
        if max_sentences is None and max_chars is None:
            max_sentences, max_chars = SENTENCES, CHARACTERS
        headline, powers = fold(title), self._powers_in(background)
        candidates = _read(body, headline, powers.alphabet)
        (in_title,) = powers.alphabet.pairs([headline])
        worth = _Worth([c.pairs for c in candidates], in_title, powers)
        chosen = _Choice(candidates, worth, max_sentences, max_chars).best()
        return Summary(tuple(c.sentence for c in sorted(chosen, key=lambda c: c.order)))

    def _powers_in(self, background: Background) -> _Powers:
        known = self._powers  # another thread may put its own there meanwhile
        if known.background is not background or known.is_full():
            known = self._powers = _Powers(background)
        return known


class _Worth:
    """What a sentence adds to a summary: of each pair in it the chance that an editor has it too.

    Most pairs stand once and not in the headline: their chance is their sentence's. So only the others, the `shared`
    ones of each sentence, are looked at one by one.
    """

    def __init__(self, sentences: Sequence[Sequence[int]], title: Iterable[int], powers: _Powers) -> None:
        self.shared: list[dict[int, None]] = [{} for _ in sentences]
        alone = [len(pairs) for pairs in sentences]
        first, times = self._counted(sentences, alone)
        in_title = first.keys() & title
        # Odds that an editor has not a pair that is first told in a sentence.
        odds = [math.exp(-_BIAS - _EARLY / (1 + order / 2)) for order in range(len(sentences))]
        self._chances: dict[int, float] = {}
        for pair, count in (dict.fromkeys(in_title, 1) | times).items():
            order = first[pair]
            self.shared[order][pair] = None
            alone[order] -= 1
            against = odds[order] * math.pow(count, powers[pair]) * (_ODDS_IN_TITLE if pair in in_title else 1)
            self._chances[pair] = 1 / (1 + against)
        self._alone = [pairs / (1 + odd) for pairs, odd in zip(alone, odds, strict=True)]

    def _counted(self, sentences: Sequence[Sequence[int]], alone: list[int]) -> tuple[dict[int, int], dict[int, int]]:
        """Which sentence tells a pair first, and how often it is told if again; what is told again is not `alone`."""
        first: dict[int, int] = {}
        times: dict[int, int] = {}
        for order, (pairs, shared) in enumerate(zip(sentences, self.shared, strict=True)):
            for pair in pairs:
                if pair not in first:
                    first[pair] = order
                else:
                    shared[pair] = None
                    times[pair] = times.get(pair, 1) + 1
                    alone[order] -= 1
        return first, times

    def told(self, order: int) -> float:
        """What a sentence that was not chosen adds now."""
        # Exact in whatever order: of sentences that say the same the first must win.
        return self._alone[order] + math.fsum(map(self._chances.__getitem__, self.shared[order]))

    def tell(self, order: int) -> None:
        """Chooses a sentence: what is told is worth nothing the second time."""
        self._chances.update(dict.fromkeys(self.shared[order], 0.0))


class _Choice:
    """Searches the set of candidates with the most expected overlap per length."""

    def __init__(self, candidates: Sequence[_Candidate], worth: _Worth, most: int | None, budget: int | None) -> None:
        self._candidates = candidates
        self._written = _written(most, budget)
        self._most = math.inf if most is None else most
        self._budget = math.inf if budget is None else budget
        self._worth = worth
        self._at_first = [worth.told(candidate.order) for candidate in candidates]

    def best(self) -> list[_Candidate]:
        """The better of a set within the budget and of one long sentence alone; at least one candidate."""
        scored = [(self._at_first[c.order] / self._alone(c), c) for c in self._candidates]
        fitting = [(score, c) for score, c in scored if c.length <= self._budget]
        alone = [(score, c) for score, c in scored if self._budget < c.length <= _ALONE * self._budget]
        score, chosen = self._searched(self._pool(fitting)) if fitting else (-1.0, list(self._candidates[:1]))
        best, longer = max(alone, key=itemgetter(0), default=(-1.0, None))
        return [longer] if longer and best > score else chosen

    def _pool(self, scored: Sequence[tuple[float, _Candidate]]) -> list[_Candidate]:
        """The candidates that score best by themselves, best first: as many as make the search's time linear."""
        wanted = int(min(self._most, self._budget / _SHORT, len(scored)))
        return [c for _, c in nlargest(max(_POOL, 3 * wanted), scored, key=itemgetter(0))]

    def _searched(self, pool: Sequence[_Candidate]) -> tuple[float, list[_Candidate]]:
        """A set that no single addition improves, and its score; exchanges were tried and gained nothing."""
        if len(pool) > 3 * _SEARCHED:
            return 0.0, self._filled(pool)
        chosen: list[_Candidate] = []
        told, best = 0.0, -1.0
        while len(chosen) < self._most and (found := self._addition(chosen, told, best, pool)):
            best, candidate = found
            chosen.append(candidate)
            told += self._worth.told(candidate.order)
            self._worth.tell(candidate.order)
        return best, chosen

    def _addition(
        self, chosen: Sequence[_Candidate], told: float, best: float, pool: Sequence[_Candidate]
    ) -> tuple[float, _Candidate] | None:
        """The candidate that fits and lifts the score above `best` most, if any does, and that score."""
        orders = {c.order for c in chosen}
        missed = [c.leans_on for c in chosen if c.leans_on not in orders]
        cost, room = self._cost(chosen), self._budget - sum(c.length for c in chosen)
        found = None
        for candidate in pool:
            if candidate.length > room or candidate.order in orders:
                continue
            price = cost + candidate.cost - _LEANING_COST * missed.count(candidate.order)
            if candidate.leans_on != candidate.order and candidate.leans_on not in orders:
                price += _LEANING_COST
            # What it told at first is more than it adds now.
            if told + self._at_first[candidate.order] > best * price:
                score = (told + self._worth.told(candidate.order)) / price
                if score > best:
                    best, found = score, (score, candidate)
        return found

    def _filled(self, pool: Sequence[_Candidate]) -> list[_Candidate]:
        """The candidates that score best by themselves, as many as fit."""
        chosen: list[_Candidate] = []
        room = self._budget
        for candidate in pool:
            if candidate.length <= room and len(chosen) < self._most:
                chosen.append(candidate)
                room -= candidate.length
        return chosen

    def _alone(self, candidate: _Candidate) -> float:
        return self._written + candidate.cost + _LEANING_COST * (candidate.leans_on != candidate.order)

    def _cost(self, chosen: Sequence[_Candidate]) -> float:
        orders = {c.order for c in chosen}
        leaning = sum(c.leans_on not in orders for c in chosen)
        return self._written + sum(c.cost for c in chosen) + _LEANING_COST * leaning


def _written(max_sentences: int | None, max_chars: int | None) -> float:
    """The length, in characters, of what an editor would write in this space."""
    lengths: list[float] = []
    if max_sentences is not None:
        lengths.append(_WRITTEN_PER_SENTENCE * max_sentences)
    if max_chars is not None:
        lengths.append(_WRITTEN_PER_CHARACTER * max_chars)
    return min(lengths)


def _read(body: str, headline: str, alphabet: Alphabet) -> list[_Candidate]:
    """The sentences that may be chosen; credits, adverts and repetitions only if there is nothing else."""
    folded, bare = fold(body), _bare(headline)
    wholes = split_sentences(body)
    sentences = [_without_dateline(whole) for whole in wholes]
    said = [folded[sentence.start : sentence.end] for sentence in sentences]
    telling: list[_Candidate] = []
    rest: list[_Candidate] = []
    for whole, sentence, words, pairs in zip(wholes, sentences, said, alphabet.pairs(said), strict=False):
        notice = has_notice(sentence.text)
        idle = is_credit(whole.text) or is_credit(sentence.text) or (notice and len(sentence.text) <= ADVERT)
        kind = rest if idle or not pairs or _repeats(words, len(pairs), bare) else telling
        kind.append(_candidate(sentence, len(kind), pairs, notice))
    return telling or rest


def _candidate(sentence: Sentence, order: int, pairs: Sequence[int], notice: bool) -> _Candidate:
    text = sentence.text
    length = sum(map(len, text.split()))
    quoted = sum(map(len, _QUOTATION.findall(text))) if "“" in text else 0
    cost = (
        round(length * (_NEWS_SHARE if _NEWS.search(text) else 1))
        + _UNFINISHED_COST * (not text.rstrip(f'"{CLOSERS}').endswith(_FINISHED))
        + _NOTICE_COST * notice
        + _QUOTATION_COST * (2 * quoted > length)
    )
    leans_back, leans_on = _LEANS_BACK.match(text), text.rstrip(_QUOTES).endswith(_LEANS_ON)
    return _Candidate(sentence, order, pairs, length, cost, order - 1 if leans_back else order + leans_on)


def _repeats(folded: str, pairs: int, headline: str) -> bool:
    """Whether a sentence of so many pairs only says the (bare) headline, or a part of it, again."""
    return pairs < len(headline) and len(folded) <= 2 * len(headline) and _bare(folded) in headline


def _without_dateline(sentence: Sentence) -> Sentence:
    """The sentence behind 本报讯 (记者 …) or a news agency's dateline, if anything is behind it."""
    width = len(dateline_of(sentence.text))
    return Sentence(sentence.text[width:], sentence.start + width) if 0 < width < len(sentence.text) else sentence


def _bare(folded: str) -> str:
    """Folded text of letters and digits only, in which a repeated headline is found."""
    return "".join(filter(str.isalnum, folded))
