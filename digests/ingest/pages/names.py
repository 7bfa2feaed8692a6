"""Is this run of characters a person's name, an office's, or neither?"""

import re
from enum import IntEnum

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_DOTS = "·•・."

# The surnames that all but a few per mille of people in China bear, simplified (they are compared folded).
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜"
    "崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙黎史陶贺毛段郝顾龚邵万覃武钱戴严莫孔常汤康易乔赖文洪翁"
    "倪季费鲁霍柳章凌庄欧葛樊庞兰殷施俞聂齐祝童岳安关左伍柏骆翟尚焦柴屈耿包单宁鲍申路阮柯詹岑裴卞冉卜古辛车苗桑华"
    "尤纪舒查甘管盛梅虞屠计闵储郁竺应厉宓宣鞠涂褚楼娄戚项祁卫邬巫宗牛游阎蒲房景解强蓝佟苟全敖刁滕宫丛牟隋郎鄢米阳"
    "臧简饶池苑瞿容展荆边仲伏成巩麦裘晏井席谷蔺符练仇匡党糜姬盘冷连曲国艾占初么来燕谈沙元门桂化靳师由喻湛封惠农"
    "谌寇茅明狄郗植原步水火木乐宰衣矫卓平窦晋楚皮鹿洛钮颜幸冼佘麻巴相支邸商都双闻莘劳逄冀郏浦農諶萧蕭傅泮"
    "於帅凤暴蒙赫别修扈苍岩海信晁勾敬融訾阚阙蒯荀羊甄家芮羿汲邴松富乌弓牧隗山蓬班仰秋伊栾暨斜翦贡扶堵郦雍却璩濮寿"
    "通温慕茹习宦鱼慎庾终居衡满弘广禄沃利蔚越夔隆厍毋乜养丰邢毕穆司吉缪芦荣迟官胥栗粟郜花豆朴廉禹祖漆卿索云普戈薄"
    "阿母况宿鲜向危玉银哈戎呼尉斯束阴昝智奉尧闭嵇冶揭钭"
)
_DOUBLE_SURNAMES = tuple(re.findall("..", "欧阳上官司马诸葛司徒东方皇甫尉迟公孙慕容令狐夏侯端木宇文长孙南宫"))
_AGENCY = re.compile(
    rf"^(?:据|图据|综合)?[{HAN}]{{0,6}}?(?:新华社|中新社|中新网|新华网|人民网|央视|视觉中国|本报综合|本报讯|[{HAN}]{{2,6}}(?:报|社|网|新闻|客户端|频道))[{HAN}]{{0,6}}$"
)
_PLAIN = re.compile(rf"^[{HAN}]{{2,4}}$")
_DOTTED = re.compile(rf"^[{HAN}]{{1,12}}[{_DOTS}][{HAN}{_DOTS}]{{1,16}}$")
_OFFICE = re.compile(rf"^[{HAN}\d]{{3,16}}$")


class Likeness(IntEnum):
    """How much a run of characters looks like somebody who can be credited."""

    NONE = 0
    AGENCY = 1  # 新华社: credited, but nobody
    OFFICE = 2  # 区妇联: correspondents are often offices
    MAYBE = 3
    PERSON = 4


def likeness(folded: str) -> Likeness:
    """What a run of folded characters is most likely to be, by its length and its surname."""
    if _AGENCY.match(folded):
        return Likeness.AGENCY
    if _DOTTED.match(folded):
        return Likeness.PERSON
    if _PLAIN.match(folded):
        return Likeness.PERSON if _has_surname(folded) else Likeness.MAYBE
    return Likeness.OFFICE if _OFFICE.match(folded) else Likeness.NONE


def _has_surname(folded: str) -> bool:
    if folded.startswith(_DOUBLE_SURNAMES):
        return len(folded) > 2
    return folded[0] in _SURNAMES and len(folded) <= 3
