"""How much a line by itself speaks for each label, and why."""

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from digests.ingest.pages.labels import STATES, Label
from digests.ingest.pages.layout import Layout
from digests.ingest.pages.names import HAN
from digests.ingest.pages.needles import Index
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.sections import heads_briefs, section_name
from digests.ingest.pages.signs import SIGNS, Sign
from digests.ingest.pages.traits import Ending, Opening, Traits

_PARAGRAPHS = (Label.START, Label.CONTINUED, Label.UNTITLED)
_HEADS = (Label.HEADLINE, Label.SUBHEAD)
_CREDITS = (Label.BYLINE, Label.CREDIT)
_OPENER = re.compile(
    r"^(?:昨[天日晚]|今[天日晚年]|近[日年]|日前|连日|[“\"]|\d{1,2}月|\d{4}年|据|记者|目前|此外|同时|随着|截至|为了?|自|接下来|下一步|在|当[天日前])"
)
_COLUMN = re.compile(r"^【[^】]{2,16}(?:】.|$)")
_COLON = re.compile(r"^[^,。:;]{2,12}:[^,。:;]{4,30}$")
_PICTURED = re.compile(r"^(?:[上下左右]?图[为①②③]?|航拍|俯瞰|鸟瞰)")
# Words that sentences are full of and headlines leave out, anywhere and at their head. They are literals, so that
# the rest is skipped.
_WORD = re.compile("是|了|也|这|他|她|其|曾经|已经|来自|本次|记者|我们|以及")
_FIRST_WORD = re.compile("在|据|此外|同时|目前|截至|但|而|从(?!.{1,9}到)|[昨今][天日]|近日|日前|连日")
_LONG = 200  # characters: of longer lines the rest says nothing more
_COMMAS, _WORDS = 5, 4  # more of them say nothing more
_PAUSES, _QUOTES, _ASKS = "。,、;:", "”」》】", "!?"
_TELLING = frozenset(_PAUSES + _QUOTES + _ASKS)
_STUB = 25  # characters
_HEADLINE = 32  # characters: few headlines are longer
_SUBHEAD = 14  # characters: few subheads are longer
_CLAUSES = re.compile(rf"[{HAN}”」》\d!?][\s]+[{HAN}“「《\d]")
_SIGNS = Index((sign, sign.wording, sign.longest) for sign in (*SIGNS, *NOTICES))

_LABELS = tuple(Label)
_BY_STATE = itemgetter(*(_LABELS.index(state.label) for state in STATES))

Clue = tuple[Label, float, str]
"""A label, how much speaks for it (about a logarithm of odds, or less than nothing), and why."""

_ADDRESSES: tuple[Clue, ...] = ((Label.SUBHEAD, 3.0, "addresses somebody"), (Label.HEADLINE, -3.0, ""))
_NO_CREDITS: tuple[Clue, ...] = tuple((label, -12, "") for label in _CREDITS)
_OPENS: tuple[Clue, ...] = ((Label.START, 1.0, "opens like a paragraph"), (Label.CONTINUED, -0.5, ""))


class Naming(IntEnum):
    """What a line is that consists of credits, if it is one."""

    NOBODY = 0
    EDITORS = 1
    PEOPLE = 2
    MARKED = 3  # people behind a mark (■)


class Look(NamedTuple):
    """All that the clues are read off; it is small, so the scores of most lines are worked out once.

    `length` in characters, `commas` and `words` (of prose) are counted as far as they matter.
    `last`: the mark at the end, if it tells anything; `stops` and `pauses`: a full stop, a comma is in the line.
    `series`: it begins with one's name in 【】; `colon`: something is named before a colon; `clauses`: spaces part it.
    `opens`: like a paragraph; `pictured`: like a caption; `full`, `too_long`: as the column's lines are.
    `closes`: credits stand at its end; `heads` a section, or one of `briefs`.
    """

    length: int
    ending: Ending
    opening: Opening
    naming: Naming
    last: str
    commas: int
    words: int
    stops: bool
    pauses: bool
    series: bool
    colon: bool
    clauses: bool
    addresses: bool
    opens: bool
    pictured: bool
    full: bool
    too_long: bool
    closes: bool
    heads: bool
    briefs: bool
    signs: tuple[Sign, ...]


def signs_in(page: Sequence[Traits]) -> list[tuple[Sign, ...]]:
    """The signs found in each line of a page."""
    return _SIGNS.found([traits.line.folded for traits in page])


def look(traits: Traits, layout: Layout, signs: tuple[Sign, ...]) -> Look:
    """What of a line speaks for its labels, with the signs found in it."""
    whole, ending, opening = traits.line.folded, traits.ending, traits.opening
    length, folded = (traits.length, whole) if traits.length <= _LONG else (_LONG, whole[:_LONG])
    commas = folded.count(",") + folded.count(";")
    words = len(_WORD.findall(folded)) + (_FIRST_WORD.match(folded) is not None)
    series = folded[0] == "【" and _COLUMN.match(folded) is not None
    heads = section_name(whole) is not None
    # Headlines open with quotes and months too, but stop short.
    prose = opening is Opening.PLAIN and (length > _STUB or ending is not Ending.PLAIN)
    return Look(
        length,
        ending,
        opening,
        _naming(traits),
        folded[-1] if folded[-1] in _TELLING else "",
        min(_COMMAS, commas),
        min(_WORDS, words),
        "。" in folded,
        "," in whole,
        series,
        ":" in folded and _COLON.match(folded) is not None,
        not commas and length < 60 and _has_space(folded) and _CLAUSES.search(folded) is not None,
        folded[0] == "@",
        prose and _OPENER.match(folded) is not None,
        ending is Ending.FINISHED and _PICTURED.match(folded) is not None,
        layout.is_full(traits),
        layout.is_too_long(traits),
        traits.closing is not None,
        heads,
        heads and heads_briefs(whole),
        signs,
    )


def _has_space(folded: str) -> bool:
    return len(folded.split(None, 1)) > 1


def _naming(traits: Traits) -> Naming:
    if traits.credits is None:
        return Naming.NOBODY
    if traits.credits.only_editors:
        return Naming.EDITORS
    return Naming.MARKED if traits.marked else Naming.PEOPLE


def clues(seen: Look) -> list[Clue]:
    """Everything a line by itself says about its label."""
    return [*_as_credits(seen), *_as_head(seen), *_as_paragraph(seen), *_as_noise(seen)]


@lru_cache(maxsize=4096)
def scores(seen: Look) -> tuple[float, ...]:
    """The sum of a line's clues for each of STATES."""
    by_label = dict.fromkeys(_LABELS, 0.0)
    for label, weight, _ in clues(seen):
        by_label[label] += weight
    sums: tuple[float, ...] = _BY_STATE(tuple(by_label.values()))
    return sums


def _as_credits(seen: Look) -> Iterable[Clue]:
    if seen.naming is Naming.NOBODY:
        return _NO_CREDITS
    if seen.naming is Naming.EDITORS:
        return [(Label.FURNITURE, 10, "names editors only")]
    weight = 9 if seen.naming is Naming.MARKED else 7
    return [(label, weight, "consists of names and what they did") for label in _CREDITS]


def _as_head(seen: Look) -> list[Clue]:
    length = seen.length
    shape = _head_length(length)
    shape -= min(4.0, 0.8 * seen.commas) + (5.0 if seen.stops else 0.0)
    if seen.ending is Ending.HANGING and not seen.series:
        shape -= 1.9
    shape -= (4.6 if seen.last and seen.last in _PAUSES else 0.0) + (9.0 if seen.opening is Opening.STRANDED else 0.0)
    if seen.opening is Opening.DATELINE:
        shape -= 4.0
    # No column is cut right behind a closing quote as often as a phrase ends there.
    if seen.last and seen.last in _QUOTES and length <= _STUB:
        shape += 0.1
    shape -= min(2.0, 0.5 * seen.words)
    why = "is short and no sentence" if shape > 0 else ""
    long = 1.0 * max(0, length - _SUBHEAD)
    found: list[Clue] = [(Label.HEADLINE, shape, why), (Label.SUBHEAD, shape - long, why)]
    if seen.addresses and length <= _STUB:
        found += _ADDRESSES
    if seen.series and length < 60:
        found.append((Label.HEADLINE, 2, "begins with the name of a series"))
    elif seen.colon and not seen.words:
        found += [(label, 1.2, "names who speaks or what it is about before a colon") for label in _HEADS]
    if seen.clauses and not seen.series:
        found.append((Label.HEADLINE, 0.6, "consists of clauses with spaces between them"))
        found.append((Label.SUBHEAD, 2.0, "consists of clauses with spaces between them"))
    return found


def _head_length(length: int) -> float:
    """A headline's length: 2 or 3 characters for a photograph, 5 to 30 mostly, never more than a few lines."""
    if length <= 3:
        return -0.2 if length > 1 else -5.6
    return 1.3 if length <= _HEADLINE else max(-12.0, 2.0 - 0.1 * (length - _HEADLINE))


def _as_paragraph(seen: Look) -> list[Clue]:
    length, full = seen.length, seen.full
    finished = seen.ending is Ending.FINISHED
    asks = finished and length <= _STUB and seen.last and seen.last in _ASKS and not seen.stops
    shape = 1.1 if finished and length > 6 and not asks else 0.0
    # Few columns are cut that early, so a comma tells less in a line that stops short.
    head = length <= _HEADLINE or seen.too_long
    short = head and seen.ending is Ending.PLAIN and not (full or seen.stops)
    shape += min(0.4, length / 20) + min(2.0, length / 100) + (1.2 if short else 2.4) * seen.pauses + 0.3 * full
    shape -= 2.0 * seen.too_long
    if length < 8 and not (finished or full):
        shape -= 1.4
    why = "reads like running text" if shape > 1 else ""
    found = [(Label.START, shape, why), (Label.CONTINUED, shape, why), (Label.UNTITLED, shape, why)]
    if seen.opens:
        found += _OPENS
    if seen.pictured:
        found.append((Label.UNTITLED, 1.1, "says what a picture shows"))
    if seen.naming is not Naming.NOBODY:
        found += [(label, -0.2, "") for label in _PARAGRAPHS]
    return found


def _as_noise(seen: Look) -> list[Clue]:
    length = seen.length
    # Lines that are certainly of no use need a sign; whole sentences need a strong one.
    sober = 3.0 if seen.ending is Ending.FINISHED and length > 12 else 0.0
    dated = 2.0 if seen.opening is Opening.DATELINE else 0.0
    found: list[Clue] = [
        (Label.FURNITURE, -3.1 - sober, ""),
        (Label.NOTICE, -1.0 - 0.2 * sober - min(4.0, length / 50) - dated, ""),
    ]
    if seen.closes:
        found.append((Label.NOTICE, -3.0, ""))
    if seen.heads:
        why = "heads a section of short items" if seen.briefs else "heads a section"
        found.append((Label.FURNITURE, 9.4, why))
    for sign in seen.signs:
        found.append((sign.label, sign.weight + (0.0 if sober or not 3 < length <= 40 else 3.4), sign.reason))
        if sign.label is Label.FURNITURE:
            found += [(label, -0.6 * sign.weight, "") for label in _HEADS]
            if length > 3 and not sober:
                found += [(label, -0.3 * sign.weight, "") for label in _PARAGRAPHS]
    found.append((Label.JUMP, -8.2, ""))
    return found
