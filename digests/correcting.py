"""Administrators set an article's topics right; every process learns from it, its like at once, and can unlearn it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from digests.model.news import Analysis, Article, Correction
from digests.storage import Store
from digests.text.analyzer import Analyzer


def keep_up(store: Store, analyzer: Analyzer) -> None:
    """Learns what was corrected since, by whatever process; cheap when nothing was."""
    state = store.corrections.state()
    if state != analyzer.learnt:
        analyzer.learn(store.corrections.lessons(), state)


def correct(store: Store, analyzer: Analyzer, article: Article, topics: Sequence[str], now: datetime) -> None:
    """Gives an article these topics (slugs, best first) and teaches them; replaces an earlier correction of it."""
    store.corrections.queue_up()
    before = withdraw(store, article)
    # Not committed yet, so no state that could be recognized again.
    analyzer.learn(store.corrections.lessons(), None)
    background = store.articles.background_of(analyzer.analyze(article).terms)
    lesson = analyzer.lesson(article, topics, background)
    store.corrections.add(Correction(article.id, tuple(topics), before, lesson), now)
    store.articles.set_topics(article.id, topics)


def withdraw(store: Store, article: Article) -> tuple[str, ...]:
    """Takes an article's correction back with what it taught; returns the topics it has without one."""
    earlier = store.corrections.of(article.id)
    if earlier is None:
        return article.topics
    store.corrections.remove(article.id)
    store.articles.set_topics(article.id, earlier.before)
    return earlier.before


def corrected(store: Store, article_id: int, analysis: Analysis) -> Analysis:
    """What is understood of an article's new text, with the topics that an administrator gave it, if one did."""
    correction = store.corrections.of(article_id)
    return replace(analysis, topics=correction.topics) if correction else analysis
