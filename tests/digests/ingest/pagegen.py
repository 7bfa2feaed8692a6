"""Pages in the manners in which newspapers are dumped, made from known articles and a seed for chance."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

NAMES = [
    "王嘉宁",
    "许冰洲",
    "谢梦琦",
    "田克勤",
    "俞静",
    "周赞",
    "冯思家",
    "闵新禄",
    "徐晓春",
    "欧阳雪",
    "钟鑫媛",
    "李伟",
    "黄佳怡",
    "沈一鸣",
]
FOLIOS = [
    "第4版:民生",
    "03 本地",
    "A02版 要闻",
    "第02版:要 闻",
    "2024年10月9日 星期三",
    "嘉禾日报 2024-10-09 星期三",
    "■要闻 3",
    "04版",
]
SECTIONS = ["要闻", "民生", "综合新闻", "国 内", "【本地新闻】"]
EDITORS = ["责编 赵磊 校对 孙敏", "责任编辑:赵磊 版式:孙敏 校对:钱宁", "■编辑 王学钧 美编 宫照阳", "本版编辑 赵磊"]
SMALL = [
    "扫码下载读报APP",
    "扫描二维码关注本报微信公众号",
    "新闻热线:0573-82812345",
    "广告热线 0573-12345678",
    "公益广告 节约用水",
    "投稿邮箱:news@example.com",
    "报料电话 12345678",
    "上一版 下一版",
    "PDF版阅读",
    "http://example.com/html/2024-11/13/content_123456.htm",
    "国内统一连续出版物号 CN33-0001 邮发代号31-1",
    "下载本报客户端 看更多新闻",
]
NOTICES = [
    ["遗失声明", "张某遗失驾驶证,号码3304****,声明作废。"],
    ["招聘启事", "某物业公司招聘保安5名,月薪4500元,五险一金。", "联系电话:0573-88881234"],
    ["停电通知", "停电时间:11月15日8:00-17:00", "停电范围:凤桥镇、余新镇部分村", "国网某某供电公司"],
    ["讣告", "退休干部张某某同志因病于2024年11月10日逝世,享年88岁。", "兹定于11月12日上午在殡仪馆举行遗体告别仪式。"],
    ["福彩双色球开奖公告", "第2024131期", "红色球号码:03 07 12 18 22 30 蓝色球号码:09", "一等奖 5注 单注奖金8000000元"],
    [
        "拍卖公告",
        "受委托,定于2024年11月20日举行拍卖会,标的为旧车一批。",
        "有意者请交纳保证金。",
        "联系人:张先生 13812345678",
    ],
    ["停水通知", "因管网改造,11月16日22时至次日6时中环南路沿线停水。", "自来水公司"],
]


@dataclass(frozen=True)
class Known:
    """An article as it should be read."""

    title: str
    paragraphs: tuple[str, ...]
    kicker: str = ""
    kind: str = "story"
    reporters: tuple[str, ...] = ()
    correspondents: tuple[str, ...] = ()
    photographers: tuple[str, ...] = ()
    truncated: bool = False


@dataclass(frozen=True)
class Style:
    """The manner of a page; `wrap` in characters (0: whole lines), `cuts` the share of paragraphs cut by a column."""

    blank: str = "all"  # all | none | articles | random
    mark: str = "■"
    reporter: str = "记者"
    correspondent: str = "通讯员"
    wrap: int = 0
    indent: str = ""
    cuts: float = 0.3
    byline: str = "line"  # line | two | inline | closing
    pad: bool = False
    lead: str = "本报讯 "
    noise: float = 0.5
    spell: Callable[[str], str] = field(default=lambda text: text)


@dataclass(frozen=True)
class Page:
    """A page's text, what should be read from it, and what should not."""

    text: str
    articles: tuple[Known, ...]
    noise: tuple[str, ...]


def make_page(rng: random.Random, articles: Sequence[Known], style: Style) -> Page:
    """Print articles in a style; people are invented for them, and the last may be cut off."""
    page = _Printer(rng, style)
    page.top()
    known = [page.article(article) for article in articles]
    page.bottom()
    text = style.spell("\n".join(page.lines))
    return Page(text, tuple(_spelt(article, style.spell) for article in known), tuple(map(style.spell, page.noise)))


def random_style(rng: random.Random) -> Style:
    """Any manner, evenly."""
    wrap = rng.choice([0, 0, 0, 17, 24, 30])
    return Style(
        blank=rng.choice(["all", "none", "articles", "random"]),
        mark=rng.choice(["■", "◎", "●", "", "", "□"]),
        reporter=rng.choice(["记者", "本报记者", "全媒体记者", "见习记者", "晚报记者"]),
        wrap=wrap,
        indent=rng.choice(["　　", "    "]) if wrap else rng.choice(["", "", "　　", "    "]),
        byline=rng.choice(["line", "line", "two", "inline", "closing"]),
        pad=rng.random() < 0.3,
        lead=rng.choice(["本报讯 ", "本报讯 ", "晚报讯 ", ""]),
    )


class _Printer:
    def __init__(self, rng: random.Random, style: Style) -> None:
        self.rng, self.style = rng, style
        self.lines: list[str] = []
        self.noise: list[str] = []

    def gap(self, *, between_articles: bool = False) -> None:
        count = {
            "all": 1 + between_articles * self.rng.randint(0, 2),
            "none": 0,
            "articles": int(between_articles),
            "random": self.rng.choice([0, 0, 1, 1, 2]),
        }[self.style.blank]
        self.lines += [""] * count

    def put(self, line: str) -> None:
        self.lines.append(line)
        self.gap()

    def put_noise(self, *lines: str) -> None:
        self.noise += lines
        for line in lines:
            self.put(line)
        self.gap(between_articles=True)

    def top(self) -> None:
        if self.rng.random() < 0.7:
            self.put_noise(self.rng.choice(FOLIOS))
        if self.rng.random() < 0.3:
            self.put_noise(self.rng.choice(SECTIONS))

    def bottom(self) -> None:
        if self.rng.random() < 0.5:
            self.put_noise(self.rng.choice(EDITORS))

    def article(self, article: Known) -> Known:
        article = self.signed(article)
        for line in filter(None, (article.kicker, article.title)):
            self.lines.append(line)
        self.gap()
        if article.kind == "story":
            article = self.story(article)
        else:
            self.caption(article)
        self.gap(between_articles=True)
        if self.rng.random() < self.style.noise:
            self.put_noise(
                *self.rng.choice([[self.rng.choice(SMALL)], [self.rng.choice(SMALL)], self.rng.choice(NOTICES)])
            )
        return article

    def signed(self, article: Known) -> Known:
        pool = self.rng.sample(NAMES, 5)
        own = {
            "reporters": tuple(pool[: self.rng.randint(1, 2)]),
            "correspondents": tuple(pool[2 : 2 + self.rng.randint(0, 3)]),
        }
        if article.kind != "story":
            own = {"photographers": (pool[0],)}
        return Known(
            article.title, article.paragraphs, article.kicker, article.kind, truncated=article.truncated, **own
        )

    def names(self, names: Sequence[str]) -> str:
        return " ".join(f"{name[0]} {name[1]}" if self.style.pad and len(name) == 2 else name for name in names)

    def story(self, article: Known) -> Known:
        style = self.style
        parts = [f"{style.reporter} {self.names(article.reporters)}"]
        if article.correspondents:
            parts.append(f"{style.correspondent} {self.names(article.correspondents)}")
        first, credited, last = style.lead, "", ""
        if style.byline == "inline":
            first = style.lead.strip() or "本报讯"
            credited = f"({' '.join(parts)})"
        elif style.byline == "closing":
            last = f"({' '.join(parts)})"
        elif style.byline == "two":
            self.put(style.mark + parts[0])
            for part in parts[1:]:
                self.put(part)
        else:
            self.put(style.mark + " ".join(parts))
        for place, paragraph in enumerate(article.paragraphs):
            ends = place == len(article.paragraphs) - 1
            self.paragraph((first + credited if place == 0 else "") + paragraph + (last if ends else ""))
        return replace(article, paragraphs=(first + article.paragraphs[0], *article.paragraphs[1:]))

    def caption(self, article: Known) -> None:
        name = self.names(article.photographers)
        credit = self.rng.choice(["inline", "behind", "line"])
        *most, last = article.paragraphs
        for paragraph in most:
            self.paragraph(paragraph)
        self.paragraph(last + {"inline": f"({name} 摄)", "behind": f" 本报记者 {name} 摄", "line": ""}[credit])
        if credit == "line":
            self.put(f"{self.style.mark}摄影 {self.style.reporter} {name}")

    def paragraph(self, text: str) -> None:
        pieces = [text]
        if self.rng.random() < self.style.cuts and len(text) > 40:
            at = self.rng.randint(12, len(text) - 12)
            if not _ends_sentence(text[:at]):
                pieces = [text[:at], text[at:]]
        for place, piece in enumerate(pieces):
            printed = piece if place else self.style.indent + piece
            width = self.style.wrap or len(printed)
            self.lines += [printed[start : start + width] for start in range(0, len(printed), width)]
            self.gap()


def _ends_sentence(text: str) -> bool:
    return text.rstrip('”’」』)）"')[-1:] in "。!?！？…"


def _spelt(article: Known, spell: Callable[[str], str]) -> Known:
    def all_of(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(spell, texts))

    return Known(
        spell(article.title),
        all_of(article.paragraphs),
        spell(article.kicker),
        article.kind,
        all_of(article.reporters),
        all_of(article.correspondents),
        all_of(article.photographers),
        article.truncated,
    )
