"""Says where an article plays: the places of the gazetteer that it names."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from digests.folding import fold
from digests.model.news import Place
from digests.seeds import Lexicon
from digests.text.spotter import Spotter

# A name in the headline weighs as much as this many in the body, one in the body's first characters as much as two.
_IN_HEADLINE = 3
_LEAD = 120
_LONGEST = 12  # characters of a region's name
_COUNTY = 6  # digits of a county's code
_OFFICIAL = ("province", "city", "county", "town", "village")
# A province or city is named in passing more often than it is meant.
_WORTH = {"province": 0.2, "city": 0.7}

_SUFFIX = re.compile(r"(?<=..)(?:街道|社区|[省市县区镇乡村])$")
# A region's name right before a name: 东莞市 before 长安镇. 我市, 超市, 市区, 园区 and 神州 are nobody's names.
_REGION_BEFORE = re.compile(
    r"[\u4e00-\u9fff](?<![我本该全各外邻城都夜集超闹菜门股楼上早市县园新景校社辖地小片郊库街山灾两三四几多开发范假税林矿牧厂院能作验护务业宅活心神九])"
    r"(?:[省市县区州]|(?<![古集乡])[镇乡]|街道)\Z"
)
_BETWEEN = re.compile(r"(?:(?![的和与及到至来去往赴在之])[\u4e00-\u9fff]){1,3}")
# 余新路 and 嘉兴大道 are roads, but 嘉兴路网 is not; 嘉兴日报 prints; 王店乡 and 陶庄村 lie elsewhere.
_NO_PLACE_BEHIND = re.compile(
    r"[东南西北中]?路(?![网段况面政局])|大道|大街|[东南西北]?街(?!道|镇|区|头|巷)|[巷弄]|[村屯庄乡]"
    r"|(?:日|晚|早|时|商)报|报社|传媒|在线|发布(?=微信|客户端|公众)|电视台|大学(?=[^城])"
)
# 于, 宋 and 唐 are surnames, and mean “in” or a dynasty before a place's name.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁郑谢韩冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘陆金钱姚俞顾严施"
)
_DOUBTFUL = "于宋唐"
_CALLED = (
    "记者|通讯员|作者|作家|画家|书法家|诗人|歌手|演员|导演|主播|设计师|工程师|传承人|教师|老师|医生|医师|护士|律师|法官|教练|队员|队长|选手|民警"
    "|警官|劳模|工匠|烈士|院士|博士|书记|支书|主任|主席|[市区县镇局部厅处科校院厂会村社]长|经理|总裁|老板|店主|业主|负责人|创始人|教授|司机|师傅"
    "|市民|村民|居民|职工|工人|农民|[种养]植?殖?户|农户|男子|女子|老人|小伙|姑娘|学生|嫌疑人|被告人|同志|青年|摄影|名叫|叫"
)
# A person's name: behind what people are called; at the beginning of a clause, where no place's suffix follows; and
# with a doubtful surname before what people do.
_CALLED_BEFORE = re.compile(rf"(?:{_CALLED})\s?[{_SURNAMES}]\Z")
_CLAUSE_BEFORE = re.compile(rf"(?:^|[\s，。；：、“（(,;:!?！？])[{_SURNAMES}]\Z")
_DOUBTFUL_BEFORE = re.compile(rf"(?:^|{_CALLED}|[\s，。；：、“（(,;:!?！？])\s?[{_DOUBTFUL}]\Z")
_PLACE_BEHIND = re.compile(r"[省市县区镇乡村府籍人城]|街道|古镇")
_PERSON_BEHIND = re.compile(
    r"说|告诉|介绍|表示|坦言|认为|回忆|笑着|已经|的一天|新书|老师|先生|女士|同志|今年|是个|(?=[摄、，。）)\s]|$)"
)

# 七星、大桥、凤桥等镇（街道）: short names count in a row of places of one level, and behind the county they lie in.
_LINKS = frozenset("、和与及")
_ROW_BEHIND = re.compile(r"等?[两二三四五六七八九十\d]{0,2}个?(?:镇|街道|乡镇|[区县](?!域))")
_NO_ROW_BEHIND = re.compile(r"[^。；，,;]{0,2}(?:景区|景点|古镇|湖)")


class _Hit(NamedTuple):
    name: str
    start: int
    end: int


class PlaceFinder:
    """Finds the places of a lexicon by their full names and aliases, and by short names where the context is clear."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._ancestors = {code: lexicon.ancestors(place) for code, place in lexicon.places.items()}
        self._above = {
            code: {place.code for place in above if place.level in ("county", "town")}
            for code, above in self._ancestors.items()
        }
        self._places = lexicon.places
        self._bearers: dict[str, list[Place]] = defaultdict(list)
        self._stems: dict[str, Place] = {}
        self._aliases: set[str] = set()
        for place in lexicon.places.values():
            # What an operator adds has no suffix that makes it unmistakable: 南湖 is in 南湖大道, too.
            self._aliases.update(map(fold, place.aliases if place.level in _OFFICIAL else (place.name, *place.aliases)))
            for name in (place.name, *place.aliases):
                self._bearers[fold(name)].append(place)
        self._learn_stems()
        self._words = {*map(fold, lexicon.common_words)}
        self._common_aliases = self._words & self._aliases
        self._chance = {*map(fold, lexicon.decoys)}
        self._elsewhere = {*map(fold, lexicon.elsewhere)} - self._bearers.keys() - self._stems.keys()
        self._names = Spotter((*self._bearers, *self._stems, *lexicon.decoys, *self._elsewhere))

    def _learn_stems(self) -> None:
        """Short names without suffix, which are no aliases; of a county and a town of one name the county's."""
        for level in ("county", "town"):
            for place in self._places.values():
                stem = _stem(fold(place.name))
                if place.level == level and len(stem) > 1 and stem not in self._bearers:
                    self._stems.setdefault(stem, place)

    def find(self, headline: str, body: str) -> tuple[str, ...]:
        """Codes of the places an article names, the weightiest first: headline before lead before body, then often.

        Of places that share a name, the one is meant whose town the article names too, or the only one in a county
        that it names; else none. What is named behind a place elsewhere lies there, and so it does wherever the
        article names it, unless it names the county or town of ours, too. Linear in the text.
        """
        title, text = fold(headline), fold(body)
        in_title, in_text = self._spotted(title), self._spotted(text)
        others = self._other_senses(title, in_title) | self._other_senses(text, in_text)
        weights: Counter[str] = Counter()
        for name, _ in self._hits(title, in_title, others):
            weights[name] += _IN_HEADLINE
        for name, position in self._hits(text, in_text, others):
            weights[name] += 2 if position < _LEAD else 1
        bearers = {name: self._bearers.get(name) or [self._stems[name]] for name in weights}
        codes = {name: places[0].code for name, places in bearers.items() if len(places) == 1}
        away = self._away(title, in_title) | self._away(text, in_text)
        known = set(codes.values())
        certain = {*self._certain(codes, away).items()}
        shared = {name: places for name, places in bearers.items() if len(places) > 1}
        behind = self._behind_towns(in_title, shared) | self._behind_towns(in_text, shared)
        meant = {(name, place.code) for name, places in shared.items() if (place := _meant(places, known))}
        return self._weighed(weights, certain | behind | meant)

    def _certain(self, codes: dict[str, str], away: Collection[str]) -> dict[str, str]:
        """Without the names that lie elsewhere or may be words, unless their county or town is named, too."""
        times = Counter(codes.values())

        def certain(name: str, code: str) -> bool:
            if self._above[code] & times.keys():
                return True
            return code not in away and (times[code] > 1 or not self._is_common(name, code))

        return {name: code for name, code in codes.items() if certain(name, code)}

    def _is_common(self, name: str, code: str) -> bool:
        """Whether a town's short name or a village's may be words: 盐官 ruled over salt, 联合社区 is to join one."""
        level = self._places[code].level
        return (level == "town" and name in self._words) or (level == "village" and _stem(name) in self._words)

    def _behind_towns(self, hits: Sequence[_Hit], shared: Mapping[str, Sequence[Place]]) -> set[tuple[str, str]]:
        """Names that several places share, each with the code of the one behind whose town it stands: 新丰镇民丰村."""
        return {
            (hit.name, place.code)
            for before, hit in pairwise(hits)
            if hit.name in shared and before.end == hit.start
            for place in shared[hit.name]
            if place.parent in {town.code for town in self._bearers.get(before.name, ())}
        }

    def _weighed(self, weights: Mapping[str, int], named: Iterable[tuple[str, str]]) -> tuple[str, ...]:
        # Of equals the one comes first that the article names first.
        order = {name: number for number, name in enumerate(weights)}
        totals: dict[str, float] = defaultdict(float)
        for name, code in sorted(named, key=lambda pair: (order[pair[0]], pair[1])):
            totals[code] += weights[name] * _WORTH.get(self._places[code].level, 1.0)
        return tuple(sorted(totals, key=lambda code: -totals[code]))

    def _spotted(self, text: str) -> list[_Hit]:
        return [_Hit(word, start, start + len(word)) for start, word in self._names.find(text)]

    def _other_senses(self, text: str, hits: Sequence[_Hit]) -> set[str]:
        """The persons called like places (surname and all), and places' names that are used as common words here.

        What a word means once in an article it means throughout (Gale, Church and Yarowsky, "One Sense Per
        Discourse", 1992): where 海盐味 is written, 海盐 is salt.
        """
        named = [hit for hit in hits if hit.name in self._aliases and _is_person(text, hit)]
        persons = {text[hit.start - 1 : hit.end] for hit in named} | {
            hit.name for hit in named if _is_called(text, hit)
        }
        by_chance = {hit.name for hit in hits if hit.name in self._chance}
        return persons | {word for word in self._common_aliases if any(word in name for name in by_chance)}

    def _away(self, text: str, hits: Sequence[_Hit]) -> set[str]:
        """Codes of our places that share their name with one elsewhere that is named here."""
        strangers = (
            self._bearers[hit.name]
            for number, hit in enumerate(hits)
            if hit.name in self._bearers and self._lies_elsewhere(text, hit, self._before(text, hits, number))
        )
        return {place.code for bearers in strangers for place in bearers}

    def _hits(self, text: str, hits: Sequence[_Hit], others: Collection[str]) -> Iterator[tuple[str, int]]:
        clear = [self._is_place(text, hits, number) for number in range(len(hits))]
        for number, hit in enumerate(hits):
            if hit.name in others or text[max(0, hit.start - 1) : hit.end] in others:
                continue
            if clear[number] or (hit.name in self._stems and self._in_row(text, hits, clear, number)):
                yield hit.name, hit.start

    def _is_place(self, text: str, hits: Sequence[_Hit], number: int) -> bool:
        """Whether a hit is a place of ours beyond doubt: its full name or alias, not part of something else."""
        hit = hits[number]
        before = self._before(text, hits, number)
        if hit.name in self._stems:
            return self._behind_parent(hit, before) and not _NO_PLACE_BEHIND.match(text, hit.end)
        if hit.name not in self._bearers or self._lies_elsewhere(text, hit, before):
            return False
        if hit.name in self._words and not self._among_places(text, hits, number):
            return False
        return hit.name not in self._aliases or not _means_other(text, hit)

    def _before(self, text: str, hits: Sequence[_Hit], number: int) -> _Hit | None:
        """The hit right before one; if that is a region elsewhere, with a name between: 江苏如皋石门村."""
        if not number:
            return None
        before, hit = hits[number - 1], hits[number]
        gap = text[before.end : hit.start]
        within = before.name in self._elsewhere and self._level(hit.name) == "village" and _BETWEEN.fullmatch(gap)
        return before if not gap or within else None

    def _among_places(self, text: str, hits: Sequence[_Hit], number: int) -> bool:
        """Whether a name that is a common word, too, stands in no row, or beside a place: not 藤椒、海盐、陈皮."""
        hit = hits[number]
        beside = [_linked(text, *pair) for pair in pairwise(hits[max(0, number - 1) : number + 2])]
        return any(beside) or "、" not in text[max(0, hit.start - 1) : hit.start] + text[hit.end : hit.end + 1]

    def _behind_parent(self, hit: _Hit, before: _Hit | None) -> bool:
        """Whether a short name that is no common word follows its county: 南湖区新丰."""
        parents = self._bearers.get(before.name, ()) if before else ()
        return hit.name not in self._words and self._stems[hit.name].parent in {place.code for place in parents}

    def _lies_elsewhere(self, text: str, hit: _Hit, before: _Hit | None) -> bool:
        """Whether the name follows that of a region in which none of its bearers lies."""
        if before and before.name in self._elsewhere:
            return self._bearers[hit.name][0].level not in ("province", "city", "county")
        start = text[max(0, hit.start - _LONGEST) : hit.start]
        if not _REGION_BEFORE.search(start):
            return False
        above = [region for place in self._bearers[hit.name] for region in self._ancestors[place.code]]
        if before and any(place in above for place in self._bearers.get(before.name, ())):
            return False
        # By its stem, for a street may once have been a town (硖石镇), and 嘉兴港区 lies in 嘉兴.
        return not any(_stem(fold(region.name)) in _stem(start)[-len(region.name) - 2 :] for region in above)

    def _in_row(self, text: str, hits: Sequence[_Hit], clear: Sequence[bool], number: int) -> bool:
        """Whether a short name stands in a row of names of its level that ends like one or holds one beyond doubt."""
        level = self._stems[hits[number].name].level
        first = last = number
        while first and _linked(text, hits[first - 1], hits[first]) and self._level(hits[first - 1].name) == level:
            first -= 1
        while last + 1 < len(hits) and _linked(text, hits[last], hits[last + 1]):
            if self._level(hits[last + 1].name) != level:
                break
            last += 1
        if first == last or _NO_ROW_BEHIND.match(text, hits[last].end):
            return False
        return any(clear[first : last + 1]) or bool(_ROW_BEHIND.match(text, hits[last].end))

    def _level(self, name: str) -> str:
        place = self._stems.get(name) or next(iter(self._bearers.get(name, ())), None)
        return place.level if place else ""


def _stem(name: str) -> str:
    return _SUFFIX.sub("", name)


def _linked(text: str, left: _Hit, right: _Hit) -> bool:
    return right.start - left.end == 1 and text[left.end] in _LINKS


def _means_other(text: str, hit: _Hit) -> bool:
    """Whether a short name is part of a road's, a paper's or a person's name."""
    return bool(_NO_PLACE_BEHIND.match(text, hit.end)) or _is_person(text, hit)


def _is_person(text: str, hit: _Hit) -> bool:
    """Whether a surname before a short name, or as its first character, makes it somebody's: 民警王海宁, 村民许村生."""
    before = text[max(0, hit.start - 5) : hit.start]
    if _is_called(text, hit):
        return True
    if not before or before[-1] not in _SURNAMES + _DOUBTFUL:
        return False
    if _DOUBTFUL_BEFORE.search(before):
        return bool(_PERSON_BEHIND.match(text, hit.end))
    if _PLACE_BEHIND.match(text, hit.end):
        return False
    return bool(_CALLED_BEFORE.search(before) or _CLAUSE_BEFORE.search(before))


def _is_called(text: str, hit: _Hit) -> bool:
    """Whether a short name stands right behind what people are called and begins like a person's name."""
    return hit.name[0] in _SURNAMES and bool(_CALLED_BEFORE.search(text[max(0, hit.start - 5) : hit.start + 1]))


def _meant(bearers: Sequence[Place], known: Collection[str]) -> Place | None:
    """Of several bearers of a name the one that lies in a known town, or alone in the known counties."""
    in_town = [place for place in bearers if place.parent in known]
    in_county = [place for place in bearers if place.code[:_COUNTY] in known]
    meant = in_town or in_county
    return meant[0] if len(meant) == 1 else None
