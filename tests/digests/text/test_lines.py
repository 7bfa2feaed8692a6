"""Line ends within a sentence are healed, others stay; credits, adverts and datelines are known for what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.lines import dateline_of, has_notice, heal, is_advert, is_credit

ABOVE = "新国标重点考虑电池安全问题,规定了过充电保护,"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("场馆数量达767个", "。市民说好。"),
        ("“想凑齐女生打全场又很难。", "”于是,王娜决定组建女篮。"),
        ("新国标重点考虑电池安全问题,", "规定了过充电保护。"),
        ("开学了。记者体验发现,该类游戏与", "普通游戏一样。"),
        ("多地主管部门针对“问题文", "具”开展专项检查。"),
        ("本报讯 我国在太原卫星发射中心使用运载火", "箭,成功发射卫星。"),
        ("设计、生产、检测认证、销售、使用等各环节安全保障水平,守牢安", "全底线。"),
    ],
)
def test_a_line_end_within_a_sentence_is_healed(above: str, below: str) -> None:
    assert heal(f"{above}\n\n{below}") == f"{above}  {below}"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("昨天天晴。", "今天下雨。"),
        ("让就业更有温度", "昨天,南湖区举行招聘会。"),
        ("图为火灾现场。内蒙古森林消防总队供图", "中新网8月12日电 火灾全部扑灭。"),
        ("事项如下:", "一是加强管理。"),
        ("新国标重点考虑电池安全问题并提出要求", "■记者 王强"),
        ("新国标重点考虑电池安全问题并提出要求", "扫码下载读嘉APP"),
        ("尾巴没有句号,但是下面一行也没有句号所以不能算作一句话", "另一个标题"),
    ],
)
def test_a_line_end_between_sentences_stays(above: str, below: str) -> None:
    assert heal(f"{above}\n{below}") == f"{above}\n{below}"


@pytest.mark.parametrize(
    "text",
    ["■记者 王强", "新华社记者王强、李明", "(记者 甲 通讯员 乙)", "■摄影 记者 沈梦琦", "本报讯", "(完)", "责任编辑:甲"],
)
def test_a_credit_is_known(text: str) -> None:
    assert is_credit(text)


@pytest.mark.parametrize("text", ["记者昨日从电力局获悉,电价不变。", "编辑部搬家了。", "昨天天晴。"])
def test_a_story_is_no_credit(text: str) -> None:
    assert not is_credit(text)


@pytest.mark.parametrize("text", ["扫码下载读嘉APP", "咨询电话:0573-82828282,扫码关注公众号。"])
def test_an_advert_is_short_and_asks(text: str) -> None:
    assert is_advert(text)


def test_a_story_may_use_an_advert_s_words() -> None:
    told = (
        "南湖区昨天发放第二批消费券,市民可以用手机扫码领取,在全区三百多家商店和饭馆的收银台直接抵扣,每人最多能领四张。"
    )
    assert has_notice(told)
    assert not is_advert(told)


@pytest.mark.parametrize(
    "dateline",
    [
        "■本报讯(记者 甲) ",
        "本报讯 新华社北京7月25日电(记者甲乙 丙丁)",
        "财联社8月9日讯（编辑 甲乙）",
        "湖北日报讯（记者李先宏、通讯员曹薇）",
        "红网时刻新闻7月27日讯（记者 陈宗昊 通讯员 苏清泉）",
        "荆楚网（湖北日报网）讯（通讯员 陈稳定）",
        "【环球网报道 记者 刘洋】",
        "南都讯 记者杨伽 通讯员李建基 ",
        "封面新闻记者 秦怡 杨霁月 摄影报道",
        "新华社北京5月5日体育专电 ",
        "中国侨网4月3日电",
        "中国天气网讯",
        "人民网北京7月31日电\xa0（高清扬）",
        "新京报讯 ",
        "中新经纬8月4日电 ",
        "央视网消息:",
        "",
    ],
)
@pytest.mark.parametrize("story", ["昨天天晴。", "记者从电力局获悉,电价不变。", "“好。”他说。", "《里闻》讯息多。"])
def test_a_dateline_is_what_stands_before_the_story(dateline: str, story: str) -> None:
    assert dateline_of(dateline + story) == dateline


@pytest.mark.parametrize(
    "story",
    [
        "记者 从市场监管局 获悉,价格不变。",
        "本报记者昨日获悉。",
        "本报讯员说好。",
        "国家电网8月3日电力负荷创新高。",
        "供销社8月3日讯问两人。",
    ],
)
def test_a_story_s_own_words_are_no_dateline(story: str) -> None:
    assert dateline_of(story) == ""


@given(st.text(alphabet="。，、“”《》（）\n \u3000南湖记者扫码1.,", max_size=80))
def test_only_line_ends_change_and_offsets_stay(body: str) -> None:
    healed = heal(body)
    assert len(healed) == len(body)
    assert "".join(healed.split()) == "".join(body.split())
