from digests.model.news import Background, Kind, Sentence, Summary
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from tests.samples import DAY, HOUR, NOW, add, analysis, raw


def test_an_article_comes_back_as_it_was_stored(database: Database) -> None:
    article = raw(
        "标题", "第一段。", "第二段", kicker="引题", subtitle="副题", correspondents=("通",), photographers=("摄",),
        kind=Kind.CAPTION, truncated=True, external_id="x1", page="第04版", section="城事", url="https://example.org/1",
    )  # fmt: skip
    with database.begin() as store:
        added = add(store, article, "transport", "economy", places=("330402101", "3304"))
    with database.read() as store:
        stored = store.articles.get(added)
        assert store.articles.get(added + 1) is None
    assert stored is not None
    for name in ("title", "kicker", "subtitle", "paragraphs", "reporters", "correspondents", "photographers", "kind",
                 "truncated", "external_id", "source", "page", "section", "url", "published_on"):  # fmt: skip
        assert getattr(stored, name) == getattr(article, name), name
    assert stored.topics == ("transport", "economy")
    assert stored.places == ("330402101", "3304")
    assert stored.ingested_at == NOW


def test_terms_are_counted_once_an_article_and_rare_ones_left_out(database: Database) -> None:
    with database.begin() as store:
        store.articles.add(raw("甲"), analysis(terms=("公交", "线路")), NOW)
        store.articles.add(raw("乙"), analysis(terms=("公交",)), NOW)
        store.articles.add(raw("乙"), analysis(terms=("公交",)), NOW)
        store.articles.add(raw("丙"), analysis(terms=()), NOW)
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


def test_an_article_that_repeats_another_says_so(database: Database) -> None:
    with database.begin() as store:
        first = add(store, raw("甲"))
        second = add(store, raw("乙"), duplicate_of=first)
        stored = store.articles.get(second)
    assert stored is not None
    assert stored.duplicate_of == first
    assert stored.published_on == DAY


def test_a_revised_article_keeps_its_place_and_loses_only_the_sentences_that_are_gone(database: Database) -> None:
    first = raw("标题", "第一句。第二句。", "第三句。", external_id="1")
    with database.begin() as store:
        added = add(store, first, "transport", places=("3304",))
        edition = store.editions.add(NOW)
        assert edition is not None
        store.articles.assign(edition.id, [added])
        store.articles.set_summary(added, Summary((Sentence("第一句。", 0), Sentence("第三句。", 9))))
    newer = raw("新标题", "第二句改。", "再有第三句。", external_id="1", url="https://example.org/2")
    with database.begin() as store:
        draft = store.articles.draft(newer, analysis("economy"), {"标题": 1.0})
        store.articles.revise(added, draft, NOW + HOUR)
    with database.read() as store:
        stored = store.articles.get(added)
    assert stored is not None
    assert (stored.title, stored.paragraphs, stored.url) == ("新标题", ("第二句改。", "再有第三句。"), newer.url)
    assert (stored.topics, stored.places, stored.edition_id) == (("economy",), (), edition.id)
    assert (stored.revision, stored.revised_at) == (1, NOW + HOUR)
    assert stored.summary == Summary((Sentence("第三句。", 8),))


def test_a_revised_article_is_found_by_its_new_text_only(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        added = add(store, raw("公交改道", external_id="1"))
        draft = store.articles.draft(raw("地铁改道", "地铁三号线。", external_id="1"), analysis())
        store.articles.revise(added, draft, NOW)
        assert [hit.id for hit in store.search.find(parse("地铁", lexicon)).articles] == [added]
        assert store.search.find(parse("公交", lexicon)).articles == ()


def test_the_background_of_some_terms_knows_these_only(database: Database) -> None:
    with database.begin() as store:
        for title in ("甲", "乙"):
            store.articles.add(raw(title), analysis(terms=("公交", "线路")), NOW)
        assert store.articles.background_of(["线路", "没有"]) == Background(2, {"线路": 2})
