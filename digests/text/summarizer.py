"""Chooses the sentences that tell an article best, word for word and in their order."""

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from digests.folding import fold
from digests.model import Background, Sentence, Summary
from digests.text.lines import dateline_of, has_notice, is_advert, is_credit
from digests.text.sentences import split_sentences
from digests.text.tfidf import rarity
from digests.text.tokenizer import Tokenizer

# A digest's summary when nobody asks for another length.
SENTENCES = 3
CHARACTERS = 160

# The chance that an editor's summary has a word of the article is a logistic function of these; fitted to the
# editors' summaries of 242 news stories (shared/data/summaries, nb and xref), checked by five-fold cross-validation.
_BIAS = -2.64
_REPEATED = 0.99  # times the logarithm of how often the word stands in the article
_EARLY = 2.44  # times 1 / (1 + half the number of sentences before its first)
_IN_TITLE = 1.11
_NOT_IN_TITLE = math.exp(-_IN_TITLE)
_STOPWORD = -0.41
_DIGITS = 0.5
_RARE = -0.046  # times the idf: a word that the archive hardly knows is seldom repeated by an editor …
_LEAST_IDF = 0.3
_WORTH = 0.5  # … but if it is, it tells more: what a word is worth grows with this power of its idf

# Of a summary, this share of the space asked for is taken as the length of what an editor would write.
_WRITTEN_PER_CHARACTER = 0.75
_WRITTEN_PER_SENTENCE = 30

# Characters that a flaw costs, as if the sentence were that much longer.
_DANGLING_COST = 25
_UNFINISHED_COST = 40
_NOTICE_COST = 80

# Whole numbers of this part, because a set has another order in every process, and the choice must not.
_UNIT = 1 << 20

# Words whose worth is remembered from article to article: most running words are among so many, some 10 MB.
_REMEMBERED = 1 << 16

# A sentence that is longer than the budget may stand alone, up to this many budgets: a lead is not lost for a few
# characters, and it must still score better than what fits.
_ALONE = 2

# Only so many candidates, or three times as many as are wanted, are searched; none wanted is shorter than _SHORT.
_POOL = 16
_SHORT = 20

# Of more sentences than this each is chosen for itself: such an extract is no summary, and must only end soon.
_SEARCHED = 50

_WORD = re.compile(r"[^\W_]")
_BREAK = re.compile(r"\s*\n\s*")
_DANGLING = re.compile(
    r"(?:他|她|它|其(?!中央|实)|这|那|此(?!次)|对此|为此|因此|据此|由此|所以|于是|但|而|却|同时|此外|另外|不过|然而|随后|接着|最终"
    r"|与此同时|也就是|一方面|另一方面|比如|例如|首先|其次|再者|前者|后者|该|上述|“)"
)
_FINISHED = re.compile(r"[。！？!?….．｡][”’」』）)】》〉\"]*\Z")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sentence that may be chosen: its place among the article's sentences, its words and what it costs."""

    sentence: Sentence
    order: int
    words: frozenset[str]
    length: int
    flaws: int
    dangling: bool


class Summarizer:
    """Writes extractive summaries: `tokenizer` cuts, `stopwords` count for less."""

    def __init__(self, tokenizer: Tokenizer, stopwords: Collection[str]) -> None:
        self._tokenizer = tokenizer
        self._stopwords = stopwords
        self._known = lru_cache(_REMEMBERED)(self._read_word)

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

        The set is chosen that maximizes the expected F1 of words weighed by length and idf, greedily:
        coverage as in Lin & Bilmes, "A Class of Submodular Functions for Document Summarization" (ACL 2011).
        """
        if max_sentences is None and max_chars is None:
            max_sentences, max_chars = SENTENCES, CHARACTERS
        words, candidates = self._read(title, body)
        weights = self._weights(words, set(self._tokenizer.cut(fold(title))), background)
        choice = _Choice(weights, _written(max_sentences, max_chars), max_sentences, max_chars)
        chosen = choice.best(candidates)
        return Summary(tuple(c.sentence for c in sorted(chosen, key=lambda c: c.order)))

    def _read(self, title: str, body: str) -> tuple[list[list[str]], list[_Candidate]]:
        """The words of each sentence, and the sentences that may be chosen; credits only if there is nothing else."""
        folded, headline = fold(body), _bare(title)
        candidates: list[_Candidate] = []
        words: list[list[str]] = []
        rest: list[_Candidate] = []
        for whole in split_sentences(body):
            sentence = _without_dateline(whole)
            found = self._words(folded[sentence.start : sentence.end])
            idle = is_credit(whole.text) or is_credit(sentence.text) or is_advert(sentence.text)
            if found and not idle and not _repeats(sentence.text, headline):
                candidates.append(_candidate(sentence, len(candidates), found))
                words.append(found)
            else:
                rest.append(_candidate(sentence, len(rest), found))
        return (words, candidates) if candidates else ([list(c.words) for c in rest], rest)

    def _words(self, folded: str) -> list[str]:
        line = _BREAK.sub("", folded) if "\n" in folded else folded
        return [word for word in self._tokenizer.cut(line) if word.isalnum() or _WORD.search(word)]

    def _weights(
        self, sentences: Sequence[Sequence[str]], title: Collection[str], background: Background
    ) -> dict[str, int]:
        """What each word adds to a summary that has it: its length by its worth by the chance an editor has it too."""
        counts = Counter(chain.from_iterable(sentences))
        odds = [math.exp(-_EARLY / (1 + order / 2)) for order in range(len(sentences))]
        early = {word: odds[order] for order, words in reversed([*enumerate(sentences)]) for word in words}
        weights = {}
        for word, count in counts.items():
            against, worth = self._known(word, background.counts.get(word, 0), background.documents)
            against *= early[word]
            if word in title:
                against *= _NOT_IN_TITLE
            if count > 1:
                against *= count**-_REPEATED
            weights[word] = int(worth / (1 + against))
        return weights

    def _read_word(self, word: str, count: int, documents: int) -> tuple[float, float]:
        """The odds against an editor's using a word, of what is known without the article, and what it is worth."""
        rare = rarity(word, count, documents)
        evidence = _BIAS + _STOPWORD * (word in self._stopwords) + _DIGITS * word[0].isdigit() + _RARE * rare
        return math.exp(-evidence), _UNIT * len(word) * max(rare, _LEAST_IDF) ** _WORTH


class _Choice:
    """Searches the set of candidates with the most expected overlap per length."""

    def __init__(self, weights: Mapping[str, int], written: float, most: int | None, budget: int | None) -> None:
        self._weights = weights
        self._written = written
        self._most = math.inf if most is None else most
        self._budget = math.inf if budget is None else budget

    def best(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """The better of a set within the budget and of one long sentence alone; at least one candidate."""
        fitting = self._pool([c for c in candidates if c.length <= self._budget])
        alone = [[c] for c in candidates if self._budget < c.length <= _ALONE * self._budget]
        sets = [*([self._searched(fitting)] if fitting else []), *alone]
        return max(sets, key=self._score, default=list(candidates[:1]))

    def _pool(self, candidates: list[_Candidate]) -> list[_Candidate]:
        """The candidates that score best by themselves, in reading order: as many as make the search's time linear."""
        wanted = int(min(self._most, self._budget / _SHORT, len(candidates)))
        best = sorted(candidates, key=lambda c: -self._score([c]))[: max(_POOL, 3 * wanted)]
        return sorted(best, key=lambda c: c.order)

    def _searched(self, pool: Sequence[_Candidate]) -> list[_Candidate]:
        """A set that no single addition improves; exchanges were tried, cost time and gained nothing."""
        if len(pool) > 3 * _SEARCHED:
            return self._filled(pool)
        chosen = self._grown([], pool)
        while len(grown := self._grown(chosen, pool)) > len(chosen):
            chosen = grown
        return chosen

    def _filled(self, pool: Sequence[_Candidate]) -> list[_Candidate]:
        """The candidates that score best by themselves, as many as fit."""
        chosen: list[_Candidate] = []
        room = self._budget
        for candidate in sorted(pool, key=lambda c: -self._score([c])):
            if candidate.length <= room and len(chosen) < self._most:
                chosen.append(candidate)
                room -= candidate.length
        return chosen

    def _grown(self, chosen: list[_Candidate], pool: Sequence[_Candidate]) -> list[_Candidate]:
        if len(chosen) >= self._most:
            return chosen
        covered, orders = _words(chosen), {c.order for c in chosen}
        orphans = {c.order - 1 for c in chosen if c.dangling} - orders
        told, cost, room = self._told(covered), self._cost(chosen), self._budget - sum(c.length for c in chosen)
        best, best_score = chosen, told / cost if chosen else -1.0
        for candidate in pool:
            if candidate.length > room or candidate.order in orders:
                continue
            added = candidate.length + candidate.flaws - _DANGLING_COST * (candidate.order in orphans)
            if candidate.dangling and candidate.order - 1 not in orders:
                added += _DANGLING_COST
            score = (told + self._told(candidate.words - covered)) / (cost + added)
            if score > best_score:
                best, best_score = [*chosen, candidate], score
        return best

    def _score(self, chosen: Sequence[_Candidate]) -> float:
        return self._told(_words(chosen)) / self._cost(chosen)

    def _told(self, words: Collection[str]) -> int:
        return sum(map(self._weights.__getitem__, words))

    def _cost(self, chosen: Sequence[_Candidate]) -> float:
        cost = self._written + sum(c.length + c.flaws for c in chosen)
        for candidate in chosen:
            if candidate.dangling and not any(c.order == candidate.order - 1 for c in chosen):
                cost += _DANGLING_COST
        return cost


def _words(chosen: Sequence[_Candidate]) -> frozenset[str]:
    return frozenset[str]().union(*(c.words for c in chosen))


def _written(max_sentences: int | None, max_chars: int | None) -> float:
    """The length, in characters, of what an editor would write in this space."""
    lengths: list[float] = []
    if max_sentences is not None:
        lengths.append(_WRITTEN_PER_SENTENCE * max_sentences)
    if max_chars is not None:
        lengths.append(_WRITTEN_PER_CHARACTER * max_chars)
    return min(lengths)


def _repeats(text: str, headline: str) -> bool:
    """Whether a sentence only says the (bare) headline, or a part of it, again."""
    return len(text) <= 2 * len(headline) and _bare(text) in headline


def _candidate(sentence: Sentence, order: int, words: Sequence[str]) -> _Candidate:
    text = sentence.text
    flaws = _UNFINISHED_COST * (not _FINISHED.search(text)) + _NOTICE_COST * has_notice(text)
    length = sum(map(len, text.split()))
    return _Candidate(sentence, order, frozenset(words), length, flaws, bool(_DANGLING.match(text)))


def _without_dateline(sentence: Sentence) -> Sentence:
    """The sentence behind 本报讯 (记者 …) or a news agency's dateline, if anything is behind it."""
    width = len(dateline_of(sentence.text))
    return Sentence(sentence.text[width:], sentence.start + width) if width < len(sentence.text) else sentence


def _bare(text: str) -> str:
    """Folded text of letters and digits only, in which a repeated headline is found."""
    return "".join(filter(str.isalnum, fold(text)))
