"""How much a line by itself speaks for each label, and why."""

import re
from collections.abc import Iterable

from digests.ingest.pages.labels import Label
from digests.ingest.pages.layout import Layout
from digests.ingest.pages.names import HAN
from digests.ingest.pages.needles import Index
from digests.ingest.pages.notices import NOTICES
from digests.ingest.pages.sections import heads_briefs, section_name
from digests.ingest.pages.signs import SIGNS
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
# Words that sentences are full of and headlines leave out.
_PROSE = re.compile(
    r"[是了也这他她其]|曾经|已经|来自|本次|记者|我们|以及|^(?:在|据|为了|此外|同时|目前|截至|但|而|从(?!.{1,9}到)|[昨今][天日]|近日|日前|连日)"
)
_STUB = 25  # characters
_SUBHEAD = 14  # characters: few subheads are longer
_CLAUSES = re.compile(rf"[{HAN}”」》\d!?][\s]+[{HAN}“「《\d]")
_SIGNS = Index((sign, sign.wording, sign.longest) for sign in (*SIGNS, *NOTICES))


Clue = tuple[Label, float, str]
"""A label, how much speaks for it (about a logarithm of odds, or less than nothing), and why."""

_ADDRESSES: tuple[Clue, ...] = ((Label.SUBHEAD, 3.0, "addresses somebody"), (Label.HEADLINE, -3.0, ""))
_NO_CREDITS: tuple[Clue, ...] = tuple((label, -12, "") for label in _CREDITS)
_OPENS: tuple[Clue, ...] = ((Label.START, 1.0, "opens like a paragraph"), (Label.CONTINUED, -0.5, ""))


def clues(traits: Traits, layout: Layout) -> list[Clue]:
    """Everything a line by itself says about its label."""
    return [*_as_credits(traits), *_as_head(traits), *_as_paragraph(traits, layout), *_as_noise(traits)]


def _as_credits(traits: Traits) -> Iterable[Clue]:
    if traits.credits is None:
        return _NO_CREDITS
    if traits.credits.only_editors:
        return [(Label.FURNITURE, 10, "names editors only")]
    return [(label, 9 if traits.marked else 7, "consists of names and what they did") for label in _CREDITS]


def _as_head(traits: Traits) -> list[Clue]:
    folded, length, last = traits.line.folded[:200], traits.length, traits.line.folded[:200][-1]
    column = folded[0] == "【" and _COLUMN.match(folded)
    commas = folded.count(",") + folded.count(";")
    shape = _head_length(length)
    shape -= min(4.0, 0.8 * commas) + (5.0 if "。" in folded else 0.0)
    if traits.ending is Ending.HANGING and not column:
        shape -= 1.9
    shape -= (4.6 if last in "。,、;:" else 0.0) + (9.0 if traits.opening is Opening.STRANDED else 0.0)
    if traits.opening is Opening.DATELINE:
        shape -= 4.0
    # No column is cut right behind a closing quote as often as a phrase ends there.
    if last in "”」》】" and length <= _STUB:
        shape += 0.1
    shape -= min(2.0, 0.5 * len(_PROSE.findall(folded)))
    why = "is short and no sentence" if shape > 0 else ""
    long = 1.0 * max(0, length - _SUBHEAD)
    found: list[Clue] = [(Label.HEADLINE, shape, why), (Label.SUBHEAD, shape - long, why)]
    if folded[0] == "@" and length <= _STUB:
        found += _ADDRESSES
    if column and length < 60:
        found.append((Label.HEADLINE, 2, "begins with the name of a series"))
    elif _COLON.match(folded) and not _PROSE.search(folded):
        found.append((Label.HEADLINE, 1.2, "names who speaks or what it is about before a colon"))
    if not column and length < 60 and not commas and _CLAUSES.search(folded):
        found.append((Label.HEADLINE, 0.6, "consists of clauses with spaces between them"))
        found.append((Label.SUBHEAD, 2.0, "consists of clauses with spaces between them"))
    return found


def _head_length(length: int) -> float:
    """A headline's length: 2 or 3 characters for a photograph, 5 to 30 mostly, never more than a few lines."""
    if length <= 3:
        return -0.2 if length > 1 else -5.6
    return 1.3 if length <= 32 else max(-12.0, 2.0 - 0.1 * (length - 32))


def _as_paragraph(traits: Traits, layout: Layout) -> list[Clue]:
    folded, length = traits.line.folded, traits.length
    full = layout.is_full(traits)
    finished = traits.ending is Ending.FINISHED
    asks = finished and length <= _STUB and folded[-1] in "!?" and "。" not in folded
    shape = 1.1 if finished and length > 6 and not asks else 0.0
    shape += min(0.4, length / 20) + min(2.0, length / 100) + 2.4 * ("," in folded) + 0.3 * full
    shape -= 2.0 * layout.is_too_long(traits)
    if length < 8 and not (finished or full):
        shape -= 1.4
    why = "reads like running text" if shape > 1 else ""
    found = [(Label.START, shape, why), (Label.CONTINUED, shape, why), (Label.UNTITLED, shape, why)]
    # Headlines open with quotes and months too, but stop short.
    whole = length > _STUB or traits.ending is not Ending.PLAIN
    if whole and traits.opening is Opening.PLAIN and _OPENER.match(folded):
        found += _OPENS
    if finished and _PICTURED.match(folded):
        found.append((Label.UNTITLED, 1.1, "says what a picture shows"))
    if traits.credits is not None:
        found += [(label, -0.2, "") for label in _PARAGRAPHS]
    return found


def _as_noise(traits: Traits) -> list[Clue]:
    folded, length = traits.line.folded, traits.length
    # Lines that are certainly of no use need a sign; whole sentences need a strong one.
    sober = 3.0 if traits.ending is Ending.FINISHED and length > 12 else 0.0
    dated = 2.0 if traits.opening is Opening.DATELINE else 0.0
    found: list[Clue] = [
        (Label.FURNITURE, -3.1 - sober, ""),
        (Label.NOTICE, -1.0 - 0.2 * sober - min(4.0, length / 50) - dated, ""),
    ]
    if traits.closing is not None:
        found.append((Label.NOTICE, -3.0, ""))
    if section_name(folded):
        why = "heads a section of short items" if heads_briefs(folded) else "heads a section"
        found.append((Label.FURNITURE, 9.4, why))
    for sign in _SIGNS.found(folded):
        found.append((sign.label, sign.weight + (0.0 if sober or not 3 < length <= 40 else 3.4), sign.reason))
        if sign.label is Label.FURNITURE:
            found.append((Label.HEADLINE, -0.6 * sign.weight, ""))
            if length > 3 and not sober:
                found += [(label, -0.3 * sign.weight, "") for label in _PARAGRAPHS]
    found.append((Label.JUMP, -8.2, ""))
    return found
