"""What gives adverts and notices of several lines away: lost documents, jobs, cuts of power, obituaries, lotteries."""

from digests.ingest.pages.labels import Label
from digests.ingest.pages.names import HAN
from digests.ingest.pages.signs import DATE, Sign, sign

_H = f"[{HAN}]"
_KINDS = (
    "声明|启事|公告|公示|通告|通知|通知书|告示|讣告|讣闻|招聘|诚聘|急聘|高薪聘|招工|招租|出租|出售|转让|拍卖|招标|招商|中标"
    "|停水|停电|停气|停机|寻人|寻物|认领|致歉|更正|鸣谢|征订|吉房|售房|分类信息|分类广告|便民信息|彩票|双色球|福彩|体彩"
    "|大乐透|七乐彩|排列[三五35]|开奖|注销|清算|减资|催收|遗失|挂失|作废|征婚|家政|搬家|开锁|开盘|团购|促销"
)
_FIELDS = "时间|地点|地址|范围|区域|线路|单位|电话|要求|号码|内容|条件|人数|方式"
_SPACED_FIELDS = r"时\s?间|地\s?[点址]|范\s?围|线\s?路|原\s?因|日\s?期|对\s?象|岗\s?位|要\s?求|待\s?遇"
_OFFICES = (
    "公司|馆|局|(?<!为)中心|委员会|办公室|法院|医院|学院|管理[处所站]|服务[站所处]|事务所|派出所|[大支]队|合作社|银行|清算组|指挥部"
    "|商行|[药商饭]店|工厂|印刷厂|集团|协会|分公司|营业部|经营部|健身馆|村委会|居委会|指挥部|管委会"
)


def _notice(weight: float, reason: str, *patterns: str, longest: int = 60) -> Sign:
    return sign(Label.NOTICE, weight, reason, *patterns, longest=longest)


NOTICES = (
    _notice(
        8,
        "heads a notice",
        rf"^[■●◆▲★【\[(]*\s*{_H}{{0,12}}(?:{_KINDS})(?:信息|结果|公告|广告|启事|专栏|栏)?[】\])]*$",
        longest=16,
    ),
    _notice(3, "sounds like a notice", _KINDS, longest=30),
    _notice(
        7,
        "has the wording of a notice",
        r"声明作废|特此(?:公告|声明|更正|说明|致歉|致谢|通知|公示|告知|讣告|通告|登报|启事)|(?:遗失|丢失|不慎将?).{0,40}(?:证|章|票据?|执照|合同|本)",
        r"(?:证|章|执照|票据?).{0,24}(?:遗失|作废)|身份证号|\*{3,}|统一社会信用代码|清算组|拍卖标的|竞买|公示期",
        r"有意者|面议|薪资|月薪|五险一金|包吃住|待遇优厚|联系人\s*:|报名(?:电话|地址|时间)\s*:|刊登(?:热线|电话)",
        r"停电(?:时间|范围|线路|区域)|停止供[水电气暖]|停水(?:时间|范围|区域)|(?:将|予以)(?:停电|停水)|沿线停[水电气]",
        r"泣告|泣启|遗体告别|追悼会|享年\d|寿终|(?:开奖|中奖|[红蓝]色?球)号码|本期投注|奖池|[一二三]等奖\s*\d+\s*注|单注奖金",
        longest=220,
    ),
    _notice(
        5,
        "has the wording of a notice",
        r"(?:公告|见报|登报|刊登)之?日起|见报之?日|申报债权|债权(?:申报|登记)|公开(?:拍卖|竞价|变卖)|申请(?:注销|减资)|必有重谢|期?(?:开奖|中奖)号码"
        r"|(?:[前后]区|基本号码|特别号码)\s*:?\s*\d|[向致][^。]{0,6}致歉|(?:受|接).{0,8}(?:法院|银行|单位)?委托,",
        longest=160,
    ),
    _notice(
        3,
        "speaks like a notice",
        r"应聘|债权人|竞得|保证金|营业执照|销售额|(?:我|本)(?:公司|司|院|店|行|校|单位)|知情者",
        longest=120,
    ),
    _notice(
        5,
        "gives a telephone number",
        r"(?:热线|电话|tel|传真|手机|致电|联系|咨询)\D{0,6}\d[\d\-]{6,}|1[3-9]\d{9}\b|\b0\d{2,3}-\d{7,8}",
        longest=160,
    ),
    _notice(
        4,
        "praises goods",
        r"[一二三四五六七八九\d]折|特价|钜惠|抢购|立减|全场|优惠(?:价|酬宾)|盛大(?:开业|开幕|开盘)|大酬宾",
        longest=60,
    ),
    _notice(4, "fills in a form", rf"^(?:{_SPACED_FIELDS}|{_H}{{0,4}}(?:{_FIELDS}))\s*:", longest=80),
    _notice(3, "signs a notice", rf"^{_H}{{3,24}}(?:{_OFFICES})$", longest=26),
    _notice(8.5, "dates a notice", rf"^(?:{DATE})$", longest=26),
)
