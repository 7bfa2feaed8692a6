"""Which label may follow which on a page, and how readily: the grammar of 版面 as scores between neighbours."""

import re
from typing import NamedTuple

from digests.ingest.pages.labels import BODY, NOISE, Label, Run, State
from digests.ingest.pages.layout import Layout
from digests.ingest.pages.traits import Closing, Ending, Opening, Traits

NEVER = float("-inf")
_DATELINE = 16  # characters: a line as short holds nothing else
_STUB = 25
_BARE = 40
# Few words begin with these characters; those that do are excepted.
_CLINGS = re.compile(
    r"[的了着们]|地(?![方区上下铁震球理道处图点面])|等(?![待到等级])|性(?![格能别质])|[亩吨](?![产位])|化(?![解工肥学妆])|元(?!旦)"
)


class Border(NamedTuple):
    """What matters between two neighbouring lines; it is small, so the scores of every border are worked out once.

    `gap`: -1, 0, 1 for less, as much, or more blank lines than the page has between paragraphs. `set_in` and `full`
    (the upper line reaches the right edge) are None on pages that are not indented, not hard-wrapped.
    `over` and `signed`: the upper, the lower line ends with credits; `photo`: the upper line's are a picture's;
    `framed`: the lower line is of a paragraph with a picture's credits at or below its end.
    `split`: a number might have been cut in two.
    `bare`: the lower line holds no comma and stops without a full stop, as headlines do; `stub`: it is short as well,
    and not full.
    `clings`: the lower line opens with a character that leans on a word before it (的, 了, 们), so it was cut off;
    `shot`: it credits a picture; `briefs`: the lines stand under a heading of short items.
    `parted`: blank lines stand between articles, and not between paragraphs; `headed`: whether this page's stories
    are signed at their head, if anything is usual.
    """

    ending: Ending
    opening: Opening
    split: bool
    gap: int
    set_in: bool | None
    full: bool | None
    headed: bool | None
    over: bool
    photo: bool
    signed: bool
    framed: bool
    bare: bool
    stub: bool
    clings: bool
    shot: bool
    briefs: bool
    parted: bool


PLAIN = Border(Ending.FINISHED, Opening.PLAIN, False, 0, None, None, None, *[False] * 10)


def border(upper: Traits, lower: Traits, layout: Layout, *, briefs: bool = False) -> Border:
    """What matters between two lines of a page, which may stand under a heading of short items."""
    gap = lower.line.gap - layout.gap
    folded, length = lower.line.folded, lower.length
    # A number is not two numbers.
    split = folded[0].isdigit() and upper.line.folded[-1].isdigit()
    bare = (
        length <= _BARE
        and (lower.ending is Ending.PLAIN or folded[-1] in "?!")
        and not ("," in folded or ";" in folded or "。" in folded)
    )
    over, signed = upper.closing, lower.closing
    return Border(
        upper.ending,
        Opening.STRANDED if split else _opening(upper, lower),
        split,
        (gap > 0) - (gap < 0),
        lower.line.indent >= 2 if layout.indented else None,
        layout.is_full(upper) if layout.width is not None else None,
        layout.headed,
        over is not None,
        over is not None and over.is_photo,
        signed is not None,
        lower.framed,
        bare,
        bare and length <= _STUB and not layout.is_full(lower),
        _CLINGS.match(folded) is not None,
        lower.credits is not None and lower.credits.of_a_picture,
        briefs,
        layout.parted,
    )


def _opening(upper: Traits, lower: Traits) -> Opening:
    """How the lower line opens; 本报讯 may be cut off from the (记者 X) behind it."""
    dated = lower.opening is Opening.DATELINE and upper.opening is Opening.DATELINE and upper.length <= _DATELINE
    return Opening.PLAIN if dated else lower.opening


_FIRST = {Label.HEADLINE: 0.0, Label.FURNITURE: 0.0, Label.NOTICE: -5.0, Label.UNTITLED: -4.0}


def first(state: State) -> float:
    """How readily a page begins with a state."""
    if state.label in NOISE and state.run is not Run.OVER:
        return NEVER
    return _FIRST.get(state.label, NEVER)


def last(state: State, closing: Closing | None) -> float:
    """How readily a page ends with a state, in a line with credits at its end or none; a story may be cut off."""
    if state.label in (Label.HEADLINE, Label.BYLINE):
        return -7.0
    if state.label not in BODY:
        return 0.0
    return _signature(state.run, closing is not None, closing is not None and closing.is_photo, headed=None)


def step(upper: State, lower: State, edge: Border) -> float:
    """How readily the lower state follows the upper one across a border; NEVER if it cannot."""
    return _STEPS[lower.label](upper, lower, edge)


def _end(upper: State, edge: Border) -> float:
    """How readily the article that is running ends here, so that another or some noise may follow."""
    if upper.label in BODY:
        unfinished = 0.0 if edge.ending is Ending.FINISHED else -2.8
        return unfinished + (0.0 if edge.briefs else _signature(upper.run, edge.over, edge.photo, headed=edge.headed))
    if upper.label in NOISE:
        return 0.0 if upper.run is Run.OVER else NEVER
    return {Label.CREDIT: 0.1, Label.JUMP: 0.3, Label.HEADLINE: -7.0, Label.BYLINE: -7.7}.get(upper.label, -8.0)


def _signature(run: Run, signed_here: bool, photo: bool, *, headed: bool | None) -> float:
    """An article is signed once: under its headline, or at the latest where it ends."""
    if run is Run.SIGNED:
        return -2.5 if photo else 1.5 * signed_here
    if signed_here:
        return 4.5 if photo else 2.8
    return {None: -0.5, True: -0.2, False: -2.4}[headed]


def _headline(upper: State, _lower: State, edge: Border) -> float:
    wide = {-1: -0.3, 0: 0.0, 1: 1.3}[edge.gap]
    if upper.label is Label.HEADLINE:
        # A headline broken for width may break where no line should.
        broken = 3.8 * (edge.ending is Ending.HANGING) + 8.0 * (edge.opening is Opening.STRANDED and not edge.split)
        return -0.1 - 0.8 * (edge.gap > 0) + broken + 0.9 * edge.clings
    full = -2.0 if edge.full and upper.label in BODY and edge.ending is not Ending.FINISHED else 0.0
    set_in = -3.3 if edge.set_in and upper.label in BODY else 0.0
    missed = -1.5 if edge.parted and edge.gap <= 0 and upper.label in BODY else 0.0
    return _end(upper, edge) + wide + missed + full + set_in


def _byline(upper: State, _lower: State, _edge: Border) -> float:
    return {Label.HEADLINE: 4.8, Label.BYLINE: 3.8}.get(upper.label, NEVER)


def _start(upper: State, lower: State, edge: Border) -> float:
    dated = edge.opening is Opening.DATELINE
    if edge.opening is Opening.STRANDED:
        return -8.0 if lower.run is upper.run else NEVER
    if upper.label is Label.HEADLINE:
        if dated != (lower.run is Run.SIGNED):
            return NEVER
        return (3.0 if dated else _unsigned(edge)) - 4.0 * (edge.set_in is False)
    if lower.run is not (Run.SIGNED if upper.label is Label.CREDIT else upper.run):
        return NEVER
    return _resume(upper, edge) - 3.8 * (dated and upper.label is not Label.BYLINE)


def _unsigned(edge: Border) -> float:
    """How readily a text follows its headline without a word on who wrote it: as captions, briefs, some papers do."""
    usual = 3.1 if edge.briefs or edge.framed else {None: 0.1, True: -1.0, False: 0.4}[edge.headed]
    # A list's heading stands right above its first item.
    return usual - 1.8 - 1.6 * (edge.stub and not edge.set_in) + 2.0 * (edge.opening is Opening.ITEM)


def _resume(upper: State, edge: Border) -> float:
    """How readily a paragraph follows in the same article."""
    if upper.label in BODY:
        score = {Ending.FINISHED: 0.7, Ending.PLAIN: -1.4, Ending.HANGING: -5.0}[edge.ending]
        score += {None: 0.0, True: 1.5, False: -7.3}[edge.set_in]
        score -= 0.7 * (edge.parted and edge.gap > 0)
        score -= 0.8 * (edge.full is True and edge.gap <= 0 and not edge.set_in)
        # The items of a list are signed one by one.
        listed = edge.opening is Opening.ITEM
        return score - _cut_early(edge) - 1.4 * edge.clings - (0.5 if listed else 4.5) * edge.over + 0.9 * listed
    if upper.label in NOISE:
        amid = -5.0 if upper.open else -3.6 if upper.label is Label.NOTICE else -1.4
        # No article goes on under the heading of short items.
        return amid - 3.6 * (edge.set_in is False) - 3.0 * edge.briefs
    return {Label.BYLINE: 2.1, Label.SUBHEAD: 0.0, Label.CREDIT: -5.0}.get(upper.label, NEVER)


def _cut_early(edge: Border) -> float:
    """Few paragraphs are cut off in their first line, fewer still before its end."""
    return (1.5 if edge.full is None else 1.0) if edge.stub and not edge.set_in else 0.0


def _continued(upper: State, lower: State, edge: Border) -> float:
    if lower.run is not upper.run:
        return NEVER
    stranded = 6.0 * (edge.opening is Opening.STRANDED)
    other = -6.9 * (edge.opening is Opening.DATELINE) - 4.0 * (edge.opening is Opening.ITEM)
    if upper.label in NOISE:
        return -0.9 + stranded * (not edge.split) + other if upper.open else NEVER
    if upper.label not in BODY:
        return NEVER
    score = {Ending.FINISHED: -4.1, Ending.PLAIN: 0.3, Ending.HANGING: 2.7}[edge.ending] + stranded + other
    score += {None: 0.0, True: -9.0, False: 0.6}[edge.set_in]
    # Columns are not cut behind a sentence.
    score -= 1.2 * (edge.set_in is False and edge.full is False and edge.ending is Ending.FINISHED)
    if edge.full is not None and edge.gap <= 0:
        score += 3.2 + 2.4 * (edge.ending is Ending.FINISHED) if edge.full else 0.0
    return score - 4.0 * edge.over + 2.2 * edge.clings - 0.4 * (edge.parted and edge.gap > 0)


def _subhead(upper: State, lower: State, edge: Border) -> float:
    if upper.label is Label.BYLINE:
        return -2.0 if lower.run is Run.SIGNED else NEVER
    if lower.run is not upper.run or upper.label not in BODY | NOISE | {Label.HEADLINE} or upper.open:
        return NEVER
    if upper.label is Label.HEADLINE:
        return -4.0
    if upper.label in NOISE:
        return -2.6
    full = -2.0 if edge.full and edge.ending is not Ending.FINISHED else 0.0
    place = 0.2 * (edge.set_in is True) + 2.3 * (edge.opening is Opening.ITEM)
    other = -3.6 * edge.briefs - 2.5 * (edge.parted and edge.gap > 0)
    return (-1.3 if edge.ending is Ending.FINISHED else -6.0) - 3.0 * edge.over + full + place + other


def _untitled(upper: State, _lower: State, edge: Border) -> float:
    if upper.label in (Label.HEADLINE, Label.BYLINE, Label.SUBHEAD) or edge.opening is Opening.STRANDED:
        return NEVER
    gap = {-1: -1.0, 0: 0.0, 1: 1.4}[edge.gap]
    return (
        _end(upper, edge)
        - 6.6
        - _cut_early(edge)
        + gap
        - 1.5 * (edge.parted and edge.gap <= 0)
        + 0.7 * edge.signed
        + 5.8 * edge.framed
        + 0.2 * (edge.opening is Opening.DATELINE)
        - 3.0 * (edge.opening is Opening.ITEM)
        - 5.0 * (edge.set_in is False)
    )


def _credit(upper: State, _lower: State, edge: Border) -> float:
    if upper.label in BODY:
        unfinished = 0.0 if edge.ending is Ending.FINISHED else -2.9
        return unfinished + ((2.4 if edge.shot else 1.8) if upper.run is Run.UNSIGNED else -1.2 - 3.0 * edge.shot)
    if upper.label in NOISE:
        return -4.0 if upper.run is Run.OVER else NEVER
    return 0.5 if upper.label is Label.CREDIT else NEVER


def _jump(upper: State, _lower: State, edge: Border) -> float:
    if upper.label in BODY:
        return 0.0 if edge.ending is Ending.FINISHED else 1.0
    return {Label.CREDIT: -1.0, Label.JUMP: 0.0, Label.FURNITURE: -2.0}.get(upper.label, NEVER)


def _noise(upper: State, lower: State, edge: Border) -> float:
    # What only signs or fills in a notice opens none.
    entry = -(2.9 + 2.0 * edge.bare) * (lower.label is Label.NOTICE and upper.label is not Label.NOTICE)
    if lower.run is Run.OVER:
        return entry + _end(upper, edge) + _more_noise(upper, lower, edge)
    if upper.label in NOISE:
        same = (upper.run, upper.open) == (lower.run, lower.open)
        return entry + _more_noise(upper, lower, edge) if same else NEVER
    if upper.run is not lower.run:
        return NEVER
    if upper.label in (Label.HEADLINE, Label.BYLINE):
        return entry - 2.1 if not lower.open else NEVER
    if upper.label not in BODY:
        return NEVER
    return entry + _interruption(lower, edge) - 4.0 * (edge.opening is Opening.STRANDED)


def _more_noise(upper: State, lower: State, edge: Border) -> float:
    if not upper.label is lower.label is Label.NOTICE:
        return 0.0
    return -0.3 if edge.bare else 2.3


def _interruption(lower: State, edge: Border) -> float:
    """How readily noise interrupts an article, between paragraphs or (open) within one."""
    if edge.ending is Ending.FINISHED:
        return -10.0 if lower.open else -1.0 - 2.0 * edge.over
    # The lines of a hard-wrapped paragraph run on to its end, or to the column's.
    return -1.5 - 5.0 * (edge.full is True) if lower.open else -4.0


_STEPS = {
    Label.HEADLINE: _headline,
    Label.BYLINE: _byline,
    Label.START: _start,
    Label.CONTINUED: _continued,
    Label.SUBHEAD: _subhead,
    Label.UNTITLED: _untitled,
    Label.CREDIT: _credit,
    Label.JUMP: _jump,
    Label.FURNITURE: _noise,
    Label.NOTICE: _noise,
}

# What the functions above read, by label: they must not read anything else.
_AT_END = frozenset({"ending", "over", "photo", "briefs", "headed"})
LOOKS_AT = {
    Label.HEADLINE: _AT_END | {"opening", "split", "gap", "set_in", "full", "clings", "parted"},
    Label.BYLINE: frozenset[str](),
    Label.START: frozenset(
        {"ending", "opening", "gap", "set_in", "full", "over", "framed", "stub", "clings", "briefs", "parted", "headed"}
    ),
    Label.CONTINUED: frozenset({"ending", "split", "opening", "gap", "set_in", "full", "over", "clings", "parted"}),
    Label.SUBHEAD: frozenset({"ending", "opening", "gap", "set_in", "full", "over", "briefs", "parted"}),
    Label.UNTITLED: _AT_END | {"opening", "gap", "set_in", "full", "signed", "framed", "stub", "parted"},
    Label.CREDIT: frozenset({"ending", "shot"}),
    Label.JUMP: frozenset({"ending"}),
    Label.FURNITURE: _AT_END | {"opening", "full"},
    Label.NOTICE: _AT_END | {"opening", "full", "bare"},
}
