"""What the archive has to do with an article: the same one, those alike, earlier ones of its story."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from digests.model.news import Article, RawArticle
from digests.storage.amendments import Amendments
from digests.storage.noun import Noun, chunks
from digests.storage.rows import STANDING
from digests.storage.tables.news import article_terms, articles, fingerprint_bands, revisions


def text_hash(raw: RawArticle) -> str:
    """What an article's text is: the SHA-256 of headline and body without white space, in hex."""
    return hashlib.sha256("".join(f"{raw.headline}{raw.body}".split()).encode()).hexdigest()


def content_hash(raw: RawArticle) -> str:
    """What tells an article from all others: the SHA-256 of its source, its external id and its text, in hex."""
    return hashlib.sha256("\0".join((raw.source, raw.external_id or "", text_hash(raw))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Stored:
    """An article of the archive, as far as others are compared with it.

    `root` is the one that it repeats, or itself; `story_terms` are a unit vector.
    """

    id: int
    root: int
    source: str
    page: str
    external_id: str | None
    headline: str
    published_on: date
    text_hash: str
    fingerprint: bytes
    story_terms: Mapping[str, float]


class Replaced(NamedTuple):
    """A text that an article had before it was revised."""

    text_hash: str
    source: str
    external_id: str | None
    id: int


_COLUMNS = (
    articles.c.id,
    articles.c.duplicate_of,
    articles.c.source,
    articles.c.page,
    articles.c.external_id,
    articles.c.kicker,
    articles.c.title,
    articles.c.subtitle,
    articles.c.published_on,
    articles.c.text_hash,
    articles.c.fingerprint,
)
_ROUNDING = 1e-9
"""A sum of the database's may come out so much smaller than ours."""


class Related(Noun):
    """Finds related articles, by indexes only."""

    def newest(self) -> int:
        """The id of the article that came last; 0 for none."""
        newest: int | None = self._connection.execute(select(func.max(articles.c.id))).scalar()
        return newest or 0

    def since(self, article_id: int) -> list[int]:
        """The articles that came after this one."""
        return self._ids(select(articles.c.id).where(articles.c.id > article_id))

    def with_texts(self, hashes: Iterable[str]) -> list[int]:
        """The articles that have one of these texts (`text_hash`)."""
        return self._ids(select(articles.c.id).where(self._is_one(articles.c.text_hash, list(hashes))))

    def with_names(self, source: str, external_ids: Iterable[str]) -> list[int]:
        """The articles of a source that have one of these external ids."""
        same = (articles.c.source == source, self._is_one(articles.c.external_id, list(external_ids)))
        return self._ids(select(articles.c.id).where(*same))

    def with_bands(self, bands: Sequence[int]) -> list[int]:
        """The articles that share one of these bands: the only ones worth comparing."""
        # The day is looked at afterwards: asked for it too, PostgreSQL reads all that the days hold.
        return self._ids(select(fingerprint_bands.c.article_id).where(self._is_one(fingerprint_bands.c.band, bands)))

    def telling(
        self, told: Sequence[Mapping[str, float]], since: date, until: date, least_shared: int, least: float
    ) -> list[int]:
        """The articles printed from `since` to `until` that tell the story of one of these vectors of story terms.

        They share so many terms with it, with so great a likeness: the number of terms in common times the product
        of the two vectors; see linking.likeness.
        """
        rows = [(teller, *each) for teller, terms in enumerate(told) for each in sorted(terms.items())]
        row = self._listed(rows)
        teller, term, weight = row[0].as_integer(), row[1].as_string(), row[2].as_float()
        stored, shared = article_terms.c, func.count()
        likeness = shared * func.sum(stored.weight * weight)
        wanted = select(stored.article_id).where(stored.term == term, stored.published_on.between(since, until))
        # Said twice: PostgreSQL takes the rows of a function for a hundred, and reads the days through for them.
        wanted = wanted.where(self._is_one(stored.term, sorted({term for _, term, _ in rows})))
        alike = (shared >= least_shared, likeness >= least - _ROUNDING)
        return self._ids(wanted.group_by(teller, stored.article_id).having(*alike))

    def _ids(self, wanted: Select[Any]) -> list[int]:
        return list(self._connection.execute(wanted).scalars())

    def replaced(self, hashes: Iterable[str]) -> list[Replaced]:
        """The articles that had one of these texts before they were revised."""
        columns = (revisions.c.text_hash, articles.c.source, articles.c.external_id, articles.c.id)
        stood = select(*columns).join(articles).where(self._is_one(revisions.c.text_hash, list(hashes)))
        return [Replaced(*row) for row in self._connection.execute(stood)]

    def has_id(self, source: str, external_id: str) -> bool:
        """Whether an article of this source bears this external id."""
        return bool(self.with_names(source, [external_id]))

    def load(self, ids: Iterable[int], since: date = date.min, until: date = date.max) -> list[Stored]:
        """Those of these articles that were printed from `since` to `until`."""
        return [stored for some in chunks(sorted(set(ids))) for stored in self._loaded(some, since, until)]

    def _loaded(self, ids: Sequence[int], since: date, until: date) -> list[Stored]:
        found = self._connection.execute(select(*_COLUMNS).where(articles.c.id.in_(ids))).all()
        rows = [row for row in found if since <= row.published_on <= until]
        told: dict[int, dict[str, float]] = defaultdict(dict)
        columns = (article_terms.c.article_id, article_terms.c.term, article_terms.c.weight)
        terms = select(*columns).where(article_terms.c.article_id.in_([row.id for row in rows]))
        for article_id, term, weight in self._connection.execute(terms) if rows else ():
            told[article_id][term] = weight
        return [_to_stored(row, told[row.id]) for row in rows]

    def introduced(self, found: Sequence[Article]) -> list[Article]:
        """The articles, each with the names of the other papers that have it, the headline that it follows, and what
        readers are told that an editor changed.
        """
        amended = Amendments(self._connection).announced(article.id for article in found)
        papers = self._papers({article.duplicate_of or article.id for article in found})
        headlines = self._headlines({article.follows for article in found if article.follows is not None})
        return [
            replace(
                article,
                also_in=tuple(
                    name for name in papers[article.duplicate_of or article.id] if name not in ("", article.source)
                ),
                continues=headlines.get(article.follows or 0, ""),
                amendments=amended.get(article.id, ()),
            )
            for article in found
        ]

    def versions(self, article: Article) -> list[tuple[int, str]]:
        """The versions of an article that other papers have: their ids and the papers' names, one of each paper."""
        root = article.duplicate_of or article.id
        same = (articles.c.id == root) | (articles.c.duplicate_of == root)
        wanted = select(articles.c.id, articles.c.source).where(same, STANDING).order_by(articles.c.id)
        found = {row.source: row.id for row in reversed(self._connection.execute(wanted).all())}
        return [(number, source) for source, number in sorted(found.items(), key=lambda item: item[1])
                if source not in ("", article.source)]  # fmt: skip

    def _papers(self, roots: Collection[int]) -> dict[int, dict[str, None]]:
        """For each first article the papers that have it, in the order they brought it."""
        names: dict[int, dict[str, None]] = defaultdict(dict)
        for some in chunks(sorted(roots)):
            same = articles.c.id.in_(some) | articles.c.duplicate_of.in_(some)
            wanted = select(articles.c.id, articles.c.duplicate_of, articles.c.source).where(same, STANDING)
            for row in self._connection.execute(wanted.order_by(articles.c.id)):
                names[row.duplicate_of if row.duplicate_of in roots else row.id][row.source] = None
        return names

    def _headlines(self, ids: Collection[int]) -> dict[int, str]:
        found: dict[int, str] = {}
        for some in chunks(sorted(ids)):
            columns = (articles.c.id, articles.c.kicker, articles.c.title, articles.c.subtitle)
            for row in self._connection.execute(select(*columns).where(articles.c.id.in_(some), STANDING)):
                found[row.id] = _headline(row)
        return found


def _to_stored(row: Any, story_terms: Mapping[str, float]) -> Stored:
    return Stored(
        id=row.id,
        root=row.duplicate_of or row.id,
        source=row.source,
        page=row.page,
        external_id=row.external_id,
        headline=_headline(row),
        published_on=row.published_on,
        text_hash=row.text_hash,
        fingerprint=row.fingerprint,
        story_terms=story_terms,
    )


def _headline(row: Any) -> str:
    return " ".join(part for part in (row.kicker, row.title, row.subtitle) if part)
