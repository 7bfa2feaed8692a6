from dataclasses import replace

from digests.ingest.pipeline import Pipeline
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from digests.trends import trends
from tests.samples import DAY, HOUR, NOW, raw

COMES = raw("台风来了", "凤桥镇的果农忙着给大棚加固，台风今晚登陆。", source="甲报")
GONE = raw("台风走了", "余新镇清点损失，台风吹倒了三棵树。", source="甲报")
MEETING = raw("座谈会召开", "座谈会在市区召开，与会人员发言。", source="甲报")


def test_an_edition_s_trends_count_each_story_once_and_know_the_archive(database: Database, lexicon: Lexicon) -> None:
    pipeline = Pipeline(database, Analyzer(lexicon))
    old = [raw(f"座谈会{n}", f"第{n}次座谈会召开，谈的是路灯{n}号。", external_id=str(n)) for n in range(60)]
    pipeline.ingest(old, NOW, DAY)
    with database.begin() as store:
        before, edition = store.editions.add(NOW), store.editions.add(NOW + HOUR)
        assert before is not None
        assert edition is not None
        store.articles.assign(before.id, [article.id for article in store.articles.unassigned()])
    assert pipeline.ingest([COMES, replace(COMES, source="乙报"), GONE, MEETING], NOW, DAY).near_duplicates == 1
    with database.begin() as store:
        store.articles.assign(edition.id, [article.id for article in store.articles.unassigned()])
        found = trends(store, pipeline.analyzer, edition)
        assert found[0] == ("台风", 2)
        assert "凤桥镇" in dict(found)
        assert "座谈会" not in dict(found)
        assert len(trends(store, pipeline.analyzer, edition, limit=2)) == 2
