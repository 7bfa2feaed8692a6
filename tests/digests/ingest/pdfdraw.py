"""Newspaper pages as PDF, drawn from known articles and a seed for chance."""

import io
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.digests.ingest.pagegen import Known

GOLDEN = Path(__file__).parents[2] / "golden" / "seed_articles.jsonl"
FONT = "STSong-Light"
SIZE = 9.0
MARGIN = 40.0
CHARACTERS = {1: 42, 2: 30, 3: 21, 4: 18, 5: 15, 6: 13}  # of a line, by columns
NO_BEGINNING = "，。、；：！？”’）》」』,.;:!?)"
CAPTIONS = [
    "图为昨天上午的施工现场。",
    "昨天,志愿者在社区里打扫卫生。",
    "技术人员正在田间查看长势。",
    "孩子们在新落成的图书馆里看书。 王嘉宁 摄",
    "新桥即将合龙。记者 田克勤 摄",
]
FOLIOS = ["嘉禾日报　2024年11月8日　星期五　第4版　民生", "2024年11月8日　第4版　综合", "第4版　要闻　2024年11月8日"]
TITLES = [
    "老街菜场今起恢复营业",
    "水稻机插秧现场会在新丰举行 农户算起节本账",
    "三百名志愿者走进社区敲门问需",
    "图书馆夜场开到晚上十点",
    "我市新增四条公交线路",
    "古桥修缮完工 老人重走回家路",
    "一场暴雨考验排涝新泵站",
    "小区电梯加装驶入快车道",
    "“暖心驿站”让外卖骑手歇歇脚",
    "中小学生午休躺睡覆盖率达九成",
    "丝绸企业借展会打开海外市场",
    "全国门球邀请赛在我区落幕,三支队伍并列第一",
    "环湖绿道全线贯通",
    "种粮大户的秋收账本",
    "县医院开出首张电子处方",
    "非遗灯彩亮相文化节 匠人现场授艺",
    "新港码头吞吐量创新高",
    "河长巡河有了“千里眼”",
]
FULL_WIDTH = str.maketrans(",:;!?()", "，：；！？（）")
SUBTITLES = ["——记市民身边的变化", "——老城改造见闻"]
SUBHEADS = ["让村民在家门口就业", "从有到优", "一条路带活一个镇"]
_SENTENCE = r"(?:^本报讯\s+)?([^。！!？?]+[。！!？?])"
KICKERS = ["秋收时节看丰景", "民生实事进行时", "一线见闻", "打造宜居城市"]
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


@dataclass(frozen=True)
class Manner:
    """How a page is set; `spaced`: a space behind every character, `doubled`: headlines are printed twice."""

    columns: int = 4
    leading: float = 13.0
    gutter: float = 16.0
    centred: bool = False
    spaced: bool = False
    doubled: bool = False
    shuffled: bool = True
    ruled: bool = True
    folio: str = FOLIOS[0]

    @property
    def column(self) -> float:
        """A column's width in points."""
        return CHARACTERS[self.columns] * SIZE

    @property
    def width(self) -> float:
        """The page's width in points."""
        return 2 * MARGIN + self.columns * (self.column + self.gutter) - self.gutter


@dataclass(frozen=True)
class Drawn:
    """A PDF of one page, and the articles and captions on it."""

    content: bytes
    articles: tuple[Known, ...]
    captions: tuple[str, ...]


@dataclass(frozen=True)
class _Text:
    x: float
    base: float
    size: float
    text: str
    doubled: bool = False
    spaced: bool = False
    apart: float = 0.0

    def draw(self, canvas: Canvas, height: float) -> None:
        canvas.setFont(FONT, self.size)
        y = height - self.base
        if self.spaced:
            x = self.x
            for char in self.text:
                canvas.drawString(x, y, char + " ")
                x += width_of(char, self.size)
            return
        for shift in (0.0, 0.35) if self.doubled else (0.0,):
            canvas.drawString(self.x + shift, y, self.text, charSpace=self.apart)


@dataclass(frozen=True)
class _Shape:
    """A box; without height, a lying rule; without width, a standing one; filled, a picture."""

    x: float
    top: float
    width: float
    height: float
    picture: bool = False

    def draw(self, canvas: Canvas, height: float) -> None:
        canvas.setLineWidth(0.5)
        y = height - self.top - self.height
        if self.picture:
            canvas.drawImage(ImageReader(Image.new("L", (4, 3), 128)), self.x, y, self.width, self.height)
        elif self.width and self.height:
            canvas.rect(self.x, y, self.width, self.height)
        else:
            canvas.line(self.x, y, self.x + self.width, y + self.height)


def width_of(text: str, size: float) -> float:
    """Of a text as it is set, in points."""
    return float(pdfmetrics.stringWidth(text, FONT, size))


def random_manner(rng: random.Random) -> Manner:
    """Any manner, evenly."""
    return Manner(
        columns=rng.randint(1, 6),
        leading=rng.uniform(12, 16),
        gutter=rng.uniform(14, 22),
        centred=rng.random() < 0.5,
        spaced=rng.random() < 0.25,
        doubled=rng.random() < 0.4,
        ruled=rng.random() < 0.5,
        folio=rng.choice(FOLIOS),
    )


@cache
def sentences() -> tuple[str, ...]:
    """Sentences of newspapers, none of which breaks a quotation; the font has no middle dot."""
    rows = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
    found = {text for row in rows for part in row["paragraphs"] for text in re.findall(_SENTENCE, part)}
    whole = [text for text in found if len(text) > 12 and "·" not in text and text.count("“") == text.count("”")]
    return tuple(sorted(text for text in whole if text.count("(") == text.count(")") and text.count('"') % 2 == 0))


def invented(rng: random.Random, count: int, *, full_width: bool = False) -> list[Known]:
    """Articles of sentences that stand nowhere else among them, as long as there are enough."""
    pool = rng.sample(sentences(), len(sentences()))
    if full_width:
        pool = [text.translate(FULL_WIDTH) for text in pool]
    articles = []
    for title in rng.sample(TITLES, count):
        paragraphs = []
        for _ in range(rng.randint(2, 6)):
            length = rng.randint(1, 3)
            paragraphs.append("".join(pool[:length]))
            pool = pool[length:] + pool[:length]
        articles.append(Known(title, tuple(paragraphs), kicker=rng.choice(KICKERS) if rng.random() < 0.2 else ""))
    return articles


def draw_page(rng: random.Random, articles: Sequence[Known], manner: Manner) -> Drawn:
    """Print articles in rows of modules; pictures with captions come in by chance."""
    page = _Printer(rng, manner)
    waiting = list(articles)
    page.folio()
    while waiting:
        waiting = page.row(waiting)
    return Drawn(page.pdf(), tuple(articles), tuple(page.captions))


def page_of(seed: int) -> Drawn:
    """The page that a seed makes: any manner, two to eight articles; marks are of full width in half of them."""
    rng = random.Random(seed)  # noqa: S311
    articles = invented(rng, rng.randint(2, 8), full_width=seed % 2 == 1)
    return draw_page(rng, articles, random_manner(rng))


@dataclass
class _Printer:
    rng: random.Random
    manner: Manner
    y: float = MARGIN
    drawn: list[_Text | _Shape] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)

    def pdf(self) -> bytes:
        height = self.y + MARGIN
        file = io.BytesIO()
        canvas = Canvas(file, pagesize=(self.manner.width, height), invariant=1)
        drawn = list(self.drawn)
        if self.manner.shuffled:
            self.rng.shuffle(drawn)
        for item in drawn:
            item.draw(canvas, height)
        canvas.save()
        return file.getvalue()

    def folio(self) -> None:
        self.drawn.append(_Text(MARGIN, self.y + 10, 10, self.manner.folio))
        self.y += 16
        self.drawn.append(_Shape(MARGIN, self.y, self.manner.width - 2 * MARGIN, 0))
        self.y += 14

    def x_of(self, column: int) -> float:
        return MARGIN + column * (self.manner.column + self.manner.gutter)

    def row(self, waiting: Sequence[Known]) -> list[Known]:
        """Print one to a few of the articles side by side; the others."""
        modules = min(len(waiting), self.rng.randint(1, self.manner.columns), 3)
        cuts = sorted(self.rng.sample(range(1, self.manner.columns), modules - 1))
        edges = [0, *cuts, self.manner.columns]
        bottoms = [self.module(one, *edge) for one, edge in zip(waiting, pairwise(edges), strict=False)]
        if self.manner.ruled:
            for cut in cuts:
                x = self.x_of(cut) - self.manner.gutter / 2
                self.drawn.append(_Shape(x, self.y + 4, 0, max(bottoms) - self.y - 8))
        self.y = max(bottoms) + self.rng.uniform(12, 26)
        if self.manner.ruled and len(waiting) > modules:
            self.drawn.append(_Shape(MARGIN, self.y - 6, self.manner.width - 2 * MARGIN, 0))
            self.y += 8
        return list(waiting[modules:])

    def module(self, article: Known, first: int, end: int) -> float:
        """Print an article into columns first to end - 1; its bottom."""
        framed = self.rng.random() < 0.15
        top = self.y + (8 if framed else 0)
        columns = list(range(first, end))
        if len(columns) > 1 and len(article.title) < 20 and not article.kicker and self.rng.random() < 0.2:
            starts = self.upright(article.title, columns.pop(0), top)
        else:
            starts = self.level(article, columns, top)
        floor = max(top, starts.pop(-1, 0.0))
        if len(columns) > 1 and self.rng.random() < 0.35:
            self.picture(columns[-1], starts)
        bottom = max(floor, self.body(article, columns, starts))
        if framed:
            x, right = self.x_of(first) - 5, self.x_of(end - 1) + self.manner.column + 5
            self.drawn.append(_Shape(x, self.y, right - x, bottom + 6 - self.y))
            bottom += 8
        return bottom

    def level(self, article: Known, columns: Sequence[int], top: float) -> dict[int, float]:
        """Print the headline over the first columns; where the text of each may begin."""
        span = self.rng.choice([len(columns), len(columns), self.rng.randint(1, len(columns))])
        x, width = self.x_of(columns[0]), self.x_of(columns[span - 1]) + self.manner.column - self.x_of(columns[0])
        size = self.rng.uniform(15, 18) if span == 1 else self.rng.uniform(18, 32)
        y = top
        if article.kicker:
            y = self.deck(article.kicker, x, width, y, 12)
        y = self.deck(article.title.replace(" ", "　　"), x, width, y, size, apart=self.rng.choice([0, 0, 0, 0.4]))
        if self.rng.random() < 0.15:
            y = self.deck(self.rng.choice(SUBTITLES), x, width, y + 2, 12)
        return {column: y + 7 if n < span else top for n, column in enumerate(columns)}

    def deck(self, text: str, x: float, width: float, y: float, size: float, *, apart: float = 0.0) -> float:
        """Print a headline's deck, its letters apart by so many em if there is room; its bottom."""
        if width_of(text, size) + len(text) * apart * size > width:
            apart = 0.0
        whole = width_of(text, size) <= width
        for line in (
            [text] if whole else [line for clause in text.split("　　") for line in wrapped(clause, width, size)]
        ):
            wide = width_of(line, size) + len(line) * apart * size
            left = x + (width - wide) / 2 if self.manner.centred else x
            one = _Text(left, y + size * 0.88, size, line, doubled=self.manner.doubled, apart=apart * size)
            self.drawn.append(one)
            y += size * 1.25
        return y

    def upright(self, title: str, column: int, top: float) -> dict[int, float]:
        """Print the headline from above down, at the right of one column; -1 is its bottom."""
        size = 22.0
        middle = self.x_of(column) + self.manner.column - size / 2
        for n, char in enumerate(title.replace(" ", "")):
            x = middle - width_of(char, size) / 2
            self.drawn.append(_Text(x, top + (n + 0.88) * size * 1.08, size, char, doubled=self.manner.doubled))
        bottom = top + len(title.replace(" ", "")) * size * 1.08
        return {-1: bottom} | dict.fromkeys(range(self.manner.columns), top)

    def picture(self, column: int, starts: dict[int, float]) -> None:
        caption = self.rng.choice(CAPTIONS)
        self.captions.append(caption.partition("。")[0] + "。")
        x, y, width = self.x_of(column), starts[column] + 2, self.manner.column
        self.drawn.append(_Shape(x, y, width, width * 0.6, picture=True))
        y += width * 0.6 + 4
        for line in wrapped(caption, width, 8):
            self.drawn.append(_Text(x, y + 7, 8, line))
            y += 10.5
        starts[column] = y + 6

    def body(self, article: Known, columns: Sequence[int], starts: dict[int, float]) -> float:
        """Print the text, as level at the foot as it goes; its bottom."""
        leading = self.manner.leading
        lines = [
            (shift, SIZE, line) for text in article.paragraphs for shift, line in indented(text, self.manner.column)
        ]
        if len(lines) > 12 and self.rng.random() < 0.2:
            starting = [n for n, (shift, *_) in enumerate(lines) if shift and 3 < n < len(lines) - 3]
            for n in starting[:1]:
                lines.insert(n, (0.0, 11.5, self.rng.choice(SUBHEADS)))
        bottom = max(starts[column] for column in columns) + leading
        while sum(int((bottom - starts[column] + 0.01) / leading) for column in columns) < len(lines):
            bottom += leading / 4
        rest = iter(lines)
        for column in columns:
            y = starts[column]
            while y + leading <= bottom + 0.01 and (line := next(rest, None)) is not None:
                shift, size, text = line
                x = self.x_of(column) + shift
                self.drawn.append(_Text(x, y + SIZE, size, text, spaced=self.manner.spaced))
                y += leading
        return bottom


def indented(text: str, width: float) -> Iterator[tuple[float, str]]:
    """A paragraph's lines and how far each is set in."""
    lines = wrapped("　　" + text, width, SIZE)
    yield 2 * SIZE, lines[0].removeprefix("　　")
    for line in lines[1:]:
        yield 0.0, line


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Lines no wider than `width`, but for a hanging mark."""
    lines = [""]
    for char in text:
        if lines[-1] and width_of(lines[-1] + char, size) > width + 0.1 and char not in NO_BEGINNING:
            lines.append("")
        lines[-1] += char
    return [line.strip(" ") for line in lines if line.strip()]
