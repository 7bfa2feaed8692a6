"""The best labels for a whole page: Viterbi's algorithm over the lines' clues and the page grammar."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from digests.ingest.pages.evidence import clues
from digests.ingest.pages.grammar import NEVER, border, first, last, steps
from digests.ingest.pages.labels import NOISE, STATES, Label, State
from digests.ingest.pages.layout import Layout, read_layout
from digests.ingest.pages.lines import split_lines
from digests.ingest.pages.repair import repaired
from digests.ingest.pages.sections import heads_briefs, section_name
from digests.ingest.pages.traits import Traits, read_lines

_LABELS = tuple(Label)
_LABEL_OF = tuple(_LABELS.index(state.label) for state in STATES)


@dataclass(frozen=True, slots=True)
class LineNote:
    """Why a line was read as it was: its 1-based number, its text, its label and the strongest reason for that."""

    number: int
    text: str
    label: Label
    reason: str


@dataclass(frozen=True, slots=True)
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
        return [self._note(segment) for segment in self.segments]

    def _note(self, segment: Segment) -> LineNote:
        line, label = segment.traits.line, segment.state.label
        told = [
            (weight, reason)
            for spoken_for, weight, reason in clues(segment.traits, self.layout)
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


def _scores(traits: Traits, layout: Layout) -> list[float]:
    """The sum of a line's clues for each state."""
    by_label = dict.fromkeys(_LABELS, 0.0)
    for label, weight, _ in clues(traits, layout):
        by_label[label] += weight
    sums = list(by_label.values())
    return [sums[i] for i in _LABEL_OF]


def _best_path(page: Sequence[Traits], layout: Layout) -> list[int]:
    totals = [first(state) + score for state, score in zip(STATES, _scores(page[0], layout), strict=True)]
    came_from: list[list[int]] = []
    briefs = False
    for upper, lower in pairwise(page):
        briefs = _still_briefs(upper, briefs)
        totals, origins = _best_steps(totals, steps(border(upper, lower, layout, briefs=briefs)))
        totals = [total + score for total, score in zip(totals, _scores(lower, layout), strict=True)]
        came_from.append(origins)
    totals = [total + last(state, page[-1].closing) for total, state in zip(totals, STATES, strict=True)]
    path = [max(range(len(STATES)), key=totals.__getitem__)]
    for origins in reversed(came_from):
        path.append(origins[path[-1]])
    return path[::-1]


def _still_briefs(traits: Traits, briefs: bool) -> bool:
    """A heading of short items rules until another section is headed, or a story has a byline."""
    if section_name(traits.line.folded):
        return heads_briefs(traits.line.folded)
    return briefs and (traits.credits is None or traits.credits.only_photographers)


def _best_steps(
    totals: Sequence[float], options: Sequence[Sequence[tuple[int, float]]]
) -> tuple[list[float], list[int]]:
    """For each state the best total with which it can be entered, and from which state; the innermost loop of all."""
    bests, origins = [], []
    for choices in options:
        best, origin = NEVER, 0
        for i, score in choices:
            total = totals[i] + score
            if total > best:
                best, origin = total, i
        bests.append(best)
        origins.append(origin)
    return bests, origins
