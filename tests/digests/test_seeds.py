"""The lexicon is read whole or refused with everything that is wrong with it."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from digests.errors import SeedsError, UnknownPlace, UnknownTopic
from digests.seeds import Lexicon, SeedPage, read_lexicon


@pytest.fixture
def copy(seeds: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeds, tmp_path / "seeds"))


def problems(folder: Path, home_region: str = "3304") -> tuple[str, ...]:
    with pytest.raises(SeedsError) as raised:
        read_lexicon(folder, home_region)
    return raised.value.problems


def test_the_topics_keep_the_order_of_the_file(lexicon: Lexicon) -> None:
    assert list(lexicon.topics)[:3] == ["politics", "economy", "livelihood"]
    assert len(lexicon.topics) == 16
    assert all(len(topic.words) >= 40 for topic in lexicon.topics.values())


@pytest.mark.parametrize(
    "name", ["society", "社会·法治", "社会", "法治", "Society and law", "ＳＯＣＩＥＴＹ", " 社會 "]
)
def test_a_topic_answers_to_each_of_its_names(lexicon: Lexicon, name: str) -> None:
    assert lexicon.topic(name).slug == "society"


def test_an_unknown_topic_is_told_with_the_known_ones(lexicon: Lexicon) -> None:
    with pytest.raises(UnknownTopic) as raised:
        lexicon.topic("占星")
    assert raised.value.known["transport"] == ("交通", lexicon.topics["transport"].en)
    assert list(raised.value.known) == list(lexicon.topics)


@pytest.mark.parametrize("name", ["330402101", "余新镇", "余新", "餘新鎮", " 余新镇 ", "南湖区余新镇"])
def test_a_place_answers_to_code_name_alias_and_name_behind_its_parent(lexicon: Lexicon, name: str) -> None:
    assert lexicon.place(name).code == "330402101"


@pytest.mark.parametrize(
    ("name", "code"),
    [("南湖", "330402"), ("嘉兴", "3304"), ("电子社区", "330402009036"), ("浙江", "33"), ("解放", "330402008")],
)
def test_a_name_means_the_highest_place_that_bears_it(lexicon: Lexicon, name: str, code: str) -> None:
    assert lexicon.place(name).code == code


def test_parent_and_name_tell_villages_of_one_name_apart(lexicon: Lexicon) -> None:
    bearers = [place for place in lexicon.places.values() if place.name == "文昌社区"]
    assert len(bearers) > 1
    assert [lexicon.place(lexicon.places[place.parent].name + place.name) for place in bearers] == bearers


def test_an_unknown_place_is_refused(lexicon: Lexicon) -> None:
    with pytest.raises(UnknownPlace):
        lexicon.place("亚特兰蒂斯")


def test_a_village_is_called_without_its_committee(lexicon: Lexicon) -> None:
    names = {place.name for place in lexicon.places.values() if place.level == "village"}
    assert {"电子社区", "联丰村", "湘庄村", "穗轮村"} <= names
    assert all(name.endswith(("村", "社区")) for name in names)


def test_children_and_ancestors_walk_one_step_and_all_the_way(lexicon: Lexicon) -> None:
    assert [place.name for place in lexicon.children("3304")][:2] == ["南湖区", "秀洲区"]
    assert [place.code for place in lexicon.ancestors(lexicon.place("余新镇"))] == ["330402", "3304", "33"]


def test_the_seed_page_is_named_with_its_paper(lexicon: Lexicon, seed_page: Path) -> None:
    assert lexicon.pages == (SeedPage(seed_page, "样页"),)


def test_a_page_may_have_a_day(copy: Path) -> None:
    (copy / "sources.toml").write_text(
        '[[pages]]\nfile = "000_57926204280022ab.txt"\nsource = "报"\ndate = 2024-11-08\n'
    )
    assert read_lexicon(copy, "3304").pages[0].published_on == date(2024, 11, 8)


def test_a_topic_may_give_a_word_its_weight_or_a_weight_its_words_or_have_no_words(copy: Path) -> None:
    (copy / "topics.toml").write_text(
        '[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\n[topics.words]\n"公交" = 3\n"1.5" = "地铁 高铁"\n'
        + '[[topics]]\nslug = "b"\nzh = "乙"\nen = "B"\n'
    )
    topics = read_lexicon(copy, "3304").topics
    assert topics["a"].words == {"公交": 3.0, "地铁": 1.5, "高铁": 1.5}
    assert topics["b"].words == {}


def test_a_county_is_a_home_region_too(copy: Path) -> None:
    lexicon = read_lexicon(copy, "330402")
    assert {"33", "3304", "330402", "330402101"} <= lexicon.places.keys()
    assert "330483100" in lexicon.places, "a unique name outside the home region stays"
    doubled = [place.code for place in lexicon.places.values() if place.name == "文昌社区"]
    assert all(code.startswith("330402") for code in doubled), "a name that is not unique does not"


@pytest.mark.parametrize("home_region", ["", "99", "浙江"])
def test_a_home_region_without_rows_is_told_with_the_known_ones(seeds: Path, home_region: str) -> None:
    (problem,) = problems(seeds, home_region)
    assert repr(home_region) in problem
    assert "3304" in problem


def test_every_problem_of_every_file_is_reported_at_once(copy: Path) -> None:
    (copy / "stopwords.txt").unlink()
    (copy / "userdict.txt").write_bytes("词".encode("gb18030"))
    (copy / "sources.toml").write_text("pages = 1")
    (copy / "topics.toml").write_text("= 1")
    found = problems(copy, "99")
    for name in ("stopwords.txt", "userdict.txt", "sources.toml", "topics.toml", "places"):
        assert any(problem.startswith(f"seeds/{name}") for problem in found), name


@pytest.mark.parametrize(
    ("topics", "problem"),
    [
        ("", "declares no topic"),
        ("topics = [1]", "not a table"),
        ('[[topics]]\nslug = "a"\nzh = "甲"', "en is missing"),
        ('[[topics]]\nzh = "甲"\nen = "A"', "slug is missing"),
        ('[[topics]]\nslug = "A b"\nzh = "甲"\nen = "A"', "not made of"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\n' * 2, "used before"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\ncolour = 1', "colour is unknown"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\nwords = 3', "not a table"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\nwords = {"公交" = -1}', "no weight above 0"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\nwords = {"公交" = [1]}', "no weight above 0"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\nwords = {"多" = "公交"}', "no weight above 0"),
        ('[[topics]]\nslug = "a"\nzh = "甲"\nen = "A"\nwords = {"2" = "公交", "公交" = 1}', "stands there twice"),
    ],
)
def test_a_bad_topic_is_told(copy: Path, topics: str, problem: str) -> None:
    (copy / "topics.toml").write_text(topics)
    assert any(problem in found for found in problems(copy)), problem


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("3305,湖州市,city", "cells"),
        ("x,湖州市,city,33", "digits"),
        ("3304,湖州市,city,33", "used before"),
        ("3305,,city,33", "no name"),
        ("3305,湖州市,town hall,33", "level"),
        ("3305,湖州市,city,34", "parent"),
        ("3305,湖州市,city,", "parent"),
        ("3305,湖州市,city,330402", "no higher"),
    ],
)
def test_a_bad_place_is_told_with_what_to_mend(copy: Path, row: str, problem: str) -> None:
    with (copy / "places" / "3304.csv").open("a") as file:
        file.write(f"\n{row}\n")
    assert any(problem in found for found in problems(copy)), problem


def test_a_gazetteer_with_other_columns_is_refused(copy: Path) -> None:
    (copy / "places" / "3305.csv").write_text("name,code\n")
    assert any("columns" in found for found in problems(copy))


@pytest.mark.parametrize(
    ("aliases", "problem"),
    [
        ('9 = ["九"]', "no code"),
        ('330402101 = "余新"', "list of names"),
        ('330402101 = ["南湖区"]', "already means 330402"),
    ],
)
def test_a_bad_alias_is_told(copy: Path, aliases: str, problem: str) -> None:
    (copy / "places" / "aliases.toml").write_text(aliases)
    assert any(problem in found for found in problems(copy)), problem


@pytest.mark.parametrize(
    ("pages", "problem"),
    [
        ('[[pages]]\nfile = "none.txt"\nsource = "报"', "not there"),
        ('[[pages]]\nsource = "报"', "file is missing"),
        ('[[pages]]\nfile = "000_57926204280022ab.txt"\nsource = "报"\ndate = "gestern"', "no day"),
        ('[[pages]]\nfile = "000_57926204280022ab.txt"\nsource = "报"\nday = 1', "day is unknown"),
    ],
)
def test_a_bad_page_is_told(copy: Path, pages: str, problem: str) -> None:
    (copy / "sources.toml").write_text(pages)
    assert any(problem in found for found in problems(copy)), problem


def test_a_line_with_two_words_is_told(copy: Path) -> None:
    (copy / "userdict.txt").write_text("# 两个 词\n一词\n两 词\n")
    assert problems(copy) == ("seeds/userdict.txt, line 3: '两 词' is more than one word; give each its own line",)


def test_a_lexicon_shows_itself_in_a_line(lexicon: Lexicon) -> None:
    assert repr(lexicon).startswith("Lexicon(16 topics, ")
