"""The steps across a border of two lines, remembered and sorted so that few of them must be looked at."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from digests.ingest.pages.grammar import LOOKS_AT, NEVER, PLAIN, Border, step
from digests.ingest.pages.labels import STATES, Label, Run, State

_LEADING = tuple(STATES.index(State(Label.START, run)) for run in (Run.UNSIGNED, Run.SIGNED))
_ROUNDING = 1e-6  # points: more than sums of floats can be off by

Choices = tuple[tuple[int, float], ...]
"""States (by index) beyond a border, and how readily they are reached or come from."""


Bundle = tuple[int, float, float, Choices]
"""A state, its steps on, and how much less than the unsigned and the signed leader it may have for them to matter."""


class Steps(NamedTuple):
    """The steps `into` each state across a border, and the same ones `on` from each, sorted for a quick search.

    Two kinds of states lead: where text runs that is unsigned, and signed. The states of a kind go on alike, so only the
    best of them matters, and mostly they are far ahead of the others, whose steps are then passed over in bundles.
    """

    into: tuple[Choices, ...]
    unsigned: Callable[[Sequence[float]], tuple[float, ...]]
    signed: Callable[[Sequence[float]], tuple[float, ...]]
    on_unsigned: Choices
    on_signed: Choices
    bundles: tuple[Bundle, ...]

    def best_totals(self, totals: Sequence[float]) -> list[float]:
        """For each state the best total with which it can be entered; the innermost loop of all."""
        unsigned, signed = max(self.unsigned(totals)), max(self.signed(totals))
        bests = [NEVER] * len(totals)
        for place, score in self.on_unsigned:
            bests[place] = unsigned + score
        for place, score in self.on_signed:
            total = signed + score
            if total > bests[place]:
                bests[place] = total
        for upper, behind_unsigned, behind_signed, on in self.bundles:
            entered = totals[upper]
            if entered >= unsigned - behind_unsigned and entered >= signed - behind_signed:
                for place, score in on:
                    total = entered + score
                    if total > bests[place]:
                        bests[place] = total
        return bests


@lru_cache(maxsize=1024)
def steps(edge: Border) -> Steps:
    """All that may be done across a border."""
    seen = {label: _seen_by(label, edge) for label in Label}
    into = tuple(_choices(place, seen[state.label]) for place, state in enumerate(STATES))
    on = _turned(into)
    alike = [[place for place, choices in enumerate(on) if choices == on[leading]] for leading in _LEADING]
    leaders = [on[leading] for leading in _LEADING]
    others = sorted(set(range(len(STATES))).difference(*alike))
    bundles = tuple(bundle for place in others for bundle in _bundles(place, on[place], leaders))
    return Steps(into, *map(_several, alike), *leaders, bundles)


def _turned(into: Sequence[Choices]) -> list[Choices]:
    """The steps on from each state, from those into each."""
    on: list[list[tuple[int, float]]] = [[] for _ in into]
    for lower, choices in enumerate(into):
        for upper, score in choices:
            on[upper].append((lower, score))
    return list(map(tuple, on))


def _several(places: Sequence[int]) -> Callable[[Sequence[float]], tuple[float, ...]]:
    """Picks several of a sequence; a single one twice, for itemgetter gives one bare."""
    return itemgetter(*places, places[0])


def _bundles(place: int, on: Choices, leaders: Sequence[Choices]) -> Iterator[Bundle]:
    """A state's steps, bundled by which of the leaders reach the same states, and at how much less cost."""
    rivals = [dict(leader) for leader in leaders]
    bundles: dict[tuple[bool, ...], list[tuple[int, float]]] = {}
    for lower, score in on:
        bundles.setdefault(tuple(lower in rival for rival in rivals), []).append((lower, score))
    for reached, choices in bundles.items():
        unsigned, signed = (
            max(score - rival[lower] for lower, score in choices) + _ROUNDING if reaches else -NEVER
            for rival, reaches in zip(rivals, reached, strict=True)
        )
        yield place, unsigned, signed, tuple(choices)


# Most borders share most rows, so few are worked out, and those in use lie together in memory.
@lru_cache(maxsize=2048)
def _choices(place: int, edge: Border) -> Choices:
    lower = STATES[place]
    return tuple((i, score) for i, upper in enumerate(STATES) if (score := step(upper, lower, edge)) > NEVER)


def _seen_by(label: Label, edge: Border) -> Border:
    """The border with only what a label looks at; the rest is as on the plainest."""
    looks = LOOKS_AT[label]
    return edge._replace(**{name: value for name, value in PLAIN._asdict().items() if name not in looks})
