"""The sentences of a summary, marked where they stand in the full text."""

from collections.abc import Iterator
from dataclasses import dataclass

from digests.model import Article


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a paragraph; `sentence` is the number of the summary's sentence that it belongs to, else 0.

    The first piece of a sentence `opens` it: a sentence may run from one paragraph into the next.
    """

    text: str
    sentence: int = 0
    opens: bool = False


def marked_paragraphs(article: Article) -> list[list[Piece]]:
    """An article's paragraphs in pieces; put together they are the paragraphs again."""
    paragraphs, start = [], 0
    for paragraph in article.paragraphs:
        paragraphs.append([piece for piece in _pieces(article, paragraph, start) if piece.text])
        start += len(paragraph) + 1
    return paragraphs


def _pieces(article: Article, paragraph: str, start: int) -> Iterator[Piece]:
    at, end = start, start + len(paragraph)
    for number, sentence in enumerate(article.summary.sentences, 1):
        begins, ends = max(at, sentence.start), min(end, sentence.end)
        if begins >= ends:
            continue
        yield Piece(paragraph[at - start : begins - start])
        yield Piece(paragraph[begins - start : ends - start], number, begins == sentence.start)
        at = ends
    yield Piece(paragraph[at - start :])
