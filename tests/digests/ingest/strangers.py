"""What another paper might print: headlines, sentences, names, furniture and notices, drawn by chance."""

import random


def _words(text: str) -> list[str]:
    return text.split()


def _lines(text: str) -> list[str]:
    return text.strip().split("\n")


SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜戚谢邹喻柏章苏潘葛范彭鲁韦马方任袁柳鲍史"
    "唐费薛雷贺倪汤滕罗毕郝安常于傅皮齐康余元顾孟黄穆萧尹"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰飞鑫波斌宇浩凯健俊帆帅旭宁龙林欢凤洁琴云莉建国文"
    "辉力子轩雨桐思远晓东海燕志诚佳怡梦瑶一鸣春梅秋生"
)
PLACES = _words("""
双溪镇 柳浦街道 石塘村 临江新区 东湖社区 青山县 云岭乡 老港码头 月河古镇 望海路 滨河公园 第二中学
中心医院 城北菜场 高新园区 青阳市 沙洲岛
""")
OFFICES = _words("""
市交通运输局 区教育局 县农业农村局 市文旅集团 区卫健委 镇政府 市场监管部门 街道办 市慈善总会
县气象台 国网青阳供电公司 市图书馆 青阳海关 区残联 市总工会
""")
THINGS = _words("""
老旧小区改造 农村公路 智慧停车场 社区食堂 长者驿站 口袋公园 光伏电站 河道清淤 冷链仓库 夜间经济街区
非遗工坊 共享单车治理 校园午休 电动车充电桩 水稻机收 葡萄大棚 垃圾分类 人才公寓 城市书房 跨海大桥
""")
FACTS = _lines("""
全市已有{n}户居民报名,预计年底前完工
一季度{thing}投资同比增长{p}%
今年以来累计服务群众{n}余人次,群众满意度达到{p}%
最远的一户离村口有{m}公里,山路难走
第一批{m}台设备已经运到现场
项目总投资{n}万元,占地{m}亩
亩均产量比去年高了{m}公斤
这里将建成集展览、阅读、休闲于一体的公共空间
施工期间公交{m}路临时改道
{org}每周二下午派人值班
""")
SENTENCES = _lines("""
{when},{org}在{place}启动{thing}项目,{fact}。
{fact}。
记者从{org}获悉,{fact};{fact}。
“{quote}”{who}说。
{who}告诉记者,{fact},“{quote}”
走进{place},机器声此起彼伏,工人们正抓紧安装设备。
据介绍,{thing}是今年民生实事项目之一,{fact}。
为了解决这一难题,{org}牵头成立专班,实行“一周一会商、一月一通报”的机制,推动{thing}落地见效。
{who}今年{m}岁,在{place}住了大半辈子。
数据显示,截至{mon}月底,{fact},其中{place}占{p}%。
下一步,{org}将继续推进{thing},让更多群众受益。
在{place},{thing}带来的变化看得见、摸得着:道路宽了,路灯亮了,垃圾不见了。
谁来管?钱从哪里来?{org}给出的答案是“政府补一点、企业出一点、居民筹一点”。
《青阳市{thing}三年行动方案(2024—2026年)》提出,到2026年,{fact}。
此外,{org}还组织{m}名志愿者上门走访,逐户登记需求。
不少市民点赞:“{quote}”
{when}清晨5时30分,{who}就赶到了{place}。
相关负责人表示,{fact}。
新模式实施后,平均办理时间由{m}天缩短到3天。
“{quote}{quote}”谈起{thing},{who}打开了话匣子。
""")
QUOTES = [
    "以前下雨天一身泥,现在走几步就到了。",
    "真没想到这么快!",
    "我们会一直干下去。",
    "孩子放学有了去处,我们也放心。",
    "这笔账怎么算都划算。",
    "还有没有更好的办法?",
    "手续少了,心里踏实了。",
]
WHENS = _words("""
昨天 11月19日 近日 昨日上午 18日 连日来 前天下午 今年8月 入冬以来 上周末
""")
TITLES = _lines("""
{thing}给{place}带来了什么
{place}:{thing}串起致富路
{org}多措并举推进{thing}
“{thing}”走进{place}
我市{thing}今年已惠及{n}人
{place}的夜晚亮了
{n}名志愿者守护{place}
为什么{place}能留住年轻人?
老支书{who}的三本账
{thing}提速 百姓出行更便捷
小切口做出大文章 {place}探路{thing}
全力以赴 真抓实干 推动{thing}再上新台阶
从{m}天到3天!青阳{thing}跑出加速度
{thing}好不好 居民说了算
点亮“微心愿” 温暖“夕阳红”
青阳{n}吨大米发往西部
{m}岁老人学会了用手机
本周六起{m}条公交线路有变化
让{thing}成为新名片
【记者调查】{thing}为何这么难
「一线见闻」{place}里的新鲜事
一座桥连起两岸人家
秋粮颗粒归仓
跑出来的好服务
""")
KICKERS = _lines("""
{who}在{place}调研时强调
贯彻落实全会精神
{org}负责人答记者问
聚焦高质量发展
{thing}系列报道之{m}
我市召开{thing}推进会
壮阔七十五年 奋进新时代
""")
SUBTITLES = _lines("""
——{place}{thing}见闻
{fact}
{org}:力争年底前完成
——写在{thing}启动之际
""")
CAPTION_TITLES = [
    "晚归",
    "渔歌",
    "稻浪翻金",
    "雪落古镇",
    "冬日暖阳",
    "喜晒秋粮",
    "萌娃学艺",
    "练兵忙",
    "赏菊",
    "运动会开赛了",
    "桥上看灯",
    "归来的白鹭",
]
CAPTIONS = [
    "{when},{place}的{m}名小朋友在老师带领下体验扎染。",
    "{when},航拍{place}。近年来,当地推进{thing},生态环境明显改善。",
    "图为{when},工人在{place}检修设备。",
    "{when},俯瞰{place},层林尽染,美不胜收。据悉,今年当地已接待游客{n}人次。",
]
PHOTO_CREDITS = [
    "({padded} 摄)",
    "({padded}/摄)",
    " 本报记者 {padded} 摄",
    " 通讯员 {padded} 摄影报道",
    "(记者 {padded} 摄)",
    "({padded} 摄影报道)",
    " 记者{name}摄",
    "\n{mark}摄影 记者 {padded}",
    "\n摄影 {padded}",
    "\n{padded} 摄",
    "\n◎记者 {padded} 摄",
]
PAPER_NAMES = _words("""
青阳日报 临江晚报 望海都市报 双溪时报
""")
PAGE_SECTIONS = _words("""
要闻 民生 城事 县域 时政 文化 天下 教育周刊 财经 体育 综合
""")
FOLIO_FORMS = [
    "第{page}版:{sec}",
    "{page:02}版 {sec}",
    "A{page:02} {sec}",
    "A{page:02}·{sec}",
    "{sec} {page:02}",
    "{page:02}/{sec}",
    "第{page:02}版：{sec}  上一版 下一版",
    "{date} {week} 第{page}版 {sec}",
    "{sec}·{page}版",
    "{paper} {page}版",
    "B{page}版",
    "{page:02}",
    "◆ {sec} {page} ◆",
    "{paper} {date} {week} 责编:{name} 版式:{name2}",
    "{date} {week} 农历甲辰年十月二十 今日8版",
    "版次:{page:02} 版名:{sec}",
]
DATES = ["2024年11月20日", "2024-11-20", "2024.11.20", "2024/11/20", "二〇二四年十一月二十日"]
WEEKS = ["星期三", "周三", "(星期三)"]
SECTION_HEADS = [
    "要 闻",
    "城 事",
    "【县域】",
    "▍教育",
    "民生",
    "◎文化",
    "特别关注",
    "本地新闻",
    "国 际",
    "—— 时政 ——",
    "体育新闻",
    "■ 综合",
]
BRIEF_HEADS = [
    "简讯",
    "快讯",
    "一句话新闻",
    "短波",
    "微新闻",
    "新闻速览",
    "【简明新闻】",
    "要闻速递",
]
EDITOR_FORMS = [
    "责任编辑 {name} 美术编辑 {name2} 校对 {name3}",
    "本版责编:{name}",
    "编辑/{name} 美编/{name2}",
    "●本版编辑 {name} 电话 82811234",
    "编审:{name} 责编:{name2} 视觉:{name3}",
    "□责编:{name} □校对:{name2}",
    "值班编委 {name} 一审 {name2} 二审 {name3}",
    "主编:{name} 编辑:{name2} 组版:{name3} E-mail:qyrb@example.cn",
]
SMALL = [
    "24小时新闻热线 82811111",
    "欢迎扫码关注“掌上青阳”",
    "更多内容请扫二维码",
    "扫一扫 看视频",
    "(扫码看视频)",
    "掌上青阳APP下载",
    "新闻热线 967588 网址 www.example.cn",
    "本报地址：望海路18号 邮编：314200 电话：0573-82810000",
    "订阅热线:11185",
    "☎ 0573-82818888",
    "本报常年法律顾问:浙江望海律师事务所",
    "首页 > 青阳日报 > 第04版",
    "发布时间：2024-11-20 08:15:22 来源：青阳日报",
    "【字号 大 中 小】",
    "分享到：微信 微博 QQ空间",
    "上一篇：秋粮入库 下一篇：渔港新貌",
    "<!--enpproperty 2024-11-20 00:00:00:0 4 4 青阳日报 content_88213.html enpproperty-->",
    "版面导航 | 标题导航",
    "© 2024 青阳日报社 版权所有",
    "ICP备05000001号",
    "阅读 1024 点赞 12",
    "放大+ 缩小- 默认O",
    "今日天气:晴到多云,8℃~17℃,东北风3级",
    "本报零售价每份1元 印刷:青阳日报印务有限公司",
    "广告",
    "官方微信:qyrb2024",
    "视频号:望海都市报",
]
NOTICES = [
    [
        "遗失启事",
        "青阳市某某餐饮店遗失公章一枚,编号3304810012345,声明作废。",
        "沈某遗失坐落于柳浦街道的不动产权证,声明作废。",
    ],
    [
        "注销公告",
        "青阳市某某商贸有限公司经股东会决议解散,请债权人自公告之日起45日内申报债权。",
        "青阳市某某商贸有限公司清算组",
        "2024年11月20日",
    ],
    ["房屋出租", "望海路临街商铺两间,面积85平方米,租金面议。", "电话:13800000000"],
    ["停气通知", "因管道检修,11月22日9:00至17:00,东湖社区停止供气。", "请用户关好阀门。", "青阳市燃气公司"],
    ["计划停电公告", "时间:11月23日 7:30-16:00", "线路:10千伏石塘线", "影响范围:石塘村、云岭乡一带"],
    [
        "讣 告",
        "青阳市第二中学退休教师方某某先生因病医治无效,于2024年11月18日逝世,享年91岁。",
        "遗体告别仪式定于11月21日上午8时在市殡仪馆举行。",
        "子女泣告",
    ],
    ["体彩大乐透第24133期", "前区:05 11 19 27 33 后区:02 08", "奖池滚存金额:9.87亿元"],
    [
        "招标公告",
        "柳浦街道小型水利工程公开招标,有意者请于11月25日前报名。",
        "报名地点:望海路18号3楼",
        "联系人:钱先生 0573-82812222",
    ],
    ["诚聘", "某物流企业招聘驾驶员8名,要求持A2驾照,月薪8000元起。", "联系电话 13900000000"],
    ["认领启事", "11月12日在老港码头发现走失老人一名,男,约80岁。", "知情者请与救助站联系,电话82813333。"],
    ["致歉声明", "本店因经营不善未能及时退还押金,特此向顾客致歉。", "青阳市某某健身馆"],
    [
        "拍卖公告",
        "定于2024年11月28日上午10时在本公司拍卖厅公开拍卖报废车辆一批。",
        "展示时间:11月26日至27日",
        "青阳市某某拍卖有限公司",
    ],
    ["广告", "冬季家装节盛大开幕 全场五折起", "地址:高新园区18号"],
]
JUMPS = [
    "(下转第3版)",
    "►下转A06版",
    "【下转4版】",
    "下转第二版▶",
    "(详见第5版)",
    "(紧接2版)",
    "▼下转03版",
    "(下转2版②)",
]


class Chance:
    """Draws what is printed; the same seed draws the same."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def name(self) -> str:
        """A person's name of two or three characters."""
        rng = self.rng
        if rng.random() < 0.02:
            return rng.choice(["欧阳", "司马", "上官"]) + rng.choice(GIVEN)
        return rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, 1 if rng.random() < 0.25 else 2))

    def names(self, count: int) -> tuple[str, ...]:
        """Different people."""
        drawn: dict[str, None] = {}
        while len(drawn) < count:
            drawn[self.name()] = None
        return tuple(drawn)

    def text(self, form: str) -> str:
        """A form with its blanks filled in."""
        rng = self.rng
        for _ in range(2):
            for blank, values in (("fact", FACTS), ("quote", QUOTES), ("thing", THINGS), ("place", PLACES)):
                while f"{{{blank}}}" in form:
                    form = form.replace(f"{{{blank}}}", rng.choice(values), 1)
            form = form.replace("{org}", rng.choice(OFFICES)).replace("{when}", rng.choice(WHENS))
        form = form.replace("{who}", self.name()).replace("{mon}", str(rng.randint(1, 10)))
        form = form.replace("{n}", str(rng.randint(100, 9000))).replace("{m}", str(rng.randint(3, 95)))
        return form.replace("{p}", f"{rng.randint(2, 98)}.{rng.randint(1, 9)}")

    def one_of(self, forms: list[str]) -> str:
        """One of the forms, filled in."""
        return self.text(self.rng.choice(forms))

    def paragraph(self) -> str:
        """Some sentences; mostly three or four, sometimes one short one."""
        return "".join(self.one_of(SENTENCES) for _ in range(self.rng.choice([1, 1, 2, 3, 3, 4, 5])))

    def furniture(self, form: str, page: int, section: str) -> str:
        """A folio or a line of editors."""
        rng = self.rng
        one, two, three = self.names(3)
        return form.format(
            page=page,
            sec=section,
            date=rng.choice(DATES),
            week=rng.choice(WEEKS),
            paper=rng.choice(PAPER_NAMES),
            name=one,
            name2=two,
            name3=three,
        )
