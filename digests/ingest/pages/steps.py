"""The steps across a border of two lines, remembered by what each label looks at, and the best of them."""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import chain, starmap
from operator import itemgetter
from typing import NamedTuple

from digests.ingest.pages.grammar import LOOKS_AT, NEVER, PLAIN, Border, step
from digests.ingest.pages.labels import BODY, STATES, Label, Run

Choices = tuple[tuple[int, float], ...]
"""The states (by index) that one may follow, and how readily."""

# Wherever text runs, it goes on alike, so of these states only the best matters. It stands behind the others.
_ALIKE = tuple(
    tuple(place for place, state in enumerate(STATES) if state.label in BODY and state.run is run)
    for run in (Run.UNSIGNED, Run.SIGNED)
)
_UNSIGNED, _SIGNED = (itemgetter(*places) for places in _ALIKE)


class Steps(NamedTuple):
    """All steps `into` each state across a border, and the same with states that go on alike `merged`."""

    into: tuple[Choices, ...]
    merged: tuple[Choices, ...]

    def best_totals(self, totals: Sequence[float], scores: Sequence[float]) -> list[float]:
        """For each state the best total with which it can be entered, and its score; the innermost loop of all."""
        entered = (*totals, max(_UNSIGNED(totals)), max(_SIGNED(totals)))
        bests = []
        for choices, own in zip(self.merged, scores, strict=True):
            best = NEVER
            for place, score in choices:
                total = entered[place] + score
                if total > best:
                    best = total
            bests.append(best + own)
        return bests


@lru_cache(maxsize=4096)
def steps(edge: Border) -> Steps:
    """All that may be done across a border."""
    rows = [_rows(label, _seen_by(label, edge)) for label in Label]
    return Steps(*(tuple(chain.from_iterable(kind)) for kind in zip(*rows, strict=True)))


# Most borders share most rows, so few are worked out.
@lru_cache(maxsize=8192)
def _rows(label: Label, seen: Border) -> tuple[tuple[Choices, ...], tuple[Choices, ...]]:
    """The steps into each state of a label, and those merged."""
    into = tuple(
        tuple(
            _choice(place, score) for place, upper in enumerate(STATES) if (score := step(upper, lower, seen)) > NEVER
        )
        for lower in STATES
        if lower.label is label
    )
    return into, tuple(map(_merged, into))


# There are few, and the fewer places of memory the innermost loop goes to, the sooner it is done.
@cache
def _choice(place: int, score: float) -> tuple[int, float]:
    return place, score


def _merged(into: Choices) -> Choices:
    choices = dict(into)
    for place, alike in enumerate(_ALIKE, len(STATES)):
        scores = {choices.get(state) for state in alike}
        if len(scores) == 1 and None not in scores:
            choices = {place: choices[alike[0]]} | {i: score for i, score in choices.items() if i not in alike}
    return tuple(starmap(_choice, choices.items()))


_PLAIN_WHERE_UNSEEN = {
    label: tuple(None if name in LOOKS_AT[label] else (value,) for name, value in PLAIN._asdict().items())
    for label in Label
}


def _seen_by(label: Label, edge: Border) -> Border:
    """The border with only what a label looks at; the rest is as on the plainest."""
    plain = _PLAIN_WHERE_UNSEEN[label]
    return Border._make([value if seen is None else seen[0] for value, seen in zip(edge, plain, strict=True)])
