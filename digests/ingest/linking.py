"""What a new article has to do with those of the archive: its earlier text, what it repeats, what it follows."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter

from digests.ingest.neighbours import Neighbours
from digests.model.news import Analysis, Links, RawArticle
from digests.storage.articles import Draft, day_of
from digests.storage.related import Related, Stored
from digests.text.duplicates import THRESHOLD, similarity

REVISED = 0.8
"""Share of shingles from which a text of the same source and day is taken for the same article with small edits."""
SAME_ID = 0.2
"""Share from which the same external id with another headline is taken for the same article."""
REPEATED_BY_ITSELF = 0.9
"""Share from which a paper that prints a text on another day repeats it: the weather of two days is more alike than
two papers' reports of one event, and is news both times."""
NEAR = timedelta(days=14)
"""How far apart near-duplicates are printed at most: a year later the same words are news again."""

STORY = 1.1
"""Likeness of two articles' story terms from which they tell one: four common ones at a cosine of 0.28, or eight at
0.14. Of 229 short accounts of 193 stories it links 0.721 to their own, and 0.959 of its links are right
(tests/benchmarks/ingest.py --pairs); chosen on four fifths of the stories, on the others 0.703 and 0.958."""
LEAST_SHARED = 3
"""Story terms that two articles of one story share at least: one rare name is not a story."""
STORY_GOES_ON = timedelta(days=14)
"""How long after an article the next one of its story may come."""


def gather(neighbours: Neighbours, related: Related, drafts: Sequence[Draft]) -> None:
    """Adds to the neighbours all of the archive that these articles may have to do with, but by their texts."""
    days = [day_of(draft.raw) for draft in drafts]
    names = {(draft.raw.source, draft.raw.external_id) for draft in drafts if draft.raw.external_id is not None}
    for source, ids in groupby(sorted(names), itemgetter(0)):
        neighbours.load(related, related.with_names(source, [external_id for _, external_id in ids]))
    bands = sorted({band for draft in drafts for band in draft.analysis.bands})
    neighbours.load(related, related.with_bands(bands), min(days) - NEAR, max(days) + NEAR)
    for day, printed in groupby(sorted(drafts, key=lambda draft: day_of(draft.raw)), lambda draft: day_of(draft.raw)):
        told = [draft.story_terms for draft in printed]
        since, until = day - STORY_GOES_ON, day - timedelta(days=1)
        neighbours.load(related, related.telling(told, since, until, LEAST_SHARED, STORY))


def earlier_text(neighbours: Neighbours, raw: RawArticle, analysis: Analysis, met: Collection[int]) -> Stored | None:
    """The article of the archive of which this one is another text, if there is one.

    That is the one with its external id from its source; for an article without an id the one of the same source,
    day and page whose text differs by small edits, unless the same reading `met` it: what stands twice in one paper
    is two articles.
    """
    bearer = neighbours.bearer(raw)
    if bearer is not None or raw.external_id is not None:
        return bearer
    day = day_of(raw)
    for other in neighbours.alike(analysis.bands, day, day):
        same_place = other.source == raw.source and (not raw.page or not other.page or other.page == raw.page)
        could_be = other.external_id is None and same_place and other.id not in met
        if could_be and similarity(analysis.fingerprint, other.fingerprint) >= REVISED:
            return other
    return None


def is_same_story(raw: RawArticle, analysis: Analysis, bearer: Stored) -> bool:
    """Whether the article that bears the same id can be an earlier text of this one, not something else altogether."""
    alike = similarity(analysis.fingerprint, bearer.fingerprint) >= SAME_ID
    return alike or "".join(bearer.headline.split()) == "".join(raw.headline.split())


def links_of(neighbours: Neighbours, raw: RawArticle, analysis: Analysis, story_terms: Mapping[str, float]) -> Links:
    """The first article that this one nearly repeats, else the likest earlier one whose story it goes on with."""
    day = day_of(raw)
    since, until = day - NEAR, day + NEAR
    for twin in neighbours.twins(raw, since, until):
        return Links(duplicate_of=twin.root)
    for other in neighbours.alike(analysis.bands, since, until):
        if _repeats(raw, analysis, other):
            return Links(duplicate_of=other.root)
    return Links(follows=_earlier_of_story(neighbours, story_terms, day))


def _repeats(raw: RawArticle, analysis: Analysis, other: Stored) -> bool:
    itself = bool(raw.source) and raw.source == other.source and raw.published_on != other.published_on
    return similarity(analysis.fingerprint, other.fingerprint) >= (REPEATED_BY_ITSELF if itself else THRESHOLD)


def _earlier_of_story(neighbours: Neighbours, story_terms: Mapping[str, float], day: date) -> int | None:
    """The article of an earlier day that tells the same story, the likest if there are several."""
    earlier = neighbours.telling(story_terms, day - STORY_GOES_ON, day - timedelta(days=1))
    told = [(likeness(story_terms, other.story_terms), other.id) for other in earlier]
    best, article_id = max(told, default=(0.0, None))
    return article_id if best >= STORY else None


def likeness(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """How much two articles tell one story: the cosine of their story terms times the number of those in common.

    Of unit vectors, one of which may lack what the other does not have; 0 below three common terms.
    """
    common = a.keys() & b.keys()
    if len(common) < LEAST_SHARED:
        return 0.0
    return len(common) * math.fsum(a[term] * b[term] for term in common)


def unit(weights: Mapping[str, float]) -> dict[str, float]:
    """The weights as a vector of length 1."""
    length = math.sqrt(math.fsum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}
