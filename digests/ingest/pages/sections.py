"""Is a line the heading of a section of the page, and is that one of short items?"""

import re
from functools import lru_cache

from digests.ingest.pages.marks import MARKS
from digests.ingest.pages.names import HAN

_NEWS = """
要闻 时政 时政要闻 综合 综合新闻 民生 民生新闻 社会 社会新闻 经济 经济新闻 财经 教育 卫生 健康 文化 体育 体育新闻
文体 文体新闻 国内 国内新闻 国际 国际新闻 天下 中国 世界 本地 本地新闻 本埠 本埠新闻 城事 县域 都市 都市新闻 城市 乡村
三农 农业 农村 科技 法治 法制 评论 观点 言论 时评 副刊 专版 专题 特刊 理论 公告 生活 消费 旅游 汽车 房产 楼市 金融
证券 娱乐 读者来信 视点 聚焦 关注 焦点 深度 特别报道 今日 今日要闻 今日关注 头版 头版新闻 导读 本版导读 图片新闻
新闻图片 影像 光影 镜头 镜像 区县 区县新闻 县市 县市新闻 部门动态 基层动态 工作动态 动态 热点 热线
新闻热线 民生热线 民情 党建 政法 人文 文艺 书评 连载 人物 广告 长三角 省内 省内新闻 平安 环保 生态 交通 公益
昨日要闻 一周要闻 重要新闻 地方新闻 新闻 信息 资讯 服务 便民 便民服务 天气 气象 天气预报 社区 社区新闻 街道 镇街
镇街新闻 专栏 广角 视窗 看点 亮点 前沿 一线 时讯 关注民生
"""
_BRIEFS = """
快讯 简讯 短讯 短波 速读 速递 速览 简报 要闻速览 新闻速览 新闻速递 新闻快递 新闻简报 一句话新闻 微新闻 微资讯
新闻集装箱 集装箱 快报 快递 新闻短波 本地快讯 国内快讯 国际快讯 国内简讯 国际简讯 国际短波 国内短波 体坛快讯
文化快讯 经济快讯 民生快讯 要闻简报 简明新闻 新闻简讯 快讯速递 播报 资讯速递 新闻快报 新闻速读 一周速览 天下速览
综合快讯 今日快讯 综合简讯 工作简讯 基层简讯 镇街简讯 部门简讯 基层快讯 社区简讯 图说 图片快讯 信息速递 动态速递
新闻扫描
"""
_BRIEF_NAMES = frozenset(_BRIEFS.split())
_NAMES = _BRIEF_NAMES | frozenset(_NEWS.split())
_LONGEST = 16  # characters, ornaments and letter spacing counted
_ORNAMENT = re.compile(
    rf"^[\s{MARKS}【\[《〈<>·|—\-=~*#/]+|[\s{MARKS}】\]》〉<>·|—\-=~*#/]+$|(?<=[{HAN}])\s+[a-z][a-z\s]*$"
)
# 特别关注, 社会传真: a field of news and a word for news
_FIELD = (
    "特别|今日|本地|本市|本土|重点|热点|焦点|独家|社会|民生|经济|财经|教育|健康|卫生|文化|体育|文体|国内|国际|中国|世界|天下|时政|城市|都市"
    "|社区|乡村|三农|农业|科技|法治|法制|生活|消费|旅游|汽车|房产|金融|娱乐|人物|政法|交通|环保|生态|综合|区县|县域|县市|镇街|基层|部门|党建"
    "|城事|公益|读者|百姓|市民|平安|人才|产业|工业|商业|校园|青年|银龄|老年|家庭|情感|艺术|读书|书画|摄影|海外|两岸|港澳|省内|长三角|周末"
)
_WORD = (
    "关注|报道|新闻|聚焦|传真|广角|视窗|看台|纵横|天地|速递|动态|观察|在线|前沿|播报|周刊|专刊|专栏|专版|专题|副刊|资讯|博览|大观|看点|热线"
    "|直击|追踪|连线|现场|论坛|之窗|之声|风采|风景线|万象|时空|信息|服务|视点|视野|视界|调查|访谈|故事|茶座|课堂|园地|讲堂|月刊|版"
)
_DESKS = (
    "(?:科教文卫体?|文教卫体?|科教卫|教科文卫|文卫|科教|政法|经贸|财贸|社教|农林|工交|商贸)"  # several fields in one
)
_BRIEF_WORD = (
    "速读|速递|速览|快讯|简讯|短讯|短波|快报|快递|简报|集装箱|速报|微播报|串烧|一句话|连连看|集纳|集萃|拾零|荟萃"
)
_COMPOSED_BRIEFS = re.compile(rf"^(?:{_FIELD}|要闻|新闻)?(?:{_BRIEF_WORD})$")
_COMPOSED = re.compile(rf"^(?:(?:{_FIELD})(?:·?(?:{_FIELD}))?(?:{_WORD})|(?:{_FIELD})·(?:{_FIELD})|{_DESKS})$")


def section_name(folded: str) -> str | None:
    """The bare name of the section that a line heads (要 闻 → 要闻), or None if it heads none."""
    return None if len(folded) > _LONGEST else _name(folded)


# Each line is asked for more than once while a page is read; the texts are short.
@lru_cache(maxsize=512)
def _name(folded: str) -> str | None:
    name = "".join(_ORNAMENT.sub("", folded).split())
    if name not in _NAMES and not _COMPOSED.match(name) and not _COMPOSED_BRIEFS.match(name):
        return None
    balanced = sum(map(folded.count, "【[《〈(")) == sum(map(folded.count, "】]》〉)"))
    return name if balanced else None


def heads_briefs(folded: str) -> bool:
    """True if the section that the line heads is one of short items."""
    name = section_name(folded)
    return name is not None and (name in _BRIEF_NAMES or _COMPOSED_BRIEFS.match(name) is not None)
