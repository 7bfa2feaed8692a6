"""What is shown of a hit: the sentence that has the words, whole where it is short, else cut between its clauses."""

import re
from collections.abc import Callable, Sequence

from digests.folding import fold
from digests.text.lines import CLOSERS, STOPS, dateline_of, is_credit
from digests.text.sentences import each_sentence

LONGEST = 90
"""Characters of a snippet, as two or three lines on a phone."""

# Where a line ends with a stop, a sentence surely does; elsewhere it may go on in the line below.
_PARAGRAPH = re.compile(rf"(?<=[{STOPS}{CLOSERS}])\n+")
_CLAUSE = re.compile(r"[，,；;：:、。！？!?\s]+")


def snippet(body: str, words: Sequence[str], longest: int = LONGEST) -> str:
    """The first sentence of a body with the most of the folded words, else its first, in one line.

    It begins with the story, never with 本报讯 or a credit. A sentence of more than `longest` characters is cut
    around its first hit, with … where something is left out.
    """
    # Most words stand in the text as they are folded, and to fold it takes longer than all the rest.
    if not _all_in(words, body):
        folded = fold(body)
        words = [word for word in words if word in folded]  # others stand in the headline
    folds = not _all_in(words, body)

    def having(text: str) -> int:
        text = fold(text) if folds else text
        return [word in text for word in words].count(True)

    # To find the sentences takes long, too: only of the paragraph that has most.
    for paragraph in sorted(_PARAGRAPH.split(body), key=having, reverse=True):
        if best := _best(paragraph, having, len(words)):
            return best if len(best) <= longest else _cut(best, words, longest)
    return body[:longest].partition("\n")[0]


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


def _best(paragraph: str, having: Callable[[str], int], enough: int) -> str:
    """The first telling sentence that has most of the words; those behind one that has all are not looked for."""
    best, most = "", -1
    for sentence in each_sentence(paragraph):
        line = sentence.line
        if having(line) > most and (told := _told(line)) and having(told) > most:
            best, most = told, having(told)
            if most == enough:
                break
    return best


def _told(line: str) -> str:
    """What a sentence tells, without what stands before the story; nothing of a credit."""
    return "" if is_credit(line) else line[len(dateline_of(line)) :]


def _cut(text: str, words: Sequence[str], longest: int) -> str:
    """So many characters around the first hit, from the beginning of a clause to the end of one where that is near."""
    folded = fold(text)
    at = min((at for word in words if (at := folded.find(word)) >= 0), default=0)
    earliest, latest = max(0, at - longest // 2), at
    begins = [m.end() for m in _CLAUSE.finditer(text, earliest, latest)]
    start = 0 if at < longest // 2 else (begins[0] if begins else max(0, at - longest // 3))
    end = min(len(text), start + longest)
    ends = [m.start() for m in _CLAUSE.finditer(text, (at + end) // 2, end)]
    end = ends[-1] if ends and end < len(text) else end
    return ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
