"""What gives a line away: patterns over folded text, each with the label it speaks for, its weight and why.

Weights are in the units of the segmentation: about the logarithm of how many times likelier the label becomes.
The kinds were collected from real pages (电子报 dumps, PDF text, CMS debris); none names a particular paper.
"""

import re
from dataclasses import dataclass

from digests.ingest.pages.labels import Label
from digests.ingest.pages.names import HAN

H = f"[{HAN}]"


@dataclass(frozen=True, slots=True)
class Sign:
    """A pattern that speaks for a label when it is found in a line of at most `longest` characters."""

    label: Label
    weight: float
    reason: str
    pattern: re.Pattern[str]
    longest: int = 60


def _sign(label: Label, weight: float, reason: str, pattern: str, longest: int = 60) -> Sign:
    return Sign(label, weight, reason, re.compile(pattern), longest)


DATE = r"(?:\d{4}|[〇零一二三四五六七八九]{4})\s*[年\-/.]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[月\-/.]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*日?"
_WEEKDAY = r"[(]?\s*(?:星期|周)\s?[一二三四五六日天][)]?"
_LUNAR = rf"农历\s*{H}{{2,14}}"
PAGE = r"(?:第\s*)?(?:[a-d]?\s?\d{1,3}|[a-d]\d{0,2}[-—]\d{1,2}|[一二三四五六七八九十]{1,3})\s*版"

FURNITURE = (
    _sign(
        Label.FURNITURE,
        9,
        "names the page",
        rf"^[■●◆\[【]?(?:当前|本期|今日)?(?:第\s*)?{PAGE}[\]】]?(?:\s*[::|·/\-—]?\s*(?:{H}\s?|[·/&\-—|])"
        rf"{{0,12}})?(?:pdf.*)?$",
    ),
    _sign(Label.FURNITURE, 7, "names the page", rf"^[a-d]?\d{{1,3}}(?:\s+|\s*[|/·:]\s*){H}\s?{H}(?:\s?{H}){{0,4}}$", 12),
    _sign(Label.FURNITURE, 7, "names the page", rf"^[■●◆]?\s*{H}\s?{H}(?:\s?{H}){{0,4}}\s*[|/·]?\s*[a-d]?\d{{1,2}}$", 10),
    _sign(Label.FURNITURE, 9, "is a page number", r"^[\-—·\s]*(?:page\s*)?[a-d]?\d{1,3}(?:\s*/\s*\d{1,3})?[\-—·\s]*$", 14),
    _sign(Label.FURNITURE, 9, "is a date line", rf"^{DATE}[\s,|]*(?:{_WEEKDAY})?[\s,|]*(?:{_LUNAR})?.{{0,16}}$", 50),
    _sign(Label.FURNITURE, 9, "is a date line", rf"^(?:{H}{{2,8}}\s*|{PAGE}\s*)?{DATE}\s*,?\s*{_WEEKDAY}", 50),
    _sign(Label.FURNITURE, 7, "is a date line", rf"^{H}{{2,8}}(?:报|新闻|时报|周刊)\s*{DATE}", 40),
    _sign(Label.FURNITURE, 6, "is a date line", rf"^(?:\d{{1,2}}月\d{{1,2}}日\s*)?(?:{_WEEKDAY}|{_LUNAR})\s*(?:{_LUNAR})?$", 30),
    _sign(
        Label.FURNITURE,
        6,
        "names editors or layout",
        r"(?:责任?编辑?|责编|编\s?辑|校\s?对|版式|美\s?编|组版|审读|检校|值班(?:总编|主任|编委)|总编辑?|版面设计|制图|一审|二审|三审)\s*[::/|丨]?\s*"
        rf"{H}\s?{H}",
        80,
    ),
    _sign(Label.FURNITURE, 3, "names editors or layout", r"^[■●◆▲【\[]?\s*(?:本版|责任|值班|执行|见习)?(?:编辑|责编|主编|总编|美编|版式|组版|校对)", 80),
    _sign(
        Label.FURNITURE,
        6,
        "is a hotline",
        r"(?:新闻|广告|发行|投诉|订阅|订报|报料|爆料|服务|咨询|读者|编辑部|采访|零售|便民|投递|投稿|线索|监督|招商|合作|值班)"
        r"[^。,]{0,8}(?:热线|电话|邮箱|信箱|qq群?|微信)",
    ),
    _sign(Label.FURNITURE, 5, "gives a telephone number", r"(?:热线|电话|tel|传真|手机|致电|拨打|号码)\s*[::]?\s*[\d\-()+ 、/转]{7,}"),
    _sign(Label.FURNITURE, 4, "gives an address to write to", r"[\w.\-]+@[\w\-]+\.\w+|(?:qq|微信号?)\s*[::]\s*\w{5,}"),
    _sign(Label.FURNITURE, 6, "asks to scan a code", r"扫(?:一扫|描|码|下方|上方|我)|二维码|长按(?:识别|图片)?|识别图中"),
    _sign(
        Label.FURNITURE,
        5,
        "points to an app or channel",
        r"(?:下载|关注|打开|登录|安装|欢迎(?:加入|订阅))[^。]{0,14}(?:app|客户端|公众号|微信|微博|视频号|抖音|小程序|网站|官网)"
        rf"|(?:官方)?(?:微信|微博|公众号|视频号|抖音号?|客户端|app|网站|网址|官网)\s*[::]|^{H}{{2,6}}(?:客户端|app|公众号|视频号)$"
        r"|更多(?:精彩|资讯|新闻|内容|详情)|点击(?:查看|阅读|进入|下载)|(?:新媒体|融媒体?)矩阵",
    ),
    _sign(Label.FURNITURE, 6, "is an advert", r"^[\[【(]?\s*(?:公益)?广\s?告(?:刊登|位|招商|[\]】)])?(?:\s|$)|广告(?:招商|刊登|代理|发布|经营)|诚招(?:代理|加盟)"),
    _sign(
        Label.FURNITURE,
        6,
        "belongs to the imprint",
        r"国内统一(?:连续)?(?:刊号|出版物)|\bissn\b|\bcn\d{2}-\d{4}|邮发代号|社址\s*[::]|邮政?编码?\s*[::]|(?:零售|定|售)价\s*[::]?\s*[\d.]+\s*元|广告(?:经营)?许可证"
        r"|总第\s*\d+\s*期|第\s*\d{3,8}\s*期|今日\s*[\d一二三四五六七八九十]+\s*版|主管(?:单位)?\s*[::]|主办(?:单位)?\s*[::].*(?:报|出版)|(?:本报)?法律顾问|承印|印刷厂?\s*[::]"
        rf"|{H}{{2,10}}(?:报社|传媒集团|报业集团)\s*(?:出版|主办|主管)",
        160,
    ),
    _sign(
        Label.FURNITURE,
        8,
        "is left over from a web page",
        r"enpproperty|content_\d+|node_\d+|https?:|www\.\w|\bpdf\s?版?(?:阅读|下载|$)|上一[版篇期页]|下一[版篇期页]|当前版|版面(?:导航|概览|目录)|返回(?:首页|目录|顶部|版面)"
        r"|首页\s*[>»/|]|放大\s*缩小|字[号体]\s*[::]|分享(?:到|至)|阅读(?:量|数|次数)?\s*[::]\s*\d|浏览(?:量|次数)?\s*[::]|点击(?:数|量|率)?\s*[::]|发布(?:时间|日期|者)?\s*[::]"
        r"|(?:时间|日期)\s*[::]\s*\d{4}|稿?来源\s*[::]|^\[?打印\]?|收藏本[文页]|版权(?:所有|声明)|未经.{0,8}(?:授权|许可)|icp备|all rights reserved|copyright|©|javascript|浏览器"
        r"|标题导航|往期回顾|本版(?:导读|新闻|文章)|^今?日?导读$|^</?[a-z!]|-->|^\W*&nbsp|\bnbsp;|^(?:tags?|关键[字词]|标签|栏目)\s*[::]|^\[?(?:关闭|纠错|评论|我要评论|朗读)\]?",
        200,
    ),
    _sign(Label.FURNITURE, 5, "has no Chinese words", rf"^[^{HAN}]+$", 40),
)

JUMPS = (
    _sign(
        Label.JUMP,
        11,
        "says where the text goes on",
        rf"^[(▶►→>\[【■●◆▲]*\s*(?:下?转|详见|全文见?|更多见|相关报道(?:详?见|转)?|报道详?见|导读见)[^。,]{{0,4}}(?:{PAGE}|[a-d]?\d{{1,2}}).{{0,8}}$",
        30,
    ),
    _sign(
        Label.FURNITURE,
        11,
        "says where the text comes from",
        rf"^[(▶►→>\[【■●◆▲◀←<]*\s*(?:上接|紧接|接上?)\s*[^。,]{{0,4}}(?:{PAGE}|[a-d]?\d{{1,2}}|头版).{{0,12}}$",
        36,
    ),
)

_NOTICE_WORDS = (
    "声明|启事|公告|公示|通告|通知|通知书|告示|讣告|讣闻|招聘|诚聘|急聘|高薪聘|招工|招租|出租|出售|转让|拍卖|招标|招商|中标|停水|停电|停气|停机|寻人|寻物|认领|致歉"
    "|更正|鸣谢|征订|吉房|售房|分类信息|分类广告|便民信息|彩票|双色球|福彩|体彩|大乐透|七乐彩|排列[三五35]|开奖|注销|清算|减资|催收|遗失|挂失|作废|征婚|家政|搬家|开锁|开盘|团购|促销"
)
NOTICES = (
    _sign(Label.NOTICE, 8, "heads a notice", rf"^[■●◆▲★【\[(]*\s*{H}{{0,12}}(?:{_NOTICE_WORDS})(?:信息|结果|公告|广告|启事|专栏|栏)?[】\])]*$", 16),
    _sign(Label.NOTICE, 3, "sounds like a notice", rf"{_NOTICE_WORDS}", 30),
    _sign(
        Label.NOTICE,
        7,
        "has the wording of a notice",
        r"声明作废|特此(?:公告|声明|通知|公示|告知|讣告|通告|登报|启事)|(?:遗失|丢失|不慎将?).{0,40}(?:证|章|票据?|执照|合同|本)|(?:证|章|执照|票据?).{0,24}(?:遗失|作废)|身份证号|\*{3,}"
        r"|有意者|面议|薪资|月薪|五险一金|包吃住|应聘|待遇优厚|债权人|清算组|拍卖标的|竞买|竞得|保证金|公示期|停电(?:时间|范围|线路|区域)|停水(?:时间|范围|区域)|(?:将|予以)(?:停电|停水)"
        r"|泣告|泣启|遗体告别|追悼会|享年\d|寿终|(?:开奖|中奖|[红蓝]色?球)号码|本期投注|奖池|[一二三]等奖\s*\d+\s*注|单注奖金|销售额|营业执照|统一社会信用代码|刊登(?:热线|电话)|联系人\s*[::]|报名(?:电话|地址|时间)\s*[::]",
        220,
    ),
    _sign(Label.NOTICE, 5, "gives a telephone number", r"(?:热线|电话|tel|传真|手机|致电|联系|咨询)\D{0,6}\d[\d\-]{6,}|1[3-9]\d{9}\b|\b0\d{2,3}-\d{7,8}", 160),
    _sign(
        Label.NOTICE,
        4,
        "fills in a form",
        rf"^(?:时\s?间|地\s?[点址]|范\s?围|线\s?路|原\s?因|日\s?期|对\s?象|岗\s?位|要\s?求|待\s?遇|{H}{{0,4}}(?:时间|地点|地址|范围|区域|线路|单位|电话|要求|号码|内容|条件|人数|方式))\s*[::]",
        80,
    ),
    _sign(Label.NOTICE, 3, "signs a notice", rf"^{H}{{3,24}}(?:公司|局|中心|委员会|办公室|法院|院|厂|行|店|所|处|社|站|队)$|^(?:{DATE})$", 26),
)

_SECTION_WORDS = frozenset(
    "要闻 时政 时政要闻 综合 综合新闻 民生 民生新闻 社会 社会新闻 经济 经济新闻 财经 教育 卫生 健康 文化 体育 体育新闻 文体 文体新闻 国内 国内新闻 国际 国际新闻 天下 中国 世界 "
    "本地 本地新闻 本埠 本埠新闻 城事 都市 都市新闻 城市 乡村 三农 农业 农村 科技 法治 法制 评论 观点 言论 时评 副刊 专版 专题 特刊 理论 公告 生活 消费 旅游 汽车 房产 楼市 "
    "金融 证券 娱乐 读者来信 视点 聚焦 关注 焦点 深度 特别报道 今日 今日要闻 今日关注 头版 头版新闻 导读 本版导读 图片新闻 新闻图片 影像 光影 镜头 镜像 区县 区县新闻 县市 县市新闻 "
    "部门动态 基层动态 工作动态 动态 记者调查 热点 热线 新闻热线 民生热线 民情 党建 政法 人文 文艺 书评 连载 人物 广告 长三角 浙江 浙江新闻 省内 省内新闻 平安 环保 生态 交通 公益 "
    "昨日要闻 一周要闻 重要新闻 地方新闻 新闻 信息 资讯 服务 便民 便民服务 天气 气象 天气预报 社区 社区新闻 街道 镇街 镇街新闻 专栏 广角 视窗 看点 亮点 前沿 一线 时讯 关注民生".split()
)
_BRIEF_WORDS = frozenset(
    "快讯 简讯 短讯 短波 速读 速递 速览 简报 要闻速览 新闻速览 新闻速递 新闻快递 新闻简报 一句话新闻 微新闻 微资讯 新闻集装箱 集装箱 快报 快递 新闻短波 本地快讯 国内快讯 "
    "国际快讯 国内简讯 国际简讯 国际短波 国内短波 体坛快讯 文化快讯 经济快讯 民生快讯 要闻简报 简明新闻 新闻简讯 快讯速递 播报 资讯速递 新闻快报 新闻速读 一周速览 天下速览 综合快讯 今日快讯 "
    "综合简讯 工作简讯 基层简讯 镇街简讯 部门简讯 基层快讯 社区简讯 图说 图片快讯 信息速递 动态速递 点击 扫描 新闻扫描 快讯·要闻".split()
)
_ORNAMENT = re.compile(r"^[\s■●◆▲★☆◎□【\[《〈<>◇·|—\-=~*#/]+|[\s】\]》〉<>·|—\-=~*#/◆■●★☆]+$")


def section_name(folded: str) -> str | None:
    """The bare name of the section that a line heads (要 闻 → 要闻), or None if it heads none."""
    if len(folded) > 16:
        return None
    name = "".join(_ORNAMENT.sub("", folded).split())
    return name if name in _SECTION_WORDS or name in _BRIEF_WORDS else None


def heads_briefs(folded: str) -> bool:
    """True if the section that the line heads is one of short items."""
    return section_name(folded) in _BRIEF_WORDS
