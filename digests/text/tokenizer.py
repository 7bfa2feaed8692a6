"""The words of a Chinese text: the only file that knows jieba and its twin rjieba."""

import importlib.util
import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

# Stored terms were cut by this; change it with the dictionary or the way of cutting.
VERSION = "jieba-0.42.1"

# A fixed share for user words, because jieba and rjieba round the frequency they suggest differently.
USER_WORD_FREQUENCY = 2000


class Tokenizer:
    """Cuts text into words with jieba's dictionary and some words of one's own.

    `fast` chooses rjieba (true), jieba (false) or rjieba where it is installed (none): the tokens are the same,
    rjieba is some 25 times quicker. Guessing unknown words (HMM) is off, since there the two differ.
    """

    def __init__(self, words: Iterable[str] = (), *, fast: bool | None = None) -> None:
        self._words = tuple(words)
        self._fast = importlib.util.find_spec("rjieba") is not None if fast is None else fast

    @cached_property
    def cut(self) -> Callable[[str], list[str]]:
        """Gives the words of a text in order; joined they are the text. The dictionary is loaded at the first use.

        An idle bot has none: it costs some 60 MB.
        """
        return _rjieba(self._words) if self._fast else _jieba(self._words)


def _rjieba(words: Iterable[str]) -> Callable[[str], list[str]]:
    import rjieba

    own = rjieba.Jieba()
    for word in words:
        if not own.has_word(word):
            own.add_word(word, USER_WORD_FREQUENCY, None)
    return lambda text: own.cut(text, hmm=False)


def _jieba(words: Iterable[str]) -> Callable[[str], list[str]]:
    own = _import_jieba().Tokenizer()
    # Filled by hand: initialize() would load and leave a dictionary in the temp folder, where anybody can plant one.
    own.FREQ, own.total = own.gen_pfdict(own.get_dict_file())
    own.initialized = True
    for word in words:
        if not own.FREQ.get(word):
            own.add_word(word, USER_WORD_FREQUENCY)
    return lambda text: list(own.cut(text, HMM=False))


def _import_jieba() -> Any:
    with warnings.catch_warnings():
        # Its source has invalid escapes, and it imports pkg_resources where that is installed.
        warnings.simplefilter("ignore")
        import jieba
    return jieba


@cache
def word_shares(minimum: int = 100) -> Mapping[str, float]:
    """How large a share of all running words each word of jieba's dictionary is, for those counted `minimum` times.

    The counts (60 million words, mostly of People's Daily) are read from the dictionary's file; jieba is not loaded.
    """
    spec = importlib.util.find_spec("jieba")
    assert spec is not None  # noqa: S101 - it is installed with the program
    assert spec.origin is not None  # noqa: S101
    text = (Path(spec.origin).parent / "dict.txt").read_text("utf-8")
    frequent = re.findall(rf"^(\S+) (\d{{{len(str(minimum))},}})", text, re.MULTILINE)
    counts = {word: int(count) for word, count in frequent if int(count) >= minimum}
    total = sum(counts.values())
    return {word: count / total for word, count in counts.items()}
