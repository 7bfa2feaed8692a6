"""Packaged summarizers for Chinese, asked by their public interfaces; those that are not installed are left out."""

import importlib
import importlib.util
import logging
import warnings
from collections.abc import Callable, Iterator

Peer = Callable[[str, int], list[str]]

_SUMY = {
    "sumy LexRank": ("lex_rank", "LexRankSummarizer"),
    "sumy LSA": ("lsa", "LsaSummarizer"),
    "sumy TextRank": ("text_rank", "TextRankSummarizer"),
    "sumy KL": ("kl", "KLSummarizer"),
    "sumy SumBasic": ("sum_basic", "SumBasicSummarizer"),
    "sumy Luhn": ("luhn", "LuhnSummarizer"),
    "sumy Reduction": ("reduction", "ReductionSummarizer"),
}


def peers() -> dict[str, Peer]:
    """By its name, each peer: text and number of sentences → the sentences.

    gensim is none of them: since 4.0 it summarizes no more, and 3.8 has no wheel for a Python of today.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # their sources have escapes that today's Python warns of
        found = dict([*_sumy(), *_textrank4zh(), *_snownlp()])
    logging.getLogger("jieba").setLevel(logging.ERROR)
    return found


def jieba_cut() -> Callable[[str], list[str]]:
    """Cuts a text as jieba does when nobody tells it otherwise: unknown words are guessed (HMM)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    cut: Callable[[str], list[str]] = jieba.lcut
    return cut


def _installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _sumy() -> Iterator[tuple[str, Peer]]:
    if not _installed("sumy"):
        return
    from sumy.nlp.tokenizers import Tokenizer
    from sumy.parsers.plaintext import PlaintextParser
    from sumy.utils import get_stop_words

    tokenizer, stop_words = Tokenizer("chinese"), get_stop_words("chinese")
    for name, (module, maker) in _SUMY.items():
        summarizer = getattr(importlib.import_module(f"sumy.summarizers.{module}"), maker)()
        summarizer.stop_words = stop_words

        def ask(text: str, sentences: int, summarizer: Callable[[object, int], list[object]] = summarizer) -> list[str]:
            document = PlaintextParser.from_string(text, tokenizer).document
            return [str(sentence) for sentence in summarizer(document, sentences)]

        yield name, ask


def _textrank4zh() -> Iterator[tuple[str, Peer]]:
    if not _installed("textrank4zh"):
        return
    from textrank4zh import TextRank4Sentence

    ranker = TextRank4Sentence()

    def ask(text: str, sentences: int) -> list[str]:
        ranker.analyze(text=text, lower=True, source="all_filters")
        found = ranker.get_key_sentences(num=sentences)
        return [item.sentence for item in sorted(found, key=lambda item: item.index)]

    yield "TextRank4ZH", ask


def _snownlp() -> Iterator[tuple[str, Peer]]:
    if not _installed("snownlp"):
        return
    from snownlp import SnowNLP

    yield "snownlp", lambda text, sentences: list(SnowNLP(text).summary(sentences))
