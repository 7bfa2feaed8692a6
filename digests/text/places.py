"""Says where an article plays: the places of the gazetteer that it names."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from digests.folding import fold
from digests.model import Place
from digests.seeds import Lexicon
from digests.text.tokenizer import WordFinder

# A name in the headline weighs as much as this many in the body, one in the body's first characters as much as two.
_IN_HEADLINE = 3
_LEAD = 120
_LONGEST = 12  # characters of a region's name
_COUNTY = 6  # digits of a county's code

# A region's name right before a name: 东莞市 before 长安镇. 我市, 全区 and 园区 are nobody's names.
_REGION_BEFORE = re.compile(r"[\u4e00-\u9fff](?<![我本该全各城市县园新景校社辖地小片郊库街山灾])[省市县区州]\Z")


class PlaceFinder:
    """Finds the places of a lexicon by their full names and aliases."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._ancestors = {code: lexicon.ancestors(place) for code, place in lexicon.places.items()}
        self._bearers: dict[str, list[Place]] = defaultdict(list)
        for place in lexicon.places.values():
            for name in (place.name, *place.aliases):
                self._bearers[fold(name)].append(place)
        self._names = WordFinder((*self._bearers, *lexicon.decoys))

    def find(self, headline: str, body: str) -> tuple[str, ...]:
        """Codes of the places an article names, the weightiest first: headline before lead before body, then often.

        Of places that share a name, the one is meant whose town the article names too, or the only one in a county
        that it names; else none. Linear in the text.
        """
        weights: Counter[str] = Counter()
        for _, name in self._hits(fold(headline)):
            weights[name] += _IN_HEADLINE
        for position, name in self._hits(fold(body)):
            weights[name] += 2 if position < _LEAD else 1
        codes = {name: bearers[0].code for name in weights if len(bearers := self._bearers[name]) == 1}
        known = set(codes.values())
        codes |= {name: place.code for name in weights if (place := _meant(self._bearers[name], known))}
        totals: Counter[str] = Counter()
        for name, code in codes.items():
            totals[code] += weights[name]
        return tuple(code for code, _ in totals.most_common())

    def _hits(self, text: str) -> Iterator[tuple[int, str]]:
        for position, name in self._names.find(text):
            before = text[max(0, position - _LONGEST) : position]
            if name in self._bearers and not self._elsewhere(before, self._bearers[name]):
                yield position, name

    def _elsewhere(self, before: str, bearers: Sequence[Place]) -> bool:
        """Whether the name follows that of a region in which none of its bearers lies."""
        if not _REGION_BEFORE.search(before):
            return False
        above = (region for place in bearers for region in self._ancestors[place.code])
        return not any(before.endswith(fold(region.name)) for region in above)


def _meant(bearers: Sequence[Place], known: Collection[str]) -> Place | None:
    """Of several bearers of a name the one that lies in a known town, or alone in the known counties."""
    if len(bearers) < 2:
        return None
    in_town = [place for place in bearers if place.parent in known]
    in_county = [place for place in bearers if place.code[:_COUNTY] in known]
    meant = in_town or in_county
    return meant[0] if len(meant) == 1 else None
