"""What becomes of an article that comes in: new, known, revised, a near-duplicate, or the next of a story."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from digests.errors import BadLine
from digests.ingest.doors import Furniture, Item
from digests.ingest.pipeline import BATCH, Ingested, Pipeline
from digests.model.news import Article, RawArticle
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from tests.samples import DAY, HOUR, NOW, raw

FIRE = (
    "昨天上午9点，南湖区凤桥镇一处存放竹制品的仓库突然起火，浓烟很远就能看见。",
    "嘉兴市消防救援支队调派12辆消防车、60名消防员赶到现场，经过两个小时扑救，明火被扑灭，没有人员伤亡。",
    "仓库的主人说，起火时库里堆着刚运来的竹席，损失还在统计，起火原因正在调查。",
)
DAYS = timedelta(days=1)


@pytest.fixture
def pipeline(database: Database, lexicon: Lexicon) -> Pipeline:
    return Pipeline(database, Analyzer(lexicon))


def bring(pipeline: Pipeline, *items: Item, hours: int = 0) -> Ingested:
    return pipeline.ingest(items, NOW + hours * HOUR, DAY)


def stored(pipeline: Pipeline) -> list[Article]:
    with pipeline.database.read() as store:
        return store.articles.unassigned()


def fire(*paragraphs: str, **more: object) -> RawArticle:
    return raw("凤桥一仓库起火 无人伤亡", *(paragraphs or FIRE), **more)


def test_small_edits_on_the_same_day_revise_the_article(pipeline: Pipeline) -> None:
    bring(pipeline, fire())
    assert bring(pipeline, fire(*FIRE[:2], FIRE[2].replace("正在", "仍在")), hours=1) == Ingested(revised=1)
    (article,) = stored(pipeline)
    assert "仍在调查" in article.body
    assert article.revision == 1
    assert bring(pipeline, fire(*FIRE[:2], FIRE[2].replace("正在", "仍在")), hours=2) == Ingested(known=1)


def test_two_alike_in_one_paper_are_two_articles(pipeline: Pipeline) -> None:
    done = bring(pipeline, fire(), fire(*FIRE[:2], FIRE[2].replace("正在", "仍在")))
    assert done == Ingested(new=2, near_duplicates=1)


def test_an_article_with_an_id_is_revised_by_the_same_id_only(pipeline: Pipeline) -> None:
    bring(pipeline, fire(external_id="1"))
    edited = FIRE[2].replace("正在", "仍在")
    assert bring(pipeline, fire(*FIRE[:2], edited, external_id="2"), hours=1).near_duplicates == 1
    assert bring(pipeline, fire(*FIRE[:2], external_id="1"), hours=2) == Ingested(revised=1)


def test_the_text_from_before_a_revision_is_known_and_does_not_come_back(pipeline: Pipeline) -> None:
    bring(pipeline, fire(external_id="1"))
    bring(pipeline, fire(*FIRE[:2], external_id="1"))
    assert bring(pipeline, fire(external_id="1")) == Ingested(known=1)
    assert stored(pipeline)[0].paragraphs == FIRE[:2]


def test_an_id_that_says_something_else_replaces_nothing_and_is_reported(pipeline: Pipeline) -> None:
    bring(pipeline, fire(external_id="1"))
    other = raw("长城摄影展开幕", "一百多幅长城照片昨天在市图书馆展出，展期一个月。", external_id="1")
    done = bring(pipeline, other)
    assert (done.new, done.revised, done.unread) == (0, 0, 1)
    assert "belongs to '凤桥一仓库起火 无人伤亡'" in str(done.faults[0])
    assert stored(pipeline)[0].paragraphs == FIRE


def test_a_reprint_is_linked_to_the_first_through_any_chain(pipeline: Pipeline) -> None:
    bring(pipeline, fire())
    bring(pipeline, fire(*FIRE[:2], source="嘉兴日报"))
    done = bring(pipeline, fire(source="浙江日报", published_on=DAY + DAYS))
    assert done == Ingested(new=1, near_duplicates=1)
    first, *others = stored(pipeline)
    assert [article.duplicate_of for article in others] == [first.id, first.id]


def test_a_short_text_that_two_papers_have_word_for_word_is_linked(pipeline: Pipeline) -> None:
    bring(pipeline, raw("停水", "明天停水。"))
    assert bring(pipeline, raw("停水", "明天停水。", source="嘉兴日报")).near_duplicates == 1


def test_the_same_words_weeks_later_are_news_again(pipeline: Pipeline) -> None:
    bring(pipeline, fire())
    done = bring(pipeline, fire(source="嘉兴日报", published_on=DAY + 20 * DAYS))
    assert (done.new, done.near_duplicates) == (1, 0)


def test_what_a_paper_prints_every_day_anew_is_news_every_day(pipeline: Pipeline) -> None:
    forecast = "今天多云到阴，偏北风3到4级，最高气温{}度，最低气温{}度，降水概率{}%，市民外出请带好雨具，注意添衣保暖。"
    for number in range(3):
        text = forecast.format(18 + 3 * number, 7 + 2 * number, 20 + 15 * number)
        assert bring(pipeline, raw("天气", text, published_on=DAY + number * DAYS)).near_duplicates == 0


def test_the_next_of_a_story_follows_the_newest_before_it(pipeline: Pipeline) -> None:
    bring(pipeline, fire())
    next_day = raw(
        "凤桥仓库起火原因查明",
        "南湖区凤桥镇竹制品仓库起火原因昨天查明，是电线老化短路引燃竹席。",
        "消防部门说，起火的仓库没有按规定配备灭火器，主人已被处罚。凤桥镇昨天起检查全镇仓库。",
        published_on=DAY + DAYS,
    )
    assert bring(pipeline, next_day) == Ingested(new=1, follow_ups=1)
    third = raw(
        "凤桥镇仓库起火之后",
        "凤桥镇竹制品仓库起火后，消防部门查了全镇42处仓库，查出电线老化的仓库9处，已经停用整改。",
        "起火仓库的主人说，竹席烧光了，新仓库装上了喷淋和灭火器。",
        published_on=DAY + 3 * DAYS,
    )
    assert bring(pipeline, third).follow_ups == 1
    first, second, last = stored(pipeline)
    assert (second.follows, last.follows) == (first.id, second.id)


def test_another_story_of_the_same_place_follows_nothing(pipeline: Pipeline) -> None:
    bring(pipeline, fire())
    other = raw(
        "凤桥镇水蜜桃开摘",
        "南湖区凤桥镇的早熟水蜜桃昨天开摘，今年种植面积有1.2万亩，预计产量比去年多一成。",
        "果农说，今年雨水少，桃子甜，一斤卖到15元。",
        published_on=DAY + DAYS,
    )
    assert bring(pipeline, other) == Ingested(new=1)


def test_faults_and_furniture_are_counted_and_stop_nothing(pipeline: Pipeline) -> None:
    done = bring(pipeline, Furniture(7), BadLine("a.jsonl", 3, "not JSON"), fire(), Furniture(2))
    assert (done.new, done.unread, done.furniture) == (1, 1, 9)
    assert [str(fault) for fault in done.faults] == ["a.jsonl, line 3: not JSON"]


def test_progress_is_told_of_each_batch(pipeline: Pipeline) -> None:
    told: list[int] = []
    many = (raw(f"第{number}号通知", f"第{number}号通知全文。") for number in range(BATCH + 5))
    pipeline.ingest(many, NOW, DAY, lambda done: told.append(done.articles))
    assert told == [BATCH, 5]


def edition() -> list[RawArticle]:
    """More than a batch, in which some texts stand twice with small differences, far apart and near."""
    notice = (
        "南湖区第{}批公益岗位昨天起接受报名，需要的居民请带身份证到所在社区登记，名额有限，报满为止，电话见公告栏。"
    )
    others = [raw(f"第{number}号通知", f"第{number}号通知全文，{number}。") for number in range(BATCH + 20)]
    return [
        raw("岗位", notice.format("一")),
        *others,
        raw("岗位", notice.format("二")),
        raw("岗位", notice.format("三")),
    ]


def state(pipeline: Pipeline) -> list[tuple[object, ...]]:
    found = stored(pipeline)
    names: dict[int | None, object] = {None: None, **{a.id: (a.headline, a.body) for a in found}}
    return [(a.headline, a.body, a.revision, names[a.duplicate_of], names[a.follows]) for a in found]


def test_an_ingest_that_was_killed_between_two_batches_ends_the_same_when_run_again(
    pipeline: Pipeline, tmp_path: Path, lexicon: Lexicon
) -> None:
    whole = Pipeline(Database(f"sqlite:///{tmp_path}/whole.sqlite3"), Analyzer(lexicon))
    whole.database.migrate()
    bring(whole, *edition())
    bring(pipeline, *edition()[:BATCH])
    done = bring(pipeline, *edition(), hours=1)
    assert (done.new, done.known, done.revised) == (len(edition()) - BATCH, BATCH, 0)
    assert state(pipeline) == state(whole)
    whole.database.close()


def test_an_old_copy_read_again_does_not_undo_the_revision(pipeline: Pipeline) -> None:
    edited = fire(*FIRE[:2], FIRE[2].replace("正在", "仍在"))
    bring(pipeline, fire())
    bring(pipeline, edited, hours=1)
    assert bring(pipeline, fire(), hours=2) == Ingested(known=1)
    (article,) = stored(pipeline)
    assert (article.revision, article.paragraphs) == (1, edited.paragraphs)


def test_an_article_that_cannot_be_stored_is_named_and_the_others_of_its_batch_are_stored(pipeline: Pipeline) -> None:
    bad = raw("半个\ud800字", "正文。")
    done = bring(pipeline, raw("甲", "甲的正文。"), bad, raw("乙", "乙的正文。"), raw("丙", "丙的正文。"))
    assert (done.new, done.unread, str(done.faults[0])) == (
        3, 1, "半个\ud800字: a fault of ours (UnicodeEncodeError), the log has more",
    )  # fmt: skip
    assert [article.title for article in stored(pipeline)] == ["甲", "乙", "丙"]


def test_names_and_words_that_no_index_holds_stop_nothing(pipeline: Pipeline) -> None:
    run = "".join(sha256(str(number).encode()).hexdigest() for number in range(200))
    long_id = raw("甲", "甲的正文。", external_id=run, source="报" * 5000)
    done = bring(pipeline, long_id, raw("乙", f"见{run}。"), raw("丙", "丙的正文。"))
    assert (done.new, done.unread) == (3, 0)
    assert bring(pipeline, long_id).known == 1
