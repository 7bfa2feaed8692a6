"""An article's places are those it names in full, by a safe short name, or beyond doubt."""

import json
import shutil
from pathlib import Path

import pytest

from digests.seeds import Lexicon, read_lexicon
from digests.text.places import PlaceFinder

GOLDEN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="module")
def finder(lexicon: Lexicon) -> PlaceFinder:
    return PlaceFinder(lexicon)


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("南湖区余新镇调研", {"330402", "330402101"}),
        ("把余新打造成为嘉兴市区南大门", {"330402101", "3304"}),
        ("餘新鎮", {"330402101"}),
        ("对大运河(嘉兴段)沿线", {"3304"}),
        ("南湖区建设街道依托平台", {"330402", "330402007"}),
        ("浙江省市场监督管理局", {"33"}),
        ("在西塘桥街道", {"330424002"}),
        ("乌镇戏剧节", {"330483100"}),
        ("其余新增项目加快建设街道", set()),
        ("平湖秋月", set()),
        ("南湖晚报", set()),
        ("记者", set()),
        ("", set()),
    ],
)
def test_full_names_and_safe_short_names_are_found(finder: PlaceFinder, body: str, codes: set[str]) -> None:
    assert set(finder.find("", body)) == codes


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ("东莞市长安镇", set()),
        ("我市长安镇", {"330481103"}),
        ("海宁市长安镇", {"330481", "330481103"}),
        ("全区余新镇", {"330402101"}),
    ],
)
def test_a_name_behind_another_region_s_name_lies_elsewhere(finder: PlaceFinder, body: str, codes: set[str]) -> None:
    assert set(finder.find("", body)) == codes


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("甘肃省定西市太平村的枸杞红了。太平村的村民很高兴。", ""),
        ("秀洲区的太平村和甘肃省定西市太平村结对。", "秀洲区 太平村"),
        ("杭州市良渚街道新港村客满。新港村的民宿一房难求。", ""),
        ("日照市东港区河山镇", ""),
        ("嘉兴港区乍浦镇", "嘉兴市 乍浦镇"),
        ("家住市区月河社区的老王", "月河社区"),
    ],
)
def test_what_lies_elsewhere_once_does_so_throughout(
    finder: PlaceFinder, lexicon: Lexicon, body: str, names: str
) -> None:
    assert {lexicon.places[code].name for code in finder.find("", body)} == {*names.split()}


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("李海宁今年63岁，李海宁爱打太极。", False),
        ("返乡青年周平湖开了咖啡馆，村里人都认得周平湖。", False),
        ("教师张嘉善在山里守了三十年。", False),
        ("本周平湖有雨。", True),
        ("市民于海宁观潮。", True),
        ("论坛将于嘉兴召开。", True),
        ("村民王海宁和邻居去海宁市看潮。", True),
    ],
)
def test_a_person_s_name_is_no_place_wherever_it_stands(finder: PlaceFinder, body: str, found: bool) -> None:
    assert bool(finder.find("", body)) == found


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("加了海盐的汽水卖得好，海盐口味最受欢迎。海盐的味道真好。", False),
        ("藤椒、海盐、陈皮等新品上市。", False),
        ("嘉善、海盐、平湖三地联手。", True),
        ("海盐的企业来了。", True),
        ("海盐县办起节来，海盐口味的雪糕卖光了。", True),
    ],
)
def test_a_name_that_is_a_common_word_in_an_article_is_no_place_there(
    finder: PlaceFinder, body: str, found: bool
) -> None:
    assert ("330424" in finder.find("", body)) == found


def test_an_operator_s_own_roads_and_waters_are_found_but_not_within_other_names(seeds: Path, tmp_path: Path) -> None:
    shutil.copytree(seeds, tmp_path / "seeds")
    places = tmp_path / "seeds" / "places"
    (places / "own.csv").write_text(
        "code,name,level,parent\n330402901,余新路,road,330402\n330402902,南湖,water,330402\n", encoding="utf-8"
    )
    with (places / "aliases.toml").open("a", encoding="utf-8") as aliases:
        aliases.write('330402901 = ["余新公路"]\n')
    finder = PlaceFinder(read_lexicon(tmp_path / "seeds", "3304"))
    assert finder.find("", "余新路昨天封道，余新公路照常。") == ("330402901",)
    assert finder.find("", "傍晚泛舟南湖。") == ("330402902",)
    assert finder.find("", "南湖大道通车，南湖晚报记者陈南湖到场。南湖区负责人说。") == ("330402",)


def test_a_village_with_a_name_of_its_own_is_found(finder: PlaceFinder) -> None:
    assert finder.find("", "在电子社区,6户家庭改造") == ("330402009036",)


def test_of_villages_with_one_name_the_one_whose_town_is_named_is_meant(finder: PlaceFinder, lexicon: Lexicon) -> None:
    bearers = [place for place in lexicon.places.values() if place.name == "文昌社区"]
    for village in bearers:
        town = lexicon.places[village.parent]
        assert finder.find("", f"{town.name}举行活动。文昌社区的居民来了。") == (town.code, village.code)
    assert finder.find("", "文昌社区的居民来了。") == ()


def test_the_only_bearer_in_a_named_county_is_meant(finder: PlaceFinder, lexicon: Lexicon) -> None:
    bearers = [place for place in lexicon.places.values() if place.name == "文昌社区"]
    counties = [place.code[:6] for place in bearers]
    lone = next(place for place in bearers if counties.count(place.code[:6]) == 1)
    county = lexicon.places[lone.code[:6]]
    assert finder.find("", f"{county.name}。文昌社区的居民来了。") == (county.code, lone.code)


def test_villages_of_one_name_are_all_meant_where_each_stands_behind_its_town(
    finder: PlaceFinder, lexicon: Lexicon
) -> None:
    found = [lexicon.places[code] for code in finder.find("", "新丰镇民丰村的村民来到石门镇民丰村取经。")]
    assert [lexicon.places[place.parent].name for place in found if place.name == "民丰村"] == ["新丰镇", "石门镇"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("汉代设盐官主管盐务，全国有盐官三十余处。", False),
        ("海宁盐官办起市集。", True),
        ("盐官镇办起市集，盐官人爱看戏。", True),
        ("我们打造和平村这样的样板。", False),
        ("江苏如皋石门村办节。", False),
    ],
)
def test_short_names_that_are_words_need_their_town_or_county(finder: PlaceFinder, body: str, found: bool) -> None:
    assert bool(finder.find("", body)) == found


def test_the_headline_s_place_comes_first_and_then_the_often_named(finder: PlaceFinder) -> None:
    body = "凤桥镇。" + "好" * 200 + "南湖区。凤桥镇。海宁市。海宁市。海宁市。海宁市。"
    assert finder.find("秀洲区余新镇", body)[:3] == ("330481", "330411", "330402100")


def test_a_long_text_is_read_to_its_end(finder: PlaceFinder) -> None:
    assert len(finder.find("", "南湖区余新镇" * 20_000)) == 2


def test_traps_of_own_making_are_avoided(finder: PlaceFinder) -> None:
    rows = [json.loads(line) for line in (GOLDEN / "places_own.jsonl").read_text("utf-8").splitlines()]
    found = [(set(finder.find(row["title"], row["text"])), set(row["places"])) for row in rows]
    right = sum(len(own & gold) for own, gold in found)
    assert right / sum(len(own) for own, _ in found) >= 0.98
    assert right / sum(len(gold) for _, gold in found) >= 0.96


def test_a_province_named_in_passing_does_not_head_an_article(finder: PlaceFinder) -> None:
    assert finder.find("", "浙江省出台办法。余新镇率先试点。") == ("330402101", "33")
