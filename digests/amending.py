"""What editors do to an article, before and after its edition: kept as a row, told where it was seen, and undone.

Each word is one transaction: what it changes, the row that tells of it, and an edit for every message that shows the
article. The paper's words are never touched: a note stands beside them, a sentence is left out, a revision is
another text of the paper's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from digests.composition import PINNED
from digests.correcting import corrected
from digests.ingest.linking import unit
from digests.model.news import Act, Amendment, Article, RawArticle, Summary
from digests.storage import Store
from digests.storage.related import text_hash
from digests.text.analyzer import Analyzer

_Analyzer = Callable[[], Analyzer]  # asked for only where a text is read anew
LONGEST = 500
"""Characters of a note or a reason: it stands in a message beside nine other articles."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What comes of a change for readers: the messages that show the article, and whether any reader has seen it."""

    messages: int
    seen: bool


def effect(store: Store, article: Article) -> Effect:
    """What a change of an article would come to: how many messages would be edited."""
    messages = store.edits.count(article.id)
    return Effect(messages, article.edition_id is not None or messages > 0)


def retract(store: Store, article: Article, reason: str, now: datetime) -> Effect:
    """Takes an article back everywhere: nobody finds, reads or is sent it any more."""
    store.articles.retract(article.id, now)
    return _amend(store, article, Act.RETRACTED, reason, now)


def drop(store: Store, article: Article, now: datetime) -> Effect:
    """Takes an article out of its edition, or of the one that it waits for; it is still found."""
    store.articles.drop(article.id, now)
    return _amend(store, article, Act.DROPPED, "", now)


def pin(store: Store, article: Article, now: datetime) -> Effect:
    """Puts an article first in its edition, or in the one that it waits for."""
    if article.edition_id is not None:
        store.articles.set_points(article.id, (*_unpinned(article), PINNED))
    return _amend(store, article, Act.PINNED, "", now)


def note(store: Store, article: Article, words: str, now: datetime) -> Effect:
    """Puts a correction beside an article, in the operator's words; wherever the article is told, so is this."""
    return _amend(store, article, Act.NOTED, words, now, announced=True)


def shorten(store: Store, article: Article, place: int, now: datetime) -> Effect:
    """Leaves a sentence out of the summary, by its 0-based place; raises IndexError if there is none."""
    sentences = list(article.summary.sentences)
    del sentences[place]
    earlier = store.amendments.of(article.id).get(Act.SHORTENED)
    store.articles.set_summary(article.id, Summary(tuple(sentences)))
    return _amend(store, article, Act.SHORTENED, "", now, before=earlier.before if earlier else _spans(article))


def revise(store: Store, analyzer: _Analyzer, article: Article, text: RawArticle, now: datetime) -> Effect:
    """Puts another text of the paper's in place of an article's: headline and paragraphs; all else stays.

    Nothing is changed if it is the same text.
    """
    revised = replace(raw(article), **_worded(text))
    if text_hash(revised) == text_hash(article):
        return effect(store, article)
    _put(store, analyzer, article, revised, now)
    store.amendments.remove(article.id, Act.SHORTENED)  # its sentences were those of another text
    earlier = store.amendments.of(article.id).get(Act.REVISED)
    before = earlier.before if earlier else {**_worded(article), "summary": _spans(article)}
    return _amend(store, article, Act.REVISED, "", now, before=before)


def take_back(store: Store, analyzer: _Analyzer, article: Article, act: Act, now: datetime) -> Effect | None:
    """Undoes what was done last of this kind; nothing if nothing was, or it cannot be undone."""
    made = store.amendments.of(article.id).get(act)
    if made is None or act not in _UNDOING:
        return None
    _UNDOING[act](store, analyzer, article, made, now)
    store.amendments.remove(article.id, act)
    announced = made.announced and act is not Act.NOTED
    return _tell(store, article, Amendment(Act.RESTORED, act.value, now, announced))


def _amend(
    store: Store, article: Article, act: Act, words: str, now: datetime, *, announced: bool = False, before: Any = None
) -> Effect:
    earlier = store.amendments.of(article.id).get(Act.RESTORED)
    if earlier is not None and earlier.words == act.value:
        store.amendments.remove(article.id, Act.RESTORED)
    seen = effect(store, article).seen
    return _tell(store, article, Amendment(act, words, now, announced or seen, before))


def _tell(store: Store, article: Article, amendment: Amendment) -> Effect:
    store.amendments.add(article.id, amendment)
    store.edits.owe(article.id, amendment.made_at)
    return effect(store, article)


def begin(store: Store, article_id: int) -> Article | None:
    """The article that is to be changed, for the first step of a transaction that changes one.

    Meanwhile no edition closes and nothing comes in; amendments are numbered in the order in which they become known.
    """
    store.amendments.queue_up()
    store.editions.queue_up()
    store.articles.queue_up()
    return store.articles.lock(article_id)


def _stand(store: Store, _analyzer: _Analyzer, article: Article, _made: Amendment, _now: datetime) -> None:
    store.articles.retract(article.id, None)


def _take_in(store: Store, _analyzer: _Analyzer, article: Article, _made: Amendment, _now: datetime) -> None:
    store.articles.drop(article.id, None)


def _unpin(store: Store, _analyzer: _Analyzer, article: Article, _made: Amendment, _now: datetime) -> None:
    store.articles.set_points(article.id, _unpinned(article))


def _unnote(_store: Store, _analyzer: _Analyzer, _article: Article, _made: Amendment, _now: datetime) -> None:
    """A note is its row, and nothing else."""


def _lengthen(store: Store, _analyzer: _Analyzer, article: Article, made: Amendment, _now: datetime) -> None:
    store.articles.set_spans(article.id, made.before)


def _unrevise(store: Store, analyzer: _Analyzer, article: Article, made: Amendment, now: datetime) -> None:
    before = dict(made.before)
    spans, paragraphs = before.pop("summary"), tuple(before.pop("paragraphs"))
    _put(store, analyzer, article, replace(raw(article), **before, paragraphs=paragraphs), now)
    store.articles.set_spans(article.id, spans)


_UNDOING: Mapping[Act, Callable[[Store, _Analyzer, Article, Amendment, datetime], None]] = {
    Act.RETRACTED: _stand,
    Act.DROPPED: _take_in,
    Act.PINNED: _unpin,
    Act.NOTED: _unnote,
    Act.SHORTENED: _lengthen,
    Act.REVISED: _unrevise,
}


def _put(store: Store, analyzer: _Analyzer, article: Article, text: RawArticle, now: datetime) -> None:
    """Another text for an article, with the topics that an administrator gave it, if one did."""
    reader = analyzer()
    analysis = corrected(store, article.id, reader.analyze(text))
    terms = unit(dict(reader.story_terms(analysis, store.articles.background_of(analysis.terms))))
    store.articles.revise(article.id, store.articles.draft(text, analysis, terms), now)


def raw(article: Article) -> RawArticle:
    """What of an article came from the paper."""
    return RawArticle(**{name: getattr(article, name) for name in RawArticle.__dataclass_fields__})


def _worded(text: RawArticle) -> dict[str, Any]:
    """What of an article is its text."""
    return {name: getattr(text, name) for name in ("kicker", "title", "subtitle", "paragraphs")}


def _spans(article: Article) -> list[list[int]]:
    return [[sentence.start, sentence.end] for sentence in article.summary.sentences]


def _unpinned(article: Article) -> tuple[tuple[str, float], ...]:
    return tuple(earned for earned in article.points if earned != PINNED)
