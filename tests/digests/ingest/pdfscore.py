"""How well drawn pages were read back."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.errors import InputError
from digests.model.news import Kind, RawArticle
from tests.digests.ingest.pdfdraw import Drawn


@dataclass(frozen=True)
class Score:
    """Counts over pages: pairs of neighbouring characters of bodies, titles, boundaries of articles and paragraphs."""

    pairs: int = 0
    right_pairs: int = 0
    read_pairs: int = 0
    titles: int = 0
    right_titles: int = 0
    bounds: int = 0
    right_bounds: int = 0
    read_bounds: int = 0
    breaks: int = 0
    right_breaks: int = 0
    read_breaks: int = 0
    captions: int = 0
    right_captions: int = 0

    def __add__(self, other: "Score") -> "Score":
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))

    @property
    def order(self) -> float:
        """The share of pairs of characters that still stand side by side."""
        return self.right_pairs / self.pairs

    @property
    def purity(self) -> float:
        """The share of the pairs read that were printed in a body."""
        return self.right_pairs / self.read_pairs

    @property
    def boundaries(self) -> float:
        """F1 of where articles begin and end."""
        return 2 * self.right_bounds / (self.bounds + self.read_bounds)

    @property
    def paragraphs(self) -> float:
        """F1 of where paragraphs begin."""
        return 2 * self.right_breaks / (self.breaks + self.read_breaks)


def score(drawn: Drawn, read: Iterable[RawArticle | InputError]) -> Score:
    """How well one page was read; captions count apart."""
    found = [raw for raw in read if isinstance(raw, RawArticle)]
    texts = [[_bare(text) for text in raw.paragraphs] for raw in found if raw.kind is not Kind.CAPTION]
    known = [[_bare(text) for text in article.paragraphs] for article in drawn.articles]
    pairs, read_pairs = _pairs(known), _pairs(texts)
    titles = Counter(_bare(article.title) for article in drawn.articles)
    read_titles = Counter(_bare(raw.title) for raw in found)
    bounds, read_bounds = Counter(_bounds(known)), Counter(_bounds(texts))
    breaks, read_breaks = (Counter(text[:8] for body in bodies for text in body) for bodies in (known, texts))
    captions = Counter(map(_bare, drawn.captions))
    return Score(
        pairs.total(),
        (pairs & read_pairs).total(),
        read_pairs.total(),
        titles.total(),
        (titles & read_titles).total(),
        bounds.total(),
        (bounds & read_bounds).total(),
        read_bounds.total(),
        breaks.total(),
        (breaks & read_breaks).total(),
        read_breaks.total(),
        captions.total(),
        (captions & Counter(_bare(text) for raw in found for text in raw.paragraphs)).total(),
    )


def _bare(text: str) -> str:
    return "".join(text.split())


def _pairs(bodies: Sequence[Sequence[str]]) -> Counter[tuple[str, str]]:
    return Counter(pair for body in bodies for pair in pairwise("".join(body)))


def _bounds(bodies: Sequence[Sequence[str]]) -> Iterator[str]:
    for body in bodies:
        text = "".join(body)
        yield "begin " + text[:8]
        yield "end " + text[-8:]
