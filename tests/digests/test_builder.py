from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.builder import close_edition, coming_closing, ensure_editions, last_closing, next_closing
from digests.errors import NotUnderstood
from digests.ingest.charset import decode
from digests.ingest.pages import read_page
from digests.ingest.pipeline import BATCH, Ingested, Pipeline
from digests.model.news import Analysis, Background, Kind, RawArticle, Summary
from digests.seeds import Lexicon
from digests.storage import Database
from digests.text.analyzer import Analyzer
from digests.text.keyterms import Terms
from digests.text.summarizer import Summarizer
from digests.text.tokenizer import Tokenizer
from digests.text.topics import Weights
from tests.samples import NOW, add, follow, raw

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIMES = (time(6, 30), time(17, 30))


@pytest.fixture(scope="session")
def tokenizer(lexicon: Lexicon) -> Tokenizer:
    return Tokenizer(lexicon.words)


@pytest.fixture(scope="session")
def analyzer(lexicon: Lexicon, tokenizer: Tokenizer) -> Analyzer:
    return Analyzer(lexicon, tokenizer)


@pytest.fixture(scope="session")
def summarizer() -> Summarizer:
    return Summarizer()


@pytest.fixture
def filled(database: Database, analyzer: Analyzer, seed_page: Path) -> Database:
    page = read_page(decode(seed_page.read_bytes(), "seed")).articles
    assert Pipeline(database, analyzer).ingest(page, NOW, date(2024, 11, 13)) == Ingested(new=6)
    return database


def test_the_same_page_twice_adds_nothing(filled: Database, analyzer: Analyzer, seed_page: Path) -> None:
    page = read_page(decode(seed_page.read_bytes(), "seed")).articles
    assert Pipeline(filled, analyzer).ingest(page, NOW, date(2024, 11, 14)) == Ingested(known=6)


def test_a_reprint_in_another_paper_is_linked_to_the_first(
    filled: Database, analyzer: Analyzer, summarizer: Summarizer, lexicon: Lexicon, seed_page: Path
) -> None:
    first = read_page(decode(seed_page.read_bytes(), "seed")).articles[0]
    reprint = raw(first.title, *first.paragraphs[:-1], source="嘉兴日报")
    done = Pipeline(filled, analyzer).ingest([reprint], NOW, date(2024, 11, 13))
    assert done == Ingested(new=1, near_duplicates=1)
    closed = close_edition(filled, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with filled.read() as store:
        shown = {a.source for digest in store.digests.of_edition(closed.edition.id) for a in digest.articles}
    assert "嘉兴日报" not in shown


def test_many_articles_come_in_several_transactions(database: Database, analyzer: Analyzer) -> None:
    many = [raw(f"第{number}号通知", f"第{number}号通知全文。") for number in range(BATCH + 5)]
    done = Pipeline(database, analyzer).ingest(iter(many), NOW, date(2024, 11, 13))
    assert done.new == BATCH + 5


def test_closing_builds_a_digest_for_each_topic_and_followed_query(
    filled: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    follow(filled, "telegram:1", "公交", "topic:economy", "topic:gone")
    follow(filled, "telegram:2", "长城")
    closed = close_edition(filled, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    assert (closed.articles, closed.deliveries) == (6, 1)
    with filled.read() as store:
        digests = {digest.query: digest for digest in store.digests.of_edition(closed.edition.id)}
        assert store.articles.unassigned() == []
    assert closed.digests == len(digests)
    assert [article.headline.split(" ")[0] for article in digests["公交"].articles] == [
        "城市公共交通再增“数据资产”新车道"
    ]
    assert "长城" not in digests
    assert "topic:politics" in digests


def test_every_sentence_of_a_digest_stands_in_the_paper_in_order(
    filled: Database, summarizer: Summarizer, lexicon: Lexicon, seed_page: Path
) -> None:
    printed = "".join(decode(seed_page.read_bytes(), "seed").split())
    closed = close_edition(filled, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with filled.read() as store:
        articles = store.articles.of_edition(closed.edition.id)
    for article in articles:
        sentences = article.summary.sentences
        assert sentences
        assert [s.start for s in sentences] == sorted(s.start for s in sentences)
        for sentence in sentences:
            assert article.body[sentence.start : sentence.end] == sentence.text
            assert "".join(sentence.text.split()) in printed


def test_closing_twice_changes_nothing(filled: Database, summarizer: Summarizer, lexicon: Lexicon) -> None:
    follow(filled, "telegram:1", "公交")
    assert close_edition(filled, summarizer, lexicon, NOW, empty=False) is not None
    assert close_edition(filled, summarizer, lexicon, NOW, empty=True) is None
    assert close_edition(filled, summarizer, lexicon, NOW + timedelta(hours=1), empty=False) is None


def test_a_missed_hour_is_caught_up_once(filled: Database, summarizer: Summarizer, lexicon: Lexicon) -> None:
    now = datetime(2024, 11, 20, 9, 0, tzinfo=SHANGHAI)
    closed = ensure_editions(filled, summarizer, lexicon, TIMES, SHANGHAI, now)
    assert closed is not None
    assert closed.edition.closes_at == datetime(2024, 11, 20, 6, 30, tzinfo=SHANGHAI)
    assert ensure_editions(filled, summarizer, lexicon, TIMES, SHANGHAI, now) is None
    assert ensure_editions(filled, summarizer, lexicon, TIMES, SHANGHAI, now + timedelta(hours=8)) is None


def test_an_edition_closes_on_time_even_with_nothing_in_it(
    database: Database, summarizer: Summarizer, lexicon: Lexicon, analyzer: Analyzer
) -> None:
    now = datetime(2024, 11, 20, 6, 30, tzinfo=SHANGHAI)
    closed = ensure_editions(database, summarizer, lexicon, TIMES, SHANGHAI, now)
    assert closed is not None
    assert closed.articles == 0
    Pipeline(database, analyzer).ingest([raw()], now, now.date())
    assert ensure_editions(database, summarizer, lexicon, TIMES, SHANGHAI, now + timedelta(minutes=1)) is None
    evening = ensure_editions(database, summarizer, lexicon, TIMES, SHANGHAI, now + timedelta(hours=11))
    assert evening is not None
    assert evening.articles == 1


def test_a_digest_begins_with_what_is_mainly_about_its_topic_and_stories_come_first(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    with database.begin() as store:
        aside = add(store, raw("甲"), "economy", "transport")
        caption = add(store, raw("乙", kind=Kind.CAPTION), "transport")
        story = add(store, raw("丙"), "transport")
        copy = add(store, raw("丁"), "transport", duplicate_of=story)
    closed = close_edition(database, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with database.read() as store:
        digest = store.digests.find(closed.edition.id, "topic:transport")
    assert digest is not None
    assert [article.id for article in digest.articles] == [story, caption, aside]
    assert copy not in {article.id for article in digest.articles}


def test_a_near_duplicate_stands_for_itself_where_the_first_does_not_match(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    follow(database, "telegram:1", "余新", "公交")
    with database.begin() as store:
        first = add(store, raw("公交开通"))
        copy = add(store, raw("余新公交开通"), duplicate_of=first)
    closed = close_edition(database, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with database.read() as store:
        found = {
            digest.query: [a.id for a in digest.articles] for digest in store.digests.of_edition(closed.edition.id)
        }
    assert found == {"余新": [copy], "公交": [first]}


class Stumbling:
    """An analyzer and summarizer that fails at one article."""

    def __init__(self, analyzer: Analyzer, summarizer: Summarizer) -> None:
        self._analyzer = analyzer
        self._summarizer = summarizer
        self.analyzed = 0
        self.learnt: object = None

    def learn(self, lessons: Iterable[Weights], state: object) -> None:
        self._analyzer.learn(lessons, state)
        self.learnt = state

    def analyze(self, article: RawArticle) -> Analysis:
        self.analyzed += 1
        if article.title == "甲":
            raise ZeroDivisionError
        return self._analyzer.analyze(article)

    def story_terms(self, analysis: Analysis, background: Background) -> Terms:
        return self._analyzer.story_terms(analysis, background)

    def summarize(self, title: str, body: str, background: Background) -> Summary:
        if title == "乙":
            raise ZeroDivisionError
        return self._summarizer.summarize(title, body, background)


@pytest.fixture
def stumbling(analyzer: Analyzer, summarizer: Summarizer) -> Any:
    return Stumbling(analyzer, summarizer)


def test_an_article_that_cannot_be_understood_does_not_stop_the_others(database: Database, stumbling: Any) -> None:
    three = [raw("甲"), raw("乙", "长城摄影展开幕。"), raw("丙", "地铁三号线试跑。")]
    done = Pipeline(database, stumbling).ingest(three, NOW, NOW.date())
    assert (done.new, done.unread) == (2, 1)
    assert [str(fault) for fault in done.faults] == [str(NotUnderstood("甲", "ZeroDivisionError"))]


def test_what_is_known_is_not_read_again(database: Database, stumbling: Any) -> None:
    pages = [raw("乙", external_id="1"), raw("丙")]
    assert Pipeline(database, stumbling).ingest(pages, NOW, NOW.date()).new == 2
    assert Pipeline(database, stumbling).ingest(pages, NOW, NOW.date()) == Ingested(known=2)
    assert stumbling.analyzed == 2


def test_an_article_that_cannot_be_summarised_comes_without_a_summary(
    database: Database, stumbling: Any, lexicon: Lexicon
) -> None:
    with database.begin() as store:
        add(store, raw("乙"), "transport")
        add(store, raw("丙"), "transport")
    closed = close_edition(database, stumbling, lexicon, NOW, empty=False)
    assert closed is not None
    with database.read() as store:
        lengths = {a.title: len(a.summary.sentences) for a in store.articles.of_edition(closed.edition.id)}
    assert lengths["乙"] == 0
    assert lengths["丙"] > 0


def test_the_last_closing_is_found_across_midnight() -> None:
    early = datetime(2024, 11, 20, 5, 0, tzinfo=SHANGHAI)
    assert last_closing(early, TIMES, SHANGHAI) == datetime(2024, 11, 19, 17, 30, tzinfo=SHANGHAI)


@given(
    now=st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    times=st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), min_size=1, max_size=4),
    zone=st.sampled_from(["Asia/Shanghai", "Europe/Rome", "America/New_York", "Australia/Lord_Howe"]),
)
def test_there_is_always_a_closing_within_the_last_day_and_a_clock_change(
    now: datetime, times: list[time], zone: str
) -> None:
    closing = last_closing(now, times, ZoneInfo(zone))
    assert now - timedelta(hours=26) <= closing <= now
    assert last_closing(closing, times, ZoneInfo(zone)) == closing
    coming = next_closing(now, times, ZoneInfo(zone))
    assert now < coming <= now + timedelta(hours=26)
    assert last_closing(coming, times, ZoneInfo(zone)) == coming


def test_the_coming_edition_is_the_one_that_was_missed_until_it_is_closed(database: Database) -> None:
    noon = datetime(2024, 11, 20, 12, 0, tzinfo=SHANGHAI)
    morning, evening = noon.replace(hour=6, minute=30), noon.replace(hour=17, minute=30)
    assert coming_closing(database, TIMES, SHANGHAI, noon) == evening  # none ever closed, so none was missed
    for closed, coming in ((morning - timedelta(hours=13), morning), (morning, evening)):
        with database.begin() as store:
            store.editions.add(closed)
        assert coming_closing(database, TIMES, SHANGHAI, noon) == coming


def test_a_story_that_an_earlier_edition_had_is_left_out_where_it_was_shown(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    follow(database, "telegram:1", "公交", "source:嘉兴日报")
    with database.begin() as store:
        first = add(store, raw("公交新增三条线路"), "transport")
    assert close_edition(database, summarizer, lexicon, NOW, empty=False) is not None
    with database.begin() as store:
        add(store, raw("公交新增三条线路", source="嘉兴日报"), "transport", duplicate_of=first)
    closed = close_edition(database, summarizer, lexicon, NOW + timedelta(hours=1), empty=False)
    assert closed is not None
    with database.read() as store:
        assert [digest.query for digest in store.digests.of_edition(closed.edition.id)] == ["source:嘉兴日报"]


def test_a_digest_names_the_other_papers_and_the_story_that_is_followed(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    follow(database, "telegram:1", "公交")
    with database.begin() as store:
        before = add(store, raw("公交线路征求意见", kicker="出行"))
        edition = store.editions.add(NOW - timedelta(hours=1))
        assert edition is not None
        store.articles.assign(edition.id, [before])
        first = add(store, raw("公交新增三条线路"), follows=before)
        for source in ("嘉兴日报", "浙江日报", "南湖晚报"):
            add(store, raw("公交新增三条线路", f"{source}消息。", source=source), duplicate_of=first)
    closed = close_edition(database, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with database.read() as store:
        digest = store.digests.find(closed.edition.id, "公交")
    assert digest is not None
    (article,) = digest.articles
    assert (article.also_in, article.continues) == (("嘉兴日报", "浙江日报"), "出行 公交线路征求意见")


def test_an_edition_keeps_why_each_article_is_important(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    for number in range(9):
        follow(database, f"telegram:{number}", "公交")
    with database.begin() as store:
        front = add(store, raw("公交开通", page="1"), "transport", places=("330402101",))
        second = add(store, raw("地铁开通", page="1"), "transport")
        inside = add(store, raw("公交改道", page="4", source="嘉兴日报", truncated=True), "transport")
        add(store, raw("公交开通", source="浙江日报"), duplicate_of=front)
    closed = close_edition(database, summarizer, lexicon, NOW, empty=False)
    assert closed is not None
    with database.read() as store:
        earned = {article.id: dict(article.points) for article in store.articles.of_edition(closed.edition.id)}
        digest = store.digests.find(closed.edition.id, "topic:transport")
    shared = {"page": 3.0, "kind": 2.0, "length": 0.04}
    assert earned[front] == shared | {"position": 1.0, "papers": 1.0, "followers": 1.0, "home": 1.5}
    assert earned[second] == shared | {"position": 0.5}
    assert earned[inside]["position"] == 1.0
    assert (earned[inside]["page"], earned[inside]["truncated"]) == (0.75, -1.0)
    assert digest is not None
    assert [article.id for article in digest.articles] == [front, second, inside]


def test_a_wish_made_while_the_edition_closes_is_not_missed(
    database: Database, summarizer: Summarizer, lexicon: Lexicon
) -> None:
    follow(database, "telegram:1", "地铁")
    with database.begin() as store:
        add(store, raw("公交开通"))

    class Slow:
        def summarize(self, title: str, body: str, background: Background) -> Summary:
            follow(database, "telegram:1", "公交")
            return summarizer.summarize(title, body, background)

    closed = close_edition(database, Slow(), lexicon, NOW, empty=False)  # type: ignore[arg-type]
    assert closed is not None
    with database.read() as store:
        assert store.digests.find(closed.edition.id, "公交") is not None
