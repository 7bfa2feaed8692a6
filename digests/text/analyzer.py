"""Reads an article: all the text steps in order, from a raw article to what was understood of it."""

from collections.abc import Iterable, Sequence

from digests.folding import fold
from digests.model.news import Analysis, Article, Background, RawArticle
from digests.seeds import Lexicon
from digests.text.duplicates import bands, fingerprint
from digests.text.keyterms import Terms, counted, key_terms, mentions, story_terms
from digests.text.places import PlaceFinder
from digests.text.tokenizer import Tokenizer
from digests.text.topics import TopicFinder, Weights, combined


class Analyzer:
    """Understands articles with a lexicon's topics, places and words; made once, used for every article.

    `learnt` names the state of the corrections that it has learnt from; see digests/correcting.py.
    """

    def __init__(self, lexicon: Lexicon, tokenizer: Tokenizer | None = None) -> None:
        self.learnt: object = None
        self._lexicon = lexicon
        self._tokenizer = tokenizer or Tokenizer(lexicon.words)
        self._stopwords = lexicon.stopwords
        self._topics = TopicFinder(lexicon)
        self._places = PlaceFinder(lexicon)

    def analyze(self, raw: RawArticle) -> Analysis:
        """Topics and places best first, the distinct terms of headline and body, and the body's fingerprint."""
        headline, body = raw.headline, raw.body
        title, text = fold(headline), fold(body)
        cut = self._tokenizer.cut
        counts = counted(cut(title), cut(text), self._stopwords)
        mark = fingerprint(body or headline)
        return Analysis(
            topics=self._topics.rank(headline, body),
            places=self._places.find(headline, body),
            terms=frozenset(counts),
            fingerprint=mark,
            bands=bands(mark),
            mentions=mentions(title, text, counts, cut, self._stopwords),
        )

    def topics(self, raw: RawArticle) -> tuple[str, ...]:
        """The topics alone, best first; no word is cut for them."""
        return self._topics.rank(raw.headline, raw.body)

    def places(self, raw: RawArticle) -> tuple[str, ...]:
        """The places alone, best first; no word is cut for them."""
        return self._places.find(raw.headline, raw.body)

    def learn(self, lessons: Iterable[Weights], state: object) -> None:
        """Ranks topics by these lessons from now on, in place of those before."""
        self._topics = TopicFinder(self._lexicon, combined(lessons))
        self.learnt = state

    def lesson(self, article: Article, topics: Sequence[str], background: Background) -> Weights:
        """What is still to be learnt for an article's topics to be these, best first."""
        words = [term for term, _ in self.key_terms(article, background)]
        return self._topics.lesson(article.headline, article.body, topics, words)

    def key_terms(self, article: Article, background: Background) -> Terms:
        """What an article that was understood is about, as a reader would name it; its places by name."""
        # Towns and what lies in them: counties are in every other article.
        small = [code for code in article.places if len(code) > len(self._lexicon.home_region) + 2]
        names = [self._lexicon.places[code].name for code in small if code in self._lexicon.places]
        cut, stopwords = self._tokenizer.cut, self._stopwords
        return key_terms(article.headline, article.body, background, cut=cut, stopwords=stopwords, names=names)

    def story_terms(self, analysis: Analysis, background: Background) -> Terms:
        """By what an article and the next one of its story find each other."""
        return story_terms(analysis.mentions, background)

    def explain_topics(self, raw: RawArticle) -> dict[str, dict[str, float]]:
        """For each topic, likeliest first, its words in the article with the points they give, rounded."""
        why = self._topics.explain(raw.headline, raw.body)
        return {slug: {word: round(points, 2) for word, points in words.items()} for slug, words in why.items()}
