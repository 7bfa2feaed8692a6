from dataclasses import replace
from datetime import timedelta

from digests.ingest.pipeline import Pipeline
from digests.rising import Trending, Week, week
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.benchmarks.archive import Press
from tests.samples import DAY, HOUR, NOW, raw

COMES = raw("台风来了", "凤桥镇的果农忙着给大棚加固，台风今晚登陆。", source="甲报")
GONE = raw("台风走了", "余新镇清点损失，台风吹倒了三棵树。", source="甲报")
BLOWS = raw("台风过境", "凤桥镇的河水涨了，台风带来暴雨，堤坝守住了。", source="甲报")
MEETING = raw("座谈会召开", "座谈会在市区召开，与会人员发言。", source="甲报")


def close_after(database: Database, pipeline: Pipeline, *articles: object, hours: int = 0) -> None:
    pipeline.ingest(articles, NOW, DAY)  # type: ignore[arg-type]
    with database.begin() as store:
        edition = store.editions.add(NOW + hours * HOUR)
        assert edition is not None
        store.articles.assign(edition.id, [article.id for article in store.articles.unassigned()])


PRESS = Press()


def meetings(weeks_ago: int, number: int) -> list[object]:
    """So many articles of one day, each with a meeting in it and otherwise unlike each other."""
    day = DAY - timedelta(weeks=weeks_ago)
    printed = (PRESS.article(1000 * weeks_ago + n) for n in range(number))
    return [
        replace(article, paragraphs=(*article.paragraphs, "座谈会在市区召开。"), published_on=day, source="甲报")
        for article in printed
    ]


def test_what_rose_is_told_with_its_counts_and_what_is_as_ever_is_not(database: Database, lexicon: Lexicon) -> None:
    pipeline = Pipeline(database, Analyzer(lexicon))
    close_after(database, pipeline, *meetings(1, 12), *meetings(2, 12), *meetings(3, 12), *meetings(4, 12))
    close_after(database, pipeline, COMES, GONE, BLOWS, MEETING, *meetings(0, 6), hours=1)
    with database.read() as store:
        found = week(store, pipeline.analyzer, DAY)
    assert (found.first, found.last, found.stories) == (DAY - timedelta(days=6), DAY, 10)
    assert [(rise.name, rise.now, rise.before) for rise in found.terms[:1]] == [("台风", 3, 0.0)]
    assert "座谈会" not in [rise.name for rise in found.terms]


def test_without_a_past_everything_is_new_and_nothing_rose(database: Database, lexicon: Lexicon) -> None:
    pipeline = Pipeline(database, Analyzer(lexicon))
    close_after(database, pipeline, COMES, GONE, BLOWS)
    with database.read() as store:
        assert week(store, pipeline.analyzer, DAY).empty


def test_what_waits_for_its_edition_is_no_trend_yet(database: Database, lexicon: Lexicon) -> None:
    pipeline = Pipeline(database, Analyzer(lexicon))
    close_after(database, pipeline, *meetings(1, 20))
    pipeline.ingest([COMES, GONE, BLOWS], NOW, DAY)
    with database.read() as store:
        assert week(store, pipeline.analyzer, DAY) == Week(DAY - timedelta(days=6), DAY, 0)


def test_trends_are_found_once_for_each_edition(database: Database, lexicon: Lexicon) -> None:
    pipeline = Pipeline(database, Analyzer(lexicon))
    trending = Trending(lambda: pipeline.analyzer)
    with database.read() as store:
        assert trending.newest(store) is None
    close_after(database, pipeline, *meetings(1, 20))
    close_after(database, pipeline, COMES, GONE, BLOWS, *meetings(0, 5), hours=1)
    with database.read() as store:
        first = trending.newest(store)
        assert first is not None
        assert trending.newest(store) is first
    close_after(database, pipeline, replace(COMES, source="乙报"), MEETING, hours=2)
    with database.read() as store:
        assert trending.newest(store) is not first
