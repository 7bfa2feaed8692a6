from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.web.marks import marked_paragraphs
from digests.model import Article, Sentence, Summary

ARTICLE = Article(id=1, title="", paragraphs=(), topics=(), places=(), ingested_at=datetime(2024, 11, 13, tzinfo=UTC))


@st.composite
def summarised(draw: st.DrawFn) -> Article:
    """An article whose summary is any pieces of its body, in order."""
    article = replace(ARTICLE, paragraphs=tuple(draw(st.lists(st.text("春夏。x ", max_size=12), max_size=5))))
    ends = sorted(draw(st.sets(st.integers(0, len(article.body)), max_size=8)))
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return replace(article, summary=Summary(tuple(Sentence(article.body[a:b], a) for a, b in pairs)))


@given(summarised())
def test_pieces_put_together_are_the_paragraphs_and_the_sentences(article: Article) -> None:
    marked = marked_paragraphs(article)
    assert tuple("".join(piece.text for piece in paragraph) for paragraph in marked) == article.paragraphs
    for number, sentence in enumerate(article.summary.sentences, 1):
        found = "".join(piece.text for paragraph in marked for piece in paragraph if piece.sentence == number)
        assert found == sentence.text.replace("\n", "")
        opening = [piece for paragraph in marked for piece in paragraph if piece.sentence == number and piece.opens]
        assert len(opening) == (1 if sentence.text[0] != "\n" else 0)
