"""The lines of a headline become kicker, title and subtitle."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digests.ingest.pages.lines import Line
from digests.ingest.pages.marks import MARKS

# A kicker that introduces speech: 邵潘锋赴余新镇调研时强调.
_INTRODUCES = re.compile(r"(?:强调|指出|要求|表示|提出|宣布|获悉|说|称)[:：]?$")
_SUBTITLE = re.compile(r"^\s*(?:——|--|—|\[?副题)")
_DECK = 10  # characters: two clauses that long are two decks of a headline, shorter ones a couplet
_EDGES = f"{MARKS} \u3000"


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline in printed order; any part may be empty."""

    kicker: str = ""
    title: str = ""
    subtitle: str = ""


def read_headline(lines: Sequence[Line], *, by_line: bool) -> Headline:
    """Part a headline: `by_line` on pages that give kicker, title and subtitle lines of their own.

    A blank line within it shows a headline broken for width, not for sense: that is one title.
    Within one line, only clauses that introduce speech or are as long as a deck are taken apart, at their spaces.
    """
    decks = _decks(lines)
    if len(decks) > 1:
        return _by_lines([text for text, _ in decks])
    if not decks:
        return Headline()
    return _by_clauses(*decks[0], by_line=by_line)


def _decks(lines: Sequence[Line]) -> list[tuple[str, str]]:
    """The headline's decks, verbatim and folded: lines parted by a blank one, or within 【】, belong together."""
    decks: list[tuple[str, str]] = []
    broken = any(line.gap for line in lines[1:])
    for place, line in enumerate(lines):
        text = line.text.strip(_EDGES)
        folded = line.folded[line.text.index(text) :][: len(text)]
        if place and (broken or _is_open(decks[-1][1])):
            before, before_folded = decks.pop()
            text, folded = f"{before} {text}", f"{before_folded} {folded}"
        decks.append((text, folded))
    return decks


def _is_open(folded: str) -> bool:
    return any(folded.count(a) > folded.count(b) for a, b in ("【】", "“”", "《》", "()"))


def _by_lines(decks: Sequence[str]) -> Headline:
    if len(decks) == 2:
        if _SUBTITLE.match(decks[1]):
            return Headline(title=decks[0], subtitle=decks[1])
        return Headline(kicker=decks[0], title=decks[1])
    return Headline(decks[0], decks[1], " ".join(decks[2:]))


def _by_clauses(text: str, folded: str, *, by_line: bool) -> Headline:
    cut = _cut(folded)
    if cut is None or (by_line and not _INTRODUCES.search(folded[:cut])):
        return Headline(title=text)
    return Headline(kicker=text[:cut].strip(), title=text[cut:].strip())


def _cut(folded: str) -> int | None:
    """Where the kicker ends in a headline of one line; spaces within 【】 or quotes do not count."""
    spaces = [match.start() for match in re.finditer(r"\s+", folded) if not _is_open(folded[: match.start()])]
    for space in spaces:
        if _INTRODUCES.search(folded[:space]):
            return space
    if len(spaces) == 1 and spaces[0] >= _DECK and len(folded) - spaces[0] > _DECK:
        return spaces[0]
    return None
