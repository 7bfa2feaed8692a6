from digests.model.news import Correction
from digests.query import parse
from digests.seeds import Lexicon
from digests.storage import Database
from tests.samples import NOW, add, raw

LESSON = {"sports": {"公交": 1.5}}


def test_a_correction_comes_back_and_every_change_of_them_can_be_told(database: Database) -> None:
    with database.begin() as store:
        first, second = add(store, raw("甲")), add(store, raw("乙"))
        states = [store.corrections.state()]
        made = Correction(first, ("sports",), ("transport",), LESSON)
        other = Correction(second, (), ("sports",), {})
        for correction in (made, other):
            store.corrections.queue_up()
            store.corrections.add(correction, NOW)
            states.append(store.corrections.state())
        assert (store.corrections.of(first), store.corrections.of(second)) == (made, other)
        assert store.corrections.newest(1) == [other]
        assert store.corrections.lessons() == [LESSON, {}]
        for article in (second, first):
            store.corrections.remove(article)
            states.append(store.corrections.state())
        store.corrections.add(made, NOW)
        states.append(store.corrections.state())
        assert store.corrections.of(second) is None
    assert len(set(states)) == len(states) - 2  # back to one and to none, as it was


def test_an_article_s_topics_can_be_set_anew_and_are_found_by(database: Database, lexicon: Lexicon) -> None:
    with database.begin() as store:
        article = add(store, raw(), "transport", "livelihood")
        store.articles.set_topics(article, ("sports",))
        found = {slug: store.search.count(parse(f"topic:{slug}", lexicon)) for slug in ("transport", "sports")}
        assert found == {"transport": 0, "sports": 1}
        stored = store.articles.get(article)
        assert stored is not None
        assert stored.topics == ("sports",)
        store.articles.set_topics(article, ())
        assert store.search.count(parse("topic:sports", lexicon)) == 0
