"""What is shown of a hit: the sentence that has the words, whole where it is short, else cut between its clauses."""

import re
from collections.abc import Iterator, Sequence

from digests.folding import fold
from digests.text.lines import dateline_of, is_credit
from digests.text.sentences import split_sentences

LONGEST = 90
"""Characters of a snippet, as two or three lines on a phone."""

_CLAUSE = re.compile(r"[，,；;：:、。！？!?\s]+")


def snippet(body: str, words: Sequence[str], longest: int = LONGEST) -> str:
    """The first sentence of a body with the most of the folded words, else its first, in one line.

    It begins with the story, never with 本报讯 or a credit. A sentence of more than `longest` characters is cut
    around its first hit, with … where something is left out.
    """
    told = list(_told(body))
    if not told:
        return body[:longest].partition("\n")[0]
    having = [sum(word in folded for word in words) for _, folded in told]
    text, folded = told[having.index(max(having))]
    if len(text) <= longest:
        return text
    return _cut(text, min((at for word in words if (at := folded.find(word)) >= 0), default=0), longest)


def _told(body: str) -> Iterator[tuple[str, str]]:
    """Every sentence that tells something, without what stands before the story, and the same folded."""
    for sentence in split_sentences(body):
        if not is_credit(sentence.text):
            line = sentence.line
            text = line[len(dateline_of(line)) :]
            if text:
                yield text, fold(text)


def _cut(text: str, at: int, longest: int) -> str:
    """So many characters around a place, from the beginning of a clause to the end of one where that is near."""
    earliest, latest = max(0, at - longest // 2), at
    begins = [m.end() for m in _CLAUSE.finditer(text, earliest, latest)]
    start = 0 if at < longest // 2 else (begins[0] if begins else max(0, at - longest // 3))
    end = min(len(text), start + longest)
    ends = [m.start() for m in _CLAUSE.finditer(text, (at + end) // 2, end)]
    end = ends[-1] if ends and end < len(text) else end
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
