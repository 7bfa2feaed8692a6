"""The best labels for a whole page: Viterbi's algorithm over the lines' clues and the page grammar."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import add

from digests.ingest.pages.evidence import clues, look, scores, signs_in
from digests.ingest.pages.grammar import NEVER, border, first, last
from digests.ingest.pages.labels import NOISE, STATES, Label, State
from digests.ingest.pages.layout import Layout, read_layout
from digests.ingest.pages.lines import split_lines
from digests.ingest.pages.repair import repaired
from digests.ingest.pages.sections import heads_briefs, section_name
from digests.ingest.pages.signs import Sign
from digests.ingest.pages.steps import Choices, Steps, steps
from digests.ingest.pages.traits import Opening, Traits, opening_credits, read_lines


@dataclass(frozen=True, slots=True)
class LineNote:
    """Why a line was read as it was: its 1-based number, its text, its label and the strongest reason for that."""

    number: int
    text: str
    label: Label
    reason: str


@dataclass(slots=True)
class Segment:
    """A line with the state in which the best reading of the page passes it."""

    traits: Traits
    state: State


@dataclass(frozen=True, slots=True)
class Segmentation:
    """A page's lines, labelled, and how it is set."""

    segments: tuple[Segment, ...]
    layout: Layout

    @property
    def furniture(self) -> int:
        """How many lines belong to no article: furniture, notices and jump notes."""
        return sum(segment.state.label in NOISE or segment.state.label is Label.JUMP for segment in self.segments)

    def notes(self) -> list[LineNote]:
        """For every line its label and why, in the order of the page."""
        signs = signs_in([segment.traits for segment in self.segments])
        return list(map(self._note, self.segments, signs))

    def _note(self, segment: Segment, signs: tuple[Sign, ...]) -> LineNote:
        line, label = segment.traits.line, segment.state.label
        told = [
            (weight, reason)
            for spoken_for, weight, reason in clues(look(segment.traits, self.layout, signs))
            if spoken_for is label and weight > 0 and reason
        ]
        reason = max(told)[1] if told else "fits best between its neighbours"
        return LineNote(line.number, line.text, label, reason)


def segment(text: str, first: int = 1) -> Segmentation:
    """Label every line of a page that is not blank; `first` is the number of the text's first line.

    Time and memory grow with the length of the text.
    """
    page = read_lines(split_lines(repaired(text), first))
    layout = read_layout(page)
    path = _best_path(page, layout) if page else []
    return Segmentation(tuple(Segment(traits, STATES[i]) for traits, i in zip(page, path, strict=True)), layout)


def _best_path(page: Sequence[Traits], layout: Layout) -> list[int]:
    """The states (by index) with the best total; of equal ones the first of STATES."""
    looks = [look(traits, layout, signs) for traits, signs in zip(page, signs_in(page), strict=True)]
    totals = list(map(add, map(first, STATES), scores(looks[0])))
    before: list[tuple[list[float], Steps]] = []
    briefs = False
    for upper, lower, seen in zip(page, page[1:], looks[1:], strict=False):
        briefs = _still_briefs(upper, briefs)
        options = steps(border(upper, lower, layout, briefs=briefs))
        before.append((totals, options))
        totals = options.best_totals(totals, scores(seen))
    ends = [total + last(state, page[-1].closing) for total, state in zip(totals, STATES, strict=True)]
    path = [ends.index(max(ends))]
    # From where each state was best entered is worked out for the states on the path only.
    for entered, options in reversed(before):
        path.append(_origin(entered, options.into[path[-1]]))
    return path[::-1]


def _origin(totals: Sequence[float], choices: Choices) -> int:
    """The state from which one is best entered."""
    origin, best = 0, NEVER
    for place, score in choices:
        total = totals[place] + score
        if total > best:
            origin, best = place, total
    return origin


def _still_briefs(traits: Traits, briefs: bool) -> bool:
    """A heading of short items rules until another section is headed, or a story names its writer at its head."""
    folded = traits.line.folded
    if section_name(folded):
        return heads_briefs(folded)
    if not briefs or traits.opening is Opening.DATELINE:
        return briefs and opening_credits(folded, folded) is None
    return traits.credits is None or traits.credits.only_photographers
