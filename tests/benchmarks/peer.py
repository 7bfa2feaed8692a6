"""tantivy over the same bigrams, as a peer to measure by: phrases by positions, texts stored, the day a fast field."""

from itertools import pairwise
from typing import Any, Literal

import tantivy

from digests.folding import fold
from digests.model.news import RawArticle
from digests.text.snippets import snippet


def _bigrams(text: str) -> list[str]:
    """Each pair of neighbours, in order; of a single character the character."""
    pairs = [first + second for first, second in pairwise("".join(text.split()))]
    return pairs or [text]


class Peer:
    """An index in a folder."""

    def __init__(self, folder: str) -> None:
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("headline", tokenizer_name="split")
        builder.add_text_field("text", tokenizer_name="split")
        builder.add_text_field("body", stored=True, tokenizer_name="raw", index_option="basic")
        builder.add_integer_field("day", fast=True)
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=folder)
        self._index.register_tokenizer("split", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self._writer: Any = self._index.writer(heap_size=128_000_000, num_threads=1)

    def add(self, raw: RawArticle) -> None:
        """Takes an article."""
        assert raw.published_on is not None
        document = tantivy.Document()
        document.add_text("headline", " ".join(_bigrams(fold(raw.headline))))
        document.add_text("text", " ".join(_bigrams(fold(f"{raw.headline}{raw.body}{raw.byline}"))))
        document.add_text("body", raw.body)
        document.add_integer("day", raw.published_on.toordinal())
        self._writer.add_document(document)

    def commit(self) -> None:
        """Makes them findable."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()

    def ask(self, query: str, order: Literal["new", "best"]) -> object:
        """Ten hits with a snippet of each; words are parted by spaces, quotation marks are dropped."""
        words = fold(query).translate({ord(mark): None for mark in '“”"'}).split()
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Must, self._word(word)) for word in words])
        searcher = self._index.searcher()
        hits = (
            searcher.search(wanted, 10, count=False, order_by_field="day")
            if order == "new"
            else searcher.search(wanted, 10, count=False)
        ).hits
        return [snippet(searcher.doc(address)["body"][0], words) for _, address in hits]

    def _word(self, word: str) -> Any:
        either = [(tantivy.Occur.Should, self._phrase("text", word))]
        return tantivy.Query.boolean_query([*either, (tantivy.Occur.Should, self._phrase("headline", word))])

    def _phrase(self, field: str, word: str) -> Any:
        pairs = _bigrams(word)
        if len(pairs) == 1:
            return tantivy.Query.term_query(self._schema, field, pairs[0])
        return tantivy.Query.phrase_query(self._schema, field, [*pairs])
