"""What gives page furniture and jump notes away: patterns over folded text, each with its weight and its reason.

Weights are in the units of the segmentation: about the logarithm of how many times likelier a label becomes.
The kinds were collected from real pages (电子报 dumps, PDF text, CMS debris); none names a particular paper.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from digests.ingest.pages.labels import Label
from digests.ingest.pages.marks import MARKS
from digests.ingest.pages.names import HAN

_H = f"[{HAN}]"


@dataclass(frozen=True, eq=False)  # each is one of its own, and compared as such
class Sign:
    """A pattern, `wording`, that speaks for a label when it is found in a line of at most `longest` characters."""

    label: Label
    weight: float
    reason: str
    wording: str
    longest: int

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The wording compiled."""
        return re.compile(self.wording)


def sign(label: Label, weight: float, reason: str, *patterns: str, longest: int = 60) -> Sign:
    """A sign that any of the patterns gives."""
    return Sign(label, weight, reason, "|".join(patterns), longest)


def _furniture(weight: float, reason: str, *patterns: str, longest: int = 60) -> Sign:
    return sign(Label.FURNITURE, weight, reason, *patterns, longest=longest)


_HAN_DIGITS = "[一二三四五六七八九十]{1,3}"
_MONTH_DAY = rf"(?:\d{{1,2}}|{_HAN_DIGITS})"
DATE = rf"(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})\s*[年\-/.]\s*{_MONTH_DAY}\s*[月\-/.]\s*{_MONTH_DAY}\s*日?"
_WEEKDAY = r"[(]?\s*(?:星期|周)\s?[一二三四五六日天][)]?"
_LUNAR = rf"农历\s*{_H}{{2,14}}"
PAGE = rf"(?:第\s*)?(?:[a-d]?\s?\d{{1,3}}|[a-d]\d{{0,2}}[-—]\d{{1,2}}|{_HAN_DIGITS})\s*版"
_SPACED = rf"{_H}\s?{_H}(?:[\s·]?{_H}){{0,4}}"  # two to six letter-spaced characters
_SECTION = rf"(?:\s*[:|·/\-—]?\s*(?:{_H}\s?|[·/&\-—|]){{0,12}})?"

PAGE_NAMES = re.compile(rf"^[■●◆\[【]?(?:当前|本期|今日)?(?:第\s*)?{PAGE}[\]】]?{_SECTION}(?:pdf.*)?$")
FOLIOS = (
    _furniture(9, "names the page", PAGE_NAMES.pattern),
    _furniture(7, "names the page", rf"^[a-z]?\d{{1,3}}(?:\s+|\s*[|/·:]\s*){_SPACED}$", longest=12),
    _furniture(
        7, "names the page", rf"^[■●◆]?\s*{_SPACED}(?:\s*[|/·]\s*|\s+)[a-z]?\d{{1,2}}(?:\s*[■●◆])?$", longest=14
    ),
    _furniture(9, "is a page number", r"^[\-—·\s]*(?:page\s*)?[a-d]?\d{1,3}(?:\s*/\s*\d{1,3})?[\-—·\s]*$", longest=14),
    _furniture(
        9,
        "is a date line",
        rf"^{DATE}[\s,|]*(?:{_WEEKDAY})?[\s,|]*(?:{_LUNAR})?.{{0,16}}$",
        rf"^(?:{_H}{{2,8}}\s*|{PAGE}\s*)?{DATE}\s*,?\s*{_WEEKDAY}",
        longest=50,
    ),
    _furniture(
        7,
        "is a date line",
        rf"^{_H}{{2,8}}(?:报|新闻|时报|周刊)\s*(?:{DATE}|{PAGE}$)",
        rf"^{_H}{{1,6}}\s*·\s*{PAGE}$",
        rf"^(?:\d{{1,2}}月\d{{1,2}}日\s*)?(?:{_WEEKDAY}|{_LUNAR})\s*(?:{_LUNAR})?$",
        longest=40,
    ),
    _furniture(8, "names the page", rf"^(?:第\s*)?{PAGE}{_SECTION}\s*{DATE}$", longest=40),
    _furniture(6, "names the paper", rf"^{_H}{{2,6}}(?:[日晚晨早商时周导快]报|都市报)$", longest=10),
    _furniture(
        7,
        "is a row of figures",
        rf"^(?:{_H}{{0,4}}\s*:?\s*)?\d{{1,2}}(?:[\s,、+|]+\d{{1,2}}){{3,}}(?:\D{{0,6}}\d{{1,2}})*$",
    ),
    _furniture(5, "has no Chinese words", rf"^[^{HAN}]*[^{HAN}。,、;!?]$", longest=40),
)

IMPRINTS = (
    _furniture(
        6,
        "names editors or layout",
        rf"(?<![{HAN}])(?:本版|[一二三四五六七八九十\d]{{1,3}}版|本期|今日|值班|执行|见习|首席|美术|图片|文字|视觉|网络)*(?:责任?编辑?|责编|编\s?辑|校\s?对|版式|美\s?编|组版|审读|检校|值班(?:总编|主任|编委)|总编辑?|版面设计|制图"
        rf"|[一二三]审(?=[\s:/|丨]))\s*[:/|丨]?\s*{_H}\s?{_H}",
        longest=80,
    ),
    _furniture(
        3,
        "names editors or layout",
        r"^[■●◆▲【\[]?\s*(?:本版|责任|值班|执行|见习)?(?:编辑|责编|主编|总编|美编|版式|组版|校对)",
        longest=80,
    ),
    _furniture(
        6,
        "belongs to the imprint",
        r"国内统一(?:连续)?(?:刊号|出版物)|\bissn\b|\bcn\d{2}-\d{4}|邮发代号|社址\s*:|邮政?编码?\s*:",
        r"(?:零售|定|售)价\s*:?\s*(?:每份)?\s*[\d.]+\s*元|广告(?:经营)?许可证|(?:本报)?法律顾问|承印|印刷厂?\s*:",
        r"总第\s*\d+\s*期|第\s*\d{3,8}\s*期|今日\s*[\d一二三四五六七八九十]+\s*版",
        r"主管(?:单位)?\s*:|主办(?:单位)?\s*:.*(?:报|出版)",
        rf"{_H}{{2,10}}(?:报社|传媒集团|报业集团)\s*(?:出版|主办|主管)",
        longest=160,
    ),
)

APPEALS = (
    _furniture(
        6,
        "is a hotline",
        r"(?:新闻|广告|发行|投诉|订阅|订报|报料|爆料|服务|咨询|读者|编辑部|采访|零售|便民|投递|投稿|线索|监督|招商|合作|值班)"
        r"[^。,]{0,8}(?:热线|电话|邮箱|信箱|qq群?|微信)",
    ),
    _furniture(
        5,
        "gives a telephone number",
        r"(?:热线|电话|tel|传真|手机|致电|拨打|号码)\s*:?\s*[\d\-()+ 、/转]{7,}",
    ),
    _furniture(4, "gives an address to write to", r"[\w.\-]+@[\w\-]+\.\w+|(?:qq|微信号?)\s*:\s*\w{5,}"),
    _furniture(6, "asks to scan a code", r"扫(?:一扫|描|码|下方|上方|我)|二维码|长按(?:识别|图片)?|识别图中"),
    _furniture(
        7,
        "points to an app or channel",
        r"(?:app|客户端|公众号|小程序|视频号)\s*(?:下载|上线|二维码|[)》”]*$)",
        r"(?:下载|关注|打开|登录|安装|欢迎(?:加入|订阅))[^。]{0,14}"
        r"(?:app|客户端|公众号|微信|微博|视频号|抖音|小程序|网站|官网)",
        r"(?:官方)?(?:微信|微博|公众号|视频号|抖音号?|客户端|app|网站|网址|官网)\s*[:@]",
        rf"^{_H}{{2,6}}(?:客户端|app|公众号|视频号)$",
        r"看?更多(?:精彩|资讯|新闻|内容|详情)|点击(?:查看|阅读|进入|下载)|(?:新媒体|融媒体?)矩阵",
    ),
    _furniture(
        8,
        "is an advert",
        r"^[\[【(]?\s*(?:公益)?广\s?告(?:刊登|位|招商|[\]】)])?(?:\s|$)",
        r"广告(?:招商|刊登|代理|发布|经营)|诚招(?:代理|加盟)|[(]\s*公益广告\s*[)]",
        r"核心价值观\s*[:丨|]|讲文明\s*树新风|^(?:富强\s*)?民主\s*文明\s*和谐",
    ),
)

FORECASTS = (
    _furniture(
        6,
        "forecasts the weather",
        r"^(?:今|明|后|昨)[天日夜晚].{0,30}(?:℃|°c|风|晴|阴|多云|雨|雪)",
        r"(?:气温|温度|空气质量|aqi)[^。]{0,12}\d.{0,30}(?:℃|度|优|良|级)|\d\s*(?:℃|°c)?\s*[~—-]\s*\d+\s*(?:℃|°c|度)",
        r"天气预报\s*:|(?:偏?[东南西北]+风)\s*\d",
        longest=50,
    ),
)

DEBRIS = (
    _furniture(
        9,
        "is left over from a web page",
        r"enpproperty|content_\d+|node_\d+|https?:|www\.\w|javascript|浏览器|^</?[a-z!]|-->|^\W*&nbsp|\bnbsp;",
        r"\bpdf\s?版?(?:阅读|下载|$)|上一[版篇期页]|下一[版篇期页]|当前版|版面(?:导航|概览|目录)|标题导航|往期回顾",
        r"返回(?:首页|目录|顶部|版面)|首页\s*[>»/|]|本版(?:导读|新闻|文章)|^今?日?导读$",
        r"放大\W*缩小|字[号体]\s*[:大小]|(?:大|中|小)\s+(?:中|小|大)\s+(?:小|大)|分享(?:到|至)|^\[?打印\]?|收藏本[文页]|^\[?(?:关闭|纠错|评论|我要评论|朗读)\]?$",
        r"(?:阅读|浏览|点赞|评论|转发|点击)(?:量|数|次数)?\s*:?\s*\d+(?:\s|次|$)|浏览(?:量|次数)?\s*:|点击(?:数|量|率)?\s*:|发布(?:时间|日期|者)?\s*:",
        r"(?:时间|日期)\s*:\s*\d{4}|^版[次名面]\s*:|稿?来源\s*:|^(?:tags?|关键[字词]|标签|栏目)\s*:",
        r"版权(?:所有|声明)|未经.{0,8}(?:授权|许可)|icp备|all rights reserved|copyright|©",
        longest=200,
    ),
)

_ONWARD = r"下?转|详见|全文见?|更多见|相关报道(?:详?见|转)?|报道详?见|导读见"
_TARGET = rf"[^。,]{{0,4}}(?:{PAGE}|[a-d]?\d{{1,2}}|头版)"
JUMPS = (
    sign(
        Label.JUMP,
        11,
        "says where the text goes on",
        rf"^[(→>\[【{MARKS}]*\s*(?:{_ONWARD}){_TARGET}[^、,]{{0,8}}$",
        longest=30,
    ),
    # 紧接 stands behind a text and before one; where it may be either, the text comes first.
    sign(
        Label.JUMP,
        17,
        "says where the text goes on",
        rf"^[(→>\[【{MARKS}]*\s*紧接{_TARGET}[^、,]{{0,8}}$",
        longest=30,
    ),
    _furniture(8, "lists other pages", rf"^[(→>\[【{MARKS}]*\s*(?:{_ONWARD}){_TARGET}[、,].{{0,16}}$", longest=40),
    _furniture(
        9,
        "says what another page has",
        rf"^[^。]{{3,44}}[\s(→>▶|·…:]\s*(?:详?见|导读见)\s*(?:第\s*)?(?:[a-d]?\d{{1,2}}|{_HAN_DIGITS})\s*版[)\]】]?$",
        longest=60,
    ),
    _furniture(
        11,
        "says where the text comes from",
        rf"^[(→>\[【{MARKS}←<]*\s*(?:上接|紧接|接上?)\s*{_TARGET}.{{0,12}}$",
        longest=36,
    ),
)

_TOWARDS = rf"(?:下?转|详见|紧接|上接|接上?)\s*{_TARGET}[^。,()]{{0,4}}"
# (下转第2版) in the line in which the text breaks off, (上接第1版) in which it goes on.
JUMP_BEHIND = re.compile(rf"\s*(?:[(\[【][→▶▼{MARKS}\s]*{_TOWARDS}[)\]】]|[→>{MARKS}]+\s*{_TOWARDS})[→>{MARKS}\s]*$")
JUMP_BEFORE = re.compile(rf"^[(\[【][←{MARKS}\s]*{_TOWARDS}[)\]】]\s*")

SIGNS = (*JUMPS, *FOLIOS, *IMPRINTS, *APPEALS, *FORECASTS, *DEBRIS)
