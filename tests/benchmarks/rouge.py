"""How much of an editor's summary a summary has: ROUGE of characters."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

_UNIT = re.compile(r"[\u3400-\u9fff]|[a-z]+|\d+(?:\.\d+)?")


def rouge(summary: str, references: Iterable[str]) -> float:
    """The mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L, 0 to 1, against the reference that it is most like.

    Lin, "ROUGE: A Package for Automatic Evaluation of Summaries" (ACL 2004); a Chinese character, a Latin word and a
    number are a unit, punctuation is none.
    """
    told = _UNIT.findall(summary.lower())
    return max(_mean_f1(told, _UNIT.findall(reference.lower())) for reference in references)


def _mean_f1(told: Sequence[str], wanted: Sequence[str]) -> float:
    pairs = [*pairwise(told)], [*pairwise(wanted)]
    shared = _shared(told, wanted), _shared(*pairs), _longest_common(told, wanted)
    lengths = len(told) + len(wanted), len(pairs[0]) + len(pairs[1]), len(told) + len(wanted)
    return sum(2 * n / length for n, length in zip(shared, lengths, strict=True) if length) / 3


def _shared(a: Iterable[object], b: Iterable[object]) -> int:
    return (Counter(a) & Counter(b)).total()


def _longest_common(a: Sequence[str], b: Sequence[str]) -> int:
    """The length of the longest common subsequence, row by row."""
    row = [0] * (len(b) + 1)
    for unit in a:
        above = row
        row = [0]
        for place, other in enumerate(b):
            row.append(above[place] + 1 if unit == other else max(above[place + 1], row[place]))
    return row[-1]
