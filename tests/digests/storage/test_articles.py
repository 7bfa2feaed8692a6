from dataclasses import replace

from digests.model import Background, Kind, Sentence, Summary
from digests.storage import Database
from tests.samples import DAY, NOW, add, analysis, raw


def test_an_article_comes_back_as_it_was_stored(database: Database) -> None:
    article = raw(
        "标题", "第一段。", "第二段", kicker="引题", subtitle="副题", correspondents=("通",), photographers=("摄",),
        kind=Kind.CAPTION, truncated=True, external_id="x1", page="第04版", url="https://example.org/1",
    )  # fmt: skip
    with database.begin() as store:
        added = add(store, article, "transport", "economy", places=("330402101", "3304"))
    with database.read() as store:
        stored = store.articles.get(added)
        assert store.articles.get(added + 1) is None
    assert stored is not None
    for name in ("title", "kicker", "subtitle", "paragraphs", "reporters", "correspondents", "photographers", "kind",
                 "truncated", "external_id", "source", "page", "url", "published_on"):  # fmt: skip
        assert getattr(stored, name) == getattr(article, name), name
    assert stored.topics == ("transport", "economy")
    assert stored.places == ("330402101", "3304")
    assert stored.ingested_at == NOW


def test_the_same_text_is_known_whatever_its_white_space(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("标题", "正文一。", "正文二。"))
        again = raw("标 题", "正文一。 正文二。", source="另一家报纸")
        assert store.articles.add(again, analysis(), [], NOW) is None
        assert store.articles.count() == 1


def test_the_same_id_from_the_same_source_is_known_and_from_another_source_new(database: Database) -> None:
    with database.begin() as store:
        add(store, raw("甲", external_id="1"))
        assert store.articles.add(raw("乙", external_id="1"), analysis(), [], NOW) is None
        assert store.articles.add(raw("丙", external_id="1", source="嘉兴日报"), analysis(), [], NOW) is not None


def test_terms_are_counted_once_an_article_and_rare_ones_left_out(database: Database) -> None:
    with database.begin() as store:
        store.articles.add(raw("甲"), analysis(terms=("公交", "线路")), [], NOW)
        store.articles.add(raw("乙"), analysis(terms=("公交",)), [], NOW)
        store.articles.add(raw("乙"), analysis(terms=("公交",)), [], NOW)
        store.articles.add(raw("丙"), analysis(terms=()), [], NOW)
    with database.read() as store:
        assert store.articles.background() == Background(3, {"公交": 2})


def test_an_edition_takes_the_articles_that_wait_and_keeps_their_order(database: Database) -> None:
    with database.begin() as store:
        first, second = add(store, raw("甲")), add(store, raw("乙"))
        edition = store.editions.add(NOW)
        assert edition is not None
        assert [article.id for article in store.articles.unassigned()] == [first, second]
        store.articles.assign(edition.id, [first, second])
        third = add(store, raw("丙"))
    with database.read() as store:
        assert [article.id for article in store.articles.unassigned()] == [third]
        assert [article.id for article in store.articles.of_edition(edition.id)] == [first, second]


def test_a_summary_comes_back_word_for_word_with_its_offsets(database: Database) -> None:
    article = raw("标题", "第一句。第二句。", "第三句。")
    chosen = Summary((Sentence("第二句。", 4), Sentence("第三句。", 9)))
    with database.begin() as store:
        added = add(store, article)
        store.articles.set_summary(added, chosen)
    with database.read() as store:
        stored = store.articles.get(added)
    assert stored is not None
    assert stored.summary == chosen


def test_articles_that_share_a_band_are_found_oldest_first(database: Database) -> None:
    with database.begin() as store:
        one = store.articles.add(raw("甲"), replace(analysis(), fingerprint=b"1"), [-5, 7, 7], NOW)
        two = store.articles.add(raw("乙"), replace(analysis(), fingerprint=b"2"), [7, 2**62], NOW)
        store.articles.add(raw("丙"), analysis(), [9], NOW)
    with database.read() as store:
        assert store.articles.similar([7, 1]) == [(one, b"1"), (two, b"2")]
        assert store.articles.similar([]) == []


def test_an_article_that_repeats_another_says_so(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("甲"))
        second = add(store, raw("乙"), duplicate_of=first)
        stored = store.articles.get(second)
    assert stored is not None
    assert stored.duplicate_of == first
    assert stored.published_on == DAY
