"""The articles that others are compared with as they come in: looked up while nobody waits, kept up in memory."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from digests.model.news import RawArticle
from digests.storage.related import Related, Replaced, Stored, text_hash
from digests.text.duplicates import bands as bands_of


@dataclass(slots=True)
class Neighbours:
    """Articles by what they may have in common with others.

    Whoever looks something up later, or stores something, adds that here; `seen` is the newest article of the
    archive at the first look, so those behind it are what came in meanwhile.
    """

    seen: int
    _stored: dict[int, Stored] = field(default_factory=dict)
    _by_text: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_name: dict[tuple[str, str | None], int] = field(default_factory=dict)
    _by_band: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    _by_term: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _replaced: dict[str, set[Replaced]] = field(default_factory=lambda: defaultdict(set))

    def load(self, related: Related, ids: Iterable[int], since: date = date.min, until: date = date.max) -> None:
        """Adds those of these that were printed from `since` to `until`."""
        for stored in related.load(ids, since, until):
            self.put(stored)

    def load_texts(self, related: Related, hashes: Sequence[str]) -> None:
        """Adds those that have one of these texts, or had it."""
        self.load(related, related.with_texts(hashes))
        for replaced in related.replaced(hashes):
            self._replaced[replaced.text_hash].add(replaced)

    def catch_up(self, related: Related, hashes: Sequence[str]) -> None:
        """Adds what came in since the first look; what was revised meanwhile is known by its new text."""
        self.load(related, related.since(self.seen))
        self.load_texts(related, hashes)

    def put(self, stored: Stored) -> None:
        """Adds an article, or replaces it by what it is now."""
        before = self._stored.get(stored.id)
        if before == stored:
            return
        if before is not None:
            for found in self._places(before):
                found.discard(before.id)
        for found in self._places(stored):
            found.add(stored.id)
        self._by_name[stored.source, stored.external_id] = stored.id
        self._stored[stored.id] = stored

    def _places(self, stored: Stored) -> list[set[int]]:
        bands, terms = bands_of(stored.fingerprint), stored.story_terms
        found = [self._by_band[band] for band in bands] + [self._by_term[term] for term in terms]
        return [self._by_text[stored.text_hash], *found]

    def revise(self, before: Stored, after: Stored) -> None:
        """Puts an article's new text in place of the one before."""
        replaced = Replaced(before.text_hash, before.source, before.external_id, before.id)
        self._replaced[before.text_hash].add(replaced)
        self.put(after)

    def known(self, raw: RawArticle) -> int | None:
        """The article of which the archive holds this very text, or held it before it was revised.

        An article is the same if its source and its external id are; where one of the two does not say, it may be.
        """
        mark = text_hash(raw)
        stand = (self._stored[found] for found in self._by_text[mark])
        for candidates in (stand, self._replaced[mark]):
            same = [other.id for other in candidates if _may_be(raw, other)]
            if same:
                return min(same)
        return None

    def bearer(self, raw: RawArticle) -> Stored | None:
        """The article that has the same external id from the same source."""
        found = self._by_name.get((raw.source, raw.external_id))
        return None if raw.external_id is None or found is None else self._stored[found]

    def twins(self, raw: RawArticle, since: date, until: date) -> list[Stored]:
        """Articles printed from `since` to `until` with this very text, oldest first."""
        return self._printed(self._by_text[text_hash(raw)], since, until)

    def alike(self, bands: Iterable[int], since: date, until: date) -> list[Stored]:
        """Articles printed from `since` to `until` that share a band, oldest first: the only ones worth comparing."""
        return self._printed({found for band in bands for found in self._by_band[band]}, since, until)

    def telling(self, story_terms: Mapping[str, float], since: date, until: date) -> list[Stored]:
        """Articles printed from `since` to `until` that share a story term, oldest first."""
        return self._printed({found for term in story_terms for found in self._by_term[term]}, since, until)

    def _printed(self, ids: Iterable[int], since: date, until: date) -> list[Stored]:
        found = (self._stored[article_id] for article_id in sorted(ids))
        return [stored for stored in found if since <= stored.published_on <= until]


def _may_be(raw: RawArticle, other: Stored | Replaced) -> bool:
    same_source = not raw.source or other.source in (raw.source, "")
    return same_source and (raw.external_id is None or other.external_id in (raw.external_id, None))
