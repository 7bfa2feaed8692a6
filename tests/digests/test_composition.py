from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.composition import (
    OVERVIEW,
    Composed,
    Fate,
    Section,
    Taste,
    compose,
    distinct,
    ordered,
    points,
    section_of,
    taste,
)
from digests.model.news import Article, Kind
from digests.query import parse
from digests.seeds import Lexicon
from digests.tastes import understood
from tests.samples import DAY, NOW, raw


def article(number: int, title: str = "公交新增三条线路", weight: float = 0.0, **more: object) -> Article:
    base = raw(title)
    fields: dict[str, object] = {name: getattr(base, name) for name in base.__dataclass_fields__}
    earned = (("page", weight),) if weight else ()
    known: dict[str, object] = {"id": number, "topics": (), "places": (), "ingested_at": NOW, "points": earned}
    return Article(**(fields | known | more))  # type: ignore[arg-type]


def worth(shown: Article, **more: object) -> dict[str, float]:
    known: dict[str, object] = {"position": 1, "papers": 0, "followers": 0, "closed_on": DAY, "home_region": "3304"}
    return dict(points(shown, **(known | more)))  # type: ignore[arg-type]


def ids(composed: Sequence[Composed], fate: Fate = Fate.SHOWN) -> list[list[int]]:
    return [[shown.id for shown in part.having(fate)] for part in composed]


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("1", 3.0),
        ("A1", 3.0),
        ("第01版", 3.0),
        ("2", 1.5),
        ("A3", 1.0),
        ("B1", 0.6),
        ("号外", 0.0),
        ("", 0.0),
        ("0", 0.0),
    ],
)
def test_the_front_page_weighs_most_and_a_page_without_a_number_nothing(page: str, expected: float) -> None:
    assert worth(article(1, page=page)).get("page", 0.0) == expected


def test_what_stands_higher_is_longer_and_in_more_papers_weighs_more() -> None:
    first, second = worth(article(1, page="1")), worth(article(2, page="1"), position=2)
    assert first["position"] == 2 * second["position"]
    long = article(3, paragraphs=("长" * 2000,))
    assert worth(long)["length"] == 1.0
    assert worth(article(4))["length"] < 0.1
    assert worth(article(5), papers=2)["papers"] == 2 * worth(article(5), papers=1)["papers"]
    assert worth(article(6), papers=50)["papers"] == 3.0


def test_each_tenfold_of_followers_counts_the_same() -> None:
    assert worth(article(1), followers=9)["followers"] == 1.0
    assert worth(article(1), followers=99)["followers"] == 2.0
    assert worth(article(1), followers=10**9)["followers"] == 3.0


def test_what_is_old_or_breaks_off_loses_and_what_is_near_gains() -> None:
    assert worth(article(1, published_on=DAY - timedelta(days=3)))["age"] == -2.0
    assert worth(article(1, published_on=DAY - timedelta(days=99)))["age"] == -3.0
    assert "age" not in worth(article(1, published_on=DAY - timedelta(days=1)))
    assert "age" not in worth(article(1, published_on=DAY + timedelta(days=1)))
    assert "age" not in worth(article(1, published_on=None), closed_on=date(2030, 1, 1))
    assert worth(article(1, truncated=True))["truncated"] == -1.0
    assert worth(article(1, places=("33", "330402101")))["home"] == 1.5
    assert "home" not in worth(article(1, places=("33",)))


def test_a_story_comes_before_a_brief_and_a_brief_before_a_caption() -> None:
    kinds = [worth(article(1, kind=kind)).get("kind", 0.0) for kind in (Kind.STORY, Kind.BRIEF, Kind.CAPTION)]
    assert kinds == sorted(kinds, reverse=True)


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("公交", 3.0),
        ("冯思家", None),
        ("公交 冯思家", 1.5),
        ("冯思家 OR 公交", 3.0),
        ("topic:交通", 3.0),
        ("topic:民生", None),
        ("place:南湖区", 3.0),
        ("place:秀洲区", None),
        ("source:南湖晚报", None),
        ("公交 -地铁 since:2024-01-01", 3.0),
    ],
)
def test_an_article_mainly_about_what_was_wished_for_gains(lexicon: Lexicon, query: str, about: float | None) -> None:
    shown = article(1, topics=("transport", "livelihood"), places=("330402101", "330411"))
    [entry] = ordered(parse(query, lexicon), [shown])
    assert dict(entry.points).get("about") == about


def test_articles_of_equal_weight_stand_in_the_order_they_came() -> None:
    same = [article(number, weight=2.0) for number in (3, 1, 2)]
    assert [entry.article.id for entry in ordered(None, same)] == [1, 2, 3]


def test_one_town_does_not_crowd_out_the_others() -> None:
    yuxin = [article(number, weight=5.0, places=("330402101",)) for number in range(1, 6)]
    others = [article(6, weight=3.0, places=("330411100",)), article(7, weight=2.5, places=("330402102001",))]
    order = [entry.article.id for entry in ordered(None, [*yuxin, *others])]
    assert order == [1, 2, 6, 7, 3, 4, 5]


def test_what_concerns_a_whole_county_or_no_place_is_not_held_back() -> None:
    wide = [article(number, weight=5.0, places=("330402",)) for number in (1, 2, 3)]
    nowhere = [article(number, weight=5.0) for number in (4, 5, 6)]
    assert all(dict(entry.points) == {"page": 5.0} for entry in ordered(None, [*wide, *nowhere]))


def test_of_near_duplicates_the_first_stands_for_all() -> None:
    first, copy, other = article(1), article(2, duplicate_of=1), article(3, duplicate_of=9)
    again = article(4, duplicate_of=9)
    assert [shown.id for shown in distinct([copy, again, other, first])] == [1, 3]


def test_a_story_stands_once_over_all_sections_even_as_near_duplicates(lexicon: Lexicon) -> None:
    first, copy = article(1), article(2, source="嘉兴日报", duplicate_of=1)
    composed = compose([section_of("公交", lexicon, [first, copy]), section_of("source:嘉兴日报", lexicon, [copy])])
    assert ids(composed) == [[1], []]
    assert ids(composed, Fate.ELSEWHERE) == [[], [2]]


def test_a_story_stands_where_it_is_most_at_home(lexicon: Lexicon) -> None:
    shown = article(1, topics=("economy", "transport"), places=("330402101",))
    others = [article(number, "别的消息", topics=("economy",)) for number in range(2, 6)]

    names = {
        "transport": "topic:transport",
        "economy": "topic:economy",
        "county": "place:330402",
        "town": "place:330402101",
        "headline": "公交",
        "body": "方便",
        "paper": "source:晚报",
        "gone": "topic:gone",
    }

    def home(**found: int) -> str:
        sections = [section_of(names[name], lexicon, [shown, *others[:more]]) for name, more in found.items()]
        where = {part.name for part in compose(sections) for a in part.having(Fate.SHOWN) if a.id == shown.id}
        return next(name for name in found if {names[name]} == where)

    # What it is about goes before what it mentions, and of a topic's articles those whose first topic it is.
    assert home(transport=0, economy=4) == "economy"
    assert home(transport=0) == "transport"
    assert home(body=0, economy=4) == "economy"
    assert home(paper=0, headline=4) == "headline"
    assert home(gone=0, economy=4) == "economy"
    # Of wishes that it is about, the one that found least; of those the one that was made first.
    assert home(economy=4, headline=1) == "headline"
    assert home(county=3, town=2, economy=4) == "town"
    assert home(headline=2, county=2) == "headline"


def test_every_section_gets_its_lead_before_one_gets_more(lexicon: Lexicon) -> None:
    strong = [article(number, weight=9.0) for number in range(1, 21)]
    weak = [article(number, weight=1.0) for number in range(21, 24)]
    sections = [section_of("source:甲", lexicon, strong), section_of("source:乙", lexicon, weak)]
    assert ids(compose(sections, most=10, turns=(1, 4))) == [[1, 2, 3, 4, 5, 6, 7], [21, 22, 23]]
    assert ids(compose(sections, most=6, turns=(1, 4))) == [[1, 2, 3, 4], [21, 22]]
    assert ids(compose(sections, most=1)) == [[1], []]
    assert ids(compose(sections, most=1), Fate.LEFT_OUT)[1] == [21, 22, 23]


def test_an_overview_takes_the_weightiest_of_all_topics_two_of_each_first(lexicon: Lexicon) -> None:
    strong = [article(number, weight=9.0) for number in range(1, 5)]
    middle = [article(number, weight=5.0) for number in range(5, 9)]
    weak = [article(9, weight=1.0)]
    sections = [
        section_of(f"source:{name}", lexicon, found)
        for name, found in zip("甲乙丙", (strong, middle, weak), strict=True)
    ]
    assert ids(compose(sections, most=4, turns=OVERVIEW)) == [[1, 2], [5, 6], []]
    assert ids(compose(sections, most=6, turns=OVERVIEW)) == [[1, 2, 3], [5, 6], [9]]


def test_room_that_no_other_section_needs_is_used() -> None:
    assert len(ids(compose([Section("", None, [article(number) for number in range(1, 9)])]))[0]) == 8


@given(data=st.data())
def test_nothing_vanishes_and_nothing_is_shown_twice(lexicon: Lexicon, data: st.DataObject) -> None:
    made = st.builds(
        article,
        number=st.integers(1, 30),
        weight=st.integers(0, 5).map(float),
        duplicate_of=st.none() | st.integers(1, 5),
        topics=st.lists(st.sampled_from(("economy", "transport")), unique=True).map(tuple),
        places=st.lists(st.sampled_from(("330402101", "330402", "330411100")), max_size=2).map(tuple),
    )
    articles = data.draw(st.lists(made, unique_by=lambda shown: shown.id, max_size=30))
    articles = [replace(a, duplicate_of=None) if a.duplicate_of == a.id else a for a in articles]
    names = ("公交", "topic:economy", "topic:transport", "place:330402", "topic:gone", "")
    sections = [
        section_of(
            name, lexicon, data.draw(st.lists(st.sampled_from(articles), unique_by=lambda a: a.id)) if articles else []
        )
        for name in data.draw(st.lists(st.sampled_from(names), unique=True))
    ]
    most = data.draw(st.integers(1, 12))
    composed = compose(sections, most=most)
    assert sum(len(part.having(Fate.SHOWN)) for part in composed) <= most
    told = [shown for part in composed for fate in (Fate.SHOWN, Fate.LEFT_OUT) for shown in part.having(fate)]
    stories = [shown.duplicate_of or shown.id for shown in told]
    assert len(stories) == len(set(stories))
    assert set(stories) == {a.duplicate_of or a.id for section in sections for a in section.articles}
    for part, section in zip(composed, sections, strict=True):
        assert {entry.article.id for entry in part.entries} <= {a.id for a in section.articles}
        assert {e.article.duplicate_of or e.article.id for e in part.entries} == {
            a.duplicate_of or a.id for a in section.articles
        }
    turned = [Section(section.name, section.query, section.articles[::-1]) for section in sections]
    assert compose(turned, most=most) == composed


def liked(lexicon: Lexicon, **steps: int) -> list[Taste]:
    return understood([(f"topic:{slug}", number) for slug, number in steps.items()], lexicon)


def test_of_what_more_is_wanted_comes_first_and_of_what_less_is_last(lexicon: Lexicon) -> None:
    about = {slug: [article(n, topics=(slug,))] for n, slug in enumerate(("politics", "economy", "transport"))}
    sections = [section_of(f"topic:{slug}", lexicon, found) for slug, found in about.items()]
    tastes = liked(lexicon, transport=1, politics=-1)
    assert [part.name for part in compose(sections, tastes=tastes)] == [
        "topic:transport",
        "topic:economy",
        "topic:politics",
    ]
    assert [part.name for part in compose(sections)] == [section.name for section in sections]


def test_room_goes_to_what_more_is_wanted_of_and_the_reason_is_said(lexicon: Lexicon) -> None:
    found = [article(1, topics=("politics",), weight=1.5), article(2, topics=("transport",), weight=0.5)]

    def composed(**steps: int) -> Composed:
        [part] = compose([Section("新闻", None, found)], most=1, tastes=liked(lexicon, **steps))
        return part

    assert ids([composed()]) == [[1]]
    assert ids([composed(transport=1)]) == ids([composed(politics=-1)]) == [[2]]
    assert ("taste", 2.0) in composed(transport=1).entries[0].points
    assert ("taste", -4.0) in composed(politics=-2).entries[1].points


def test_a_taste_counts_for_what_an_article_is_mainly_about_only(lexicon: Lexicon) -> None:
    tastes = liked(lexicon, transport=2)
    assert taste(article(1, topics=("transport", "economy")), tastes) == 4.0
    assert taste(article(2, topics=("economy", "transport")), tastes) == 0.0
    near = understood([("place:330402", 1)], lexicon)
    assert taste(article(3, places=("330402101",)), near) == 2.0
